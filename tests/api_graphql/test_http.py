"""What HTTP says: methods, media types, sizes, statuses; every refusal in `errors[]`."""

from __future__ import annotations

import gzip
import json

import pytest
from django.test import Client

from tests.api_graphql.stage import Answered, post

ME = {"query": "{ me { name } }"}
NEW = "application/graphql-response+json"


def get(path="/graphql/", method="GET", **headers):
    return Client().generic(
        method, path, headers={n.replace("_", "-"): v for n, v in headers.items()}
    )


@pytest.mark.parametrize("path", ["/graphql/", "/graphql"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods(path, method):
    response = get(path, method)
    answer = Answered(response)
    assert (answer.status, answer.codes) == (405, ["METHOD_NOT_ALLOWED"])
    assert response.headers["Allow"] == "GET, HEAD, POST"
    assert answer.errors[0]["extensions"] == {"code": "METHOD_NOT_ALLOWED"}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "text/plain",
        "application/json; charset=latin-1",
        "",
    ],
)
def test_other_media_types(content_type):
    answer = post(ME, Content_Type=content_type)
    assert (answer.status, answer.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


def test_a_packed_body_is_refused():
    answer = post(gzip.compress(json.dumps(ME).encode()), Content_Encoding="gzip")
    assert (answer.status, answer.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


def test_a_charset_may_be_named(stage):
    token = stage.world.staff.tokens.access
    answer = post(ME, token=token, Content_Type='application/json; charset="UTF-8"')
    assert (answer.status, answer.data) == (200, {"me": {"name": "Staff"}})


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        (NEW, NEW),
        (f"{NEW}, application/json;q=0.9", NEW),
        (f"{NEW};q=0.5, application/json", "application/json"),
        (f"application/json, {NEW}", NEW),
    ],
)
def test_the_answers_media_type(stage, accept, expected):
    token = stage.world.staff.tokens.access
    for body, status in ((ME, 200), ({"query": "{"}, 400)):
        answer = post(body, token=token, Accept=accept)
        assert (answer.status, answer.response.headers["Content-Type"]) == (status, expected)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/json;q=0"])
def test_no_other_media_type(accept):
    answer = post(ME, Accept=accept)
    assert (answer.status, answer.codes) == (406, ["NOT_ACCEPTABLE"])


def test_a_body_that_is_too_large(settings):
    answer = post({"query": " " * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert (answer.status, answer.codes) == (413, ["TOO_LARGE"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "body"),
        (b"\xff\xfe", "body"),
        (b'{"query": "\\ud800"}', "body"),
        (b'{"query": NaN}', "body"),
        (b"[" * 5000, "body"),
        ("text", "body"),
        ([ME, ME], "body"),
        ([], "body"),
        ({}, "query"),
        ({"query": None}, "query"),
        ({"query": ""}, "query"),
        ({"query": 1}, "query"),
        ({"query": "{ me { name } }", "variables": []}, "variables"),
        ({"query": "{ me { name } }", "variables": "{}"}, "variables"),
        ({"query": "{ me { name } }", "operationName": 1}, "operationName"),
        ({"query": "{ me { name } }", "extensions": 1}, "extensions"),
    ],
)
def test_bodies_that_are_no_request(body, field):
    answer = post(body)
    assert (answer.status, answer.codes) == (400, ["INVALID"])
    assert [name for name, _ in answer.fields] == [field]
    assert "data" not in answer.body


def test_a_document_that_ran_answers_200(stage):
    answer = stage.ask("staff", '{ hospital(id: "0") { name } }')
    assert (answer.status, answer.codes) == (200, ["NOT_FOUND"])
    assert answer.data == {"hospital": None}
    assert answer.errors[0]["path"] == ["hospital"]


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "{ me { nam } }",
        "{ me }",
        "subscription { me { name } }",
        "query A { me { name } } query B { me { id } }",
        "{ hospital { name } }",
        "type Query { a: Int }",
        "fragment A on User { name }",
    ],
)
def test_a_document_that_could_not_run_answers_400(stage, document):
    answer = stage.ask("staff", document)
    assert (answer.status, set(answer.codes)) == (400, {"INVALID"})
    assert "data" not in answer.body


def test_operations_are_chosen_by_name(stage):
    body = {"query": "query A { me { name } } query B { me { id } }", "operationName": "A"}
    token = stage.world.staff.tokens.access
    assert post(body, token=token).data == {"me": {"name": "Staff"}}
    assert post({**body, "operationName": "C"}, token=token).status == 400


def test_nobody_may_keep_an_answer(stage):
    headers = stage.ask("staff", ME["query"]).response.headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Vary"] == "Authorization, Accept, Accept-Encoding"


def test_large_answers_are_packed(stage):
    token = stage.world.staff.tokens.access
    dates = 'from: "2026-11-30", to: "2026-12-01"'
    schedules = f"schedules(doctorIds: {json.dumps(stage.doctor_ids)}, {dates})"
    query = f"{{ hospital(id: {stage.hospital_id}) {{ {schedules} {{ availableSlots {{ time"
    query += " startsAt } } } }"
    body = json.dumps({"query": query})
    send = Client().generic
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    packed = send("POST", "/graphql/", body, "application/json", headers=headers)
    plain = post(body.encode(), token=token)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.response.content
    assert "Content-Encoding" not in plain.response.headers
