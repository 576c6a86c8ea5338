"""What is offered instead of a slot that can't be had."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from accounts.access import Access
from doctors.models import Doctor
from hospitals.wall_time import MAX_DATE
from scheduler.errors import SlotTaken, SlotUnavailable
from tests.appointments.scene import MONDAY, TUESDAY, Scene, new_york, openings, shift
from tests.rows import refused

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def offered(
    scene: Scene,
    clock: str,
    *,
    day: date = MONDAY,
    doctor: Doctor | None = None,
    access: Access | None = None,
    kind: type[SlotTaken] | type[SlotUnavailable] = SlotTaken,
) -> list[tuple[int, str]]:
    """The doctors and starts, without their seconds and offset."""
    patient = scene.new_patient()
    with refused(scene.hospital, kind) as info:
        scene.book(clock, day=day, doctor=doctor, patient=patient, access=access)
    assert list(info.value.members) == ["alternatives"]
    return [(id_, text[:16]) for id_, text in openings(info.value.members["alternatives"])]


def fill(scene: Scene, doctor: Doctor, *clocks: str, day: date = MONDAY) -> None:
    for clock in clocks:
        scene.book(clock, day=day, doctor=doctor, patient=scene.new_patient())


def test_the_same_doctor_then_a_colleague_then_what_comes_next(scene: Scene) -> None:
    fill(scene, scene.doctor, "09:00")
    assert offered(scene, "09:00") == [
        (scene.doctor.pk, "2026-11-30T10:00"),
        (scene.colleague.pk, "2026-11-30T09:00"),
        (scene.colleague.pk, "2026-11-30T10:00"),
    ]


def test_the_nearest_of_the_same_doctor_may_come_before(scene: Scene) -> None:
    shift(scene.doctor, TUESDAY, "12:00", "13:00")
    fill(scene, scene.doctor, "11:00")
    assert offered(scene, "11:00") == [
        (scene.doctor.pk, "2026-11-30T10:00"),
        (scene.doctor.pk, "2026-12-01T12:00"),  # the next opening of all; the same doctor first
        (scene.colleague.pk, "2026-11-30T11:00"),
    ]


def test_of_two_that_are_as_near_the_earlier(scene: Scene) -> None:
    fill(scene, scene.doctor, "10:00")
    fill(scene, scene.colleague, "09:00", "10:00", "11:00")
    assert offered(scene, "10:00") == [
        (scene.doctor.pk, "2026-11-30T09:00"),
        (scene.doctor.pk, "2026-11-30T11:00"),
    ]


def test_a_doctor_who_is_alone_offers_three(scene: Scene) -> None:
    alone = scene.new_doctor("09:00-14:00", specialty="Neurology")
    fill(scene, alone, "11:00")
    assert offered(scene, "11:00", doctor=alone) == [
        (alone.pk, "2026-11-30T10:00"),
        (alone.pk, "2026-11-30T12:00"),
        (alone.pk, "2026-11-30T09:00"),
    ]


def test_without_anything_of_the_same_doctor(scene: Scene) -> None:
    fill(scene, scene.doctor, "09:00", "10:00", "11:00")
    assert offered(scene, "10:00") == [
        (scene.colleague.pk, "2026-11-30T10:00"),
        (scene.colleague.pk, "2026-11-30T11:00"),
        (scene.colleague.pk, "2026-11-30T09:00"),
    ]


def test_only_doctors_of_the_same_specialty(scene: Scene) -> None:
    scene.new_doctor("09:00-12:00", specialty="Neurology")
    third = scene.new_doctor("09:00-10:00")
    fill(scene, scene.doctor, "09:00")
    fill(scene, scene.colleague, "09:00", "10:00", "11:00")
    assert offered(scene, "09:00") == [
        (scene.doctor.pk, "2026-11-30T10:00"),
        (scene.doctor.pk, "2026-11-30T11:00"),
        (third.pk, "2026-11-30T09:00"),
    ]


def test_inactive_doctors_and_taken_slots_are_not_offered(scene: Scene) -> None:
    scene.new_doctor("09:00-12:00", active=False)
    fill(scene, scene.doctor, "09:00", "10:00", "11:00")
    fill(scene, scene.colleague, "09:00", "11:00")
    assert offered(scene, "09:00") == [(scene.colleague.pk, "2026-11-30T10:00")]


def test_a_doctor_is_offered_their_own_slots_alone(scene: Scene) -> None:
    fill(scene, scene.doctor, "09:00")
    assert offered(scene, "09:00", access=scene.as_doctor) == [
        (scene.doctor.pk, "2026-11-30T10:00"),
        (scene.doctor.pk, "2026-11-30T11:00"),
    ]


def test_what_has_begun_is_not_offered(scene: Scene, clock: time_machine.Traveller) -> None:
    fill(scene, scene.doctor, "11:00")
    clock.move_to(new_york("10:00"))
    assert offered(scene, "11:00") == [(scene.colleague.pk, "2026-11-30T11:00")]


def test_from_three_days_before_to_eight_weeks_after(
    scene: Scene, clock: time_machine.Traveller
) -> None:
    wanted = MONDAY + 30 * DAY
    for days in (-4, -3, 56, 57):
        shift(scene.doctor, wanted + days * DAY, "09:00", "10:00")
    kind = SlotUnavailable
    assert offered(scene, "09:00", day=wanted, kind=kind) == [
        (scene.doctor.pk, f"{wanted - 3 * DAY}T09:00"),
        (scene.doctor.pk, f"{wanted + 56 * DAY}T09:00"),
    ]


def test_the_last_days_of_our_years_have_none_after_them(scene: Scene) -> None:
    assert offered(scene, "09:00", day=MAX_DATE, kind=SlotUnavailable) == []


def test_nothing_to_offer(scene: Scene) -> None:
    fill(scene, scene.doctor, "09:00", "10:00", "11:00")
    fill(scene, scene.colleague, "09:00", "10:00", "11:00")
    assert offered(scene, "10:00") == []


def test_the_refused_move_of_an_appointment_offers_too(scene: Scene) -> None:
    fill(scene, scene.doctor, "10:00")
    row = scene.book("09:00")
    with refused(scene.hospital, SlotTaken) as info:
        scene.change(row, starts_at="2026-11-30T10:00")
    assert [(id_, text[11:16]) for id_, text in openings(info.value.members["alternatives"])] == [
        (scene.doctor.pk, "11:00"),
        (scene.colleague.pk, "10:00"),
        (scene.colleague.pk, "11:00"),
    ]


def test_every_offer_can_be_booked(scene: Scene) -> None:
    shift(scene.doctor, TUESDAY, "22:00", "24:00")
    fill(scene, scene.doctor, "10:00")
    for id_, text in offered(scene, "10:00"):
        doctor = Doctor.objects.get(hospital=scene.hospital, id=id_)
        row = scene.book(
            text[11:], day=date.fromisoformat(text[:10]), doctor=doctor,
            patient=scene.new_patient(),
        )  # fmt: skip
        assert row.doctor_id == id_
