"""Moving, editing and setting the status of an appointment, one or several at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from appointments.models import Appointment, Status
from appointments.queries import AppointmentRow, get_appointment
from appointments.services import change_appointment
from doctors.models import Doctor
from scheduler.errors import (
    Invalid,
    InvalidTransition,
    NotFound,
    PatientBusy,
    PermissionDenied,
    PreconditionRequired,
    Refusal,
    SlotInPast,
    SlotTaken,
    SlotUnavailable,
    VersionConflict,
)
from tests.appointments.scene import HOUR, MONDAY, TUESDAY, Scene, at, new_york, openings, shift
from tests.rows import assert_consistent, nothing_written, refused, snapshot, written

pytestmark = pytest.mark.django_db

# How to get there from a booked one.
WAYS = {
    "booked": [],
    "arrived": ["arrived"],
    "fulfilled": ["arrived", "fulfilled"],
    "noshow": ["noshow"],
    "cancelled": ["cancelled"],
}
ALLOWED = {
    ("booked", "arrived"): "arrived",
    ("arrived", "fulfilled"): "fulfilled",
    ("booked", "noshow"): "noshow",
    ("booked", "cancelled"): "cancelled",
    ("arrived", "cancelled"): "cancelled",
    ("arrived", "booked"): "undone",
    ("noshow", "arrived"): "undone",
}


def brought_to(scene: Scene, status: str, **values: Any) -> AppointmentRow:
    row = scene.book(**values)
    for step in WAYS[status]:
        row = scene.change(row, status=step)
    return row


# -- status -------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", Status.values)
@pytest.mark.parametrize("before", Status.values)
def test_every_transition(scene: Scene, before: str, after: str) -> None:
    row = brought_to(scene, before)
    type_ = ALLOWED.get((before, after))
    if type_ is not None:
        changed = scene.change(row, status=after)
        assert changed == replace(row, status=after, version=row.version + 1)
        assert get_appointment(scene.staff, row.id) == changed
        version, event, _, by, changes = scene.last_event(row)
        assert (version, event, by) == (changed.version, type_, scene.staff.user_id)
        assert changes == {"status": {"from": before, "to": after}}
    elif before == after != "cancelled":
        with nothing_written(scene.hospital):
            assert scene.change(row, status=after) == row
    else:
        with refused(scene.hospital, InvalidTransition) as info:
            scene.change(row, status=after)
        assert info.value.members == {}


def test_a_change_is_one_row_one_event_and_one_stamp(scene: Scene) -> None:
    row = scene.book()
    before, stamps = snapshot(scene.hospital), scene.stamps()
    scene.change(row, status="arrived")
    assert written(before, snapshot(scene.hospital)) == Counter(
        appointments=1, appointment_events=1, schedule_stamps=1
    )
    assert scene.stamps() == stamps | {scene.doctor.pk: stamps[scene.doctor.pk] + 1}


@pytest.mark.parametrize("day", [-30, -1, 1, 30])
def test_statuses_have_no_time_condition(
    scene: Scene, clock: time_machine.Traveller, day: int
) -> None:
    row = scene.book()
    clock.move_to(new_york("09:00") + timedelta(days=day))
    row = scene.change(row, status="arrived")
    row = scene.change(row, status="fulfilled", reason="Well again")
    assert (row.status, row.reason, row.version) == ("fulfilled", "Well again", 3)
    assert scene.last_event(row)[2] == new_york("09:00") + timedelta(days=day)


# -- moving -------------------------------------------------------------------------------------


def test_moving_to_another_time(scene: Scene) -> None:
    row, stamps = scene.book("09:00", reason="A cough"), scene.stamps()
    moved = scene.change(row, starts_at="2026-11-30T16:00Z")
    assert moved == replace(
        row,
        starts_at=new_york("11:00"),
        ends_at=new_york("12:00"),
        time=new_york("11:00").time(),
        version=2,
    )
    assert get_appointment(scene.staff, row.id) == moved
    assert scene.last_event(row)[:2] == (2, "moved")
    assert scene.last_event(row)[4] == {
        "starts_at": {"from": "2026-11-30T09:00:00-05:00", "to": "2026-11-30T11:00:00-05:00"}
    }
    assert scene.stamps() == stamps | {scene.doctor.pk: stamps[scene.doctor.pk] + 1}
    # What it left is free, what it took is not.
    assert scene.book("09:00", patient=scene.other_patient).version == 1
    with refused(scene.hospital, SlotTaken):
        scene.book("11:00", patient=scene.other_patient)


def test_moving_to_another_doctor_and_day(scene: Scene) -> None:
    shift(scene.colleague, TUESDAY, "20:00", "24:00")
    row, stamps = scene.book("09:00"), scene.stamps()
    moved = scene.change(row, doctor_id=scene.colleague.pk, starts_at=at("23:00", TUESDAY))
    assert moved == replace(
        row,
        doctor_id=scene.colleague.pk,
        starts_at=new_york("23:00", TUESDAY),
        ends_at=new_york("23:00", TUESDAY) + HOUR,
        date=TUESDAY,
        time=new_york("23:00").time(),
        version=2,
    )
    assert get_appointment(scene.staff, row.id) == moved
    assert scene.last_event(row)[1] == "moved"
    assert scene.last_event(row)[4] == {
        "doctor_id": {"from": scene.doctor.pk, "to": scene.colleague.pk},
        "starts_at": {"from": "2026-11-30T09:00:00-05:00", "to": "2026-12-01T23:00:00-05:00"},
    }
    assert scene.stamps() == stamps | {
        scene.doctor.pk: stamps[scene.doctor.pk] + 1,
        scene.colleague.pk: stamps[scene.colleague.pk] + 1,
    }


def test_it_never_stands_in_its_own_way(scene: Scene) -> None:
    """The patient is not busy at the time of the very appointment that changes doctors."""
    row = scene.book("09:00")
    moved = scene.change(row, doctor_id=scene.colleague.pk)
    assert (moved.doctor_id, moved.starts_at, moved.version) == (
        *(scene.colleague.pk, row.starts_at, 2),
    )
    assert scene.last_event(row)[4] == {
        "doctor_id": {"from": scene.doctor.pk, "to": scene.colleague.pk}
    }


def test_it_may_move_to_what_overlaps_it(scene: Scene) -> None:
    """An hour of Lord Howe that begins on the half: here moved by half an hour by hand."""
    row = scene.book("09:00")
    odd = row.starts_at + HOUR / 2
    Appointment.objects.filter(hospital=scene.hospital, id=row.id).update(
        starts_at=odd, ends_at=odd + HOUR
    )
    assert scene.change(row, starts_at=at("10:00")).starts_at == new_york("10:00")


def test_patients_may_swap_times_over_a_free_slot(scene: Scene) -> None:
    first = scene.book("09:00")
    second = scene.book("10:00", patient=scene.other_patient)
    with refused(scene.hospital, SlotTaken):
        scene.change(first, starts_at=at("10:00"))
    first = scene.change(first, starts_at=at("11:00"))
    second = scene.change(second, starts_at=at("09:00"))
    first = scene.change(first, starts_at=at("10:00"))
    assert [(row.time.hour, row.version) for row in (first, second)] == [(10, 3), (9, 2)]
    assert_consistent()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"starts_at": "2026-11-30T09:00"},
        {"starts_at": "2026-11-30T15:00+01:00", "reason": "", "status": "booked"},
    ],
)
def test_what_changes_nothing_writes_nothing(scene: Scene, changes: dict[str, Any]) -> None:
    row = scene.book("09:00")
    with nothing_written(scene.hospital):
        assert scene.change(row, **changes) == row
        assert scene.change(row, doctor_id=scene.doctor.pk, **changes) == row


def test_one_that_has_begun_can_be_kept_where_it_is(
    scene: Scene, clock: time_machine.Traveller
) -> None:
    row = scene.book("09:00")
    clock.move_to(new_york("09:00"))
    edited = scene.change(row, starts_at=at("09:00"), reason="Late")
    assert scene.last_event(edited)[1] == "edited"
    assert scene.change(edited, starts_at=at("11:00")).starts_at == new_york("11:00")


@pytest.mark.parametrize("status", ["arrived", "fulfilled", "noshow", "cancelled"])
def test_only_a_booked_one_can_be_moved(scene: Scene, status: str) -> None:
    row = brought_to(scene, status)
    for changes in (
        {"starts_at": at("11:00")},
        {"doctor_id": scene.colleague.pk},
        {"starts_at": at("11:00"), "reason": "x"},
    ):
        with refused(scene.hospital, InvalidTransition):
            scene.change(row, **changes)


def test_a_mended_click_does_not_make_it_movable_in_the_same_breath(scene: Scene) -> None:
    row = brought_to(scene, "arrived")
    with refused(scene.hospital, InvalidTransition):
        scene.change(row, status="booked", starts_at=at("11:00"))
    row = scene.change(row, status="booked")
    assert scene.change(row, starts_at=at("11:00")).version == 4


def test_why_a_move_is_refused(scene: Scene) -> None:
    row = scene.book("09:00")
    busy = scene.book("10:00", doctor=scene.colleague)
    scene.book("11:00", patient=scene.other_patient)
    with refused(scene.hospital, SlotInPast):
        scene.change(row, starts_at=at("07:00"))
    with refused(scene.hospital, SlotUnavailable) as unavailable:
        scene.change(row, starts_at=at("12:00"))
    # Its own slot is not free; the doctor's other is the nearest.
    assert openings(unavailable.value.members["alternatives"]) == [
        (scene.doctor.pk, "2026-11-30T10:00:00-05:00"),
        (scene.colleague.pk, "2026-11-30T11:00:00-05:00"),
        (scene.colleague.pk, "2026-11-30T09:00:00-05:00"),
    ]
    with refused(scene.hospital, SlotTaken) as taken:
        scene.change(row, starts_at=at("11:00"))
    assert openings(taken.value.members["alternatives"]) == [
        (scene.doctor.pk, "2026-11-30T10:00:00-05:00"),
        (scene.colleague.pk, "2026-11-30T11:00:00-05:00"),
        (scene.colleague.pk, "2026-11-30T09:00:00-05:00"),
    ]
    with refused(scene.hospital, PatientBusy) as patient_busy:
        scene.change(row, starts_at=at("10:00"))
    assert patient_busy.value.members == {"appointment": busy}
    with refused(scene.hospital, PatientBusy) as patient_busy:
        scene.change(row, starts_at=at("10:00"), access=scene.as_doctor)
    assert patient_busy.value.members == {"appointment": None}
    Doctor.objects.filter(id=scene.colleague.pk).update(active=False)
    with refused(scene.hospital, SlotUnavailable):
        scene.change(row, doctor_id=scene.colleague.pk)


# -- several at once ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "changes", "type_"),
    [
        ("booked", {"starts_at": at("11:00"), "reason": "x", "status": "arrived"}, "moved"),
        ("booked", {"starts_at": at("11:00"), "status": "noshow"}, "moved"),
        ("booked", {"starts_at": at("11:00"), "status": "cancelled"}, "moved"),
        ("booked", {"starts_at": at("11:00"), "reason": "x"}, "moved"),
        ("booked", {"reason": "x"}, "edited"),
        ("booked", {"reason": "x", "status": "arrived"}, "edited"),
        ("booked", {"reason": "x", "status": "noshow"}, "edited"),
        ("booked", {"reason": "x", "status": "cancelled"}, "edited"),
        ("arrived", {"reason": "x", "status": "fulfilled"}, "edited"),
        ("arrived", {"reason": "x", "status": "booked"}, "edited"),
        ("noshow", {"reason": "x", "status": "arrived"}, "edited"),
        ("booked", {"reason": "", "status": "arrived"}, "arrived"),
        ("booked", {"starts_at": at("09:00"), "reason": "", "status": "cancelled"}, "cancelled"),
    ],
)
def test_several_at_once_are_one_entry_with_all_changes(
    scene: Scene, before: str, changes: dict[str, Any], type_: str
) -> None:
    row = brought_to(scene, before)
    changed = scene.change(row, **changes)
    expected = {
        name: {"from": old, "to": value}
        for name, old, value in (
            ("starts_at", "2026-11-30T09:00:00-05:00", _full(changes.get("starts_at"))),
            ("reason", "", changes.get("reason")),
            ("status", before, changes.get("status")),
        )
        if value not in (None, old)
    }
    assert scene.last_event(row)[:2] == (row.version + 1, type_)
    assert scene.last_event(row)[4] == expected
    assert changed == get_appointment(scene.staff, row.id)
    assert (changed.version, changed.reason, changed.status) == (
        row.version + 1,
        changes.get("reason", ""),
        changes.get("status", before),
    )
    assert changed.time.hour == (11 if type_ == "moved" else 9)


def _full(starts_at: str | None) -> str | None:
    return starts_at and f"{starts_at}:00-05:00"


def test_all_or_nothing(scene: Scene) -> None:
    row = scene.book("09:00")
    with refused(scene.hospital, InvalidTransition):
        scene.change(row, starts_at=at("11:00"), reason="x", status="fulfilled")
    with refused(scene.hospital, SlotUnavailable):
        scene.change(row, starts_at=at("12:00"), reason="x", status="arrived")


@pytest.mark.parametrize("status", Status.values)
def test_the_reason_can_be_edited_whatever_the_status(scene: Scene, status: str) -> None:
    row = brought_to(scene, status, reason="old")
    changed = scene.change(row, reason="new")
    assert changed == replace(row, reason="new", version=row.version + 1)
    assert scene.last_event(row)[4] == {"reason": {"from": "old", "to": "new"}}


def test_a_cancelled_one_stays_cancelled(scene: Scene) -> None:
    row = brought_to(scene, "cancelled")
    for changes in ({"status": "cancelled"}, {"status": "cancelled", "reason": "x"}):
        with refused(scene.hospital, InvalidTransition):
            scene.change(row, **changes)


# -- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor", "colleague", "stranger"])
def test_who_may_change_a_doctors_appointment(scene: Scene, who: str) -> None:
    row, access = scene.book("09:00"), scene.world[who].access
    if who in ("colleague", "stranger"):
        with refused(scene.hospital, NotFound):
            scene.change(row, access=access, reason="x")
    else:
        assert scene.change(row, access=access, starts_at=at("10:00")).version == 2
        assert scene.last_event(row)[3] == access.user_id


def test_a_doctor_gives_nothing_to_a_colleague(scene: Scene) -> None:
    row = scene.book("09:00")
    with refused(scene.hospital, PermissionDenied):
        scene.change(row, access=scene.as_doctor, doctor_id=scene.colleague.pk)
    with refused(scene.hospital, NotFound):
        scene.change(row, access=scene.as_colleague, doctor_id=scene.colleague.pk)


@pytest.mark.parametrize("id_", [0, -1, 2**63 - 1])
def test_an_absent_one(scene: Scene, id_: int) -> None:
    with refused(scene.hospital, NotFound):
        change_appointment(scene.staff, id_, expected_version=1, changes={"reason": "x"})


# -- versions and the order of refusals -----------------------------------------------------------


def test_a_change_names_its_version(scene: Scene) -> None:
    row = scene.book("09:00")
    with refused(scene.hospital, PreconditionRequired):
        change_appointment(scene.staff, row.id, expected_version=None, changes={"reason": "x"})
    now = scene.change(row, reason="x")
    for version in (0, 1, 3):
        with refused(scene.hospital, VersionConflict) as info:
            change_appointment(
                scene.staff, row.id, expected_version=version, changes={"reason": "y"}
            )
        assert info.value.members == {"current": now}


BAD = [
    ({"status": "BOOKED"}, [("status", "invalid_choice")]),
    ({"status": ""}, [("status", "invalid_choice")]),
    ({"reason": "x" * 501}, [("reason", "max_length")]),
    ({"reason": "\0"}, [("reason", "invalid")]),
    ({"reason": "\udfff"}, [("reason", "invalid")]),
    ({"doctor_id": 0}, [("doctor_id", "not_found")]),
    ({"doctor_id": 2**63 - 1}, [("doctor_id", "not_found")]),
    ({"starts_at": "2026-11-30"}, [("starts_at", "invalid")]),
    ({"starts_at": "2027-03-14T02:30"}, [("starts_at", "invalid")]),
    ({"starts_at": "2200-12-31T23:30-12:00"}, [("starts_at", "invalid")]),
    (
        {"starts_at": "?", "doctor_id": 0, "reason": "\0", "status": "?"},
        [
            ("reason", "invalid"),
            ("status", "invalid_choice"),
            ("doctor_id", "not_found"),
            ("starts_at", "invalid"),
        ],
    ),
]


@pytest.mark.parametrize(("changes", "errors"), BAD, ids=[ascii(c)[:60] for c, _ in BAD])
def test_what_is_invalid(
    scene: Scene, changes: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    row = scene.book("09:00")
    with refused(scene.hospital, Invalid) as info:
        scene.change(row, **changes)
    assert [(error.field, error.code) for error in info.value.errors] == errors


def test_another_hospitals_doctor_does_not_exist(scene: Scene) -> None:
    row = scene.book("09:00")
    with refused(scene.hospital, Invalid) as info:
        scene.change(row, doctor_id=scene.world.other_doctor.pk)
    assert [(e.field, e.code) for e in info.value.errors] == [("doctor_id", "not_found")]


@pytest.mark.parametrize(
    ("changes", "version", "kind"),
    [
        ({"doctor_id": "colleague", "reason": "\0"}, None, PermissionDenied),
        ({"reason": "\0"}, None, Invalid),
        ({"reason": "\0"}, 7, Invalid),
        ({"status": "fulfilled"}, None, PreconditionRequired),
        ({"status": "fulfilled"}, 7, VersionConflict),
        ({"status": "fulfilled", "starts_at": at("07:00")}, 1, InvalidTransition),
        ({"status": "arrived", "starts_at": at("07:00")}, 1, SlotInPast),
        ({"status": "arrived", "starts_at": at("09:30")}, 1, SlotUnavailable),
        ({"status": "arrived", "starts_at": at("10:00")}, 1, SlotTaken),
        ({"status": "arrived", "starts_at": at("11:00")}, 1, PatientBusy),
    ],
)
def test_the_first_reason_wins(
    scene: Scene, changes: dict[str, Any], version: int | None, kind: type[Refusal]
) -> None:
    row = scene.book("09:00")
    scene.book("10:00", patient=scene.other_patient)  # the slot is taken, and the patient busy
    scene.book("10:00", doctor=scene.colleague)
    scene.book("11:00", doctor=scene.colleague)
    if "doctor_id" in changes:
        changes = changes | {"doctor_id": scene.colleague.pk}
    with refused(scene.hospital, kind):
        change_appointment(
            scene.as_doctor,
            row.id,
            expected_version=version,
            changes=changes,  # type: ignore[arg-type]
        )
    with refused(scene.hospital, NotFound):
        change_appointment(
            scene.as_colleague,
            row.id,
            expected_version=version,
            changes=changes,  # type: ignore[arg-type]
        )


def test_moving_one_of_a_cancelled_twin(scene: Scene) -> None:
    """What was cancelled leaves no trace in the way of what was booked after it."""
    scene.cancel(scene.book("10:00"))
    row = scene.book("09:00")
    assert scene.change(row, starts_at=at("10:00")).date == MONDAY
