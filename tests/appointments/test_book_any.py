"""Booking without a named doctor: the least booked of the day, then the lowest id."""

from __future__ import annotations

from datetime import time

import pytest
import time_machine

from appointments.queries import AppointmentRow
from appointments.services import book_appointment
from doctors.models import Doctor
from scheduler.errors import Invalid, PatientBusy, SlotInPast, SlotTaken, SlotUnavailable
from tests.appointments.scene import (
    MONDAY,
    TUESDAY,
    Scene,
    at,
    new_york,
    openings,
    shift,
)
from tests.rows import refused

pytestmark = pytest.mark.django_db


def book_any(scene: Scene, clock: str = "09:00", **values: object) -> AppointmentRow:
    wanted: dict[str, object] = {"patient_id": scene.patient.pk, "starts_at": at(clock)}
    return book_appointment(scene.staff, **(wanted | values))  # type: ignore[arg-type]


def busy(scene: Scene, doctor: Doctor, *clocks: str, status: str | None = None) -> None:
    for clock in clocks:
        row = scene.book(clock, doctor=doctor, patient=scene.new_patient())
        if status is not None:
            scene.change(row, status=status)


def test_the_lowest_id_among_equals(scene: Scene) -> None:
    assert scene.doctor.pk < scene.colleague.pk
    row = book_any(scene)
    assert (row.doctor_id, row.time) == (scene.doctor.pk, time(9))


def test_the_least_booked_of_the_day(scene: Scene) -> None:
    third = scene.new_doctor("09:00-12:00")
    busy(scene, scene.doctor, "10:00", "11:00")
    busy(scene, scene.colleague, "10:00")
    assert book_any(scene).doctor_id == third.pk
    assert book_any(scene, patient_id=scene.other_patient.pk).doctor_id == scene.colleague.pk
    assert book_any(scene, patient_id=scene.new_patient().pk).doctor_id == scene.doctor.pk


def test_a_noshow_counts_and_a_cancelled_one_does_not(scene: Scene) -> None:
    busy(scene, scene.doctor, "10:00", status="noshow")
    busy(scene, scene.colleague, "10:00", status="cancelled")
    assert book_any(scene).doctor_id == scene.colleague.pk


def test_other_days_do_not_count(scene: Scene) -> None:
    shift(scene.doctor, TUESDAY, "00:00", "02:00")
    shift(scene.colleague, TUESDAY, "00:00", "02:00")
    for clock in ("00:00", "01:00"):
        scene.book(clock, day=TUESDAY)
    busy(scene, scene.colleague, "11:00")
    assert book_any(scene).doctor_id == scene.doctor.pk


def test_every_doctor_with_a_shift_is_tried(scene: Scene) -> None:
    doctors = [scene.doctor, scene.colleague, *(scene.new_doctor("09:00-10:00") for _ in range(3))]
    booked = [book_any(scene, patient_id=scene.new_patient().pk).doctor_id for _ in doctors]
    assert booked == [doctor.pk for doctor in doctors]
    with refused(scene.hospital, SlotTaken) as info:
        book_any(scene)
    # No doctor is free then: the next openings.
    assert openings(info.value.members["alternatives"]) == [
        (scene.doctor.pk, "2026-11-30T10:00:00-05:00"),
        (scene.colleague.pk, "2026-11-30T10:00:00-05:00"),
        (scene.doctor.pk, "2026-11-30T11:00:00-05:00"),
    ]


def test_of_a_specialty(scene: Scene) -> None:
    neurologist = scene.new_doctor("09:00-11:00", specialty="Neurology")
    idle = scene.new_doctor("09:00-11:00", specialty="neurology")
    assert book_any(scene, specialty="Neurology").doctor_id == neurologist.pk
    with refused(scene.hospital, SlotTaken) as info:
        book_any(scene, specialty="Neurology", patient_id=scene.other_patient.pk)
    assert openings(info.value.members["alternatives"]) == [
        (neurologist.pk, "2026-11-30T10:00:00-05:00")
    ]
    assert idle.pk not in {opening[0] for opening in openings(info.value.members["alternatives"])}


@pytest.mark.parametrize("specialty", ["Witchcraft", ""])
def test_nobody_has_that_specialty(scene: Scene, specialty: str) -> None:
    with refused(scene.hospital, SlotUnavailable) as info:
        book_any(scene, specialty=specialty)
    assert info.value.members == {"alternatives": []}


@pytest.mark.parametrize("specialty", ["a\0b", "\ud800", "x" * 101])
def test_nobody_can_have_that_specialty(scene: Scene, specialty: str) -> None:
    with refused(scene.hospital, Invalid) as info:
        book_any(scene, specialty=specialty)
    assert [error.field for error in info.value.errors] == ["specialty"]


@pytest.mark.parametrize(
    ("clock", "nearest"),
    [
        ("08:00", [(0, "09:00"), (1, "09:00"), (0, "10:00")]),
        ("09:30", [(0, "10:00"), (1, "10:00"), (0, "11:00")]),
        # Nothing follows, so what goes before.
        ("12:00", [(0, "11:00"), (1, "11:00"), (0, "10:00")]),
    ],
)
def test_no_doctor_has_a_slot_then(
    scene: Scene, clock: str, nearest: list[tuple[int, str]]
) -> None:
    with refused(scene.hospital, SlotUnavailable) as info:
        book_any(scene, clock)
    doctors = (scene.doctor, scene.colleague)
    assert openings(info.value.members["alternatives"]) == [
        (doctors[number].pk, f"2026-11-30T{time}:00-05:00") for number, time in nearest
    ]


def test_inactive_doctors_are_not_tried(scene: Scene) -> None:
    Doctor.objects.filter(id=scene.doctor.pk).update(active=False)
    assert book_any(scene).doctor_id == scene.colleague.pk
    Doctor.objects.filter(hospital=scene.hospital).update(active=False)
    with refused(scene.hospital, SlotUnavailable) as info:
        book_any(scene, "10:00")
    assert info.value.members == {"alternatives": []}


def test_a_doctor_without_a_shift_then_is_not_tried(scene: Scene) -> None:
    scene.doctor.specialty = "Neurology"
    scene.doctor.save(update_fields=["specialty"])
    scene.new_doctor(specialty="Neurology")
    busy(scene, scene.doctor, "09:00")
    with refused(scene.hospital, SlotTaken):
        book_any(scene, specialty="Neurology")


def test_a_busy_patient(scene: Scene) -> None:
    first = scene.book("09:00", doctor=scene.colleague)
    with refused(scene.hospital, PatientBusy) as info:
        book_any(scene)
    assert info.value.members == {"appointment": first}
    # That every doctor is booked comes first.
    busy(scene, scene.doctor, "09:00")
    with refused(scene.hospital, SlotTaken):
        book_any(scene)


def test_the_past_and_bad_input_come_first(scene: Scene, clock: time_machine.Traveller) -> None:
    with refused(scene.hospital, Invalid) as info:
        book_any(scene, patient_id=0, starts_at="soon")
    assert [(e.field, e.code) for e in info.value.errors] == [
        ("patient_id", "not_found"),
        ("starts_at", "invalid"),
    ]
    clock.move_to(new_york("09:00"))
    for clock_time in ("09:00", "08:15"):
        with refused(scene.hospital, SlotInPast):
            book_any(scene, clock_time)


def test_any_doctor_means_themself_for_a_doctor(scene: Scene) -> None:
    busy(scene, scene.doctor, "10:00")
    row = book_appointment(scene.as_doctor, patient_id=scene.patient.pk, starts_at=at("09:00"))
    assert row.doctor_id == scene.doctor.pk
    with refused(scene.hospital, SlotTaken) as info:
        book_appointment(scene.as_doctor, patient_id=scene.other_patient.pk, starts_at=at("09:00"))
    # The colleague is free, but a doctor can't book there.
    assert openings(info.value.members["alternatives"]) == [
        (scene.doctor.pk, "2026-11-30T11:00:00-05:00")
    ]
    with refused(scene.hospital, Invalid) as invalid:
        book_appointment(
            scene.as_doctor,
            specialty="Neurology",
            patient_id=scene.patient.pk,
            starts_at=at("11:00"),
        )
    assert [(e.field, e.code) for e in invalid.value.errors] == [("specialty", "no_match")]


def test_the_least_booked_of_fifty(scene: Scene) -> None:
    doctors = [scene.new_doctor("09:00-12:00", "13:00-15:00") for _ in range(48)]
    for doctor in (scene.doctor, scene.colleague, *doctors[:40], *doctors[41:]):
        busy(scene, doctor, "11:00")
    assert book_any(scene).doctor_id == doctors[40].pk
    assert book_any(scene, patient_id=scene.new_patient().pk).doctor_id == scene.doctor.pk


def test_other_hospitals_doctors_are_not_tried(scene: Scene) -> None:
    shift(scene.world.other_doctor, MONDAY, "12:00", "23:00")  # that hour in Paris too
    busy(scene, scene.doctor, "09:00")
    busy(scene, scene.colleague, "09:00")
    with refused(scene.hospital, SlotTaken) as info:
        book_any(scene)
    assert {doctor_id for doctor_id, _ in openings(info.value.members["alternatives"])} == {
        scene.doctor.pk,
        scene.colleague.pk,
    }


def test_the_last_of_our_years(scene: Scene) -> None:
    with refused(scene.hospital, SlotUnavailable) as info:
        book_any(scene, starts_at="2200-12-31T23:00:00")
    assert info.value.members == {"alternatives": []}
    # By the hospital's clock that is in 2201.
    with refused(scene.hospital, Invalid) as invalid:
        book_any(scene, starts_at="2200-12-31T23:30:00-12:00")
    assert [(e.field, e.code) for e in invalid.value.errors] == [("starts_at", "invalid")]
