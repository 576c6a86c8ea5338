"""Zones, the minutes of a day, and its bounds, over every zone and its clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings

from hospitals.wall_time import (
    MAX_DATE,
    MIDNIGHT,
    MIN_DATE,
    SLOT,
    SLOT_MINUTES,
    covers,
    date_range,
    day_bounds,
    end_minute,
    even_runs,
    slot_starts,
    to_minute,
    to_time,
    wall,
    zone,
)
from tests.hospitals.oracle import (
    CHANGING_ZONES,
    ZONES,
    brute_day,
    change_days,
    zone_days,
)

NEW_YORK = ZoneInfo("America/New_York")


def test_a_slot_is_an_hour():
    assert timedelta(hours=1) == SLOT
    assert (SLOT_MINUTES, MIDNIGHT) == (60, 1440)


def test_every_zone_is_known_and_always_the_same_object():
    for name in ZONES:
        assert zone(name).key == name
        assert zone(name) is zone(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "UTC ",
        "UTC\n",
        "UTC\0",
        "\0",
        "\ud800",
        "Europe",
        "Mars/Olympus",
        "america/new_york",
        "localtime",
        "posixrules",
        "Factory",
        "zone.tab",
        "posix/UTC",
        "right/UTC",
        "../zoneinfo/UTC",
        "America/../UTC",
        "/usr/share/zoneinfo/UTC",
        "./UTC",
        "A" * 100_000,
        "+05:00",
        None,
        7,
        [],
    ],
    ids=lambda name: repr(name)[:30],
)
def test_no_other_name_is_a_zone(name):
    with pytest.raises(ValueError, match="IANA"):
        zone(name)


def test_minutes_and_times_are_the_same_1440():
    every = [time(hour, minute) for hour in range(24) for minute in range(60)]
    assert [to_minute(t) for t in every] == list(range(1440))
    assert [to_time(minute) for minute in range(1440)] == every
    assert [end_minute(t) for t in every] == [1440, *range(1, 1440)]


def test_the_end_of_a_day_is_midnight():
    assert to_time(1440) == time(0)
    assert end_minute(time(0)) == 1440


@pytest.mark.parametrize("minute", [-1, 1441, 10**9])
def test_no_other_minute_is_a_time(minute):
    with pytest.raises(ValueError, match="minute"):
        to_time(minute)


@pytest.mark.parametrize("t", [time(9, 0, 30), time(9, 0, 0, 1), time(0, 0, 1)])
def test_a_wall_time_has_no_seconds(t):
    for convert in (to_minute, end_minute):
        with pytest.raises(ValueError, match="minutes"):
            convert(t)


def test_date_ranges():
    assert date_range(date(2026, 2, 27), date(2026, 3, 1)) == [
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    ]
    assert date_range(date(2026, 3, 1), date(2026, 3, 1)) == [date(2026, 3, 1)]
    assert date_range(date(2026, 3, 2), date(2026, 3, 1)) == []
    assert date_range(date(9999, 12, 30), date.max) == [date(9999, 12, 30), date.max]
    assert date_range(date.min, date.min) == [date.min]


@given(where=zone_days())
@example(("America/St_Johns", date(2006, 10, 28)))  # 00:01 became 23:01 of the day before
@example(("America/St_Johns", date(2006, 10, 29)))
@example(("Asia/Beirut", date(2026, 3, 29)))
@example(("America/Havana", date(2024, 11, 3)))
@example(("Pacific/Apia", date(2011, 12, 29)))
@example(("Pacific/Apia", date(2011, 12, 31)))
@example(("Pacific/Kwajalein", date(1993, 8, 20)))
@settings(max_examples=200, deadline=None)
def test_bounds_of_days(where):
    name, day = where
    expected = brute_day(name, day).bounds()
    if expected is not None:
        assert day_bounds(day, ZoneInfo(name)) == expected
    else:
        begin, end = day_bounds(day, ZoneInfo(name))
        assert begin == end


@pytest.mark.parametrize(
    ("name", "day", "begin", "end"),
    [
        ("America/New_York", date(2026, 11, 1), "2026-11-01T04:00", "2026-11-02T05:00"),
        ("America/New_York", date(2026, 3, 8), "2026-03-08T05:00", "2026-03-09T04:00"),
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-29T10:00", "2011-12-30T10:00"),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00", "2011-12-30T10:00"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00", "2011-12-31T10:00"),
        ("America/Havana", date(2024, 11, 3), "2024-11-03T04:00", "2024-11-04T05:00"),
        ("America/Havana", date(2026, 3, 8), "2026-03-08T05:00", "2026-03-09T04:00"),
        ("America/St_Johns", date(2006, 10, 28), "2006-10-28T02:30", "2006-10-29T03:30"),
        ("America/St_Johns", date(2006, 10, 29), "2006-10-29T02:30", "2006-10-30T03:30"),
        ("Africa/Monrovia", date(1971, 1, 1), "1971-01-01T00:44:30", "1971-01-02T00:44:30"),
    ],
)
def test_bounds_by_hand(name, day, begin, end):
    bounds = day_bounds(day, ZoneInfo(name))
    assert bounds == (
        datetime.fromisoformat(begin).replace(tzinfo=UTC),
        datetime.fromisoformat(end).replace(tzinfo=UTC),
    )
    assert [moment.tzinfo for moment in bounds] == [UTC, UTC]


@pytest.mark.parametrize("name", ["UTC", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_every_accepted_date_can_be_computed(name):
    tz = ZoneInfo(name)
    for day in (MIN_DATE, MAX_DATE, date(2, 1, 1), date(9998, 12, 31)):
        begin, end = day_bounds(day, tz)
        assert begin.astimezone(tz).date() == day
        assert (end - begin, len(slot_starts(day, 0, 1440, tz))) == (timedelta(days=1), 24)


@pytest.mark.parametrize("day", [date.min, date(1, 12, 31), date(9999, 1, 1), date.max])
def test_dates_at_the_ends_of_the_calendar_are_refused(day):
    with pytest.raises(ValueError, match="year"):
        day_bounds(day, NEW_YORK)
    with pytest.raises(ValueError, match="year"):
        slot_starts(day, 0, 1440, NEW_YORK)
    with pytest.raises(ValueError, match="year"):
        covers(0, 1440, day, NEW_YORK, datetime.now(UTC), datetime.now(UTC))


def test_runs_of_even_days_are_cut_where_the_clocks_change() -> None:
    year = date_range(date(2026, 1, 1), date(2026, 12, 31))
    for name in CHANGING_ZONES:
        tz = zone(name)
        changing = set(change_days(name, 2026))
        seen: list[date] = []
        for first, days, begins in even_runs(year[0], year[-1], tz):
            run = [first + n * timedelta(days=1) for n in range(days)]
            seen += run
            if begins is None:
                assert days == 1, name
                assert first in changing, name
                continue
            for n, day in enumerate(run):
                for minute in (0, MIDNIGHT - 1):
                    shown = wall(begins + timedelta(days=n, minutes=minute), tz)
                    assert (shown.date(), to_minute(shown.time())) == (day, minute), name
        assert seen == year, name


def test_even_runs_are_as_long_as_can_be() -> None:
    runs = list(even_runs(date(2026, 10, 30), date(2026, 11, 4), zone("America/New_York")))
    assert [(first.day, days) for first, days, _ in runs] == [(30, 2), (1, 1), (2, 3)]
    assert list(even_runs(date(2026, 1, 2), date(2026, 1, 1), NEW_YORK)) == []
    # A date that Samoa left out stands alone, and no day is missing.
    (before, gap, after) = even_runs(date(2011, 12, 29), date(2011, 12, 31), zone("Pacific/Apia"))
    assert (before[:2], gap, after[:2]) == (
        (date(2011, 12, 29), 1),
        (date(2011, 12, 30), 1, None),
        (date(2011, 12, 31), 1),
    )
