"""Safe repeats: one key, one effect, one answer, for 24 hours, one caller and one hospital."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db.models.functions import Now

from accounts.access import Access
from accounts.models import Role
from appointments.models import Appointment, IdempotencyKey
from appointments.queries import AppointmentRow
from appointments.safe_repeats import book_once
from scheduler.errors import (
    IdempotencyKeyReused,
    Invalid,
    PatientBusy,
    PermissionDenied,
    Refusal,
    SlotTaken,
)
from tests.appointments.scene import Scene, at, new_york
from tests.factories.doctors import DoctorFactory, ShiftFactory
from tests.factories.patients import PatientFactory
from tests.rows import assert_consistent, nothing_written, refused

pytestmark = pytest.mark.django_db

KEY = "3f2b"


def wanted(scene: Scene, clock: str = "09:00", **values: Any) -> dict[str, Any]:
    return {
        "doctor_id": scene.doctor.pk,
        "specialty": None,
        "patient_id": scene.patient.pk,
        "starts_at": at(clock),
        "reason": "",
    } | values


def book(
    access: Access, request: dict[str, Any], key: str | None = KEY
) -> tuple[AppointmentRow, bool]:
    return book_once(access, key=key, **request)


def age(hours: float) -> None:
    """Let the kept answers be so old; the database's own clock counts their age."""
    IdempotencyKey.objects.update(created_at=Now() - timedelta(hours=hours))


def test_a_repeat_gets_the_same_answer_and_writes_nothing(scene: Scene) -> None:
    first, replayed = book(scene.staff, wanted(scene, reason="Ü\n"))
    assert replayed is False
    with nothing_written(scene.hospital):
        assert book(scene.staff, wanted(scene, reason="Ü\n")) == (first, True)
    assert Appointment.objects.count() == 1
    assert_consistent()


def test_the_repeat_gets_what_was_true_then(scene: Scene, clock: time_machine.Traveller) -> None:
    first, _ = book(scene.staff, wanted(scene))
    scene.cancel(scene.change(first, status="arrived"))
    clock.move_to(new_york("12:00"))  # the slot is long past
    assert book(scene.staff, wanted(scene)) == (first, True)


def test_without_a_key_every_call_counts(scene: Scene) -> None:
    row, replayed = book(scene.staff, wanted(scene), key=None)
    assert replayed is False
    with refused(scene.hospital, SlotTaken):
        book(scene.staff, wanted(scene), key=None)
    assert Appointment.objects.get().pk == row.id
    assert IdempotencyKey.objects.count() == 0


@pytest.mark.parametrize(
    "other",
    [
        {"starts_at": at("10:00")},
        {"starts_at": at("09:00:00")},  # not the same request, though the same instant
        {"reason": "x"},
        {"specialty": "Cardiology"},
        {"doctor_id": None},
    ],
)
def test_another_request_with_the_same_key(scene: Scene, other: dict[str, Any]) -> None:
    first, _ = book(scene.staff, wanted(scene))
    with refused(scene.hospital, IdempotencyKeyReused) as info:
        book(scene.staff, wanted(scene) | other)
    assert info.value.members == {}
    assert book(scene.staff, wanted(scene)) == (first, True)
    assert book(scene.staff, wanted(scene, "11:00"), key="another")[1] is False


def test_another_user_with_the_same_key(scene: Scene) -> None:
    first, _ = book(scene.staff, wanted(scene))
    second, replayed = book(scene.world.admin.access, wanted(scene, "10:00"))
    assert (replayed, second.id == first.id) == (False, False)
    assert book(scene.staff, wanted(scene)) == (first, True)
    assert book(scene.world.admin.access, wanted(scene, "10:00")) == (second, True)


def test_the_same_user_in_another_hospital(scene: Scene) -> None:
    first, _ = book(scene.staff, wanted(scene))
    there = Access(scene.staff.user_id, scene.world.other_hospital.pk, Role.STAFF)
    doctor = DoctorFactory(hospital=scene.world.other_hospital)
    ShiftFactory(doctor=doctor)
    patient = PatientFactory(hospital=scene.world.other_hospital)
    request = wanted(scene, doctor_id=doctor.pk, patient_id=patient.pk, starts_at=at("16:00"))
    second, replayed = book(there, request)
    assert (replayed, second.hospital_id) == (False, scene.world.other_hospital.pk)
    assert book(there, request) == (second, True)
    assert book(scene.staff, wanted(scene)) == (first, True)


def test_an_answer_is_kept_for_24_hours(scene: Scene) -> None:
    first, _ = book(scene.staff, wanted(scene))
    age(23.99)
    assert book(scene.staff, wanted(scene)) == (first, True)
    age(24.01)
    with refused(scene.hospital, SlotTaken):
        book(scene.staff, wanted(scene))  # a new call; refused, it leaves the old row
    age(24.01)
    second, replayed = book(scene.staff, wanted(scene, "10:00"))  # of another request
    assert replayed is False
    assert book(scene.staff, wanted(scene, "10:00")) == (second, True)
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "kind"),
    [({"reason": "\0"}, Invalid), ({"doctor_id": "colleague"}, PermissionDenied)],
)
def test_a_refused_call_leaves_nothing(
    scene: Scene, values: dict[str, Any], kind: type[Refusal]
) -> None:
    if "doctor_id" in values:
        values = {"doctor_id": scene.colleague.pk}
    with refused(scene.hospital, kind):
        book(scene.as_doctor, wanted(scene, **values))
    # So the key is free for a request that is right.
    assert book(scene.as_doctor, wanted(scene))[1] is False


def test_a_refused_call_is_tried_afresh(scene: Scene) -> None:
    row = scene.book("09:00")
    for _ in range(2):
        with refused(scene.hospital, PatientBusy) as info:
            book(scene.staff, wanted(scene, doctor_id=scene.colleague.pk))
        # The members of a refusal are there through `once` too.
        assert info.value.members == {"appointment": row}
    with refused(scene.hospital, SlotTaken) as taken:
        book(scene.staff, wanted(scene, patient_id=scene.other_patient.pk))
    assert len(taken.value.members["alternatives"]) == 3
    scene.cancel(row)
    again, replayed = book(scene.staff, wanted(scene, doctor_id=scene.colleague.pk))
    assert (again.doctor_id, replayed) == (scene.colleague.pk, False)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"doctor_id": "colleague", "reason": "\0"}, PermissionDenied),
        ({"patient_id": 0}, Invalid),
        ({"starts_at": "soon"}, Invalid),
        ({"starts_at": at("07:00")}, IdempotencyKeyReused),  # before slot_in_past
        ({"starts_at": at("12:00")}, IdempotencyKeyReused),  # before slot_unavailable
        ({"patient_id": "other"}, IdempotencyKeyReused),  # before slot_taken
        ({"starts_at": at("10:00")}, IdempotencyKeyReused),  # and where nothing else is wrong
    ],
)
def test_which_reason_comes_first(
    scene: Scene, values: dict[str, Any], kind: type[Refusal]
) -> None:
    book(scene.as_doctor, wanted(scene))
    named = {"colleague": scene.colleague.pk, "other": scene.other_patient.pk}
    values = {name: named.get(value, value) for name, value in values.items()}
    with refused(scene.hospital, kind):
        book(scene.as_doctor, wanted(scene, **values))


def test_any_doctor_is_a_request_too(scene: Scene) -> None:
    request = wanted(scene, doctor_id=None)
    first, _ = book(scene.staff, request)
    assert book(scene.staff, request) == (first, True)
    assert Appointment.objects.count() == 1


def test_a_key_of_255_characters(scene: Scene) -> None:
    key = "~" * 255
    first, _ = book(scene.staff, wanted(scene), key=key)
    assert book(scene.staff, wanted(scene), key=key) == (first, True)
    assert IdempotencyKey.objects.get().key == key


@pytest.mark.parametrize("named", [True, False])
def test_a_repeat_is_judged_by_the_rights_of_now(scene: Scene, named: bool) -> None:
    asked = wanted(scene, doctor_id=scene.colleague.pk if named else None)
    row, _ = book(scene.staff, asked)
    assert (row.doctor_id == scene.colleague.pk) is named  # any doctor: the lowest id
    other = scene.doctor if named else scene.colleague
    now_a_doctor = replace(scene.staff, role=Role.DOCTOR, doctor_id=other.pk)
    with refused(scene.hospital, PermissionDenied):
        book(now_a_doctor, asked)
    own = replace(now_a_doctor, doctor_id=row.doctor_id)
    assert book(own, asked) == (row, True)
