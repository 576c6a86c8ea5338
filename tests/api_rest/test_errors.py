"""Refusals as HTTP: every code has its status, and nothing but problem+json comes out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DataError, IntegrityError, OperationalError
from django.test import Client, RequestFactory

from api_rest import errors, views
from scheduler import errors as refusals
from scheduler.db import RunAgain
from scheduler.errors import Refusal
from scheduler.middleware import problems
from tests.api_rest.client import Rest, nothing_written
from tests.api_rest.conftest import Scene

# As the contract's table has them.
CONTRACT = {
    "invalid": 400,
    "not_authenticated": 401,
    "permission_denied": 403,
    "not_found": 404,
    "slot_taken": 409,
    "slot_unavailable": 409,
    "slot_in_past": 409,
    "patient_busy": 409,
    "availability_in_use": 409,
    "invalid_transition": 409,
    "version_conflict": 412,
    "precondition_required": 428,
    "idempotency_key_reused": 422,
    "throttled": 429,
    "unavailable": 503,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "too_large": 413,
    "unsupported_media_type": 415,
}


def _all(kind: type[Refusal]) -> set[type[Refusal]]:
    return {kind, *(found for inner in kind.__subclasses__() for found in _all(inner))}


def test_every_refusal_has_its_status_and_the_contract_its_refusal() -> None:
    ours = {kind.code for kind in _all(Refusal) - {Refusal} if kind.__module__ == refusals.__name__}
    assert ours == set(CONTRACT)
    assert {code: status for code, (status, _) in errors.TABLE.items()} == CONTRACT


@pytest.mark.parametrize(
    ("raised", "code", "members"),
    [
        (OperationalError("gone"), "unavailable", {"retry_after": 2}),
        (IntegrityError("again and again"), "unavailable", {"retry_after": 1}),
        (RunAgain(), "unavailable", {"retry_after": 1}),
        (
            refusals.Unavailable(retry_after=1, outcome="unknown"),
            "unavailable",
            {"retry_after": 1, "outcome": "unknown"},
        ),
        (refusals.Throttled(retry_after=17), "throttled", {"retry_after": 17}),
        (refusals.SlotTaken(), "slot_taken", {"alternatives": []}),
        (refusals.PatientBusy(), "patient_busy", {"appointment": None}),
    ],
)
def test_what_is_raised_becomes_a_problem(
    raised: Exception, code: str, members: dict[str, Any]
) -> None:
    response = errors.handle(raised, {})
    problem = json.loads(response.content)
    assert (response.status_code, problem["code"]) == (CONTRACT[code], code)
    assert {name: problem[name] for name in members} == members
    if "retry_after" in members:
        assert response.headers["Retry-After"] == str(members["retry_after"])


def test_a_mistake_of_ours_is_logged_and_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    response = errors.handle(DataError("secret"), {})
    assert (response.status_code, json.loads(response.content)["code"]) == (500, "internal")
    assert b"secret" not in response.content
    assert "secret" in caplog.text


@pytest.mark.parametrize(
    "path",
    [
        "/nope",
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v1/nope",
        "/api/v1/hospitals/",
        "/api/v1/hospitals/1/",
        "/api/v1/hospitals/1/nope",
        "/api/v1//hospitals",
        "/api/v2/hospitals",
        "/api/v1/hospitals/1/doctors/1/nope",
        "/%00",
        "/api/v1/hospitals/%00",
        "/api/v1/%ff",
        "/static/../../etc/passwd",
        "/static/%00",
        "/static/nope.js",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PURGE"])
def test_an_unknown_path_is_a_problem_without_a_login(method: str, path: str) -> None:
    answer = Rest()(method, path)
    answer.refused("not_found")
    assert answer.headers["Server-Timing"].startswith("app;dur=")


def test_debug_pages_stay_inside(settings: Any) -> None:
    settings.DEBUG = True
    Rest().get("/nope").refused("not_found")


@pytest.mark.parametrize("host", ["evil.example", "a b", "127.0.0.1:x", "[::1"])
def test_a_host_that_is_not_ours(host: str) -> None:
    answer = Rest()("GET", "me", headers={"Host": host})
    assert answer.invalid() == [("Host", "invalid")]


def test_a_crash_outside_of_the_views_is_a_problem() -> None:
    def crash(_: Any) -> Any:
        from django.http import HttpResponseServerError

        return HttpResponseServerError("<html>")

    response = problems(crash)(RequestFactory().get("/x", headers={"Host": "localhost"}))
    assert (response.status_code, json.loads(response.content)["code"]) == (500, "internal")


def test_the_admin_keeps_its_pages(db: None) -> None:
    response = Client().get("/admin/login/")
    assert (response.status_code, response.headers["Content-Type"]) == (
        200,
        "text/html; charset=utf-8",
    )
    assert Client().get("/admin").headers["Location"] == "/admin/"


# -- bodies ------------------------------------------------------------------------------------

NOT_JSON = [
    b"{",
    b"nope",
    b"\xff\xfe{}",
    b'{"name": "\xff"}',
    b'{"name": "\\ud800"}',
    b'{"name": 1e999}',
    b'{"name": NaN}',
    b"[" * 100_000,
    b'{"a":' * 10_000,
    b'{"name": "a\x00b"}',
    b"\xef\xbb\xbf{}",
    b"[]",
    b"null",
    b'"text"',
    b"1",
    b"[" * 1000 + b"]" * 1000,
]


@pytest.mark.parametrize("body", NOT_JSON, ids=lambda body: repr(body[:12]))
def test_a_body_that_is_no_object(scene: Scene, body: bytes) -> None:
    with nothing_written():
        answer = scene.rest("staff")("POST", f"{scene.path}/patients", body)
        assert answer.invalid() == [("body", "invalid")]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", [("name", "required"), ("date_of_birth", "required")]),
        (b"{}", [("name", "required"), ("date_of_birth", "required")]),
        (
            b'{"name": "a\\u0000b", "date_of_birth": "1980-01-01"}',
            [("name", "invalid")],
        ),
        (
            b'{"name": [[[]]], "date_of_birth": {"a": {"b": 1}}}',
            [("name", "invalid"), ("date_of_birth", "invalid")],
        ),
        (
            b'{"name": null, "date_of_birth": null, "phone": null}',
            [("name", "null"), ("date_of_birth", "null"), ("phone", "null")],
        ),
        (
            b'{"name": true, "date_of_birth": 1}',
            [("name", "invalid"), ("date_of_birth", "invalid")],
        ),
        (
            b'{"name": "A", "date_of_birth": "1980-01-01", "x\\u0000": 1, "id": 4}',
            [("x\0", "unknown_field"), ("id", "unknown_field")],
        ),
        (
            # What only the service knows is named along with what the shape shows.
            b'{"name": " ", "date_of_birth": "1980-1-1", "email": "x", "more": 1}',
            [
                ("more", "unknown_field"),
                ("date_of_birth", "invalid"),
                ("name", "blank"),
                ("email", "invalid"),
            ],
        ),
    ],
)
def test_every_fault_of_a_body_is_named(
    scene: Scene, body: bytes, fields: list[tuple[str, str]]
) -> None:
    with nothing_written():
        answer = scene.rest("staff")("POST", f"{scene.path}/patients", body)
        assert sorted(answer.invalid()) == sorted(fields)


@pytest.mark.parametrize(
    "number", ["9223372036854775808", "18446744073709551615", "9" * 300, "0", "-1", "999999999"]
)
def test_an_id_that_no_row_can_have_is_not_found(scene: Scene, number: str) -> None:
    body = f'{{"patient_id": {number}, "starts_at": "2026-11-30T11:00"}}'.encode()
    with nothing_written():
        answer = scene.rest("staff")("POST", f"{scene.path}/appointments", body)
        assert answer.invalid() == [("patient_id", "not_found")]


@pytest.mark.parametrize("number", ["true", '"1"', "1.0", "1e3", "[1]", "null"])
def test_an_id_that_is_no_integer_is_invalid(scene: Scene, number: str) -> None:
    body = f'{{"patient_id": {number}, "starts_at": "2026-11-30T11:00"}}'.encode()
    with nothing_written():
        [(field, code)] = scene.rest("staff")("POST", f"{scene.path}/appointments", body).invalid()
        assert (field, code) == ("patient_id", "null" if number == "null" else "invalid")


# -- what HTTP refuses, in its order -------------------------------------------------------------


def test_the_order_of_what_http_refuses(scene: Scene, settings: Any) -> None:
    """Each step mends the fault that won; the faults of all later steps are still there."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    nobody, path = Rest(), f"{scene.path}/patients"
    wrong = {"Accept": "text/html", "Content-Type": "text/plain"}
    with nothing_written():
        nobody("PUT", f"{scene.path}/nope", b"x" * 101, headers=wrong).refused("not_found")
        answer = nobody("PUT", path, b"x" * 101, headers=wrong)
        answer.refused("method_not_allowed")
        assert answer.headers["Allow"] == "GET, HEAD, POST"
        nobody("POST", path, b"x" * 101, headers=wrong).refused("not_acceptable")
        wrong["Accept"] = "application/json"
        nobody("POST", path, b"x" * 101, headers=wrong).refused("too_large")
        nobody("POST", path, b"x" * 100, headers=wrong).refused("unsupported_media_type")
        nobody("POST", path, b"x" * 100).refused("not_authenticated")
        scene.rest("stranger")("POST", path, b"x" * 100).refused("not_found")
        assert scene.rest("staff")("POST", path, b"x" * 100).invalid() == [("body", "invalid")]


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PURGE", "DELETE", "PUT", "PATCH", "POST"])
def test_405_comes_before_the_login(method: str) -> None:
    answer = Rest()(method, "me")
    answer.refused("method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("", 200),
        ("application/json", 200),
        ("application/*", 200),
        ("APPLICATION/JSON; charset=utf-8", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("*/*;q=0, application/json", 200),
        ("application/json;q=0.1, text/html", 200),
        ("text/html", 406),
        ("application/json;q=0, */*", 406),
        ("application/*;q=0", 406),
        ("application/xml, text/*", 406),
        ("garbage", 406),
    ],
)
def test_accept(scene: Scene, accept: str, status: int) -> None:
    answer = scene.rest("staff")("GET", "me", headers={"Accept": accept})
    assert answer.status == status
    if status == 406:
        answer.refused("not_acceptable")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": ""},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/jsonx"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_bodies_are_plain_json(scene: Scene, headers: dict[str, str]) -> None:
    with nothing_written():
        path, body = f"{scene.path}/patients", {"name": "A", "date_of_birth": "1980-01-01"}
        scene.rest("staff")("POST", path, body, headers=headers).refused("unsupported_media_type")


@pytest.mark.parametrize("media_type", ["Application/JSON", "application/json; charset=utf-8"])
def test_json_by_other_spellings(scene: Scene, media_type: str) -> None:
    path, body = f"{scene.path}/patients", {"name": "A", "date_of_birth": "1980-01-01"}
    answer = scene.rest("staff")("POST", path, body, headers={"Content-Type": media_type})
    assert answer.status == 201


@pytest.mark.parametrize(
    "query",
    ["nope=1", "page_size=2&page_size=3", "%00=1", "page_size=", "page_size=%00", "cursor=%00"],
)
def test_query_parameters_are_known_and_sent_once(scene: Scene, query: str) -> None:
    [(field, _)] = scene.rest("staff").get(f"/api/v1/{scene.path}/doctors?{query}").invalid()
    assert field == query.partition("=")[0].replace("%00", "\0")


def test_a_thousand_parameters(scene: Scene) -> None:
    query = "&".join(f"p{number}=1" for number in range(2000))
    assert scene.rest("staff").get(f"/api/v1/me?{query}").invalid() == [("request", "invalid")]


@pytest.mark.parametrize(
    "text", ["0", "-1", "abc", "1.0", "01", "+1", "%31%20", "9" * 19, "9" * 400, "\u0661", "null"]
)
def test_ids_in_paths_that_can_be_none(scene: Scene, text: str) -> None:
    Rest().get(f"hospitals/{text}").refused("not_authenticated")
    scene.rest("root").get(f"hospitals/{text}").refused("not_found")
    for noun in ("doctors", "patients", "appointments", "members"):
        Rest().get(f"{scene.path}/{noun}/{text}").refused("not_authenticated")
        scene.rest("admin").get(f"{scene.path}/{noun}/{text}").refused("not_found")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic abc",
        "Token abc",
        "Bearer abc",
        "Bearer a.b.c",
        "Bearer " + "a" * 5000,
        "Bearer é",
    ],
)
def test_tokens_that_are_none(db: None, header: str) -> None:
    Rest()("GET", "me", headers={"Authorization": header}).refused("not_authenticated")


def test_the_bearer_scheme_is_written_in_any_case(scene: Scene) -> None:
    header = f"bEARER  {scene['staff'].tokens.access} "
    assert Rest()("GET", "me", headers={"Authorization": header}).status == 200


def test_a_refresh_token_opens_nothing(scene: Scene) -> None:
    header = f"Bearer {scene['staff'].tokens.refresh}"
    Rest()("GET", "me", headers={"Authorization": header}).refused("not_authenticated")


def test_too_many_requests(scene: Scene, settings: Any) -> None:
    settings.REQUESTS_PER_SECOND = 2
    staff = scene.rest("staff")
    with nothing_written():
        assert [staff.get("me").status for _ in range(2)] == [200, 200]
        problem = staff("POST", f"{scene.path}/patients", {}).refused("throttled")
        assert problem["retry_after"] == 1
        # Before what is not there.
        staff.get("hospitals/999999").refused("throttled")


def test_ids_of_requests(scene: Scene) -> None:
    staff = scene.rest("staff")
    answer = staff("GET", "me", headers={"X-Request-ID": "a-1/b:c=d@e+f"})
    assert answer.headers["X-Request-ID"] == "a-1/b:c=d@e+f"
    made = set()
    for bad in ("", "a b", "x" * 129, "é", '"'):
        answer = staff("GET", "/nope", headers={"X-Request-ID": bad})
        assert len(answer.headers["X-Request-ID"]) == 32
        made.add(answer.headers["X-Request-ID"])
    assert len(made) == 5


def test_server_timing_counts_queries(scene: Scene, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):  # the door; the user and their roles
        answer = scene.rest("staff").get("me")
    assert answer.headers["Server-Timing"].endswith('desc="2 queries"')
    assert Rest().get("me").headers["Server-Timing"].endswith('db;dur=0.00;desc="0 queries"')


def test_what_every_answer_says_to_a_browser(scene: Scene) -> None:
    staff = scene.rest("staff")
    answers = [staff("GET", "me"), Rest()("GET", "me"), staff("GET", "nope"), Rest()("GET", "/")]
    for answer in (*answers, staff("POST", "/graphql/", {"query": "{ me { id } }"})):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Content-Length"] == str(len(answer.body))
        assert "Set-Cookie" not in answer.headers


def test_all_views_begin_with_the_door() -> None:
    """A view without `ApiView` would skip what HTTP refuses."""
    from api_rest.urls import urlpatterns

    kinds = {pattern.callback.cls for pattern in urlpatterns if hasattr(pattern.callback, "cls")}
    assert len(kinds) == 21
    assert all(issubclass(kind, views.ApiView) for kind in kinds)
