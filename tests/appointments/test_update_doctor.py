"""Changing a doctor, whose live appointments may stand in the way."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import time_machine

from appointments.availability import update_doctor
from doctors.models import Doctor
from doctors.queries import get_doctor
from scheduler.errors import (
    AvailabilityInUse,
    Invalid,
    NotFound,
    PermissionDenied,
    Refusal,
    SlotUnavailable,
    VersionConflict,
)
from tests.appointments.scene import HOUR, Scene, new_york
from tests.rows import nothing_written, refused, snapshot, written

pytestmark = pytest.mark.django_db


def update(
    scene: Scene, *, who: str = "admin", version: int | None = None, **changes: Any
) -> Doctor:
    return update_doctor(
        scene.world[who].access,
        scene.doctor.pk,
        expected_version=version,
        changes=changes,  # type: ignore[arg-type]
    )


def facts(doctor: Doctor) -> tuple[str, str, bool, int]:
    return doctor.name, doctor.specialty, doctor.active, doctor.version


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({"name": " Dr New "}, ("Dr New", "Cardiology", True, 2)),
        ({"specialty": "Neurology"}, ("Dr Own", "Neurology", True, 2)),
        ({"active": False}, ("Dr Own", "Cardiology", False, 2)),
        (
            {"name": "Dr New", "specialty": "Neurology", "active": False},
            ("Dr New", "Neurology", False, 2),
        ),
    ],
)
def test_a_change_is_one_row_and_one_stamp(
    scene: Scene, changes: dict[str, Any], after: tuple[str, str, bool, int]
) -> None:
    before, stamps = snapshot(scene.hospital), scene.stamps()
    changed = update(scene, version=1, **changes)
    assert facts(changed) == after
    assert facts(get_doctor(scene.staff, scene.doctor.pk)) == after
    assert written(before, snapshot(scene.hospital)) == Counter(doctors=1, schedule_stamps=1)
    assert scene.stamps() == stamps | {scene.doctor.pk: stamps[scene.doctor.pk] + 1}


@pytest.mark.parametrize(
    "changes", [{}, {"name": " Dr Own "}, {"active": True, "specialty": "Cardiology"}]
)
def test_what_changes_nothing_writes_nothing(scene: Scene, changes: dict[str, Any]) -> None:
    with nothing_written(scene.hospital):
        assert facts(update(scene, version=1, **changes)) == ("Dr Own", "Cardiology", True, 1)


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor", "colleague", "stranger"])
def test_who_may_change_a_doctor(scene: Scene, who: str) -> None:
    if who in ("root", "admin"):
        assert update(scene, who=who, name="Dr New").version == 2
    else:
        with refused(scene.hospital, NotFound if who == "stranger" else PermissionDenied):
            update(scene, who=who, name="Dr New")


def test_versions(scene: Scene) -> None:
    assert update(scene, name="Dr A").version == 2  # without a version: whatever it is
    assert update(scene, version=2, name="Dr B").version == 3
    with refused(scene.hospital, VersionConflict) as info:
        update(scene, version=2, name="Dr B")  # even where it would change nothing
    assert facts(info.value.members["current"]) == ("Dr B", "Cardiology", True, 3)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": " "}, [("name", "blank")]),
        ({"name": "x" * 201}, [("name", "max_length")]),
        ({"name": "\0"}, [("name", "invalid")]),
        ({"name": "", "specialty": "\ud800"}, [("name", "blank"), ("specialty", "invalid")]),
        ({"specialty": "x" * 101}, [("specialty", "max_length")]),
    ],
)
def test_what_is_invalid(
    scene: Scene, changes: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    with refused(scene.hospital, Invalid) as info:
        update(scene, version=7, **changes)
    assert [(error.field, error.code) for error in info.value.errors] == errors


# -- active -------------------------------------------------------------------------------------


def test_live_appointments_ahead_keep_a_doctor_active(scene: Scene) -> None:
    second = scene.book("11:00", patient=scene.other_patient)
    first = scene.change(scene.book("09:00"), status="noshow")
    gone = scene.book("10:00")
    scene.book("10:00", doctor=scene.colleague, patient=scene.other_patient)
    gone = scene.cancel(gone)
    with refused(scene.hospital, AvailabilityInUse) as info:
        update(scene, active=False, name="Dr New")
    assert info.value.members == {"appointments": [first, second]}
    # They don't keep anything else from changing.
    assert facts(update(scene, name="Dr New", active=True)) == ("Dr New", "Cardiology", True, 2)


def test_what_has_begun_does_not(scene: Scene, clock: time_machine.Traveller) -> None:
    scene.book("09:00")
    scene.cancel(scene.book("10:00"))
    clock.move_to(new_york("09:00"))
    with refused(scene.hospital, AvailabilityInUse):
        update(scene, active=False)
    clock.move_to(new_york("09:00") + HOUR / 60)
    assert update(scene, active=False).active is False


def test_inactive_and_active_again(scene: Scene) -> None:
    update(scene, active=False)
    with refused(scene.hospital, SlotUnavailable):
        scene.book("09:00")
    update(scene, active=True)
    assert scene.book("09:00").version == 1  # the shifts were left alone


@pytest.mark.parametrize(
    ("who", "changes", "version", "kind"),
    [
        ("stranger", {"name": ""}, 7, NotFound),
        ("staff", {"name": ""}, 7, PermissionDenied),
        ("admin", {"name": "", "active": False}, 7, Invalid),
        ("admin", {"active": False}, 7, VersionConflict),
        ("admin", {"active": False}, 1, AvailabilityInUse),
    ],
)
def test_the_first_reason_wins(
    scene: Scene, who: str, changes: dict[str, Any], version: int, kind: type[Refusal]
) -> None:
    scene.book("09:00")
    with refused(scene.hospital, kind):
        update(scene, who=who, version=version, **changes)


@pytest.mark.parametrize("id_", [0, -1, 2**63 - 1])
def test_an_absent_one(scene: Scene, id_: int) -> None:
    with refused(scene.hospital, NotFound):
        update_doctor(scene.staff, id_, expected_version=None, changes={"name": ""})
