"""Who the caller is, and their password."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import tokens
from accounts.models import User
from tests.api_rest.client import Rest, nothing_written
from tests.api_rest.conftest import Scene
from tests.factories.accounts import PASSWORD, MembershipFactory

NEW = "another long password"


def test_me(scene: Scene) -> None:
    MembershipFactory(hospital=scene.world.other_hospital, user=scene["doctor"].user)
    user, general, elsewhere = (
        scene["doctor"].user,
        scene.world.hospital,
        scene.world.other_hospital,
    )
    assert scene.rest("doctor").get("me").json == {
        "id": user.pk,
        "email": user.email,
        "name": "Doctor",
        "is_superuser": False,
        "memberships": [
            {
                "hospital": {"id": elsewhere.pk, "name": "Elsewhere", "timezone": "Europe/Paris"},
                "role": "staff",
                "doctor_id": None,
            },
            {
                "hospital": {"id": general.pk, "name": "General", "timezone": "America/New_York"},
                "role": "doctor",
                "doctor_id": scene.own.pk,
            },
        ],
    }
    root = scene.rest("root").get("me").json
    assert (root["is_superuser"], root["memberships"]) == (True, [])


def test_a_new_password_ends_the_other_sign_ins(scene: Scene) -> None:
    staff, other = scene.rest("staff"), Rest(scene["staff"])
    other.token = tokens.issue(scene["staff"].user).access
    body = {"current": PASSWORD, "new": NEW}
    answer = staff("POST", "me/password", body)
    assert (answer.status, answer.body) == (204, b"")
    assert staff.get("me").status == 200
    other.get("me").refused("not_authenticated")
    email = scene["staff"].user.email
    assert Rest()("POST", "auth/token", {"email": email, "password": NEW}).status == 200
    Rest()("POST", "auth/token", {"email": email, "password": PASSWORD}).refused(
        "not_authenticated"
    )


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"current": "wrong", "new": NEW}, [("current", "wrong_password")]),
        ({"current": PASSWORD, "new": "short"}, [("new", "password_too_short")]),
        (
            {"current": "wrong", "new": "password"},
            [
                ("current", "wrong_password"),
                ("new", "password_too_short"),
                ("new", "password_too_common"),
            ],
        ),
        ({}, [("current", "required"), ("new", "required")]),
        ({"current": PASSWORD, "new": f"{NEW}\0"}, [("new", "invalid")]),
        ({"current": 1, "new": None}, [("current", "invalid"), ("new", "null")]),
    ],
)
def test_refused_passwords(
    scene: Scene, body: dict[str, Any], fields: list[tuple[str, str]]
) -> None:
    with nothing_written():
        assert scene.rest("staff")("POST", "me/password", body).invalid() == fields
    assert User.objects.get(pk=scene["staff"].user.pk).password == scene["staff"].user.password


def test_guesses_of_the_current_password_are_throttled(scene: Scene, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_BY_ACCOUNT = 2
    body = {"current": "wrong", "new": NEW}
    statuses = [scene.rest("staff")("POST", "me/password", body).status for _ in range(3)]
    assert statuses == [400, 400, 429]


def test_both_need_a_token(db: None) -> None:
    Rest().get("me").refused("not_authenticated")
    Rest()("POST", "me/password", {"current": 1}).refused("not_authenticated")
