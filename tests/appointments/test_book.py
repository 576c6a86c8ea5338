"""Booking with a named doctor: what is written, what is refused, and which reason comes first."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine

from appointments.models import Appointment, AppointmentEvent
from appointments.queries import AppointmentRow, get_appointment
from appointments.services import book_appointment
from scheduler.errors import (
    Invalid,
    PatientBusy,
    PermissionDenied,
    Refusal,
    SlotInPast,
    SlotTaken,
    SlotUnavailable,
)
from tests.appointments.scene import (
    HOUR,
    MONDAY,
    NOW,
    TUESDAY,
    Scene,
    at,
    new_york,
    openings,
    shift,
)
from tests.factories.patients import PatientFactory
from tests.rows import refused, snapshot, written

pytestmark = pytest.mark.django_db


def test_a_booking_is_one_row_one_event_and_one_stamp(scene: Scene) -> None:
    before, stamps = snapshot(scene.hospital), scene.stamps()
    row = book_appointment(
        scene.staff,
        doctor_id=scene.doctor.pk,
        patient_id=scene.patient.pk,
        starts_at="2026-11-30T10:00:00-05:00",
        reason="A cough\nsince Friday",
    )
    assert row == AppointmentRow(
        id=row.id,
        hospital_id=scene.hospital.pk,
        doctor_id=scene.doctor.pk,
        patient_id=scene.patient.pk,
        patient_name="Ada Moss",
        starts_at=datetime(2026, 11, 30, 15, tzinfo=UTC),
        ends_at=datetime(2026, 11, 30, 16, tzinfo=UTC),
        date=MONDAY,
        time=time(10),
        status="booked",
        reason="A cough\nsince Friday",
        version=1,
        timezone="America/New_York",
    )
    assert row.duration == 60
    assert get_appointment(scene.staff, row.id) == row
    assert written(before, snapshot(scene.hospital)) == Counter(
        appointments=1, appointment_events=1, schedule_stamps=1
    )
    assert scene.stamps() == stamps | {scene.doctor.pk: stamps[scene.doctor.pk] + 1}
    assert scene.last_event(row) == (
        1,
        "booked",
        NOW,
        scene.world.staff.user.pk,
        {
            "doctor_id": {"from": None, "to": scene.doctor.pk},
            "patient_id": {"from": None, "to": scene.patient.pk},
            "starts_at": {"from": None, "to": "2026-11-30T10:00:00-05:00"},
            "status": {"from": None, "to": "booked"},
            "reason": {"from": None, "to": "A cough\nsince Friday"},
        },
    )


def test_the_reason_may_be_left_out_and_have_500_characters(scene: Scene) -> None:
    assert scene.book("09:00").reason == ""
    assert scene.book("10:00", reason="ß" * 500).reason == "ß" * 500


@pytest.mark.parametrize(
    "starts_at",
    [
        "2026-11-30T09:00",
        "2026-11-30T09:00:00",
        "2026-11-30 09:00:00.000",
        "2026-11-30T09:00:00-05:00",
        "2026-11-30T14:00:00Z",
        "2026-11-30T15:00+01:00",
        "2026-12-01T04:00:00+14:00",
    ],
)
def test_the_start_may_bear_any_offset_or_none(scene: Scene, starts_at: str) -> None:
    row = book_appointment(
        scene.staff,
        doctor_id=scene.doctor.pk,
        patient_id=scene.patient.pk,
        starts_at=starts_at,
    )
    assert (row.starts_at, row.date, row.time) == (new_york("09:00"), MONDAY, time(9))


# -- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_whom", ["doctor", "colleague"])
@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor", "colleague"])
def test_who_may_book_with_whom(scene: Scene, who: str, with_whom: str) -> None:
    access, doctor = scene.world[who].access, getattr(scene, with_whom)
    if who in ("doctor", "colleague") and who != with_whom:
        with refused(scene.hospital, PermissionDenied):
            scene.book(doctor=doctor, access=access)
    else:
        row = scene.book(doctor=doctor, access=access)
        assert row.doctor_id == doctor.pk
        assert scene.last_event(row)[3] == access.user_id


def test_a_doctor_may_book_any_patient_of_the_hospital(scene: Scene) -> None:
    scene.book("09:00", doctor=scene.colleague)
    row = scene.book("10:00", access=scene.as_doctor)
    assert (row.doctor_id, row.patient_name) == (scene.doctor.pk, "Ada Moss")


def test_a_stranger_is_told_that_neither_doctor_nor_patient_exists(scene: Scene) -> None:
    with refused(scene.hospital, Invalid) as info:
        scene.book(access=scene.world.stranger.access)
    assert [(e.field, e.code) for e in info.value.errors] == [
        ("doctor_id", "not_found"),
        ("patient_id", "not_found"),
    ]


# -- invalid ------------------------------------------------------------------------------------

BAD = [
    ({"doctor_id": 0}, [("doctor_id", "not_found")]),
    ({"doctor_id": -1}, [("doctor_id", "not_found")]),
    ({"doctor_id": 2**63 - 1}, [("doctor_id", "not_found")]),
    ({"patient_id": 0}, [("patient_id", "not_found")]),
    ({"patient_id": 2**63 - 1}, [("patient_id", "not_found")]),
    ({"specialty": "Neurology"}, [("specialty", "no_match")]),
    ({"specialty": "cardiology"}, [("specialty", "no_match")]),
    ({"specialty": "a\0\ud800"}, [("specialty", "no_match")]),
    ({"reason": "x" * 501}, [("reason", "max_length")]),
    ({"reason": "a\0b"}, [("reason", "invalid")]),
    ({"reason": "half of a pair: \ud83d"}, [("reason", "invalid")]),
    ({"starts_at": ""}, [("starts_at", "invalid")]),
    ({"starts_at": "tomorrow"}, [("starts_at", "invalid")]),
    ({"starts_at": "2026-11-30"}, [("starts_at", "invalid")]),
    ({"starts_at": "2026-11-31T09:00"}, [("starts_at", "invalid")]),
    ({"starts_at": "2026-11-30T24:00"}, [("starts_at", "invalid")]),
    ({"starts_at": "2026-11-30T09:00:60Z"}, [("starts_at", "invalid")]),
    ({"starts_at": "2026-11-30T09:00:00.0000001Z"}, [("starts_at", "invalid")]),
    ({"starts_at": "2026-11-30T09:00+24:00"}, [("starts_at", "invalid")]),
    ({"starts_at": "0001-01-01T00:00Z"}, [("starts_at", "invalid")]),
    ({"starts_at": "9999-12-31T23:00Z"}, [("starts_at", "invalid")]),
    ({"starts_at": "2027-03-14T02:00"}, [("starts_at", "invalid")]),  # the missing hour
    (
        {"doctor_id": 0, "patient_id": 0, "starts_at": "?", "reason": "x" * 501},
        [
            ("reason", "max_length"),
            ("doctor_id", "not_found"),
            ("patient_id", "not_found"),
            ("starts_at", "invalid"),
        ],
    ),
]


@pytest.mark.parametrize(("values", "errors"), BAD, ids=[ascii(values)[:60] for values, _ in BAD])
def test_what_is_invalid(
    scene: Scene, values: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    wanted: dict[str, Any] = {
        "doctor_id": scene.doctor.pk,
        "patient_id": scene.patient.pk,
        "starts_at": at("09:00"),
    }
    with refused(scene.hospital, Invalid) as info:
        book_appointment(scene.staff, **(wanted | values))
    assert [(error.field, error.code) for error in info.value.errors] == errors


def test_another_hospitals_doctor_and_patient_do_not_exist(scene: Scene) -> None:
    stranger = PatientFactory(hospital=scene.world.other_hospital)
    with refused(scene.hospital, Invalid) as info:
        scene.book(doctor=scene.world.other_doctor, patient=stranger)
    assert [(error.field, error.code) for error in info.value.errors] == [
        ("doctor_id", "not_found"),
        ("patient_id", "not_found"),
    ]


def test_the_doctors_own_specialty_may_be_named(scene: Scene) -> None:
    assert scene.book(specialty="Cardiology").doctor_id == scene.doctor.pk


# -- the slot -----------------------------------------------------------------------------------


def test_a_slot_can_be_booked_until_it_begins(scene: Scene, clock: time_machine.Traveller) -> None:
    clock.move_to(new_york("09:00"))
    with refused(scene.hospital, SlotInPast) as info:
        scene.book("09:00")
    assert info.value.members == {}
    clock.move_to(new_york("09:00") - timedelta(microseconds=1))
    assert scene.book("09:00").time == time(9)


@pytest.mark.parametrize(
    ("clock_time", "day"),
    [
        ("08:00", MONDAY),
        ("08:30", MONDAY),
        ("09:30", MONDAY),
        ("10:00:01", MONDAY),
        ("10:00:00.000001", MONDAY),
        ("11:30", MONDAY),  # would reach beyond the shift
        ("12:00", MONDAY),
        ("09:00", TUESDAY),
    ],
)
def test_what_is_no_slot_is_unavailable(scene: Scene, clock_time: str, day: Any) -> None:
    with refused(scene.hospital, SlotUnavailable):
        scene.book(clock_time, day=day)


def test_a_slot_must_lie_in_one_shift(scene: Scene) -> None:
    shift(scene.doctor, TUESDAY, "09:00", "10:30")
    shift(scene.doctor, TUESDAY, "10:30", "12:00")
    with refused(scene.hospital, SlotUnavailable) as info:
        scene.book("10:00", day=TUESDAY)
    assert openings(info.value.members["alternatives"])[0] == (
        scene.doctor.pk,
        "2026-12-01T09:00:00-05:00",  # the earlier of two that are as near
    )
    for clock_time in ("09:00", "11:00"):
        assert scene.book(clock_time, day=TUESDAY).duration == 60


def test_a_doctor_who_is_not_active_is_unavailable(scene: Scene) -> None:
    scene.doctor.active = False
    scene.doctor.save(update_fields=["active"])
    with refused(scene.hospital, SlotUnavailable) as info:
        scene.book("09:00")
    # Another of the specialty at that hour, then the next openings.
    assert openings(info.value.members["alternatives"]) == [
        (scene.colleague.pk, "2026-11-30T09:00:00-05:00"),
        (scene.colleague.pk, "2026-11-30T10:00:00-05:00"),
        (scene.colleague.pk, "2026-11-30T11:00:00-05:00"),
    ]


@pytest.mark.parametrize("statuses", [[], ["arrived"], ["arrived", "fulfilled"], ["noshow"]])
def test_a_live_appointment_fills_its_slot(scene: Scene, statuses: list[str]) -> None:
    row = scene.book("09:00")
    for status in statuses:
        row = scene.change(row, status=status)
    with refused(scene.hospital, SlotTaken) as info:
        scene.book("09:00", patient=scene.other_patient)
    assert openings(info.value.members["alternatives"]) == [
        (scene.doctor.pk, "2026-11-30T10:00:00-05:00"),
        (scene.colleague.pk, "2026-11-30T09:00:00-05:00"),
        (scene.colleague.pk, "2026-11-30T10:00:00-05:00"),
    ]


def test_a_cancelled_slot_can_be_booked_again_at_once(scene: Scene) -> None:
    first = scene.cancel(scene.book("09:00"))
    second = scene.book("09:00")
    assert second.id != first.id
    assert (second.starts_at, second.version) == (first.starts_at, 1)
    assert Appointment.objects.filter(hospital=scene.hospital).count() == 2


def test_a_patient_is_at_one_place_at_a_time(scene: Scene) -> None:
    first = scene.book("09:00", doctor=scene.colleague)
    with refused(scene.hospital, PatientBusy) as info:
        scene.book("09:00")
    assert info.value.members == {"appointment": first}
    # A doctor is not told which of a colleague's appointments that is.
    with refused(scene.hospital, PatientBusy) as info:
        scene.book("09:00", access=scene.as_doctor)
    assert info.value.members == {"appointment": None}
    scene.cancel(first)
    assert scene.book("09:00").doctor_id == scene.doctor.pk


def test_a_patient_may_have_appointments_one_after_the_other(scene: Scene) -> None:
    rows = [
        scene.book("09:00"),
        scene.book("10:00", doctor=scene.colleague),
        scene.book("11:00"),
    ]
    assert [b.starts_at - a.ends_at for a, b in pairwise(rows)] == [timedelta(0)] * 2


def test_a_partial_overlap_is_an_overlap(scene: Scene) -> None:
    """As a clock change by half an hour, or later lengths of slots, may leave one behind."""
    odd = scene.book("09:00")
    for starts_at in (new_york("09:00") - HOUR / 2, new_york("10:00") - HOUR / 2):
        Appointment.objects.filter(hospital=scene.hospital, id=odd.id).update(
            starts_at=starts_at, ends_at=starts_at + HOUR
        )
        with refused(scene.hospital, SlotTaken):
            scene.book("09:00", patient=scene.other_patient)
        with refused(scene.hospital, PatientBusy):
            scene.book("09:00", doctor=scene.colleague)


# -- which reason comes first -------------------------------------------------------------------


def _past(scene: Scene) -> dict[str, Any]:
    return {"starts_at": at("07:00")}


def _off_hours(scene: Scene) -> dict[str, Any]:
    return {"starts_at": at("14:00")}


def _bad_reason(scene: Scene) -> dict[str, Any]:
    return {"reason": "x" * 501}


def _colleague(scene: Scene) -> dict[str, Any]:
    return {"doctor_id": scene.colleague.pk}


def _taken(scene: Scene) -> dict[str, Any]:
    """Of the doctor and of the patient."""
    scene.book("10:00", patient=scene.other_patient)
    scene.book("10:00", doctor=scene.colleague)
    return {"starts_at": at("10:00")}


def _taken_and_inactive(scene: Scene) -> dict[str, Any]:
    scene.doctor.active = False
    scene.doctor.save(update_fields=["active"])
    return {}


@pytest.mark.parametrize(
    ("faults", "kind"),
    [
        ([_colleague, _bad_reason, _past], PermissionDenied),
        ([_bad_reason, _past], Invalid),
        ([_bad_reason, _off_hours], Invalid),
        ([_bad_reason, _taken], Invalid),
        ([_past], SlotInPast),  # no slot either
        ([_taken, _taken_and_inactive], SlotUnavailable),
        ([_taken], SlotTaken),
    ],
)
def test_the_first_reason_wins(scene: Scene, faults: list[Any], kind: type[Refusal]) -> None:
    wanted: dict[str, Any] = {
        "doctor_id": scene.doctor.pk,
        "patient_id": scene.patient.pk,
        "starts_at": at("10:00"),
    }
    for fault in faults:
        wanted |= fault(scene)
    with refused(scene.hospital, kind):
        book_appointment(scene.as_doctor, **wanted)


def test_a_taken_slot_that_has_begun_is_in_the_past(
    scene: Scene, clock: time_machine.Traveller
) -> None:
    scene.book("09:00")
    clock.move_to(new_york("09:30"))
    with refused(scene.hospital, SlotInPast):
        scene.book("09:00")


def test_hospitals_do_not_see_each_others_appointments(scene: Scene) -> None:
    scene.book("09:00")
    other = PatientFactory(hospital=scene.world.other_hospital)
    shift(scene.world.other_doctor, MONDAY, "15:00", "16:00")  # the same hour, in Paris
    row = book_appointment(
        scene.world.stranger.access,
        doctor_id=scene.world.other_doctor.pk,
        patient_id=other.pk,
        starts_at="2026-11-30T15:00",
    )
    assert row.starts_at == new_york("09:00")
    assert (row.date, row.time, row.timezone) == (MONDAY, time(15), "Europe/Paris")
    events = AppointmentEvent.objects.filter(hospital=scene.world.other_hospital)
    assert list(events.values_list("appointment_id", "by_id")) == [
        (row.id, scene.world.stranger.user.pk)
    ]
