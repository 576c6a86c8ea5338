"""Shifts and live appointments become slots."""

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appointments.slots import Booking, Slot, day_slots, fill, shift_slots
from tests.hospitals.oracle import (
    HOUR,
    ODD_ZONES,
    ZONES,
    brute_day,
    change_days,
    shifts,
    zone_days,
)

NEW_YORK = "America/New_York"
MONDAY = date(2026, 11, 30)
NINE = datetime(2026, 11, 30, 14, tzinfo=UTC)  # 09:00 in New York
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def booking(starts_at: datetime, ends_at: datetime, number: int = 1) -> Booking:
    return Booking(
        day=starts_at.toordinal(),
        begins=int(starts_at.timestamp()),
        ends=int(ends_at.timestamp()),
        appointment_id=number,
        patient_id=9,
        patient_name="Maria Lopez",
        status="booked",
        version=1,
    )


def test_a_slot_says_wall_time_and_instant():
    assert shift_slots(NEW_YORK, MONDAY, 540, 660) == (
        Slot(MONDAY, "09:00", NINE, NINE + HOUR, "2026-11-30T09:00:00-05:00"),
        Slot(MONDAY, "10:00", NINE + HOUR, NINE + 2 * HOUR, "2026-11-30T10:00:00-05:00"),
    )


def test_the_repeated_hour_has_two_slots_of_one_time():
    assert [
        (slot.time, slot.text) for slot in shift_slots(NEW_YORK, date(2026, 11, 1), 0, 180)
    ] == [
        ("00:00", "2026-11-01T00:00:00-04:00"),
        ("01:00", "2026-11-01T01:00:00-04:00"),
        ("01:00", "2026-11-01T01:00:00-05:00"),
        ("02:00", "2026-11-01T02:00:00-05:00"),
    ]


def test_the_missing_hour_has_none():
    assert [slot.time for slot in shift_slots(NEW_YORK, date(2026, 3, 8), 60, 240)] == [
        "01:00",
        "03:00",
    ]


def test_slots_of_two_shifts_can_alternate():
    # Troll goes back by two hours at 03:00: both shifts come twice.
    assert [
        slot.text
        for slot in day_slots("Antarctica/Troll", date(2026, 10, 25), [(120, 180), (60, 120)])
    ] == [
        "2026-10-25T01:00:00+02:00",
        "2026-10-25T02:00:00+02:00",
        "2026-10-25T01:00:00+00:00",
        "2026-10-25T02:00:00+00:00",
    ]


def test_a_time_with_seconds_in_its_offset_is_the_wall_clocks():
    (slot,) = shift_slots("Africa/Monrovia", date(1971, 6, 1), 540, 600)
    assert (slot.date, slot.time) == (date(1971, 6, 1), "09:00")
    assert slot.starts_at == datetime(1971, 6, 1, 9, 44, 30, tzinfo=UTC)
    assert datetime.fromisoformat(slot.text) == slot.starts_at


def test_no_shifts_no_slots():
    assert day_slots(NEW_YORK, MONDAY, []) == ()
    assert day_slots(NEW_YORK, MONDAY, [(540, 590), (610, 660)]) == ()


def test_shifts_that_overlap_still_give_no_slot_twice():
    times = [slot.time for slot in day_slots(NEW_YORK, MONDAY, [(540, 720), (600, 780)])]
    assert times == ["09:00", "10:00", "11:00", "12:00"]


def test_the_same_day_is_rendered_once():
    assert shift_slots(NEW_YORK, MONDAY, 540, 660) is shift_slots(NEW_YORK, MONDAY, 540, 660)
    two = [(540, 660), (720, 780)]
    assert day_slots(NEW_YORK, MONDAY, two) is day_slots(NEW_YORK, MONDAY, tuple(two))
    assert day_slots(NEW_YORK, MONDAY, two)[:2] == shift_slots(NEW_YORK, MONDAY, 540, 660)


def test_what_is_shared_cannot_be_changed():
    (slot,) = shift_slots(NEW_YORK, MONDAY, 540, 600)
    with pytest.raises(FrozenInstanceError):
        slot.time = "10:00"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../UTC", "localtime"])
def test_an_unknown_zone_is_refused(name):
    with pytest.raises(ValueError, match="IANA"):
        shift_slots(name, MONDAY, 540, 600)


def check_rendering(name: str, day: date, slots: tuple[Slot, ...]) -> None:
    """Each field by the standard library's own reading of the others."""
    for slot in slots:
        local = slot.starts_at.astimezone(ZoneInfo(name))
        assert datetime.fromisoformat(slot.text) == slot.starts_at
        assert slot.text == local.isoformat()
        assert (slot.date, slot.time) == (day, slot.text[11:16])
        assert slot.text[:10] == day.isoformat()
        assert slot.ends_at - slot.starts_at == HOUR
        assert (slot.begins, slot.ends) == (slot.starts_at.timestamp(), slot.ends_at.timestamp())
        assert slot.starts_at.tzinfo is slot.ends_at.tzinfo is UTC


def test_whole_days_of_every_zone_around_each_change_of_2026():
    for name in ZONES:
        for changed in change_days(name, 2026) or [MONDAY]:
            days = [changed + timedelta(days=n) for n in (-1, 0, 1)]
            by_day = [day_slots(name, day, [(0, 1440)]) for day in days]
            for day, slots in zip(days, by_day, strict=True):
                check_rendering(name, day, slots)
            every = sorted((slot for slots in by_day for slot in slots), key=lambda s: s.starts_at)
            assert all(a.ends_at <= b.starts_at for a, b in pairwise(every))
            # No clock changes by more than two hours, so none of the 72 is lost or found otherwise.
            assert 70 <= len(every) <= 74


@st.composite
def apart(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Up to four shifts of a date that do not overlap, in any order."""
    edges = sorted(draw(st.sets(st.integers(0, 48), min_size=2, max_size=8)))
    ranges = [(a * 30, b * 30) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    return draw(st.permutations(ranges))


@given(where=zone_days(), ranges=apart())
@example(("Antarctica/Troll", date(2026, 10, 25)), [(120, 180), (60, 120)])
@example(("America/Caracas", date(2016, 5, 1)), [(120, 180), (180, 300)])
@settings(max_examples=250, deadline=None)
def test_slots_of_a_date_are_those_of_its_shifts(where, ranges):
    name, day = where
    slots = day_slots(name, day, ranges)
    check_rendering(name, day, slots)
    slow = brute_day(name, day)
    expected = sorted(moment for start, end in ranges for moment in slow.slots(start, end))
    # Shifts that do not overlap on the clock have slots that do not overlap in time.
    assert [slot.starts_at for slot in slots] == expected
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(slots))


# Filling


def test_a_booked_slot_is_not_bookable():
    slots = shift_slots(NEW_YORK, MONDAY, 540, 720)
    taken = booking(NINE + HOUR, NINE + 2 * HOUR)
    assert fill(slots, [taken], now=LONG_AGO) == [
        (slots[0], True, None),
        (slots[1], False, taken),
        (slots[2], True, None),
    ]


def test_a_slot_that_starts_now_has_begun():
    slots = shift_slots(NEW_YORK, MONDAY, 540, 720)
    tick = timedelta(microseconds=1)
    for now, expected in [
        (NINE - tick, [True, True, True]),
        (NINE, [False, True, True]),
        (NINE + tick, [False, True, True]),
        (NINE + HOUR, [False, False, True]),
        (NINE + 3 * HOUR, [False, False, False]),
    ]:
        assert [bookable for _, bookable, _ in fill(slots, [], now=now)] == expected
        far = booking(NINE + 9 * HOUR, NINE + 10 * HOUR)
        assert [bookable for _, bookable, _ in fill(slots, [far], now=now)] == expected


def test_a_slot_of_1969_is_bookable_until_it_begins():
    slots = shift_slots("UTC", date(1969, 12, 31), 1320, 1440)
    ten = slots[0].starts_at
    tick = timedelta(microseconds=1)
    for now, expected in [
        (ten - tick, [True, True]),
        (ten, [False, True]),
        (ten + tick, [False, True]),
        (ten + HOUR - tick, [False, True]),
        (ten + HOUR, [False, False]),
    ]:
        assert [bookable for _, bookable, _ in fill(slots, [], now=now)] == expected


def test_an_inactive_doctor_has_no_bookable_slot_and_keeps_the_bookings():
    slots = shift_slots(NEW_YORK, MONDAY, 540, 660)
    taken = booking(NINE, NINE + HOUR)
    assert fill(slots, [taken], now=LONG_AGO, active=False) == [
        (slots[0], False, taken),
        (slots[1], False, None),
    ]
    assert fill(slots, [], now=LONG_AGO, active=False) == [
        (slots[0], False, None),
        (slots[1], False, None),
    ]


def test_a_booking_that_has_begun_still_shows():
    slots = shift_slots(NEW_YORK, MONDAY, 540, 600)
    taken = booking(NINE, NINE + HOUR)
    assert fill(slots, [taken], now=NINE + HOUR) == [(slots[0], False, taken)]


def test_a_booking_between_two_slots_fills_both():
    slots = shift_slots(NEW_YORK, MONDAY, 540, 720)
    half_past = booking(NINE + HOUR / 2, NINE + 3 * HOUR / 2)
    assert fill(slots, [half_past], now=LONG_AGO) == [
        (slots[0], False, half_past),
        (slots[1], False, half_past),
        (slots[2], True, None),
    ]


def test_touching_is_not_overlapping():
    slots = shift_slots(NEW_YORK, MONDAY, 600, 660)
    around = [booking(NINE, NINE + HOUR, 1), booking(NINE + 2 * HOUR, NINE + 3 * HOUR, 2)]
    assert fill(slots, around, now=LONG_AGO) == [(slots[0], True, None)]


def test_no_slots():
    assert fill([], [booking(NINE, NINE + HOUR)], now=LONG_AGO) == []


minute = st.integers(-120, 1600)


@given(
    where=st.tuples(st.sampled_from(ODD_ZONES), st.sampled_from([MONDAY, date(2026, 4, 5)])),
    shift=shifts(),
    ranges=st.lists(st.tuples(minute, st.sampled_from([60, 60, 30, 1, 150])), max_size=12),
    on_the_hour=st.booleans(),
    now=minute,
    active=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_filling_compares_each_slot_with_each_booking(
    where, shift, ranges, on_the_hour, now, active
):
    name, day = where
    base = datetime.combine(day, datetime.min.time(), ZoneInfo(name)).astimezone(UTC)
    bookings = []
    for number, (begin, length) in enumerate(sorted(ranges)):
        starts_at = base + timedelta(minutes=begin // 60 * 60 if on_the_hour else begin)
        bookings.append(booking(starts_at, starts_at + timedelta(minutes=length), number))
    bookings.sort(key=lambda b: b.begins)
    slots = shift_slots(name, day, *shift)
    at = base + timedelta(minutes=now)
    filled = fill(slots, bookings, now=at, active=active)
    assert [slot for slot, _, _ in filled] == list(slots)
    for slot, bookable, found in filled:
        overlapping = [
            b
            for b in bookings
            if b.begins < slot.ends_at.timestamp() and slot.starts_at.timestamp() < b.ends
        ]
        assert found is (overlapping[0] if overlapping else None)
        assert bookable is (active and at < slot.starts_at and not overlapping)
