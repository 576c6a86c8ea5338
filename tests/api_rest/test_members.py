"""Members over REST."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_rest.client import Rest, nothing_written
from tests.api_rest.conftest import Scene
from tests.factories.accounts import PASSWORD

NEW = {
    "email": "New@Example.org",
    "name": "Nora New",
    "role": "staff",
    "password": "a long enough one",
}


def test_the_list_by_name(scene: Scene) -> None:
    answer = scene.rest("admin").get(f"{scene.path}/members")
    people = ("admin", "colleague", "doctor", "staff")
    assert answer.json == {
        "results": [
            {
                "id": scene[who].member_id,
                "user": {
                    "id": scene[who].user.pk,
                    "email": scene[who].user.email,
                    "name": scene[who].user.name,
                },
                "role": scene[who].access.role,
                "doctor_id": scene[who].access.doctor_id,
            }
            for who in people
        ],
        "next": None,
        "previous": None,
    }
    for row in answer.json["results"]:
        assert scene.rest("admin").get(f"{scene.path}/members/{row['id']}").json == row
    page = scene.rest("root").get(f"{scene.path}/members", page_size=3).json
    assert [row["id"] for row in page["results"]] == [scene[who].member_id for who in people[:3]]
    rest = scene.rest("root")("GET", page["next"].removeprefix("http://testserver")).json
    assert [row["id"] for row in rest["results"]] == [scene["staff"].member_id]


def test_add_a_new_user(scene: Scene) -> None:
    answer = scene.rest("admin")("POST", f"{scene.path}/members", NEW)
    assert answer.status == 201
    member = answer.json
    assert member["user"] | {"id": 0} == {"id": 0, "email": "new@example.org", "name": "Nora New"}
    assert (member["role"], member["doctor_id"]) == ("staff", None)
    assert answer.headers["Location"].endswith(f"/{scene.path}/members/{member['id']}")
    body = {"email": "new@example.org", "password": NEW["password"]}
    assert Rest()("POST", "auth/token", body).status == 200


def test_add_a_known_user(scene: Scene) -> None:
    body = {
        "email": scene["stranger"].user.email,
        "role": "doctor",
        "doctor_id": scene.own.pk,
        "name": None,
        "password": None,
    }
    member = scene.rest("admin")("POST", f"{scene.path}/members", body).json
    assert member["user"]["id"] == scene["stranger"].user.pk
    assert scene.rest("stranger").get(scene.path).status == 200


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"email": "nope"}, [("email", "invalid")]),
        ({"role": "king"}, [("role", "invalid_choice")]),
        ({"role": 1}, [("role", "invalid_choice")]),
        ({"role": "doctor"}, [("doctor_id", "required")]),
        ({"role": "doctor", "doctor_id": 999_999}, [("doctor_id", "not_found")]),
        ({"doctor_id": 0}, [("doctor_id", "not_found")]),
        ({"doctor_id": "1"}, [("doctor_id", "invalid")]),
        ({"password": "short"}, [("password", "password_too_short")]),
        ({"password": None}, [("password", "required")]),
        ({"name": None}, [("name", "required")]),
        ({"is_superuser": True}, [("is_superuser", "unknown_field")]),
    ],
)
def test_invalid_members(
    scene: Scene, change: dict[str, Any], fields: list[tuple[str, str]]
) -> None:
    with nothing_written():
        answer = scene.rest("admin")("POST", f"{scene.path}/members", NEW | change)
        assert answer.invalid() == fields


def test_invalid_for_known_users(scene: Scene) -> None:
    admin, path = scene.rest("admin"), f"{scene.path}/members"
    stranger, staff = scene["stranger"].user.email, scene["staff"].user.email
    foreign = {"role": "doctor", "doctor_id": scene.world.other_doctor.pk}
    with nothing_written():
        body = {"email": stranger, "role": "staff", "password": PASSWORD}
        assert admin("POST", path, body).invalid() == [("password", "not_allowed")]
        assert admin("POST", path, {"email": staff, "role": "staff"}).invalid() == [
            ("email", "unique")
        ]
        assert admin("POST", path, {"email": stranger, **foreign}).invalid() == [
            ("doctor_id", "not_found")
        ]


def test_change_and_remove(scene: Scene) -> None:
    admin, path = scene.rest("admin"), f"{scene.path}/members/{scene['staff'].member_id}"
    changed = admin("PATCH", path, {"role": "doctor", "doctor_id": scene.own.pk})
    assert (changed.status, changed.json["role"], changed.json["doctor_id"]) == (
        200,
        "doctor",
        scene.own.pk,
    )
    with nothing_written():
        assert admin("PATCH", path, {}).json == changed.json
        assert admin("PATCH", path, {"role": None}).invalid() == [("role", "null")]
        assert admin("PATCH", path, {"email": "x"}).invalid() == [("email", "unknown_field")]
        assert admin("DELETE", path, query={"x": 1}).invalid() == [("x", "unknown_field")]
    assert admin("PATCH", path, {"role": "admin", "doctor_id": None}).json["doctor_id"] is None
    gone = admin("DELETE", path)
    assert (gone.status, gone.body) == (204, b"")
    admin("DELETE", path).refused("not_found")
    admin.get(path).refused("not_found")


def test_the_last_admin_stays(scene: Scene) -> None:
    path = f"{scene.path}/members/{scene['admin'].member_id}"
    for who in ("admin", "root"):
        with nothing_written():
            assert scene.rest(who)("DELETE", path).invalid() == [("member", "last_admin")]
            assert scene.rest(who)("PATCH", path, {"role": "staff"}).invalid() == [
                ("role", "last_admin")
            ]


def test_who_may(scene: Scene) -> None:
    path = f"{scene.path}/members"
    mine, absent = f"{path}/{scene['staff'].member_id}", f"{path}/999999"
    foreign = f"{path}/{scene['stranger'].member_id}"
    with nothing_written():
        for who, one, all_ in (
            (scene.rest("staff"), "permission_denied", "permission_denied"),
            (scene.rest("doctor"), "permission_denied", "permission_denied"),
            (scene.rest("stranger"), "not_found", "not_found"),
            (Rest(), "not_authenticated", "not_authenticated"),
        ):
            who.get(path, nope=1).refused(all_)
            who("POST", path, {"nope": 1}).refused(all_)
            who.get(mine, nope=1).refused(one)
            who("PATCH", mine, {"nope": 1}).refused(one)
            who("DELETE", mine, query={"nope": 1}).refused(one)
        for who in ("admin", "staff"):
            for other in (absent, foreign):
                scene.rest(who).get(other, nope=1).refused("not_found")
                scene.rest(who)("PATCH", other, {"nope": 1}).refused("not_found")
                scene.rest(who)("DELETE", other, query={"nope": 1}).refused("not_found")
