"""Signing in and out over HTTP: bodies, the cookie, and refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import SignInFailures, TokenFamily, User
from api_rest.auth import COOKIE
from tests.api_rest.client import Rest, nothing_written
from tests.api_rest.conftest import Scene
from tests.factories.accounts import PASSWORD


def sign_in(scene: Scene, rest: Rest | None = None, **more: Any) -> Any:
    body = {"email": scene["staff"].user.email, "password": PASSWORD} | more
    return (rest or Rest())("POST", "auth/token", body)


def me(access: str) -> int:
    return Rest()("GET", "me", headers={"Authorization": f"Bearer {access}"}).status


def test_sign_in_refresh_and_sign_out(scene: Scene) -> None:
    first = sign_in(scene)
    assert (first.status, list(first.json)) == (200, ["access", "refresh"])
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert not first.cookies
    assert me(first.json["access"]) == 200
    second = Rest()("POST", "auth/token/refresh", {"refresh": first.json["refresh"]})
    assert (second.status, list(second.json)) == (200, ["access", "refresh"])
    assert second.json["refresh"] != first.json["refresh"]
    assert me(second.json["access"]) == 200
    for _ in range(2):
        gone = Rest()("POST", "auth/token/revoke", {"refresh": second.json["refresh"]})
        assert (gone.status, gone.body) == (204, b"")
        assert "Content-Type" not in gone.headers
    assert (me(first.json["access"]), me(second.json["access"])) == (401, 401)
    Rest()("POST", "auth/token/refresh", {"refresh": second.json["refresh"]}).refused(
        "not_authenticated"
    )


def test_a_used_refresh_token_ends_the_family(scene: Scene) -> None:
    first = sign_in(scene).json
    second = Rest()("POST", "auth/token/refresh", {"refresh": first["refresh"]}).json
    Rest()("POST", "auth/token/refresh", {"refresh": first["refresh"]}).refused("not_authenticated")
    assert me(second["access"]) == 401
    Rest()("POST", "auth/token/refresh", {"refresh": second["refresh"]}).refused(
        "not_authenticated"
    )


def test_wrong_passwords_and_unknown_emails_are_alike(scene: Scene) -> None:
    with nothing_written():
        wrong = sign_in(scene, password="nope")
        unknown = sign_in(scene, email="nobody@example.org")
    wrong.refused("not_authenticated")
    assert (wrong.status, wrong.json) == (unknown.status, unknown.json)


def test_failures_are_throttled_and_successes_not(scene: Scene, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_BY_ACCOUNT = 3
    assert [sign_in(scene).status for _ in range(5)] == [200] * 5
    assert [sign_in(scene, password="nope").status for _ in range(4)] == [401, 401, 401, 429]
    answer = sign_in(scene)
    problem = answer.refused("throttled")
    assert 0 < problem["retry_after"] <= 300
    assert answer.headers["Retry-After"] == str(problem["retry_after"])


def test_failures_count_by_the_clients_address(scene: Scene, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_BY_ADDRESS = 2
    settings.TRUSTED_PROXIES = 1

    def attempt(address: str, number: int) -> int:
        body = {"email": f"nobody{number}@example.org", "password": "nope"}
        headers = {"X-Forwarded-For": f"9.9.9.9, {address}"}
        return Rest()("POST", "auth/token", body, headers=headers).status

    assert [attempt("10.0.0.1", number) for number in range(3)] == [401, 401, 429]
    assert attempt("10.0.0.2", 4) == 401


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, [("email", "required"), ("password", "required")]),
        ({"email": 1, "password": None}, [("email", "invalid"), ("password", "null")]),
        ({"email": "a@b.c", "password": "x", "cookie": 1}, [("cookie", "invalid")]),
        ({"email": "a@b.c", "password": "x", "cookie": "true"}, [("cookie", "invalid")]),
        ({"email": "a@b.c\0", "password": "x\0"}, [("email", "invalid"), ("password", "invalid")]),
        ({"email": "", "password": ""}, [("email", "blank"), ("password", "blank")]),
        ({"email": "a@b.c", "password": "x", "otp": "1"}, [("otp", "unknown_field")]),
    ],
)
def test_the_body_is_judged_first(
    scene: Scene, body: dict[str, Any], fields: list[tuple[str, str]]
) -> None:
    assert Rest()("POST", "auth/token", body).invalid() == fields
    assert SignInFailures.objects.count() == 0


@pytest.mark.parametrize("path", ["auth/token/refresh", "auth/token/revoke"])
def test_bodies_of_the_other_two(scene: Scene, path: str) -> None:
    for body, code in (
        ({"refresh": None}, "null"),
        ({"refresh": 1}, "invalid"),
        ({"refresh": ""}, "blank"),
    ):
        assert Rest()("POST", path, body).invalid() == [("refresh", code)]
    assert Rest()("POST", path, {"cookie": True}).invalid() == [("cookie", "unknown_field")]
    for forged in ("nope", scene["staff"].tokens.access, "a.b.c"):
        Rest()("POST", path, {"refresh": forged}).refused("not_authenticated")
    # No token at all: not in the body, nor in a cookie.
    Rest()("POST", path, {}).refused("not_authenticated")
    Rest()("POST", path).refused("not_authenticated")


def test_a_bearer_token_is_not_looked_at(scene: Scene) -> None:
    body = {"email": scene["staff"].user.email, "password": PASSWORD}
    headers = {"Authorization": "Bearer nonsense"}
    assert Rest()("POST", "auth/token", body, headers=headers).status == 200


# -- the cookie --------------------------------------------------------------------------------


def test_the_browsers_way(scene: Scene, settings: Any) -> None:
    browser = Rest()
    first = sign_in(scene, browser, cookie=True)
    assert first.json["refresh"] is None
    cookie = first.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        "/api/v1/auth",
        True,
        "Strict",
    )
    assert cookie["max-age"] == 14 * 86400
    assert cookie["secure"] is True
    assert me(first.json["access"]) == 200
    second = browser("POST", "auth/token/refresh", {})
    assert (second.status, second.json["refresh"]) == (200, None)
    assert second.cookies[COOKIE].value != cookie.value
    assert browser("POST", "auth/token/refresh").status == 200  # an empty body is {}
    gone = browser("POST", "auth/token/revoke", {})
    assert (gone.status, gone.cookies[COOKIE]["max-age"]) == (204, 0)
    assert gone.cookies[COOKIE]["path"] == "/api/v1/auth"
    assert me(second.json["access"]) == 401
    browser("POST", "auth/token/refresh", {}).refused("not_authenticated")


def test_the_cookie_goes_over_plain_http_in_the_demo_only(scene: Scene, settings: Any) -> None:
    settings.COOKIES_NEED_HTTPS = False
    assert not sign_in(scene, cookie=True).cookies[COOKIE]["secure"]


def test_a_token_in_the_body_goes_before_the_cookie(scene: Scene) -> None:
    browser, other = Rest(), sign_in(scene).json
    sign_in(scene, browser, cookie=True)
    answer = browser("POST", "auth/token/refresh", {"refresh": other["refresh"]})
    assert answer.json["refresh"]
    assert not answer.cookies
    browser("POST", "auth/token/revoke", {"refresh": answer.json["refresh"]})
    assert browser("POST", "auth/token/refresh", {}).status == 200


def test_the_cookie_opens_nothing_else(scene: Scene) -> None:
    browser = Rest()
    sign_in(scene, browser, cookie=True)
    for path in ("me", "hospitals", scene.path):
        browser.get(path).refused("not_authenticated")


def test_a_stolen_cookie_that_was_used_ends_the_family(scene: Scene) -> None:
    browser = Rest()
    stolen = sign_in(scene, browser, cookie=True).cookies[COOKIE].value
    access = browser("POST", "auth/token/refresh", {}).json["access"]
    thief = Rest()
    thief.client.cookies[COOKIE] = stolen
    thief("POST", "auth/token/refresh", {}).refused("not_authenticated")
    assert me(access) == 401
    browser("POST", "auth/token/refresh", {}).refused("not_authenticated")


# -- rights at each request ----------------------------------------------------------------------


def test_who_is_disabled_or_deleted_is_out_at_once(scene: Scene) -> None:
    staff = scene.rest("staff")
    User.objects.filter(pk=scene["staff"].user.pk).update(is_active=False)
    staff.get("me").refused("not_authenticated")
    staff.get(scene.path).refused("not_authenticated")
    User.objects.filter(pk=scene["staff"].user.pk).update(is_active=True)
    TokenFamily.objects.filter(user=scene["staff"].user).delete()
    staff.get("me").refused("not_authenticated")


def test_a_withdrawn_role_is_out_at_once(scene: Scene) -> None:
    staff, admin = scene.rest("staff"), scene.rest("admin")
    assert staff.get(scene.path).status == 200
    assert admin("DELETE", f"{scene.path}/members/{scene['staff'].member_id}").status == 204
    staff.get(scene.path).refused("not_found")
    assert staff.get("me").json["memberships"] == []


def test_an_access_token_expires(scene: Scene, frozen: Any) -> None:
    access = sign_in(scene).json["access"]
    frozen.shift(599)
    assert me(access) == 200
    frozen.shift(1)
    assert me(access) == 401


def test_django_sessions_open_nothing(scene: Scene) -> None:
    client = Client()
    client.force_login(scene["root"].user)
    assert client.get("/api/v1/me").status_code == 401
