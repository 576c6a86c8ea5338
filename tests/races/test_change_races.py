"""Moves that cross, the same version changed by many, and what takes the ground away meanwhile."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from appointments.availability import set_availability, update_doctor, update_hospital
from appointments.models import Appointment
from appointments.queries import AppointmentRow, get_appointment, history
from appointments.services import book_appointment
from doctors.models import Doctor, Shift
from doctors.services import create_doctor
from hospitals.models import Hospital
from scheduler.db import execute
from scheduler.errors import Refusal
from tests.appointments.scene import MONDAY, TUESDAY, Scene, at, ranges, shift
from tests.races.threads import THREADS, at_once, done, no_deadlocks, outcomes, say
from tests.rows import assert_consistent

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

HOURS = [f"{hour:02}:00" for hour in range(24)]


def live(scene: Scene) -> int:
    rows = Appointment.objects.filter(hospital=scene.hospital)
    return rows.exclude(status="cancelled").count()


def test_moves_that_cross(scene: Scene) -> None:
    """Doctor to colleague and colleague to doctor, each lock wanted from both sides."""
    total: Counter[str] = Counter()
    for doctor in (scene.doctor, scene.colleague):
        for number in (1, 2):
            shift(doctor, MONDAY + timedelta(days=number), "00:00", "24:00")
    there = [
        scene.book(HOURS[n], day=TUESDAY, doctor=scene.doctor, patient=scene.new_patient())
        for n in range(16)
    ]
    back = [
        scene.book(HOURS[n], day=TUESDAY, doctor=scene.colleague, patient=scene.new_patient())
        for n in range(16)
    ]
    for day in (TUESDAY + timedelta(days=1), TUESDAY) * 2:
        calls = [
            partial(scene.change, row, doctor_id=doctor.pk, starts_at=at(HOURS[n], day))
            for rows, doctor in ((there, scene.colleague), (back, scene.doctor))
            for n, row in enumerate(rows)
        ]
        with no_deadlocks():
            answers = at_once(calls)
        assert outcomes(answers) == Counter(done=THREADS)
        back, there = answers[:16], answers[16:]
        total += outcomes(answers)
    say("crossed moves, four times", total)
    assert_consistent()


def test_swapping_the_times_of_one_patient(scene: Scene) -> None:
    """Each waits for the other to go first; both are told that the patient is busy."""
    for doctor in (scene.doctor, scene.colleague):
        shift(doctor, TUESDAY, "00:00", "24:00")
    calls = []
    for n in range(0, 24, 2):
        patient = scene.new_patient()
        first = scene.book(HOURS[n], day=TUESDAY, doctor=scene.doctor, patient=patient)
        second = scene.book(HOURS[n + 1], day=TUESDAY, doctor=scene.colleague, patient=patient)
        calls += [
            partial(scene.change, first, starts_at=at(HOURS[n + 1], TUESDAY)),
            partial(scene.change, second, starts_at=at(HOURS[n], TUESDAY)),
        ] * 2
    with no_deadlocks():
        answers = at_once(calls)
    say("swapped times", outcomes(answers))
    assert outcomes(answers) == Counter(patient_busy=48)
    assert_consistent()


def test_patients_change_places_over_free_slots(scene: Scene) -> None:
    """Sixteen patients, two appointments each, chase one another around two days."""
    for doctor in (scene.doctor, scene.colleague):
        shift(doctor, TUESDAY, "00:00", "24:00")
    rows = []
    for n in range(16):
        patient = scene.new_patient()
        rows.append(scene.book(HOURS[n], day=TUESDAY, doctor=scene.doctor, patient=patient))
        rows.append(
            scene.book(HOURS[(n + 3) % 16], day=TUESDAY, doctor=scene.colleague, patient=patient)
        )
    total: Counter[str] = Counter()
    for step in (1, 5, 3):
        calls = [
            partial(
                scene.change,
                row,
                starts_at=at(HOURS[(row.time.hour + step) % 24], TUESDAY),
                doctor_id=(scene.doctor, scene.colleague)[(n + step) % 2].pk,
            )
            for n, row in enumerate(rows)
        ]
        with no_deadlocks():
            answers = at_once(calls)
        assert outcomes(answers).keys() <= {"done", "slot_taken", "patient_busy"}
        rows = [get_appointment(scene.staff, row.id) for row in rows]
        total += outcomes(answers)
    say("changed places, three times", total)
    assert live(scene) == 32
    assert_consistent()


def test_one_version_is_changed_once(scene: Scene) -> None:
    row = scene.book("09:00")
    ways: list[dict[str, Any]] = [
        {"reason": "x"},
        {"starts_at": at("10:00")},
        {"doctor_id": scene.colleague.pk},
        {"status": "arrived"},
    ]
    calls = [partial(scene.change, row, **ways[n % 4]) for n in range(28)]
    calls += [partial(scene.cancel, row)] * 4
    with no_deadlocks():
        answers = at_once(calls)
    say("one version", outcomes(answers))
    assert outcomes(answers) == Counter(done=1, version_conflict=THREADS - 1)
    (winner,) = done(answers)
    assert get_appointment(scene.staff, row.id) == winner
    for refusal in answers:
        if isinstance(refusal, Refusal):
            assert refusal.members == {"current": winner}
    assert [entry.version for entry in history(scene.staff, row.id)] == [1, 2]
    assert_consistent()


def test_no_edit_is_lost(scene: Scene) -> None:
    """Each tries again with the version it was told until its word is in."""
    row = scene.book("09:00")

    def add(word: str) -> None:
        current = get_appointment(scene.staff, row.id)
        while True:
            try:
                scene.change(current, reason=f"{current.reason} {word}".strip())
            except Refusal as refusal:
                current = refusal.members["current"]
            else:
                return

    with no_deadlocks():
        answers = at_once([partial(add, f"w{n}") for n in range(THREADS)])
    assert outcomes(answers) == Counter(done=THREADS)
    last = get_appointment(scene.staff, row.id)
    assert sorted(last.reason.split()) == sorted(f"w{n}" for n in range(THREADS))
    assert last.version == THREADS + 1
    assert_consistent()


def test_booking_beside_clearing_the_shift(scene: Scene) -> None:
    total: Counter[str] = Counter()
    for number in range(1, 7):
        day = MONDAY + timedelta(days=number)
        shift(scene.doctor, day, "08:00", "16:00")
        calls: list[Any] = [
            partial(scene.book, HOURS[8 + n % 8], day=day, patient=scene.new_patient())
            for n in range(24)
        ]
        calls[::3] = [partial(set_availability, scene.staff, scene.doctor.pk, days=[(day, [])])] * 8
        with no_deadlocks():
            answers = at_once(calls)
        clears, books = answers[::3], [a for n, a in enumerate(answers) if n % 3]
        cleared = "done" in outcomes(clears)
        # Either it was cleared and nobody has a slot, or somebody was first and it stays.
        assert outcomes(clears) == Counter({"done" if cleared else "availability_in_use": 8})
        if cleared:
            assert outcomes(books) == Counter(slot_unavailable=16)
        else:
            assert outcomes(books).keys() <= {"done", "slot_taken"}
        rows = Appointment.objects.filter(hospital=scene.hospital, date=day)
        assert rows.count() == len(done(books))
        total += outcomes(answers)
    say("booking beside clearing, six times", total)
    assert_consistent()


def test_booking_beside_making_the_doctor_inactive(scene: Scene) -> None:
    total: Counter[str] = Counter()
    for _ in range(6):
        doctor = scene.new_doctor("08:00-16:00")
        calls: list[Any] = [
            partial(scene.book, HOURS[8 + n % 8], doctor=doctor, patient=scene.new_patient())
            for n in range(24)
        ]
        calls[::3] = [
            partial(
                update_doctor,
                scene.world.admin.access,
                doctor.pk,
                expected_version=None,
                changes={"active": False},
            )
        ] * 8
        with no_deadlocks():
            answers = at_once(calls)
        stops, books = answers[::3], [a for n, a in enumerate(answers) if n % 3]
        doctor.refresh_from_db()
        assert outcomes(stops) == Counter({"availability_in_use" if doctor.active else "done": 8})
        if doctor.active:
            assert outcomes(books).keys() <= {"done", "slot_taken"}
        else:
            assert outcomes(books) == Counter(slot_unavailable=16)
            assert doctor.version == 2
        total += outcomes(answers)
    say("booking beside making inactive, six times", total)
    assert_consistent()


OFF_CLOCK = """
    SELECT a.id FROM appointments a JOIN hospitals h ON h.id = a.hospital_id
    WHERE a.status <> 'cancelled' AND a.starts_at AT TIME ZONE h.timezone <> a.date + a.time
"""


def test_another_zone_meets_no_shift_on_its_way(scene: Scene) -> None:
    """Shifts are set and booked, also for doctors who are new, while the zone wants to change.

    A change that slipped in between would leave appointments whose date and time are not those
    of the hospital's clock.
    """
    admin, rng = scene.world.admin.access, random.Random(7)
    zones = ("Asia/Tokyo", "America/New_York")

    def work(doctor_id: int | None, patient_id: int, day: date, delay: float) -> AppointmentRow:
        time.sleep(delay)
        if doctor_id is None:
            doctor_id = create_doctor(admin, name="Dr New", specialty="Oncology").id
        set_availability(scene.staff, doctor_id, days=[(day, ranges("09:00-12:00"))])
        return book_appointment(
            scene.staff, doctor_id=doctor_id, patient_id=patient_id, starts_at=at("09:00", day)
        )

    def change(zone: str, delay: float) -> Hospital:
        time.sleep(delay)
        return update_hospital(admin, expected_version=None, changes={"timezone": zone})

    changed, total = 0, Counter[str]()
    for number in range(1, 6):
        Appointment.objects.filter(hospital=scene.hospital).update(status="cancelled")
        Shift.objects.filter(hospital=scene.hospital).delete()
        before = Hospital.objects.get(id=scene.hospital.pk)
        (other,) = {*zones} - {before.timezone}
        day = MONDAY + timedelta(days=number)
        doctors = [scene.new_doctor().pk for _ in range(12)] + [None] * 12
        calls: list[Any] = [
            partial(work, id_, scene.new_patient().pk, day, 0.02 + rng.random() / 20)
            for id_ in doctors
        ]
        calls += [partial(change, other, rng.random() / 20) for _ in range(8)]
        with no_deadlocks():
            answers = at_once(calls)
        works, updates = answers[:24], answers[24:]
        after = Hospital.objects.get(id=scene.hospital.pk)
        moved = after.timezone != before.timezone
        changed += moved
        # The first change wins or meets a shift; whoever asks for the zone that is gets it.
        assert after.version == before.version + moved
        assert outcomes(updates) == Counter({"done" if moved else "invalid": 8})
        assert outcomes(works) == Counter(done=24)
        assert {row.timezone for row in done(works)} == {after.timezone}
        assert execute(OFF_CLOCK) == []
        rows = Appointment.objects.filter(hospital=scene.hospital, date=day)
        assert rows.exclude(status="cancelled").count() == 24
        total += outcomes(updates)
    say(f"another zone, five times ({changed} changed)", total)
    assert Doctor.objects.filter(hospital=scene.hospital, name="Dr New").count() == 60
