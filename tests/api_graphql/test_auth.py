"""Tokens: none, bad, ended; and what needs none."""

from __future__ import annotations

import pytest

from accounts.models import Membership, User
from tests.api_graphql.stage import post
from tests.factories.accounts import PASSWORD

ME = "{ me { name } }"
SIGN_IN = (
    "mutation ($e: String!, $p: String!) {"
    " obtainToken(email: $e, password: $p) { access refresh } }"
)
REFRESH = "mutation ($t: String!) { refreshToken(refresh: $t) { access refresh } }"
REVOKE = "mutation ($t: String!) { revokeToken(refresh: $t) }"


def ask(document, token=None, **variables):
    return post({"query": document, "variables": variables}, token=token)


@pytest.mark.parametrize(
    "document", [ME, "{ hospital(id: 1) { name } }", "{ __typename me { name } }"]
)
def test_no_token(stage, document):
    answer = ask(document)
    assert (answer.status, answer.codes) == (401, ["NOT_AUTHENTICATED"])
    assert answer.response.headers["WWW-Authenticate"] == "Bearer"
    assert "data" not in answer.body


@pytest.mark.parametrize("token", ["x", "a.b.c", "", "\x00", "é"])
def test_a_bad_token(stage, token):
    for document in (ME, "{ __typename }", "{ hospital(id: 1) { name } }"):
        answer = ask(document, token)
        assert (answer.status, answer.codes) == (401, ["NOT_AUTHENTICATED"])


def test_another_scheme(stage):
    answer = post({"query": ME}, Authorization="Basic c3RhZmY6eA==")
    assert (answer.status, answer.codes) == (401, ["NOT_AUTHENTICATED"])


def test_a_refresh_token_is_no_access_token(stage):
    assert ask(ME, stage.world.staff.tokens.refresh).status == 401


def test_an_ended_sign_in(stage):
    person = stage.world.staff
    assert ask(REVOKE, t=person.tokens.refresh).data == {"revokeToken": True}
    for document in (ME, "{ __typename }", f"{{ hospital(id: {stage.hospital_id}) {{ name }} }}"):
        answer = ask(document, person.tokens.access)
        assert (answer.status, answer.codes) == (401, ["NOT_AUTHENTICATED"])


def test_a_disabled_user(stage):
    User.objects.filter(pk=stage.world.staff.user.pk).update(is_active=False)
    assert stage.ask("staff", ME).status == 401


def test_a_withdrawn_role(stage):
    Membership.objects.filter(pk=stage.world.staff.member_id).delete()
    answer = stage.ask("staff", f"{{ hospital(id: {stage.hospital_id}) {{ name }} }}")
    assert (answer.status, answer.codes, answer.data) == (200, ["NOT_FOUND"], {"hospital": None})


def test_a_document_that_does_not_fit_comes_first(stage):
    for token in (None, "x"):
        answer = ask("{ me { nam } }", token)
        assert (answer.status, answer.codes) == (400, ["INVALID"])


def test_signing_in_and_out(stage):
    staff = stage.world.staff.user
    pair = ask(SIGN_IN, e=staff.email, p=PASSWORD).data["obtainToken"]
    assert ask(ME, pair["access"]).data == {"me": {"name": "Staff"}}
    new = ask(REFRESH, t=pair["refresh"]).data["refreshToken"]
    assert ask(ME, new["access"]).data == {"me": {"name": "Staff"}}
    # A used one ends the family.
    used = ask(REFRESH, t=pair["refresh"])
    assert (used.status, used.codes, used.data) == (
        200,
        ["NOT_AUTHENTICATED"],
        {"refreshToken": None},
    )
    assert used.errors[0]["path"] == ["refreshToken"]
    assert ask(ME, new["access"]).status == 401


def test_wrong_passwords(stage, settings):
    settings.SIGN_IN_FAILURES_BY_ACCOUNT = 2
    email = stage.world.staff.user.email
    for _ in range(2):
        answer = ask(SIGN_IN, e=email, p="wrong")
        assert (answer.status, answer.codes) == (200, ["NOT_AUTHENTICATED"])
    answer = ask(SIGN_IN, e=email, p=PASSWORD)
    assert answer.codes == ["THROTTLED"]
    wait = answer.errors[0]["extensions"]["retryAfter"]
    assert answer.response.headers["Retry-After"] == str(wait)


@pytest.mark.parametrize("token", ["x", "expired"])
def test_what_needs_no_token_does_not_look_at_one(stage, token):
    staff = stage.world.staff
    assert ask(SIGN_IN, token, e=staff.user.email, p=PASSWORD).status == 200
    assert ask(REFRESH, token, t=staff.tokens.refresh).errors == []


def test_beside_a_sign_in_other_fields_are_refused_at_their_paths(stage):
    document = (
        "mutation ($e: String!, $p: String!) { obtainToken(email: $e, password: $p) { access }"
        ' changePassword(current: "a", new: "b") }'
    )
    for token in (None, "x"):
        answer = ask(document, token, e=stage.world.staff.user.email, p=PASSWORD)
        assert (answer.status, answer.codes) == (200, ["NOT_AUTHENTICATED"])
        assert answer.errors[0]["path"] == ["changePassword"]
        assert answer.data["obtainToken"]["access"]
        assert answer.data["changePassword"] is None


def test_throttled(stage, settings):
    settings.REQUESTS_PER_SECOND = 1
    assert stage.ask("staff", ME).errors == []
    answer = stage.ask("staff", ME)
    assert (answer.status, answer.codes, answer.data) == (200, ["THROTTLED"], None)
    assert answer.errors[0]["extensions"]["retryAfter"] == 1
    assert answer.response.headers["Retry-After"] == "1"


def test_a_document_counts_as_one_request(stage, settings):
    settings.REQUESTS_PER_SECOND = 1
    document = (
        f"{{ a: hospital(id: {stage.hospital_id}) {{ name }}"
        f" b: hospital(id: {stage.world.other_hospital.pk}) {{ name }} }}"
    )
    answer = stage.ask("root", document)
    assert answer.data == {"a": {"name": "General"}, "b": {"name": "Elsewhere"}}


def test_the_sdl(stage, client):
    assert client.get("/graphql/schema").status_code == 401
    headers = {"Authorization": f"Bearer {stage.world.stranger.tokens.access}"}
    response = client.get("/graphql/schema", headers=headers)
    assert response.status_code == 200
    assert b"type Query {" in response.content
    assert client.post("/graphql/schema", headers=headers).status_code == 405
