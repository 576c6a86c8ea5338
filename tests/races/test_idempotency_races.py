"""The same key, many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from appointments.models import Appointment, IdempotencyKey
from appointments.queries import AppointmentRow
from appointments.safe_repeats import book_once
from scheduler.errors import Refusal
from tests.appointments.scene import Scene, at
from tests.races.threads import THREADS, at_once, done, no_deadlocks, outcomes, say
from tests.rows import assert_consistent

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def twin(scene: Scene, key: str, clock: str = "09:00") -> Callable[[], tuple[AppointmentRow, bool]]:
    """A booking of the scene's patient with any doctor."""
    return partial(
        book_once,
        scene.staff,
        key=key,
        doctor_id=None,
        specialty=None,
        patient_id=scene.patient.pk,
        starts_at=at(clock),
        reason="",
    )


@pytest.mark.usefixtures("planned")
def test_one_of_many_twins_books_and_the_others_replay(scene: Scene) -> None:
    with no_deadlocks():
        answers = at_once([twin(scene, "k")] * THREADS)
    counts = Counter("replayed" if replayed else "booked" for _, replayed in done(answers))
    say("twins", counts)
    assert counts == Counter(booked=1, replayed=THREADS - 1)
    # The same appointment to the last byte.
    assert {row for row, _ in done(answers)} == {answers[0][0]}
    assert Appointment.objects.get().pk == answers[0][0].id
    assert_consistent()


def test_the_first_request_has_the_key(scene: Scene) -> None:
    with no_deadlocks():
        answers = at_once([twin(scene, "k"), twin(scene, "k", "10:00")] * (THREADS // 2))
    say("two requests with one key", outcomes(answers))
    assert outcomes(answers) == Counter(done=16, idempotency_key_reused=16)
    assert len({row.id for row, _ in done(answers)}) == 1
    assert Counter(replayed for _, replayed in done(answers)) == {False: 1, True: 15}
    assert Appointment.objects.count() == 1
    assert_consistent()


def test_refused_twins_leave_nothing(scene: Scene) -> None:
    for doctor in (scene.doctor, scene.colleague):
        scene.book("09:00", doctor=doctor, patient=scene.new_patient())
    with no_deadlocks():
        answers = at_once([twin(scene, "k")] * THREADS)
    assert outcomes(answers) == Counter(slot_taken=THREADS)
    assert IdempotencyKey.objects.count() == 0
    assert_consistent()


@pytest.mark.usefixtures("planned")
def test_a_twin_of_a_refused_call_may_succeed(scene: Scene) -> None:
    """While the slot is taken all are refused; whoever comes after the cancellation gets it."""
    scene.book("09:00", doctor=scene.colleague, patient=scene.new_patient())
    row = scene.book("09:00", patient=scene.new_patient())
    calls: list[Callable[[], object]] = [twin(scene, "k")] * (THREADS - 1)
    calls.insert(10, partial(scene.cancel, row))
    with no_deadlocks():
        answers = at_once(calls)
    cancelled = answers.pop(10)
    assert not isinstance(cancelled, Refusal)
    found = done(answers)
    say("twins beside a cancellation", outcomes(answers))
    assert outcomes(answers).keys() <= {"done", "slot_taken"}
    assert len({row.id for row, _ in found}) == bool(found)
    assert sum(not replayed for _, replayed in found) == bool(found)
    assert at_once([twin(scene, "k")])[0][1] is bool(found)
    assert_consistent()


def test_different_keys_are_different_calls(scene: Scene) -> None:
    calls = [twin(scene, f"k{n}") for n in range(THREADS)]
    with no_deadlocks():
        answers = at_once(calls)
    # One patient: the others find them busy, once one of the two doctors has them.
    assert outcomes(answers) == Counter(done=1, patient_busy=THREADS - 1)
    assert IdempotencyKey.objects.count() == 1
    assert_consistent()
