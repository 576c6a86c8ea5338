"""Changing a hospital: its zone only while nothing is planned, its hours whenever."""

from __future__ import annotations

from collections import Counter
from datetime import time, timedelta
from typing import Any

import pytest
import time_machine

from appointments.availability import set_availability, update_hospital
from doctors.models import Doctor, Shift
from hospitals.models import Hospital
from hospitals.queries import get_hospital
from scheduler.errors import Invalid, PermissionDenied, Refusal, VersionConflict
from tests.appointments.scene import MONDAY, TUESDAY, Scene, new_york, ranges, shift
from tests.rows import assert_consistent, nothing_written, refused, snapshot, written

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def update(
    scene: Scene, *, who: str = "admin", version: int | None = None, **changes: Any
) -> Hospital:
    return update_hospital(
        scene.world[who].access,
        expected_version=version,
        changes=changes,  # type: ignore[arg-type]
    )


def facts(hospital: Hospital) -> dict[str, Any]:
    names = ("name", "address", "timezone", "opens", "closes", "version")
    return {name: getattr(hospital, name) for name in names}


OLD: dict[str, Any] = {
    "name": "General",
    "address": "",
    "timezone": "America/New_York",
    "opens": time(0),
    "closes": time(0),
    "version": 1,
}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Saint Mary"},
        {"address": "1 Main Street\nNew York"},
        {"opens": time(8), "closes": time(18, 30)},
        {"opens": time(8)},
        {"closes": time(12)},
    ],
)
def test_a_change_is_one_row_and_the_hospitals_stamp(scene: Scene, changes: dict[str, Any]) -> None:
    before, stamps = snapshot(scene.hospital), scene.stamps()
    changed = update(scene, version=1, **changes)
    assert facts(changed) == OLD | changes | {"version": 2}
    assert facts(get_hospital(scene.staff)) == facts(changed)
    assert written(before, snapshot(scene.hospital)) == Counter(hospitals=1, schedule_stamps=1)
    assert scene.stamps() == stamps | {0: stamps[0] + 1}


@pytest.mark.parametrize(
    "changes", [{}, {"name": " General "}, {"timezone": "America/New_York", "opens": time(0)}]
)
def test_what_changes_nothing_writes_nothing(scene: Scene, changes: dict[str, Any]) -> None:
    with nothing_written(scene.hospital):
        assert facts(update(scene, version=1, **changes)) == OLD


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor", "colleague"])
def test_who_may_change_a_hospital(scene: Scene, who: str) -> None:
    if who in ("root", "admin"):
        assert update(scene, who=who, name="Saint Mary").version == 2
    else:
        with refused(scene.hospital, PermissionDenied):
            update(scene, who=who, name="")


def test_an_admin_changes_their_own_hospital_alone(scene: Scene) -> None:
    with nothing_written(scene.hospital):
        update(scene, who="stranger", name="Mine")
    assert Hospital.objects.get(id=scene.world.other_hospital.pk).name == "Mine"


def test_versions(scene: Scene) -> None:
    assert update(scene, address="A").version == 2
    assert update(scene, version=2, address="B").version == 3
    with refused(scene.hospital, VersionConflict) as info:
        update(scene, version=2, address="B")
    assert facts(info.value.members["current"]) == OLD | {"address": "B", "version": 3}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": ""}, [("name", "blank")]),
        ({"address": "x" * 501}, [("address", "max_length")]),
        ({"timezone": "Mars/Olympus"}, [("timezone", "invalid")]),
        ({"timezone": "EST5EDT4"}, [("timezone", "invalid")]),
        ({"timezone": ""}, [("timezone", "blank")]),
        ({"opens": time(9), "closes": time(9)}, [("closes", "invalid")]),
        ({"opens": time(18)}, [("closes", "invalid")]),  # with the row's 17:00
        ({"closes": time(8)}, [("closes", "invalid")]),  # with the row's 08:00
        ({"closes": time(12, 0, 1)}, [("closes", "invalid")]),
        (
            {"name": "\0", "opens": time(9), "closes": time(8)},
            [("name", "invalid"), ("closes", "invalid")],
        ),
    ],
)
def test_what_is_invalid(
    scene: Scene, changes: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    update(scene, opens=time(8), closes=time(17))
    with refused(scene.hospital, Invalid) as info:
        update(scene, version=7, **changes)
    assert [(error.field, error.code) for error in info.value.errors] == errors


def test_until_midnight(scene: Scene) -> None:
    update(scene, opens=time(8), closes=time(17))
    assert update(scene, opens=time(22), closes=time(0)).version == 3
    assert update(scene, opens=time(0)).version == 4


def test_changed_hours_leave_shifts_and_appointments_alone(scene: Scene) -> None:
    row = scene.book("09:00")
    update(scene, opens=time(13), closes=time(18))
    shifts = Shift.objects.filter(hospital=scene.hospital, doctor_id=scene.doctor.pk)
    assert list(shifts.values_list("start_minute", "end_minute")) == [(540, 720)]
    assert scene.book("10:00", patient=scene.other_patient).date == row.date
    # What is set from now on lies within them; a date is replaced as a whole.
    with refused(scene.hospital, Invalid) as info:
        set_availability(
            scene.staff,
            scene.doctor.pk,
            days=[(MONDAY, ranges("09:00-12:00", "13:00-14:00"))],
        )
    assert [(e.field, e.code) for e in info.value.errors] == [
        ("days.0.shifts.0.start", "outside_opening_hours"),
        ("days.0.shifts.0.end", "outside_opening_hours"),
    ]


# -- the zone -----------------------------------------------------------------------------------


def clear(scene: Scene) -> None:
    Shift.objects.filter(hospital=scene.hospital).delete()


def in_use(scene: Scene, **changes: Any) -> bool:
    with refused(scene.hospital, Invalid) as info:
        update(scene, timezone="Asia/Tokyo", **changes)
    return [(e.field, e.code) for e in info.value.errors] == [("timezone", "in_use")]


def test_another_zone_with_nothing_planned(scene: Scene) -> None:
    clear(scene)
    stamps = scene.stamps()
    changed = update(scene, version=1, timezone="Asia/Tokyo")
    assert facts(changed) == OLD | {"timezone": "Asia/Tokyo", "version": 2}
    assert scene.stamps() == stamps | {0: stamps[0] + 1}
    shift(scene.doctor, TUESDAY, "09:00", "12:00")
    row = scene.book("09:00", day=TUESDAY)
    assert (row.timezone, row.starts_at) == (*("Asia/Tokyo", new_york("19:00", MONDAY)),)


def test_a_shift_from_today_on_keeps_the_zone(scene: Scene, clock: time_machine.Traveller) -> None:
    assert in_use(scene)
    # Also one of today that has ended.
    clock.move_to(new_york("23:59"))
    assert in_use(scene, name="Saint Mary")
    clock.move_to(new_york("00:00", TUESDAY))
    assert update(scene, timezone="Asia/Tokyo").version == 2


@pytest.mark.parametrize("status", ["booked", "arrived", "noshow"])
def test_a_live_appointment_from_today_on_keeps_the_zone(
    scene: Scene, clock: time_machine.Traveller, status: str
) -> None:
    row = scene.book("09:00")
    if status != "booked":
        row = scene.change(row, status=status)
    clear(scene)
    assert in_use(scene)
    clock.move_to(new_york("23:59"))
    assert in_use(scene)
    clock.move_to(new_york("00:00", TUESDAY))
    assert update(scene, timezone="Asia/Tokyo").version == 2


def test_cancelled_ones_do_not(scene: Scene) -> None:
    scene.cancel(scene.book("09:00"))
    clear(scene)
    assert update(scene, timezone="Asia/Tokyo").version == 2


def test_inactive_doctors_shifts_count_and_other_hospitals_do_not(scene: Scene) -> None:
    shift(scene.world.other_doctor, MONDAY, "09:00", "12:00")
    Doctor.objects.filter(hospital=scene.hospital).update(active=False)
    assert in_use(scene)
    clear(scene)
    assert update(scene, timezone="Asia/Tokyo").version == 2


def test_appointments_of_the_past_show_the_new_clock(
    scene: Scene, clock: time_machine.Traveller
) -> None:
    """`date` and `time` are the hospital's wall clock, as `starts_at` bears its offset."""
    scene.book("09:00")
    scene.cancel(scene.book("11:00"))
    clock.move_to(new_york("09:00") + 3 * DAY)
    clear(scene)
    update(scene, timezone="Asia/Tokyo")
    assert_consistent()


@pytest.mark.parametrize(
    ("who", "changes", "version", "kind"),
    [
        ("staff", {"name": ""}, 7, PermissionDenied),
        ("admin", {"timezone": "Asia/Tokyo", "name": ""}, 7, Invalid),
        ("admin", {"timezone": "Asia/Tokyo"}, 7, Invalid),  # in_use
        ("admin", {"name": "Saint Mary"}, 7, VersionConflict),
    ],
)
def test_the_first_reason_wins(
    scene: Scene, who: str, changes: dict[str, Any], version: int, kind: type[Refusal]
) -> None:
    with refused(scene.hospital, kind):
        update(scene, who=who, version=version, **changes)
