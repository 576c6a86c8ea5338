"""That looking at all rows finds what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from appointments.models import Appointment, AppointmentEvent, IdempotencyKey
from doctors.models import Doctor, Shift
from hospitals.models import ScheduleStamp
from scheduler.errors import Refusal, SlotTaken
from tests.appointments.scene import Scene
from tests.rows import assert_consistent, nothing_written, refused, snapshot, written

pytestmark = pytest.mark.django_db

SPOILS: dict[str, Callable[[Scene], object]] = {
    "outside every shift": lambda scene: Shift.objects.update(start_minute=600),
    "is not active|not active": lambda scene: Doctor.objects.update(active=False),
    "versions are not": lambda scene: Appointment.objects.update(version=3),
    "versions are not those": lambda scene: AppointmentEvent.objects.all().delete(),
    "date and time": lambda scene: Appointment.objects.update(time="10:00"),
    "date and time are": lambda scene: Appointment.objects.update(date="2026-12-01"),
    "was not finished": lambda scene: IdempotencyKey.objects.create(
        hospital=scene.hospital, user_id=1, key="k", request_hash=""
    ),
    r"\[\(\d+, \d+\)\]": lambda scene: Appointment.objects.update(reason="x"),
    r"^\{\(\d+, \d+\): 2": lambda scene: ScheduleStamp.objects.update(stamp=2),
}


@pytest.mark.parametrize("message", SPOILS)
def test_what_is_wrong_is_found(scene: Scene, message: str) -> None:
    row = scene.book("09:00")
    scene.change(row, status="arrived")
    assert_consistent()
    SPOILS[message](scene)
    with pytest.raises(AssertionError, match=message):
        assert_consistent()


def test_the_past_may_lie_outside_every_shift(scene: Scene) -> None:
    row = scene.book("09:00")
    Shift.objects.all().delete()
    assert_consistent(row.starts_at + timedelta(seconds=1))
    with pytest.raises(AssertionError, match="outside every shift"):
        assert_consistent(row.starts_at)


def test_a_row_written_as_it_was_is_noticed(scene: Scene) -> None:
    before = snapshot(scene.hospital)
    Shift.objects.filter(doctor_id=scene.doctor.pk).update(start_minute=540)
    assert written(before, snapshot(scene.hospital)) == {"shifts": 1}
    with pytest.raises(AssertionError), nothing_written(scene.hospital):
        Shift.objects.filter(doctor_id=scene.doctor.pk).update(start_minute=540)
    with nothing_written(scene.hospital):
        Doctor.objects.filter(hospital=scene.world.other_hospital).update(name="x")


def test_a_refusal_that_left_something_is_noticed(scene: Scene) -> None:
    def leave(kind: type[Refusal]) -> None:
        Shift.objects.all().delete()
        raise kind

    with pytest.raises(AssertionError), refused(scene.hospital, SlotTaken):
        leave(SlotTaken)
    with pytest.raises(AssertionError), refused(scene.hospital, Refusal):
        raise SlotTaken  # the kind itself, not one of its kinds
