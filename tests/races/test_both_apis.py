"""The same moment over REST and GraphQL: half of the callers use the one, half the other."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest

from appointments.models import Appointment
from tests.appointments.scene import Scene, at, new_york
from tests.clients import CLIENTS, Answer
from tests.races.threads import THREADS, at_once, no_deadlocks, say
from tests.rows import assert_consistent

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


class Crowd:
    """The staff's callers at one hospital: every second one over GraphQL."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        token = scene.world.staff.tokens.access
        self.clients = [CLIENTS[n % 2](token) for n in range(THREADS)]

    def at_once(self, name: str, *each: dict[str, Any]) -> list[Answer]:
        """Make one call each, together; caller n sends `each[n]`, or the only one there is."""
        sent = each if len(each) > 1 else each * THREADS
        calls = [
            partial(client.call, name, hospital_id=self.scene.hospital.pk, **arguments)
            for client, arguments in zip(self.clients, sent, strict=True)
        ]
        with no_deadlocks():
            answers: list[Answer] = at_once(calls)
        say(f"{name} over both", codes(answers))
        return answers

    def booking(self, **more: Any) -> dict[str, Any]:
        patient = self.scene.new_patient().pk
        doctor = self.scene.doctor.pk
        return {"doctor_id": doctor, "patient_id": patient, "starts_at": at("09:00"), **more}


def codes(answers: list[Answer]) -> Counter[str]:
    return Counter(answer.code for answer in answers)


@pytest.fixture
def crowd(scene: Scene) -> Crowd:
    return Crowd(scene)


def test_one_slot_has_one_winner(crowd: Crowd) -> None:
    answers = crowd.at_once("book_appointment", *(crowd.booking() for _ in range(THREADS)))
    assert codes(answers) == Counter(ok=1, slot_taken=THREADS - 1)
    (won,) = (answer.data["id"] for answer in answers if answer.code == "ok")
    assert list(Appointment.objects.values_list("id", flat=True)) == [won]
    assert_consistent()


def test_one_key_books_once_whichever_api_repeats_it(crowd: Crowd) -> None:
    answers = crowd.at_once("book_appointment", crowd.booking(idempotency_key="the call"))
    assert codes(answers) == Counter(ok=THREADS)
    assert [answer.replayed for answer in answers].count(False) == 1
    assert {answer.data["id"] for answer in answers} == {Appointment.objects.get().pk}
    assert_consistent()


def test_one_version_has_one_change(crowd: Crowd) -> None:
    appointment = crowd.scene.book("09:00")
    changes = [
        {"id": appointment.id, "expected_version": appointment.version, "reason": f"caller {n}"}
        for n in range(THREADS)
    ]
    answers = crowd.at_once("change_appointment", *changes)
    assert codes(answers) == Counter(ok=1, version_conflict=THREADS - 1)
    (won,) = (answer.data for answer in answers if answer.code == "ok")
    row = Appointment.objects.get()
    assert (row.version, row.reason) == (appointment.version + 1, won["reason"])
    for answer in answers:
        if answer.members:
            assert answer.members["current"]["reason"] == won["reason"]
    assert_consistent()


def test_moves_over_one_and_bookings_over_the_other_want_one_slot(crowd: Crowd) -> None:
    scene, hospital = crowd.scene, crowd.scene.hospital.pk
    calls = []
    for client in crowd.clients:
        if client.name == "rest":
            row = scene.book(
                "09:00", doctor=scene.new_doctor("09:00-10:00"), patient=scene.new_patient()
            )
            move = {"id": row.id, "expected_version": row.version, "doctor_id": scene.doctor.pk}
            calls.append(partial(client.call, "change_appointment", hospital_id=hospital, **move))
        else:
            booking = crowd.booking()
            calls.append(partial(client.call, "book_appointment", hospital_id=hospital, **booking))
    with no_deadlocks():
        answers = at_once(calls)
    assert codes(answers) == Counter(ok=1, slot_taken=THREADS - 1)
    nine = Appointment.objects.filter(doctor_id=scene.doctor.pk, starts_at=new_york("09:00"))
    assert nine.count() == 1
    assert_consistent()
