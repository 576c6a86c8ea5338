"""Doctors over REST."""

from __future__ import annotations

from typing import Any

import pytest

from appointments.services import cancel_appointment
from tests.api_rest.client import Rest, nothing_written
from tests.api_rest.conftest import MONDAY, Scene
from tests.factories.doctors import DoctorFactory

NEW = {"name": "Dr New", "specialty": "Neurology"}


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json["results"]]


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor", "colleague"])
def test_list_and_look_up(scene: Scene, who: str) -> None:
    rest, path = scene.rest(who), f"{scene.path}/doctors"
    answer = rest.get(path)
    assert answer.json["results"][0] == {
        "id": scene.colleague.pk,
        "name": "Dr Colleague",
        "specialty": "Cardiology",
        "active": True,
        "version": 1,
    }
    assert names(answer) == ["Dr Colleague", "Dr Own"]
    assert rest.get(f"{path}/{scene.own.pk}").json == answer.json["results"][1]
    assert rest.get(f"{scene.path}/specialties").json == {"results": ["Cardiology"]}


def test_filters(scene: Scene) -> None:
    staff, path, here = scene.rest("staff"), f"{scene.path}/doctors", scene.world.hospital
    DoctorFactory(hospital=here, name="Dr Asleep", specialty="Neurology", active=False)
    DoctorFactory(hospital=here, name="Dr Idle", specialty="Neurology")
    assert names(staff.get(path, active="true")) == ["Dr Colleague", "Dr Idle", "Dr Own"]
    assert names(staff.get(path, active="false")) == ["Dr Asleep"]
    assert names(staff.get(path, specialty="Neurology")) == ["Dr Idle"]
    assert names(staff.get(path, specialty="neuro")) == []
    assert names(staff.get(path, search="IDLE dr")) == ["Dr Idle"]
    assert names(staff.get(path, search="", specialty="")) == names(staff.get(path))
    free = {"available_from": MONDAY, "available_to": MONDAY}
    assert names(staff.get(path, **free)) == ["Dr Colleague", "Dr Own"]
    assert names(staff.get(path, **free, active="false")) == []
    assert names(staff.get(path, available_from="2026-12-01", available_to="2026-12-02")) == []
    assert staff.get(f"{scene.path}/specialties").json == {"results": ["Cardiology", "Neurology"]}


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"available_from": MONDAY}, [("available_to", "required")]),
        ({"available_to": MONDAY}, [("available_from", "required")]),
        (
            {"available_from": "2026-12-02", "available_to": "2026-12-01"},
            [("available_from", "after_to")],
        ),
        (
            {"available_from": "2026-12-01", "available_to": "2027-01-12"},
            [("available_to", "too_many_days")],
        ),
        ({"available_from": "x", "available_to": ""}, None),
        ({"active": "yes"}, [("active", "invalid")]),
        ({"active": "False"}, [("active", "invalid")]),
        ({"search": "x" * 201}, [("search", "max_length")]),
        ({"search": "\0"}, [("search", "invalid")]),
        ({"specialty": "\0"}, [("specialty", "invalid")]),
        ({"specialty": "x" * 101}, [("specialty", "max_length")]),
        ({"name": "x"}, [("name", "unknown_field")]),
    ],
)
def test_invalid_filters(
    scene: Scene, query: dict[str, Any], fields: list[tuple[str, str]] | None
) -> None:
    expected = fields or [("available_from", "invalid"), ("available_to", "invalid")]
    assert scene.rest("staff").get(f"{scene.path}/doctors", **query).invalid() == expected


def test_create_and_change(scene: Scene) -> None:
    admin, path = scene.rest("admin"), f"{scene.path}/doctors"
    new = admin("POST", path, NEW)
    assert (new.status, new.etag) == (201, '"1"')
    assert new.json == {"id": new.json["id"], **NEW, "active": True, "version": 1}
    one = f"{path}/{new.json['id']}"
    assert new.headers["Location"] == f"http://testserver/api/v1/{one}"
    changed = admin("PATCH", one, {"active": False, "name": " Dr Newer "})
    assert changed.json == {**new.json, "active": False, "name": "Dr Newer", "version": 2}
    with nothing_written():
        assert admin("PATCH", one, {}).json == changed.json
    assert admin.get(one).json == changed.json


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": " "}, [("name", "blank")]),
        ({"specialty": ""}, [("specialty", "blank")]),
        ({"active": "true"}, [("active", "invalid")]),
        ({"active": 1}, [("active", "invalid")]),
        ({"active": None}, [("active", "null")]),
        ({"name": "\0"}, [("name", "invalid")]),
        ({"name": "x" * 201, "specialty": "x" * 101}, None),
        ({"hospital_id": 1}, [("hospital_id", "unknown_field")]),
    ],
)
def test_invalid_doctors(
    scene: Scene, body: dict[str, Any], fields: list[tuple[str, str]] | None
) -> None:
    expected = fields or [("name", "max_length"), ("specialty", "max_length")]
    admin, path = scene.rest("admin"), f"{scene.path}/doctors"
    with nothing_written():
        assert admin("POST", path, NEW | body).invalid() == expected
        assert admin("PATCH", f"{path}/{scene.own.pk}", body).invalid() == expected


def test_an_inactive_doctor_leaves_no_appointments_ahead(scene: Scene) -> None:
    admin, path = scene.rest("admin"), f"{scene.path}/doctors/{scene.own.pk}"
    expected = admin.get(f"{scene.path}/appointments/{scene.appointment.id}").json
    with nothing_written():
        problem = admin("PATCH", path, {"active": False}).refused("availability_in_use")
        assert problem["appointments"] == [expected]
    cancel_appointment(scene["admin"].access, scene.appointment.id, expected_version=1)
    assert admin("PATCH", path, {"active": False}).json["active"] is False


def test_who_may(scene: Scene) -> None:
    path = f"{scene.path}/doctors"
    one, foreign = f"{path}/{scene.own.pk}", f"{path}/{scene.world.other_doctor.pk}"
    with nothing_written():
        for who in ("staff", "doctor"):
            scene.rest(who)("POST", path, {"x": 1}).refused("permission_denied")
            scene.rest(who)("PATCH", one, {"x": 1}).refused("permission_denied")
            scene.rest(who)("PATCH", foreign, {"x": 1}).refused("not_found")
        for who, code in ((scene.rest("stranger"), "not_found"), (Rest(), "not_authenticated")):
            for method in ("GET", "POST"):
                who(method, path, query={"x": 1}).refused(code)
            for method in ("GET", "PATCH"):
                who(method, one, query={"x": 1}).refused(code)
            who.get(f"{scene.path}/specialties", x=1).refused(code)
        scene.rest("admin").get(foreign).refused("not_found")
        scene.rest("admin").get(f"{path}/999999").refused("not_found")
        assert scene.rest("admin").get(one, x=1).invalid() == [("x", "unknown_field")]
        assert scene.rest("admin").get(f"{scene.path}/specialties", x=1).invalid() == [
            ("x", "unknown_field")
        ]


def test_queries(scene: Scene, django_assert_num_queries: Any) -> None:
    staff, path = scene.rest("staff"), f"{scene.path}/doctors"
    with django_assert_num_queries(2):  # the door, the doctors
        staff.get(path)
    with django_assert_num_queries(4):  # the door, the stamps, the rows of the days, the doctors
        staff.get(path, available_from=MONDAY, available_to=MONDAY)
