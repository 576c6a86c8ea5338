"""Booking over REST: what comes out, what is refused, and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from appointments.services import book_appointment
from tests.api_rest.client import Rest, nothing_written
from tests.api_rest.conftest import MONDAY, Scene
from tests.factories.doctors import DoctorFactory, ShiftFactory


def booking(scene: Scene, **more: Any) -> dict[str, Any]:
    return {
        "doctor_id": scene.own.pk,
        "patient_id": scene.other_patient.pk,
        "starts_at": "2026-11-30T11:00:00-05:00",
    } | more


def book(scene: Scene, who: str = "staff", **more: Any) -> Any:
    body = {name: value for name, value in booking(scene, **more).items() if value != "leave out"}
    return scene.rest(who)("POST", f"{scene.path}/appointments", body)


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor"])
def test_a_booking(scene: Scene, who: str) -> None:
    answer = book(scene, who, reason=" check-up\n")
    assert (answer.status, answer.etag) == (201, '"1"')
    id_ = answer.json["id"]
    assert answer.json == {
        "id": id_,
        "hospital_id": scene.world.hospital.pk,
        "doctor_id": scene.own.pk,
        "patient": {"id": scene.other_patient.pk, "name": "Bea Cole"},
        "starts_at": "2026-11-30T11:00:00-05:00",
        "ends_at": "2026-11-30T12:00:00-05:00",
        "date": "2026-11-30",
        "time": "11:00",
        "duration": 60,
        "status": "booked",
        "reason": " check-up\n",
        "version": 1,
    }
    location = f"http://testserver/api/v1/{scene.path}/appointments/{id_}"
    assert answer.headers["Location"] == location
    assert scene.rest(who)("GET", location.removeprefix("http://testserver")).json == answer.json


@pytest.mark.parametrize(
    "starts_at",
    [
        "2026-11-30T11:00",
        "2026-11-30T11:00:00",
        "2026-11-30 11:00",
        "2026-11-30T16:00Z",
        "2026-11-30t16:00:00.000z",
        "2026-11-30T21:30:00+05:30",
    ],
)
def test_any_offset_or_none(scene: Scene, starts_at: str) -> None:
    assert book(scene, starts_at=starts_at).json["starts_at"] == "2026-11-30T11:00:00-05:00"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"starts_at": "tomorrow"}, [("starts_at", "invalid")]),
        ({"starts_at": "2026-11-30"}, [("starts_at", "invalid")]),
        ({"starts_at": "2026-13-01T11:00"}, [("starts_at", "invalid")]),
        ({"starts_at": "2026-11-30T24:00"}, [("starts_at", "invalid")]),
        ({"starts_at": "2026-11-30T11:00+99:00"}, [("starts_at", "invalid")]),
        ({"starts_at": "0001-01-01T00:00+23:59"}, [("starts_at", "invalid")]),
        ({"starts_at": "9999-12-31T23:59-23:59"}, [("starts_at", "invalid")]),
        ({"starts_at": 1795564800}, [("starts_at", "invalid")]),
        ({"starts_at": None}, [("starts_at", "null")]),
        # The hour that the clocks leave out, on the hospital's wall.
        ({"starts_at": "2027-03-14T02:00"}, [("starts_at", "invalid")]),
        ({"patient_id": 999_999}, [("patient_id", "not_found")]),
        ({"doctor_id": 999_999}, [("doctor_id", "not_found")]),
        ({"doctor_id": 999_999, "patient_id": 999_999}, None),
        ({"reason": "x" * 501}, [("reason", "max_length")]),
        ({"reason": "a\0"}, [("reason", "invalid")]),
        ({"reason": None}, [("reason", "null")]),
        ({"specialty": "Neurology"}, [("specialty", "no_match")]),
        ({"status": "booked"}, [("status", "unknown_field")]),
        ({"patient_id": "leave out"}, [("patient_id", "required")]),
    ],
)
def test_invalid_bookings(
    scene: Scene, change: dict[str, Any], fields: list[tuple[str, str]] | None
) -> None:
    expected = fields or [("doctor_id", "not_found"), ("patient_id", "not_found")]
    with nothing_written():
        assert book(scene, **change).invalid() == expected


def test_rows_of_another_hospital_do_not_exist(scene: Scene) -> None:
    with nothing_written():
        answer = book(
            scene, doctor_id=scene.world.other_doctor.pk, patient_id=scene.foreign_patient.pk
        )
        assert answer.invalid() == [("doctor_id", "not_found"), ("patient_id", "not_found")]


def test_slots_that_can_not_be_had(scene: Scene) -> None:
    with nothing_written():
        taken = book(scene, starts_at="2026-11-30T10:00").refused("slot_taken")
        assert len(taken["alternatives"]) == 3
        assert taken["alternatives"][0]["doctor_id"] == scene.own.pk
        assert {
            "doctor_id": scene.colleague.pk,
            "date": "2026-11-30",
            "time": "10:00",
            "starts_at": "2026-11-30T10:00:00-05:00",
            "duration": 60,
        } in taken["alternatives"]
        for starts_at in ("2026-11-30T08:00", "2026-11-30T11:30", "2026-12-01T11:00"):
            problem = book(scene, starts_at=starts_at).refused("slot_unavailable")
            assert len(problem["alternatives"]) == 3
        for starts_at in ("2026-11-24T10:00", "2026-11-24T14:59Z", "2020-01-01T00:00"):
            book(scene, starts_at=starts_at).refused("slot_in_past")
        busy = book(
            scene,
            doctor_id=scene.colleague.pk,
            patient_id=scene.patient.pk,
            starts_at="2026-11-30T10:00",
        ).refused("patient_busy")
    expected = scene.rest("staff").get(f"{scene.path}/appointments/{scene.appointment.id}").json
    assert busy["appointment"] == expected


def test_a_busy_patient_is_no_news_of_a_colleague(scene: Scene) -> None:
    with nothing_written():
        problem = book(
            scene,
            "colleague",
            doctor_id=scene.colleague.pk,
            patient_id=scene.patient.pk,
            starts_at="2026-11-30T10:00",
        ).refused("patient_busy")
    assert problem["appointment"] is None


# -- any doctor --------------------------------------------------------------------------------


def test_the_least_booked_then_the_lowest_id(scene: Scene) -> None:
    assert book(scene, doctor_id="leave out").json["doctor_id"] == scene.colleague.pk
    again = book(scene, doctor_id=None, starts_at="2026-11-30T12:00").json
    assert again["doctor_id"] == scene.own.pk


def test_any_doctor_of_a_specialty(scene: Scene) -> None:
    other = DoctorFactory(hospital=scene.world.hospital, specialty="Neurology")
    ShiftFactory(doctor=other, date=MONDAY)
    answer = book(scene, doctor_id="leave out", specialty="Neurology")
    assert answer.json["doctor_id"] == other.pk
    with nothing_written():
        taken = book(
            scene, doctor_id="leave out", specialty="Neurology", patient_id=scene.patient.pk
        )
        taken.refused("slot_taken")
        book(scene, doctor_id="leave out", specialty="Nonsense").refused("slot_unavailable")
        book(scene, doctor_id="leave out", starts_at="2026-11-30T20:00").refused("slot_unavailable")
    assert book(scene, specialty="Cardiology", starts_at="2026-11-30T12:00").status == 201


def test_taken_only_when_every_doctor_is_booked(scene: Scene) -> None:
    book_appointment(
        scene["staff"].access,
        doctor_id=scene.colleague.pk,
        patient_id=scene.other_patient.pk,
        starts_at="2026-11-30T10:00",
    )
    patient = scene.rest("staff")(
        "POST", f"{scene.path}/patients", {"name": "A", "date_of_birth": "1980-01-01"}
    ).json["id"]
    with nothing_written():
        book(
            scene, doctor_id="leave out", patient_id=patient, starts_at="2026-11-30T10:00"
        ).refused("slot_taken")


# -- roles, and the order of refusals ------------------------------------------------------------


def test_a_doctor_books_with_themself(scene: Scene) -> None:
    assert book(scene, "doctor", doctor_id="leave out").json["doctor_id"] == scene.own.pk
    with nothing_written():
        for doctor_id in (scene.colleague.pk, 999_999, scene.world.other_doctor.pk):
            # Before all that is invalid.
            for more in ({}, {"patient_id": "x", "nope": 1}, {"starts_at": None}):
                book(scene, "doctor", doctor_id=doctor_id, **more).refused("permission_denied")
        assert book(scene, "doctor", patient_id="x").invalid() == [("patient_id", "invalid")]
        assert book(scene, "doctor", doctor_id="x").invalid() == [("doctor_id", "invalid")]


def test_who_may(scene: Scene) -> None:
    path = f"{scene.path}/appointments"
    with nothing_written():
        scene.rest("stranger")("POST", path, {"nope": 1}).refused("not_found")
        Rest()("POST", path, {"nope": 1}).refused("not_authenticated")
        assert scene.rest("staff")("POST", path, booking(scene), query={"x": 1}).invalid() == [
            ("x", "unknown_field")
        ]


def test_the_order_of_refusals(scene: Scene) -> None:
    """Each step mends the fault that won; the faults of all later steps are still there."""
    busy: dict[str, Any] = {"patient_id": scene.patient.pk, "doctor_id": scene.colleague.pk}
    with nothing_written():
        book(scene, starts_at="2020-01-01T10:00", reason="x" * 501, **busy).refused("invalid")
        book(scene, starts_at="2020-01-01T10:00", **busy).refused("slot_in_past")
        taken = {"patient_id": scene.patient.pk, "doctor_id": scene.own.pk}
        book(scene, starts_at="2026-11-30T10:30", **taken).refused("slot_unavailable")
        book(scene, starts_at="2026-11-30T10:00", **taken).refused("slot_taken")
        book(scene, starts_at="2026-11-30T10:00", **busy).refused("patient_busy")
