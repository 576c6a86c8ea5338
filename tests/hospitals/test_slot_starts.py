"""The slots of a shift, over every zone and its clock changes."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hospitals.wall_time import (
    SLOT,
    covers,
    day_bounds,
    slot_starts,
)
from tests.hospitals.oracle import (
    CHANGING_ZONES,
    brute_day,
    change_days,
    shifts,
    zone_days,
)

NEW_YORK = ZoneInfo("America/New_York")


def texts(day: date, start: int, end: int, name: str, minutes: int = 60) -> list[str]:
    tz = ZoneInfo(name)
    starts = slot_starts(day, start, end, tz, timedelta(minutes=minutes))
    return [moment.astimezone(tz).isoformat() for moment in starts]


def test_the_night_the_clocks_go_back_has_one_more():
    assert texts(date(2026, 11, 1), 0, 240, "America/New_York") == [
        "2026-11-01T00:00:00-04:00",
        "2026-11-01T01:00:00-04:00",
        "2026-11-01T01:00:00-05:00",
        "2026-11-01T02:00:00-05:00",
        "2026-11-01T03:00:00-05:00",
    ]


def test_the_repeated_hour_alone_has_two():
    assert texts(date(2026, 11, 1), 60, 120, "America/New_York") == [
        "2026-11-01T01:00:00-04:00",
        "2026-11-01T01:00:00-05:00",
    ]


def test_the_night_the_clocks_go_forward_has_one_fewer():
    assert texts(date(2026, 3, 8), 0, 300, "America/New_York") == [
        "2026-03-08T00:00:00-05:00",
        "2026-03-08T01:00:00-05:00",
        "2026-03-08T03:00:00-04:00",
        "2026-03-08T04:00:00-04:00",
    ]
    assert texts(date(2026, 3, 8), 120, 180, "America/New_York") == []


def test_a_change_by_half_an_hour():
    # 02:00 becomes 01:30, so half an hour is left between the first 01:00 and 02:00.
    assert texts(date(2026, 4, 5), 0, 180, "Australia/Lord_Howe") == [
        "2026-04-05T00:00:00+11:00",
        "2026-04-05T01:00:00+11:00",
        "2026-04-05T02:00:00+10:30",
    ]
    # 02:00 becomes 02:30: no whole hour starts at 02:00.
    assert texts(date(2026, 10, 4), 60, 240, "Australia/Lord_Howe") == [
        "2026-10-04T01:00:00+10:30",
        "2026-10-04T03:00:00+11:00",
    ]


def test_a_change_at_half_past_leaves_out_the_slot_that_would_overlap():
    # 02:30 became 03:00: the hour that began at 02:00 lasts until 03:30.
    assert texts(date(2016, 5, 1), 60, 300, "America/Caracas") == [
        "2016-05-01T01:00:00-04:30",
        "2016-05-01T02:00:00-04:30",
        "2016-05-01T04:00:00-04:00",
    ]
    # A shift that begins at 03:00 has it.
    assert texts(date(2016, 5, 1), 180, 300, "America/Caracas") == [
        "2016-05-01T03:00:00-04:00",
        "2016-05-01T04:00:00-04:00",
    ]


@pytest.mark.parametrize(
    ("name", "day", "count"),
    [
        ("America/New_York", date(2026, 11, 1), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 2), 24),
        ("Europe/London", date(2026, 10, 25), 25),
        ("Europe/London", date(2026, 3, 29), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23),
        ("Antarctica/Troll", date(2026, 3, 29), 22),
        ("Antarctica/Troll", date(2026, 10, 25), 26),
        ("Africa/Casablanca", date(2024, 3, 10), 25),
        ("Africa/Casablanca", date(2024, 4, 14), 23),
        ("America/Havana", date(2024, 11, 3), 25),
        ("America/Havana", date(2026, 3, 8), 23),
        ("Asia/Beirut", date(2026, 3, 29), 23),
        ("Asia/Kolkata", date(2026, 3, 29), 24),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
        ("Pacific/Apia", date(2011, 12, 29), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Pacific/Apia", date(2011, 12, 31), 24),
        ("Asia/Pyongyang", date(2018, 5, 4), 23),
        ("Asia/Pyongyang", date(2018, 5, 5), 24),
        ("Africa/Monrovia", date(1971, 6, 1), 24),
    ],
)
def test_slots_of_a_whole_day(name, day, count):
    assert len(texts(day, 0, 1440, name)) == count


def test_a_slot_lies_wholly_in_its_shift_and_starts_on_the_hour():
    assert texts(date(2026, 11, 30), 570, 690, "America/New_York") == ["2026-11-30T10:00:00-05:00"]
    assert texts(date(2026, 11, 30), 541, 659, "America/New_York") == []
    assert texts(date(2026, 11, 30), 1380, 1440, "Asia/Kolkata") == ["2026-11-30T23:00:00+05:30"]
    assert texts(date(2026, 11, 30), 1380, 1560, "Asia/Kolkata") == ["2026-11-30T23:00:00+05:30"]
    assert texts(date(2026, 11, 30), -120, 60, "Asia/Kolkata") == ["2026-11-30T00:00:00+05:30"]
    assert texts(date(2026, 11, 30), 600, 600, "Asia/Kolkata") == []
    assert texts(date(2026, 11, 30), 660, 600, "Asia/Kolkata") == []
    assert texts(date(2026, 11, 1), 660, 600, "America/New_York") == []


def test_other_lengths():
    assert texts(date(2026, 11, 30), 540, 600, "America/New_York", minutes=20) == [
        "2026-11-30T09:00:00-05:00",
        "2026-11-30T09:20:00-05:00",
        "2026-11-30T09:40:00-05:00",
    ]
    assert len(texts(date(2026, 4, 5), 0, 1440, "Australia/Lord_Howe", minutes=30)) == 49
    assert len(texts(date(2026, 10, 4), 0, 1440, "Australia/Lord_Howe", minutes=30)) == 47


@pytest.mark.parametrize(
    "length", [timedelta(), -SLOT, timedelta(seconds=90), timedelta(minutes=1, microseconds=1)]
)
def test_a_length_is_whole_minutes(length):
    with pytest.raises(ValueError, match="minutes"):
        slot_starts(date(2026, 11, 30), 0, 1440, NEW_YORK, length)


@pytest.mark.parametrize("name", CHANGING_ZONES)
def test_every_day_with_a_change_in_2026(name):
    for day in change_days(name, 2026):
        slow = brute_day(name, day)
        assert day_bounds(day, ZoneInfo(name)) == slow.bounds()
        for start, end in [(0, 1440), (0, 180), (60, 120), (120, 180), (90, 400), (1320, 1440)]:
            assert list(slot_starts(day, start, end, ZoneInfo(name))) == slow.slots(start, end)


@given(where=zone_days(), shift=shifts(), minutes=st.sampled_from([60, 60, 15, 30, 45, 120]))
@example(("America/St_Johns", date(2006, 10, 28)), (1320, 1440), 60)
@example(("America/St_Johns", date(1988, 4, 3)), (0, 300), 60)  # forward by two hours at 00:01
@example(("Asia/Pyongyang", date(2015, 8, 14)), (0, 1440), 60)
@example(("America/Caracas", date(2007, 12, 9)), (0, 1440), 60)
@example(("Pacific/Apia", date(2011, 12, 30)), (0, 1440), 60)
@settings(max_examples=250, deadline=None)
def test_slots_are_those_that_the_clock_shows(where, shift, minutes):
    name, day = where
    found = slot_starts(day, *shift, ZoneInfo(name), timedelta(minutes=minutes))
    assert list(found) == brute_day(name, day).slots(*shift, minutes)
    assert all(moment.tzinfo is UTC for moment in found)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Africa/Monrovia", date(1972, 1, 7)),  # -00:44:30 until then
        ("Africa/Monrovia", date(1972, 1, 6)),
        ("America/New_York", date(1883, 11, 18)),
        ("Asia/Kolkata", date(1941, 10, 1)),
        ("Europe/Dublin", date(1916, 5, 21)),
        ("Asia/Manila", date(1844, 12, 31)),  # left out
    ],
)
def test_slots_while_offsets_had_seconds(name, day):
    slow = brute_day(name, day, step=1)
    for start, end in [(0, 1440), (60, 300)]:
        assert list(slot_starts(day, start, end, ZoneInfo(name))) == slow.slots(start, end)
    if slow.bounds() is not None:
        assert day_bounds(day, ZoneInfo(name)) == slow.bounds()


@given(where=zone_days())
@example(("America/St_Johns", date(2006, 10, 28)))
@settings(max_examples=200, deadline=None)
def test_slots_never_overlap_nor_those_of_the_next_date(where):
    name, day = where
    tz = ZoneInfo(name)
    both = sorted(
        [*slot_starts(day, 0, 1440, tz), *slot_starts(day + timedelta(days=1), 0, 1440, tz)]
    )
    assert all(later - earlier >= SLOT for earlier, later in pairwise(both))


@given(
    where=zone_days(),
    shift=shifts(),
    begin=st.integers(-300, 1800),
    length=st.sampled_from([60, 60, 30, 1, 240]),
)
@example(("America/New_York", date(2026, 11, 1)), (60, 180), 300, 180)
@settings(max_examples=250, deadline=None)
def test_a_shift_covers_what_lies_wholly_in_it(where, shift, begin, length):
    name, day = where
    tz = ZoneInfo(name)
    begins = day_bounds(day, tz)[0] + timedelta(minutes=begin)
    ends = begins + timedelta(minutes=length)
    assert covers(*shift, day, tz, begins, ends) == brute_day(name, day).covers(
        *shift, begins, ends
    )


@given(where=zone_days(), shift=shifts())
@settings(max_examples=150, deadline=None)
def test_a_shift_covers_its_slots(where, shift):
    name, day = where
    tz = ZoneInfo(name)
    for moment in slot_starts(day, *shift, tz):
        assert covers(*shift, day, tz, moment, moment + SLOT)
        assert not covers(shift[0], shift[1], day + timedelta(days=1), tz, moment, moment + SLOT)


def test_covers_to_the_microsecond():
    day, tick = date(2026, 11, 30), timedelta(microseconds=1)
    nine = datetime(2026, 11, 30, 14, tzinfo=UTC)
    assert covers(540, 600, day, NEW_YORK, nine, nine + SLOT)
    assert not covers(540, 600, day, NEW_YORK, nine - tick, nine + SLOT)
    assert not covers(540, 600, day, NEW_YORK, nine, nine + SLOT + tick)
