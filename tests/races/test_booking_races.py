"""Many who want the same slot, the same patient, or any doctor."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest

from appointments.models import Appointment
from appointments.queries import AppointmentRow
from appointments.services import book_appointment, cancel_appointment
from doctors.models import Doctor
from scheduler.errors import Refusal
from tests.appointments.scene import Scene, at
from tests.races.threads import THREADS, at_once, done, no_deadlocks, outcomes, say
from tests.rows import assert_consistent

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def live(scene: Scene) -> list[Appointment]:
    return list(Appointment.objects.filter(hospital=scene.hospital).exclude(status="cancelled"))


def bookers(scene: Scene, number: int, *, doctor: Doctor | None = None) -> list[Any]:
    """Calls that each book another patient at 09:00, with `doctor` or with anybody."""
    return [
        partial(
            book_appointment,
            scene.staff,
            doctor_id=doctor and doctor.pk,
            patient_id=scene.new_patient().pk,
            starts_at=at("09:00"),
        )
        for _ in range(number)
    ]


def test_one_slot_has_one_winner(scene: Scene) -> None:
    calls = bookers(scene, 64, doctor=scene.doctor)
    with no_deadlocks():
        answers = at_once(calls)
    say("one slot", outcomes(answers))
    assert outcomes(answers) == Counter(done=1, slot_taken=63)
    assert [row.pk for row in live(scene)] == [row.id for row in done(answers)]
    for refusal in answers:
        if isinstance(refusal, Refusal):
            assert len(refusal.members["alternatives"]) == 3
    assert_consistent()


def test_one_patient_is_at_one_place(scene: Scene) -> None:
    doctors = [scene.new_doctor("09:00-10:00") for _ in range(THREADS)]
    calls = [partial(scene.book, "09:00", doctor=doctor) for doctor in doctors]
    with no_deadlocks():
        answers = at_once(calls)
    say("one patient", outcomes(answers))
    assert outcomes(answers) == Counter(done=1, patient_busy=THREADS - 1)
    (row,) = done(answers)
    for refusal in answers:
        if isinstance(refusal, Refusal):
            assert refusal.members == {"appointment": row}
    assert [found.pk for found in live(scene)] == [row.id]
    assert_consistent()


def test_any_doctor_takes_the_next_free_one(scene: Scene) -> None:
    Doctor.objects.filter(hospital=scene.hospital).update(active=False)
    doctors = {scene.new_doctor("09:00-10:00").pk for _ in range(10)}
    calls = bookers(scene, 64)
    with no_deadlocks():
        answers = at_once(calls)
    say("any of ten doctors", outcomes(answers))
    assert outcomes(answers) == Counter(done=10, slot_taken=54)
    assert {row.doctor_id for row in done(answers)} == doctors
    assert {row.doctor_id for row in live(scene)} == doctors
    assert_consistent()


def test_any_doctor_while_others_cancel(scene: Scene) -> None:
    Doctor.objects.filter(hospital=scene.hospital).update(active=False)
    doctors = [scene.new_doctor("09:00-10:00") for _ in range(10)]
    total: Counter[str] = Counter()
    for _ in range(3):
        for row in live(scene):
            cancel_appointment(scene.staff, row.pk, expected_version=row.version)
        rows = [scene.book(doctor=doctor, patient=scene.new_patient()) for doctor in doctors]
        calls = [partial(scene.cancel, row) for row in rows] + bookers(scene, 54)
        with no_deadlocks():
            answers = at_once(calls)
        cancels, books = answers[:10], answers[10:]
        assert outcomes(cancels) == Counter(done=10)
        assert outcomes(books).keys() <= {"done", "slot_taken"}
        # Each one that was booked is live, with a doctor of its own; never two in a slot.
        assert {row.pk for row in live(scene)} == {row.id for row in done(books)}
        assert len({row.doctor_id for row in done(books)}) == len(done(books)) <= 10
        total += outcomes(books)
        # What is free still, the next ones get; nobody was lost on the way.
        rest = 10 - len(done(books))
        assert outcomes(at_once(bookers(scene, 12))) == Counter(
            {"done": rest, "slot_taken": 12 - rest} if rest else {"slot_taken": 12}
        )
    say("any doctor beside ten that are cancelled, three times", total)
    assert_consistent()


def test_cancelling_and_booking_again_never_leaves_two(scene: Scene) -> None:
    total: Counter[str] = Counter()
    for _ in range(5):
        row = scene.book("09:00", patient=scene.new_patient())
        calls = [partial(scene.cancel, row)] * 16 + bookers(scene, 16, doctor=scene.doctor)
        with no_deadlocks():
            answers = at_once(calls)
        cancels, books = answers[:16], answers[16:]
        assert outcomes(cancels) == Counter(done=1, version_conflict=15)
        assert outcomes(books) in (
            Counter(slot_taken=16),
            Counter(done=1, slot_taken=15),
        )
        left: list[AppointmentRow] = done(books)
        assert [found.pk for found in live(scene)] == [found.id for found in left]
        for found in left:
            scene.cancel(found)
        total += outcomes(books)
    say("booking what is being cancelled, five times", total)
    assert_consistent()
