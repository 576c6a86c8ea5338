"""Hospitals over REST."""

from __future__ import annotations

from typing import Any

import pytest

from hospitals.models import Hospital
from tests.api_rest.client import Rest, nothing_written
from tests.api_rest.conftest import Scene
from tests.factories.accounts import MembershipFactory
from tests.factories.hospitals import HospitalFactory

NEW = {
    "name": " Saint Mary ",
    "address": "1 Main Street",
    "timezone": "Asia/Kolkata",
    "opens": "08:00",
    "closes": "00:00",
}


def test_the_list_holds_what_the_caller_may_see_by_name(scene: Scene) -> None:
    general, elsewhere = scene.world.hospital, scene.world.other_hospital
    expected = {
        "id": general.pk,
        "name": "General",
        "address": "",
        "timezone": "America/New_York",
        "opens": "00:00",
        "closes": "00:00",
        "version": 1,
    }
    for who in ("admin", "staff", "doctor", "colleague"):
        answer = scene.rest(who).get("hospitals")
        assert answer.json == {"results": [expected], "next": None, "previous": None}
    names = [row["name"] for row in scene.rest("root").get("hospitals").json["results"]]
    assert names == ["Elsewhere", "General"]
    assert scene.rest("root").get("hospitals", search="else").json["results"][0]["id"] == (
        elsewhere.pk
    )
    assert scene.rest("staff").get("hospitals", search="else").json["results"] == []
    Rest().get("hospitals").refused("not_authenticated")


def test_pages_lead_forth_and_back(scene: Scene) -> None:
    for number in range(5):
        HospitalFactory(name=f"Hospital é{number}")
    root = scene.rest("root")
    page = root.get("hospitals", page_size=3, search="hospital").json
    assert [row["name"][-1] for row in page["results"]] == ["0", "1", "2"]
    assert page["previous"] is None
    assert page["next"].startswith("http://testserver/api/v1/hospitals?")
    assert "page_size=3" in page["next"]
    assert "search=hospital" in page["next"]
    last = root("GET", page["next"].removeprefix("http://testserver")).json
    assert [row["name"][-1] for row in last["results"]] == ["3", "4"]
    assert last["next"] is None
    first = root("GET", last["previous"].removeprefix("http://testserver")).json
    assert first["results"] == page["results"]
    assert first["next"]


@pytest.mark.parametrize("size", ["0", "201", "-1", "x", "1.0", "", "9" * 30, " 5"])
def test_sizes_of_pages(scene: Scene, size: str) -> None:
    answer = scene.rest("staff").get("hospitals", page_size=size)
    assert answer.invalid() == [("page_size", "out_of_range")]
    assert scene.rest("staff").get("hospitals", page_size=200).status == 200


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "AAAA",
        "WzBd",  # [0]
        "WzAsMSwyXQ",  # [0,1,2]
        "WzAsImEiLC0xXQ",  # [0,"a",-1]
        "WzAsIlx1ZDgwMCIsMV0",  # [0,"\ud800",1]
        "WzAsIlx1MDAwMCIsMV0",  # [0,"\u0000",1]
        "WzIsImEiLDFd",  # [2,"a",1]
        "W" * 4000,
        "é",
    ],
)
def test_cursors_that_are_none_of_ours(scene: Scene, cursor: str) -> None:
    assert scene.rest("staff").get("hospitals", cursor=cursor).invalid() == [("cursor", "invalid")]


def test_create(scene: Scene) -> None:
    answer = scene.rest("root")("POST", "hospitals", NEW)
    assert answer.status == 201
    new = answer.json
    assert new == {**NEW, "id": new["id"], "name": "Saint Mary", "version": 1}
    assert answer.headers["Location"] == f"http://testserver/api/v1/hospitals/{new['id']}"
    assert answer.etag == '"1"'
    assert scene.rest("root").get(f"hospitals/{new['id']}").json == new
    least = scene.rest("root")("POST", "hospitals", {"name": "A", "timezone": "UTC"}).json
    assert (least["address"], least["opens"], least["closes"]) == ("", "00:00", "00:00")


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": ""}, [("name", "blank")]),
        ({"name": "x" * 201}, [("name", "max_length")]),
        ({"timezone": "Mars/Olympus"}, [("timezone", "invalid")]),
        ({"timezone": "../../etc/passwd"}, [("timezone", "invalid")]),
        ({"opens": "8:00"}, [("opens", "invalid")]),
        ({"opens": "08:00:00", "closes": "24:00"}, [("opens", "invalid"), ("closes", "invalid")]),
        ({"opens": 8}, [("opens", "invalid")]),
        ({"opens": "10:00", "closes": "09:00"}, [("closes", "invalid")]),
        ({"opens": "10:00", "closes": "10:00"}, [("closes", "invalid")]),
        ({"id": 4, "version": 1}, [("id", "unknown_field"), ("version", "unknown_field")]),
        ({"name": 1, "timezone": "x"}, [("name", "invalid"), ("timezone", "invalid")]),
    ],
)
def test_invalid_hospitals(
    scene: Scene, change: dict[str, Any], fields: list[tuple[str, str]]
) -> None:
    with nothing_written():
        root = scene.rest("root")
        assert root("POST", "hospitals", NEW | change).invalid() == fields
        if "opens" not in change or "closes" in change:
            assert root("PATCH", scene.path, change).invalid() == fields


@pytest.mark.parametrize("who", ["admin", "staff", "doctor", "stranger"])
def test_only_a_platform_admin_creates(scene: Scene, who: str) -> None:
    with nothing_written():
        scene.rest(who)("POST", "hospitals", NEW).refused("permission_denied")
        scene.rest(who)("POST", "hospitals", b"{").refused("permission_denied")


@pytest.mark.parametrize("who", ["root", "admin"])
def test_change(scene: Scene, who: str) -> None:
    answer = scene.rest(who)("PATCH", scene.path, {"name": "Other", "opens": "07:30"})
    assert (answer.status, answer.etag) == (200, '"2"')
    expected = {"name": "Other", "opens": "07:30", "closes": "00:00", "version": 2}
    assert {name: answer.json[name] for name in expected} == expected
    with nothing_written():
        for body in ({}, {"name": "Other"}, None):
            assert scene.rest(who)("PATCH", scene.path, body).json == answer.json


def test_the_zone_is_in_use(scene: Scene) -> None:
    with nothing_written():
        answer = scene.rest("admin")("PATCH", scene.path, {"timezone": "Europe/Paris"})
        assert answer.invalid() == [("timezone", "in_use")]


def test_who_may_change(scene: Scene) -> None:
    with nothing_written():
        for who in ("staff", "doctor"):
            scene.rest(who)("PATCH", scene.path, {"name": "x"}).refused("permission_denied")
            # Before what is invalid, the version too.
            headers = {"If-Match": "nonsense"}
            scene.rest(who)("PATCH", scene.path, {"x": 1}, headers=headers).refused(
                "permission_denied"
            )
        scene.rest("stranger")("PATCH", scene.path, {"x": 1}).refused("not_found")
        Rest()("PATCH", scene.path, {"x": 1}).refused("not_authenticated")


def test_a_foreign_hospital_is_as_absent_as_one_that_never_was(scene: Scene) -> None:
    foreign = scene.rest("staff").get(f"hospitals/{scene.world.other_hospital.pk}")
    absent = scene.rest("staff").get("hospitals/999999999")
    assert foreign.refused("not_found") == absent.refused("not_found")
    MembershipFactory(hospital=scene.world.other_hospital, user=scene["staff"].user)
    assert scene.rest("staff").get(f"hospitals/{scene.world.other_hospital.pk}").status == 200
    assert Hospital.objects.count() == 2
