"""Replacing a doctor's shifts, date by date, all or nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine

from appointments.availability import set_availability
from doctors.models import Doctor, Shift
from doctors.queries import DayShifts, availability
from hospitals.models import Hospital
from scheduler.errors import (
    AvailabilityInUse,
    Invalid,
    NotFound,
    PermissionDenied,
    Refusal,
    SlotUnavailable,
    VersionConflict,
)
from tests.appointments.scene import (
    MONDAY,
    NOW,
    TUESDAY,
    Scene,
    make_place,
    minutes,
    new_york,
    ranges,
    shift,
)
from tests.rows import assert_consistent, nothing_written, refused, snapshot, written

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WEDNESDAY = TUESDAY + DAY


def set_days(
    scene: Scene, days: dict[date, list[str]], *, doctor: Doctor | None = None, access: Any = None
) -> list[DayShifts]:
    """`{MONDAY: ["09:00-12:00"]}`"""
    return set_availability(
        access or scene.staff,
        (doctor or scene.doctor).pk,
        days=[(day, ranges(*texts)) for day, texts in days.items()],
    )


def shifts_of(doctor: Doctor) -> list[tuple[date, int, int]]:
    found = Shift.objects.filter(hospital=doctor.hospital_id, doctor_id=doctor.pk)
    return list(
        found.order_by("date", "start_minute").values_list("date", "start_minute", "end_minute")
    )


def codes(info: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in info.value.errors]


def test_replacing_several_dates(scene: Scene) -> None:
    shift(scene.doctor, WEDNESDAY, "09:00", "10:00")
    others = shifts_of(scene.colleague)
    before, stamps = snapshot(scene.hospital), scene.stamps()
    answer = set_days(
        scene,
        {
            WEDNESDAY: [],
            TUESDAY: ["13:00-24:00", "00:00-12:30"],
            MONDAY: ["09:00-12:00", "12:00-13:00"],
        },
    )
    # In the order of dates, and of the clock; what stays as it was is not written again.
    assert answer == [
        DayShifts(MONDAY, ((540, 720), (720, 780))),
        DayShifts(TUESDAY, ((0, 750), (780, 1440))),
        DayShifts(WEDNESDAY, ()),
    ]
    assert shifts_of(scene.doctor) == [
        (MONDAY, 540, 720),
        (MONDAY, 720, 780),
        (TUESDAY, 0, 750),
        (TUESDAY, 780, 1440),
    ]
    assert availability(scene.staff, scene.doctor.pk, start=MONDAY, end=WEDNESDAY) == answer[:2]
    assert shifts_of(scene.colleague) == others
    assert written(before, snapshot(scene.hospital)) == Counter(shifts=3, schedule_stamps=1)
    assert scene.stamps() == stamps | {scene.doctor.pk: stamps[scene.doctor.pk] + 1}
    assert_consistent()


def test_other_dates_stay(scene: Scene) -> None:
    shift(scene.doctor, MONDAY - DAY, "09:00", "10:00")
    shift(scene.doctor, TUESDAY, "09:00", "10:00")
    assert set_days(scene, {MONDAY: []}) == [DayShifts(MONDAY, ())]
    assert shifts_of(scene.doctor) == [(MONDAY - DAY, 540, 600), (TUESDAY, 540, 600)]


@pytest.mark.parametrize(
    "days", [{}, {MONDAY: ["09:00-12:00"]}, {TUESDAY: []}, {TUESDAY: [], MONDAY: ["09:00-12:00"]}]
)
def test_what_changes_nothing_writes_nothing(scene: Scene, days: dict[date, list[str]]) -> None:
    with nothing_written(scene.hospital):
        set_days(scene, days)


def test_what_somebody_saw_must_still_be_true(scene: Scene) -> None:
    def change(*seen: str) -> list[DayShifts]:
        return set_availability(
            scene.staff,
            scene.doctor.pk,
            days=[(TUESDAY, ranges("14:00-15:00"))],
            expected=[(TUESDAY, ranges(*seen))],
        )

    with refused(scene.hospital, VersionConflict) as info:
        change("09:00-12:00")
    assert info.value.members["current"] == DayShifts(TUESDAY, ())
    assert change() == [DayShifts(TUESDAY, ((840, 900),))]
    with refused(scene.hospital, VersionConflict) as info:
        change()
    assert info.value.members["current"] == DayShifts(TUESDAY, ((840, 900),))


def test_366_days_at_once(scene: Scene) -> None:
    days = {MONDAY + n * DAY: ["08:00-12:00", "13:00-17:00"] for n in range(366)}
    answer = set_days(scene, days)
    assert answer == [DayShifts(day, ((480, 720), (780, 1020))) for day in days]
    assert len(shifts_of(scene.doctor)) == 732
    with refused(scene.hospital, Invalid) as info:
        set_days(scene, days | {MONDAY + 366 * DAY: []})
    assert codes(info) == [("days", "too_many_days")]


# -- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_whom", ["doctor", "colleague"])
@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor", "colleague", "stranger"])
def test_who_may_set_whose(scene: Scene, who: str, with_whom: str) -> None:
    access, doctor = scene.world[who].access, getattr(scene, with_whom)
    if who == "stranger":
        with refused(scene.hospital, NotFound):
            set_days(scene, {TUESDAY: ["09:00-10:00"]}, doctor=doctor, access=access)
    elif who in ("doctor", "colleague") and who != with_whom:
        with refused(scene.hospital, PermissionDenied):
            set_days(scene, {TUESDAY: ["09:00-10:00"]}, doctor=doctor, access=access)
    else:
        set_days(scene, {TUESDAY: ["09:00-10:00"]}, doctor=doctor, access=access)
        assert shifts_of(doctor)[-1] == (TUESDAY, 540, 600)


def test_a_doctor_who_is_not_active_may_have_shifts(scene: Scene) -> None:
    scene.doctor.active = False
    scene.doctor.save(update_fields=["active"])
    set_days(scene, {TUESDAY: ["09:00-10:00"]})
    assert shifts_of(scene.doctor)[-1] == (TUESDAY, 540, 600)
    with refused(scene.hospital, SlotUnavailable):
        scene.book("09:00", day=TUESDAY)


@pytest.mark.parametrize("id_", [0, -1, 2**63 - 1])
def test_an_absent_doctor(scene: Scene, id_: int) -> None:
    with refused(scene.hospital, NotFound):
        set_availability(scene.staff, id_, days=[(TUESDAY, [(1, 0)])])


# -- invalid ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "errors"),
    [
        (["09:00-09:00"], [("end", 0, "not_after_start")]),
        (["09:00-08:59"], [("end", 0, "not_after_start")]),
        (["09:00-10:00", "09:59-11:00"], [("start", 1, "overlap")]),
        (["09:00-10:00", "09:00-10:00"], [("start", 1, "overlap")]),
        (["10:00-12:00", "09:00-10:01"], [("start", 1, "overlap")]),
        (
            ["09:00-13:00", "10:00-11:00", "12:00-14:00"],
            [("start", 1, "overlap"), ("start", 2, "overlap")],
        ),
        (["07:59-10:00"], [("start", 0, "outside_opening_hours")]),
        (["09:00-18:01"], [("end", 0, "outside_opening_hours")]),
        *(
            ([text], [("start", 0, "outside_opening_hours"), ("end", 0, "outside_opening_hours")])
            for text in ("22:00-24:00", "18:00-19:00", "07:00-08:00", "07:00-19:00")
        ),
        (
            ["12:00-11:00", "06:00-07:00", "12:00-18:00"],
            [
                ("end", 0, "not_after_start"),
                ("start", 1, "outside_opening_hours"),
                ("end", 1, "outside_opening_hours"),
            ],
        ),
    ],
)
def test_shifts_that_are_invalid(
    scene: Scene, texts: list[str], errors: list[tuple[str, int, str]]
) -> None:
    Hospital.objects.filter(id=scene.hospital.pk).update(opens=time(8), closes=time(18))
    with refused(scene.hospital, Invalid) as info:
        set_days(scene, {TUESDAY: ["09:00-10:00"], WEDNESDAY: texts})
    assert codes(info) == [(f"days.1.shifts.{n}.{side}", code) for side, n, code in errors]


@pytest.mark.parametrize(
    ("opens", "closes", "good", "bad"),
    [
        (time(0), time(0), "00:00-24:00", None),
        (time(0), time(18), "00:00-18:00", "17:00-18:01"),
        (time(20), time(0), "20:00-24:00", "19:59-24:00"),
        (time(8, 30), time(17, 45), "08:30-17:45", "08:29-17:45"),
    ],
)
def test_opening_hours(scene: Scene, opens: time, closes: time, good: str, bad: str | None) -> None:
    Hospital.objects.filter(id=scene.hospital.pk).update(opens=opens, closes=closes)
    set_days(scene, {TUESDAY: [good]})
    assert shifts_of(scene.doctor)[-1] == (TUESDAY, minutes(good[:5]), minutes(good[6:]))
    if bad is not None:
        with refused(scene.hospital, Invalid) as info:
            set_days(scene, {TUESDAY: [bad]})
        assert [code for _, code in codes(info)] == ["outside_opening_hours"]


def test_the_name_of_a_single_date_in_errors(scene: Scene) -> None:
    with refused(scene.hospital, Invalid) as info:
        set_availability(scene.staff, scene.doctor.pk, days=[(MONDAY - DAY, [(60, 0)])], names="")
    assert codes(info) == [("date", "in_past"), ("shifts.0.end", "not_after_start")]


def test_a_date_twice(scene: Scene) -> None:
    with refused(scene.hospital, Invalid) as info:
        set_availability(
            scene.staff,
            scene.doctor.pk,
            days=[(TUESDAY, ranges("09:00-10:00")), (WEDNESDAY, []), (TUESDAY, [])],
        )
    assert codes(info) == [("days.2.date", "duplicate")]


@pytest.mark.parametrize(
    "timezone", ["America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
)
def test_the_past_ends_at_the_hospitals_midnight(
    clock: time_machine.Traveller, timezone: str
) -> None:
    place = make_place(timezone)
    # 12:30 UTC on the 30th is the 1st in Kiritimati, 01:30 on the 30th in Pago Pago.
    today = {"Pacific/Kiritimati": TUESDAY}.get(timezone, MONDAY)
    with refused(place.hospital, Invalid) as info:
        set_availability(place.access, place.doctor.pk, days=[(today - DAY, [])])
    assert codes(info) == [("days.0.date", "in_past")]
    set_availability(place.access, place.doctor.pk, days=[(today, [(0, 60)])])
    assert shifts_of(place.doctor) == [(today, 0, 60)]


def test_how_far_ahead(scene: Scene) -> None:
    far = date(2200, 12, 31)
    set_days(scene, {far: ["09:00-10:00"]})
    assert scene.book("09:00", day=far).date == far
    with refused(scene.hospital, Invalid) as info:
        set_days(scene, {far + DAY: ["09:00-10:00"], date.max: []})
    assert codes(info) == [("days.0.date", "out_of_range"), ("days.1.date", "out_of_range")]


# -- live appointments ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "texts", [[], ["10:00-12:00"], ["09:01-12:00"], ["09:00-09:30", "09:30-12:00"]]
)
def test_a_live_appointment_may_not_be_left_outside(scene: Scene, texts: list[str]) -> None:
    row = scene.book("09:00")
    with refused(scene.hospital, AvailabilityInUse) as info:
        set_days(scene, {MONDAY: texts, TUESDAY: ["09:00-10:00"]})
    assert info.value.members == {"appointments": [row]}


@pytest.mark.parametrize(
    "texts", [["09:00-10:00"], ["00:00-24:00"], ["08:30-10:00", "10:00-11:30"]]
)
def test_shifts_may_change_around_a_live_appointment(scene: Scene, texts: list[str]) -> None:
    scene.book("09:00")
    set_days(scene, {MONDAY: texts})
    assert [row[1:] for row in shifts_of(scene.doctor)] == ranges(*texts)


def test_all_that_are_in_the_way_are_listed(scene: Scene) -> None:
    shift(scene.doctor, TUESDAY, "09:00", "12:00")
    later = scene.book("10:00", day=TUESDAY)
    second = scene.book("11:00", patient=scene.other_patient)
    first = scene.book("09:00")
    first = scene.change(first, status="noshow")  # still fills its slot
    scene.cancel(scene.book("10:00"))
    scene.book("10:00", doctor=scene.colleague)
    with refused(scene.hospital, AvailabilityInUse) as info:
        set_days(scene, {MONDAY: [], TUESDAY: ["08:00-10:00"]})
    assert info.value.members == {"appointments": [first, second, later]}
    # Of the dates that change alone.
    with refused(scene.hospital, AvailabilityInUse) as info:
        set_days(scene, {TUESDAY: []})
    assert info.value.members == {"appointments": [later]}


def test_what_is_cancelled_or_moved_away_is_not_in_the_way(scene: Scene) -> None:
    shift(scene.doctor, TUESDAY, "09:00", "12:00")
    scene.cancel(scene.book("09:00"))
    scene.change(scene.book("10:00"), starts_at="2026-12-01T10:00")
    scene.change(scene.book("11:00"), doctor_id=scene.colleague.pk)
    set_days(scene, {MONDAY: []})
    assert_consistent()


def test_what_has_begun_is_not_in_the_way(scene: Scene, clock: time_machine.Traveller) -> None:
    scene.book("09:00")
    clock.move_to(new_york("09:00"))
    with refused(scene.hospital, AvailabilityInUse):
        set_days(scene, {MONDAY: []})  # begins at this very moment: from now on
    clock.move_to(new_york("09:00") + timedelta(seconds=1))
    set_days(scene, {MONDAY: []})
    assert shifts_of(scene.doctor) == []
    assert_consistent(new_york("09:00") + timedelta(seconds=1))


def test_one_that_was_outside_before_is_in_the_way_of_a_change(scene: Scene) -> None:
    """Whoever wrote it: after the change it would be outside every shift."""
    row = scene.book("09:00")
    Shift.objects.filter(hospital=scene.hospital, doctor_id=scene.doctor.pk).update(
        start_minute=10 * 60
    )
    with refused(scene.hospital, AvailabilityInUse) as info:
        set_days(scene, {MONDAY: ["11:00-12:00"]})
    assert info.value.members == {"appointments": [row]}


def test_the_night_the_clocks_go_back(clock: time_machine.Traveller) -> None:
    day = date(2027, 11, 7)
    place = make_place("America/New_York")
    shift(place.doctor, day, "00:00", "04:00")
    first, second = place.book("2027-11-07T01:00-04:00"), place.book("2027-11-07T01:00-05:00")

    def put(*texts: str) -> None:
        set_availability(place.access, place.doctor.pk, days=[(day, ranges(*texts))])

    put("01:00-02:00")  # both of them lie in it
    for texts in ([], ["00:00-01:30", "01:30-04:00"]):
        with refused(place.hospital, AvailabilityInUse) as info:
            put(*texts)
        assert info.value.members == {"appointments": [first, second]}
    assert_consistent()


# -- which reason comes first -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "days", "kind"),
    [
        ("stranger", [(MONDAY - DAY, [])], NotFound),
        ("colleague", [(MONDAY - DAY, [])], PermissionDenied),
        ("doctor", [(MONDAY, []), (TUESDAY, [(60, 0)])], Invalid),
        ("doctor", [(MONDAY, []), (TUESDAY, [(0, 60)])], AvailabilityInUse),
    ],
)
def test_the_first_reason_wins(scene: Scene, who: str, days: Any, kind: type[Refusal]) -> None:
    scene.book("09:00")
    with refused(scene.hospital, kind):
        set_availability(scene.world[who].access, scene.doctor.pk, days=days)


def test_slots_follow_at_once(scene: Scene) -> None:
    assert new_york("13:00") > NOW
    with refused(scene.hospital, SlotUnavailable):
        scene.book("13:00")
    set_days(scene, {MONDAY: ["13:00-14:00"]})
    assert scene.book("13:00").version == 1
    with refused(scene.hospital, SlotUnavailable):
        scene.book("09:00", patient=scene.other_patient)
