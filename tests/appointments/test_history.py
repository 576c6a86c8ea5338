"""What happened to an appointment, oldest first, one entry a version."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from appointments.queries import HistoryEntry, history
from scheduler.errors import NotFound, SlotTaken
from tests.appointments.scene import NOW, Scene, at
from tests.rows import refused

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_a_long_story(scene: Scene, clock: time_machine.Traveller) -> None:
    people = scene.world.people
    row = scene.book("09:00", access=people["doctor"].access, reason="A cough")
    clock.shift(HOUR)
    row = scene.change(row, access=people["staff"].access, starts_at=at("11:00"), reason="Cough")
    row = scene.change(row, access=people["root"].access, reason="")
    row = scene.change(row, status="noshow")
    row = scene.change(row, status="arrived")
    row = scene.change(row, status="booked")
    row = scene.change(row, status="arrived")
    clock.shift(HOUR)
    row = scene.cancel(row, access=people["admin"].access, reason="Went home")
    assert history(scene.staff, row.id) == [
        HistoryEntry(
            "booked",
            NOW,
            people["doctor"].user.pk,
            "Doctor",
            1,
            {
                "doctor_id": {"from": None, "to": scene.doctor.pk},
                "patient_id": {"from": None, "to": scene.patient.pk},
                "starts_at": {"from": None, "to": "2026-11-30T09:00:00-05:00"},
                "status": {"from": None, "to": "booked"},
                "reason": {"from": None, "to": "A cough"},
            },
        ),
        HistoryEntry(
            "moved",
            NOW + HOUR,
            people["staff"].user.pk,
            "Staff",
            2,
            {
                "starts_at": {
                    "from": "2026-11-30T09:00:00-05:00",
                    "to": "2026-11-30T11:00:00-05:00",
                },
                "reason": {"from": "A cough", "to": "Cough"},
            },
        ),
        HistoryEntry(
            "edited",
            NOW + HOUR,
            people["root"].user.pk,
            "Root",
            3,
            {"reason": {"from": "Cough", "to": ""}},
        ),
        *(
            HistoryEntry(
                type_,
                NOW + HOUR,
                people["staff"].user.pk,
                "Staff",
                version,
                {"status": {"from": before, "to": after}},
            )
            for version, type_, before, after in (
                (4, "noshow", "booked", "noshow"),
                (5, "undone", "noshow", "arrived"),
                (6, "undone", "arrived", "booked"),
                (7, "arrived", "booked", "arrived"),
            )
        ),
        HistoryEntry(
            "cancelled",
            NOW + 2 * HOUR,
            people["admin"].user.pk,
            "Admin",
            8,
            {
                "status": {"from": "arrived", "to": "cancelled"},
                "reason": {"from": None, "to": "Went home"},
            },
        ),
    ]


def test_what_was_refused_or_changed_nothing_is_not_there(scene: Scene) -> None:
    row = scene.book("09:00")
    scene.book("10:00", patient=scene.other_patient)
    with refused(scene.hospital, SlotTaken):
        scene.change(row, starts_at=at("10:00"))
    scene.change(row, reason="", status="booked")
    assert [(entry.version, entry.type) for entry in history(scene.staff, row.id)] == [
        (1, "booked")
    ]


def test_only_its_own(scene: Scene) -> None:
    row, other = scene.book("09:00"), scene.book("10:00")
    scene.change(other, reason="x")
    assert len(history(scene.staff, row.id)) == 1
    assert len(history(scene.staff, other.id)) == 2


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor", "colleague", "stranger"])
def test_who_may_read_it(scene: Scene, who: str) -> None:
    row, access = scene.book("09:00"), scene.world[who].access
    if who in ("colleague", "stranger"):
        with refused(scene.hospital, NotFound):
            history(access, row.id)
    else:
        assert [entry.by_name for entry in history(access, row.id)] == ["Staff"]


def test_it_goes_with_the_appointment_from_doctor_to_doctor(scene: Scene) -> None:
    """Who may see the appointment now may see all that happened to it."""
    row = scene.change(scene.book("09:00"), doctor_id=scene.colleague.pk)
    assert len(history(scene.as_colleague, row.id)) == 2
    with refused(scene.hospital, NotFound):
        history(scene.as_doctor, row.id)


@pytest.mark.parametrize("id_", [0, -1, 2**63 - 1])
def test_an_absent_one(scene: Scene, id_: int) -> None:
    with refused(scene.hospital, NotFound):
        history(scene.staff, id_)
