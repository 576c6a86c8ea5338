"""Appointments over REST: list, look up, move, set a status, cancel, and the history."""

from __future__ import annotations

from typing import Any

import pytest

from appointments.services import book_appointment
from tests.api_rest.client import Answer, Rest, nothing_written
from tests.api_rest.conftest import Scene


def path(scene: Scene, more: str = "") -> str:
    return f"{scene.path}/appointments/{scene.appointment.id}{more}"


def patch(scene: Scene, body: Any, version: int = 1, who: str = "staff") -> Answer:
    headers = {"If-Match": f'"{version}"'}
    return scene.rest(who)("PATCH", path(scene), body, headers=headers)


def cancel(scene: Scene, version: int = 1, body: Any = None, who: str = "staff") -> Answer:
    headers = {"If-Match": f'"{version}"'}
    return scene.rest(who)("DELETE", path(scene), body, headers=headers)


def another(scene: Scene, doctor_id: int, starts_at: str) -> int:
    return book_appointment(
        scene["staff"].access,
        doctor_id=doctor_id,
        patient_id=scene.other_patient.pk,
        starts_at=starts_at,
    ).id


# -- reading -----------------------------------------------------------------------------------


def test_the_list_in_order_of_time(scene: Scene) -> None:
    staff, nine = scene.rest("staff"), another(scene, scene.own.pk, "2026-11-30T09:00")
    same = another(scene, scene.colleague.pk, "2026-11-30T11:00")
    ids = [nine, scene.appointment.id, same]
    listed = f"{scene.path}/appointments"

    def found(**query: Any) -> list[int]:
        answer = staff.get(listed, **query)
        assert answer.status == 200, answer.body
        return [row["id"] for row in answer.json["results"]]

    assert found() == ids
    assert staff.get(listed).json["results"][1] == staff.get(path(scene)).json
    assert found(doctor=scene.own.pk) == ids[:2]
    assert found(patient=scene.other_patient.pk) == [nine, same]
    assert found(from_="2026-11-30", to="2026-11-30") == ids
    assert found(from_="2026-12-01") == []
    assert found(to="2026-11-29") == []
    assert found(from_="1900-01-01", to="2200-12-31") == ids
    cancel(scene)
    assert found(status="cancelled") == [scene.appointment.id]
    assert found(status="booked") == [nine, same]
    first = staff.get(listed, page_size=2).json
    second = staff("GET", first["next"].removeprefix("http://testserver")).json
    assert [row["id"] for row in second["results"]] == [same]
    back = staff("GET", second["previous"].removeprefix("http://testserver")).json
    assert back["results"] == first["results"]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"doctor": "1,2"}, [("doctor", "invalid")]),
        ({"doctor": "999999"}, [("doctor", "not_found")]),
        ({"doctor": "999999", "patient": "999999"}, None),
        ({"doctor": "9223372036854775808"}, [("doctor", "not_found")]),
        ({"patient": "0"}, [("patient", "not_found")]),
        ({"from_": "2026-12-01", "to": "2026-11-30"}, [("from", "after_to")]),
        ({"from_": "1899-12-31"}, [("from", "out_of_range")]),
        ({"from_": "yesterday"}, [("from", "invalid")]),
        ({"status": "gone"}, [("status", "invalid_choice")]),
        ({"status": "BOOKED"}, [("status", "invalid_choice")]),
        ({"cursor": "WzAsIngiLDFd"}, [("cursor", "invalid")]),
        ({"cursor": "WzAsIjIwMjYtMTEtMzBUMDk6MDA6MDAiLDFd"}, [("cursor", "invalid")]),
    ],
)
def test_invalid_filters(
    scene: Scene, query: dict[str, Any], fields: list[tuple[str, str]] | None
) -> None:
    expected = fields or [("doctor", "not_found"), ("patient", "not_found")]
    answer = scene.rest("staff").get(f"{scene.path}/appointments", **query)
    assert answer.invalid() == expected


def test_cursors_at_the_ends_of_the_calendar(scene: Scene) -> None:
    for cursor in (
        "WzAsIjAwMDEtMDEtMDFUMDA6MDA6MDArMjM6NTkiLDFd",  # [0,"0001-01-01T00:00:00+23:59",1]
        "WzAsIjk5OTktMTItMzFUMjM6NTk6NTktMjM6NTkiLDFd",  # [0,"9999-12-31T23:59:59-23:59",1]
    ):
        answer = scene.rest("staff").get(f"{scene.path}/appointments", cursor=cursor)
        assert answer.invalid() == [("cursor", "invalid")]


def test_a_doctor_sees_their_own_alone(scene: Scene) -> None:
    theirs = another(scene, scene.colleague.pk, "2026-11-30T11:00")
    for who, visible, hidden in (
        ("doctor", scene.appointment.id, theirs),
        ("colleague", theirs, scene.appointment.id),
    ):
        rest, listed = scene.rest(who), f"{scene.path}/appointments"
        assert [row["id"] for row in rest.get(listed).json["results"]] == [visible]
        assert rest.get(f"{listed}/{visible}").status == 200
        with nothing_written():
            for method, more in (("GET", ""), ("GET", "/history"), ("PATCH", ""), ("DELETE", "")):
                rest(method, f"{listed}/{hidden}{more}").refused("not_found")
    filtered = scene.rest("doctor").get(f"{scene.path}/appointments", doctor=scene.colleague.pk)
    assert filtered.json["results"] == []


def test_who_may(scene: Scene) -> None:
    with nothing_written():
        for who, code in ((scene.rest("stranger"), "not_found"), (Rest(), "not_authenticated")):
            who.get(f"{scene.path}/appointments", x=1).refused(code)
            for method, more in (("GET", ""), ("GET", "/history"), ("PATCH", ""), ("DELETE", "")):
                who(method, path(scene, more), query={"x": 1}).refused(code)
        foreign = f"hospitals/{scene.world.other_hospital.pk}/appointments/{scene.appointment.id}"
        for method, more in (("GET", ""), ("GET", "/history"), ("PATCH", ""), ("DELETE", "")):
            scene.rest("root")(method, foreign + more, query={"x": 1}).refused("not_found")
        for more in ("", "/history"):
            assert scene.rest("staff").get(path(scene, more), x=1).invalid() == [
                ("x", "unknown_field")
            ]


# -- changing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor"])
def test_move_edit_and_set_a_status_at_once(scene: Scene, who: str) -> None:
    before = scene.rest(who).get(path(scene)).json
    body = {"starts_at": "2026-11-30T15:00", "reason": "later", "status": "arrived"}
    answer = patch(scene, body, who=who)
    expected = {
        **before,
        "starts_at": "2026-11-30T15:00:00-05:00",
        "ends_at": "2026-11-30T16:00:00-05:00",
        "time": "15:00",
        "reason": "later",
        "status": "arrived",
        "version": 2,
    }
    assert (answer.status, answer.json, answer.etag) == (200, expected, '"2"')
    assert scene.rest(who).get(path(scene)).json == expected


def test_move_to_a_colleague(scene: Scene) -> None:
    assert patch(scene, {"doctor_id": scene.colleague.pk}).json["doctor_id"] == scene.colleague.pk


def test_what_changes_nothing_writes_nothing(scene: Scene) -> None:
    before = scene.rest("staff").get(path(scene)).json
    same = {name: before[name] for name in ("starts_at", "doctor_id", "reason", "status")}
    with nothing_written():
        for body in ({}, None, same):
            answer = patch(scene, body)
            assert (answer.status, answer.json, answer.etag) == (200, before, '"1"')


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"starts_at": "soon"}, [("starts_at", "invalid")]),
        ({"starts_at": None, "doctor_id": None}, [("starts_at", "null"), ("doctor_id", "null")]),
        ({"doctor_id": 999_999}, [("doctor_id", "not_found")]),
        ({"doctor_id": "1"}, [("doctor_id", "invalid")]),
        ({"status": "gone"}, [("status", "invalid_choice")]),
        ({"status": None}, [("status", "null")]),
        ({"reason": "x" * 501}, [("reason", "max_length")]),
        ({"reason": "\0"}, [("reason", "invalid")]),
        ({"patient_id": 1, "version": 1}, None),
    ],
)
def test_invalid_changes(
    scene: Scene, body: dict[str, Any], fields: list[tuple[str, str]] | None
) -> None:
    expected = fields or [("patient_id", "unknown_field"), ("version", "unknown_field")]
    with nothing_written():
        assert patch(scene, body).invalid() == expected
        # Before the version, whichever and whether at all.
        assert patch(scene, body, version=7).invalid() == expected
        assert scene.rest("staff")("PATCH", path(scene), body).invalid() == expected


def test_the_order_of_refusals(scene: Scene) -> None:
    """Each step mends the fault that won; the faults of all later steps are still there."""
    before = scene.rest("staff").get(path(scene)).json
    bad = {"doctor_id": scene.colleague.pk, "starts_at": "2020-01-01T00:00", "x": 1}
    with nothing_written():
        patch(scene, bad, who="stranger", version=9).refused("not_found")
        patch(scene, bad, who="colleague", version=9).refused("not_found")
        patch(scene, bad, who="doctor", version=9).refused("permission_denied")
        patch(scene, bad, version=9).refused("invalid")
        del bad["x"]
        scene.rest("staff")("PATCH", path(scene), bad).refused("precondition_required")
        assert patch(scene, bad, version=9).refused("version_conflict")["current"] == before
    patch(scene, {"status": "arrived"})
    with nothing_written():
        patch(scene, bad, version=2).refused("invalid_transition")
    patch(scene, {"status": "booked"}, version=2)
    taken = another(scene, scene.own.pk, "2026-11-30T12:00")
    another(scene, scene.colleague.pk, "2026-11-30T13:00")
    with nothing_written():
        patch(scene, bad, version=3).refused("slot_in_past")
        bad["starts_at"] = "2026-12-01T12:00"
        assert patch(scene, bad, version=3).refused("slot_unavailable")["alternatives"]
        assert patch(scene, {"starts_at": "2026-11-30T12:00"}, version=3).refused("slot_taken")
        listed = f"{scene.path}/appointments/{taken}"
        busy = scene.rest("staff")(
            "PATCH", listed, {"starts_at": "2026-11-30T13:00"}, headers={"If-Match": '"1"'}
        ).refused("patient_busy")
        assert busy["appointment"]["time"] == "13:00"


def test_statuses(scene: Scene) -> None:
    steps = [
        ("fulfilled", None),
        ("arrived", 2),
        ("booked", 3),
        ("noshow", 4),
        ("fulfilled", None),
        ("arrived", 5),
        ("noshow", None),
        ("fulfilled", 6),
        ("booked", None),
        ("cancelled", None),
    ]
    version = 1
    for status, expected in steps:
        if expected is None:
            with nothing_written():
                patch(scene, {"status": status}, version).refused("invalid_transition")
        else:
            version = patch(scene, {"status": status}, version).json["version"]
            assert version == expected


# -- cancelling --------------------------------------------------------------------------------


def test_cancel_and_book_again(scene: Scene) -> None:
    answer = cancel(scene, body={"reason": "moved away"})
    assert (answer.status, answer.etag) == (200, '"2"')
    assert (answer.json["status"], answer.json["reason"]) == ("cancelled", "check-up")
    with nothing_written():
        cancel(scene, version=1).refused("version_conflict")
        cancel(scene, version=2).refused("invalid_transition")
        patch(scene, {"status": "cancelled"}, version=2).refused("invalid_transition")
        patch(scene, {"status": "booked"}, version=2).refused("invalid_transition")
    assert another(scene, scene.own.pk, "2026-11-30T10:00")


def test_refused_cancellations(scene: Scene) -> None:
    staff = scene.rest("staff")
    with nothing_written():
        staff("DELETE", path(scene)).refused("precondition_required")
        staff("DELETE", path(scene), headers={"If-Match": "*"}).refused("precondition_required")
        for body, fields in (
            ({"reason": "x" * 501}, [("reason", "max_length")]),
            ({"reason": 1, "x": 1}, [("x", "unknown_field"), ("reason", "invalid")]),
            ({"reason": None}, [("reason", "null")]),
            (b"[]", [("body", "invalid")]),
        ):
            assert cancel(scene, body=body, version=9).invalid() == fields
        answer = staff("DELETE", path(scene), query={"reason": "x"})
        assert answer.invalid() == [("reason", "unknown_field")]
        answer = cancel(scene, version=9)
        assert answer.refused("version_conflict")["current"] == staff.get(path(scene)).json


@pytest.mark.parametrize("body", [None, {}, {"reason": ""}])
def test_a_reason_is_not_needed(scene: Scene, body: Any) -> None:
    assert cancel(scene, body=body).json["status"] == "cancelled"


# -- history -----------------------------------------------------------------------------------


def test_history(scene: Scene) -> None:
    patch(scene, {"starts_at": "2026-11-30T15:00", "reason": "later"}, who="doctor")
    patch(scene, {"status": "arrived"}, version=2)
    patch(scene, {"status": "booked"}, version=3)
    cancel(scene, version=4, body={"reason": "moved away"})
    by = {
        who: {"id": scene[who].user.pk, "name": scene[who].user.name} for who in ("staff", "doctor")
    }
    at = "2026-11-24T15:00:00+00:00"

    def entry(version: int, type_: str, who: str, **changes: tuple[Any, Any]) -> dict[str, Any]:
        return {
            "type": type_,
            "at": at,
            "by": by[who],
            "version": version,
            "changes": {name: {"from": a, "to": b} for name, (a, b) in changes.items()},
        }

    ten, three = "2026-11-30T10:00:00-05:00", "2026-11-30T15:00:00-05:00"
    answer = scene.rest("staff").get(path(scene, "/history"))
    assert answer.json == {
        "results": [
            entry(
                *(1, "booked", "staff"),
                doctor_id=(None, scene.own.pk),
                patient_id=(None, scene.patient.pk),
                starts_at=(None, ten),
                status=(None, "booked"),
                reason=(None, "check-up"),
            ),
            entry(2, "moved", "doctor", starts_at=(ten, three), reason=("check-up", "later")),
            entry(3, "arrived", "staff", status=("booked", "arrived")),
            entry(4, "undone", "staff", status=("arrived", "booked")),
            entry(
                *(5, "cancelled", "staff"),
                status=("booked", "cancelled"),
                reason=(None, "moved away"),
            ),
        ]
    }


def test_queries(scene: Scene, django_assert_num_queries: Any) -> None:
    staff = scene.rest("staff")
    with django_assert_num_queries(2):  # the door, the appointments
        staff.get(f"{scene.path}/appointments")
    with django_assert_num_queries(2):  # the door, the appointment
        staff.get(path(scene))
    with django_assert_num_queries(3):  # the door, the appointment, its history
        staff.get(path(scene, "/history"))
