"""Cancelling an appointment."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from appointments.queries import get_appointment
from appointments.services import cancel_appointment
from scheduler.errors import (
    Invalid,
    InvalidTransition,
    NotFound,
    PreconditionRequired,
    Refusal,
    VersionConflict,
)
from tests.appointments.scene import NOW, Scene, new_york
from tests.appointments.test_change import WAYS, brought_to
from tests.rows import refused, snapshot, written

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", ["booked", "arrived"])
def test_cancelling_with_a_reason(scene: Scene, status: str) -> None:
    row = brought_to(scene, status, reason="A cough")
    before, stamps = snapshot(scene.hospital), scene.stamps()
    cancelled = scene.cancel(row, reason="Got well")
    # The appointment keeps its own reason; why it was cancelled stands in its history.
    assert cancelled == replace(row, status="cancelled", version=row.version + 1)
    assert get_appointment(scene.staff, row.id) == cancelled
    assert scene.last_event(row) == (
        row.version + 1,
        "cancelled",
        NOW,
        scene.staff.user_id,
        {
            "status": {"from": status, "to": "cancelled"},
            "reason": {"from": None, "to": "Got well"},
        },
    )
    assert written(before, snapshot(scene.hospital)) == Counter(
        appointments=1, appointment_events=1, schedule_stamps=1
    )
    assert scene.stamps() == stamps | {scene.doctor.pk: stamps[scene.doctor.pk] + 1}


def test_cancelling_without_a_reason(scene: Scene) -> None:
    row = scene.book()
    assert scene.cancel(row).status == "cancelled"
    assert scene.last_event(row)[4] == {"status": {"from": "booked", "to": "cancelled"}}


def test_a_reason_of_500_characters(scene: Scene) -> None:
    row = scene.book()
    scene.cancel(row, reason="ß" * 500)
    assert scene.last_event(row)[4]["reason"] == {"from": None, "to": "ß" * 500}


@pytest.mark.parametrize("status", sorted(WAYS.keys() - {"booked", "arrived"}))
def test_what_can_not_be_cancelled(scene: Scene, status: str) -> None:
    row = brought_to(scene, status)
    with refused(scene.hospital, InvalidTransition) as info:
        scene.cancel(row)
    assert info.value.members == {}


def test_cancelling_has_no_time_condition(scene: Scene, clock: time_machine.Traveller) -> None:
    row = scene.book()
    clock.move_to(new_york("09:00") + timedelta(days=40))
    assert scene.cancel(row).version == 2


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor", "colleague", "stranger"])
def test_who_may_cancel_a_doctors_appointment(scene: Scene, who: str) -> None:
    row, access = scene.book(), scene.world[who].access
    if who in ("colleague", "stranger"):
        with refused(scene.hospital, NotFound):
            scene.cancel(row, access=access)
    else:
        assert scene.cancel(row, access=access).status == "cancelled"
        assert scene.last_event(row)[3] == access.user_id


@pytest.mark.parametrize(
    ("reason", "code"), [("x" * 501, "max_length"), ("\0", "invalid"), ("\ud800", "invalid")]
)
def test_an_invalid_reason(scene: Scene, reason: str, code: str) -> None:
    row = scene.book()
    with refused(scene.hospital, Invalid) as info:
        scene.cancel(row, reason=reason)
    assert [(error.field, error.code) for error in info.value.errors] == [("reason", code)]


@pytest.mark.parametrize(
    ("reason", "version", "kind"),
    [
        ("\0", None, Invalid),
        ("\0", 1, Invalid),
        ("", None, PreconditionRequired),
        ("", 1, VersionConflict),
        ("", 4, VersionConflict),
        ("", 3, InvalidTransition),
    ],
)
def test_the_first_reason_wins(
    scene: Scene, reason: str, version: int | None, kind: type[Refusal]
) -> None:
    row = brought_to(scene, "fulfilled")
    with refused(scene.hospital, kind) as info:
        cancel_appointment(scene.staff, row.id, expected_version=version, reason=reason)
    assert info.value.members == ({"current": row} if kind is VersionConflict else {})
    with refused(scene.hospital, NotFound):
        cancel_appointment(scene.as_colleague, row.id, expected_version=version, reason=reason)


@pytest.mark.parametrize("id_", [0, -1, 2**63 - 1])
def test_an_absent_one(scene: Scene, id_: int) -> None:
    with refused(scene.hospital, NotFound):
        cancel_appointment(scene.staff, id_, expected_version=1)
