"""Wall time and instants, over every zone and its clock changes."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

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
    format_instant,
    parse_instant,
    slot_starts,
    to_minute,
    to_time,
    wall,
    zone,
)
from tests.hospitals.oracle import (
    ZONES,
    brute_day,
    change_days,
    changes,
    shifts,
    zone_days,
    zone_names,
)

NEW_YORK = ZoneInfo("America/New_York")
CHANGING_ZONES = [name for name in ZONES if changes(name, 2026)]
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)

instants = st.integers(
    int(datetime(1900, 1, 2, tzinfo=UTC).timestamp() * 1000),
    int(datetime(2200, 12, 30, tzinfo=UTC).timestamp() * 1000),
).map(lambda n: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=n))


def texts(day: date, start: int, end: int, name: str, minutes: int = 60) -> list[str]:
    tz = ZoneInfo(name)
    starts = slot_starts(day, start, end, tz, timedelta(minutes=minutes))
    return [moment.astimezone(tz).isoformat() for moment in starts]


# Zones


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


# Minutes of a day


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


# Reading instants


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-30T09:00:00-05:00", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30T14:00:00Z", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30t14:00:00z", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30 14:00:00Z", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30T14:00Z", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30T14:00:00-00:00", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30T19:30+05:30", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30T19:45:00+0545", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30T09:00:00-05", "2026-11-30T14:00:00+00:00"),
        ("2026-12-01T04:00:00+14:00", "2026-11-30T14:00:00+00:00"),
        ("2026-11-29T14:01:00-23:59", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30T14:00:00.000Z", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30T14:00:00.000000000Z", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30T14:00:00.25Z", "2026-11-30T14:00:00.250000+00:00"),
        ("2026-11-30T14:00:00,000001Z", "2026-11-30T14:00:00.000001+00:00"),
        ("2028-02-29T00:00:00Z", "2028-02-29T00:00:00+00:00"),
        ("1900-01-01T00:00:00+23:59", "1899-12-31T00:01:00+00:00"),
        ("2200-12-31T23:59:59-23:59", "2201-01-01T23:58:59+00:00"),
        # Without an offset: the hospital's wall time.
        ("2026-11-30T09:00:00", "2026-11-30T14:00:00+00:00"),
        ("2026-11-30 09:00", "2026-11-30T14:00:00+00:00"),
        ("2026-07-01T09:00", "2026-07-01T13:00:00+00:00"),
        ("2026-11-01T00:59:59", "2026-11-01T04:59:59+00:00"),
        ("2026-11-01T01:00:00", "2026-11-01T05:00:00+00:00"),  # the first of the two
        ("2026-11-01T01:59:59", "2026-11-01T05:59:59+00:00"),
        ("2026-11-01T02:00:00", "2026-11-01T07:00:00+00:00"),
        ("2026-03-08T01:59:59", "2026-03-08T06:59:59+00:00"),
        ("2026-03-08T03:00:00", "2026-03-08T07:00:00+00:00"),
        # With one, the second of the repeated hour can be said.
        ("2026-11-01T01:00:00-05:00", "2026-11-01T06:00:00+00:00"),
        # With one, the missing hour is an instant as any other.
        ("2026-03-08T02:30:00-05:00", "2026-03-08T07:30:00+00:00"),
    ],
)
def test_instants_are_read(text, expected):
    instant = parse_instant(text, NEW_YORK)
    assert instant.isoformat() == expected
    assert instant.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "null",
        "now",
        "0",
        "1764511200",
        "2026-11-30",
        "09:00",
        "T09:00:00Z",
        "2026-11-30T09",
        "2026-11-30T09Z",
        "2026-11-30T9:00:00Z",
        "2026-11-30T09:00:0Z",
        "2026-11-30T09:00:00.Z",
        "2026-11-30T09:00.5Z",
        "2026-11-30T09:00:00 Z",
        "2026-11-30T09:00:00ZZ",
        "2026-11-30T09:00:00Z\n",
        " 2026-11-30T09:00:00Z",
        "2026-11-30T09:00:00Z ",
        "2026-11-30\n09:00:00Z",
        "2026-11-30_09:00:00Z",
        "2026-11-30  09:00:00Z",
        "20261130T090000Z",
        "2026-W49-1T09:00:00Z",
        "2026-334T09:00:00Z",
        "2026/11/30T09:00:00Z",
        "2026-13-01T09:00:00Z",
        "2026-00-01T09:00:00Z",
        "2026-02-29T09:00:00Z",
        "2026-11-31T09:00:00Z",
        "2026-11-30T24:00:00Z",
        "2026-11-30T09:60:00Z",
        "2016-12-31T23:59:60Z",
        "2026-11-30T09:00:00+24:00",
        "2026-11-30T09:00:00-24:00",
        "2026-11-30T09:00:00+05:60",
        "2026-11-30T09:00:00+99:99",
        "2026-11-30T09:00:00+5",
        "2026-11-30T09:00:00+05:",
        "2026-11-30T09:00:00+053",
        "2026-11-30T09:00:00+05:30:00",
        "2026-11-30T09:00:00\u221205:00",
        "2026-11-30T09:00:00 05:00",
        "2026-11-30T09:00:00EST",
        "2026-11-30T09:00:00-05:00[America/New_York]",
        "2026-11-30T09:00:00.0000001Z",
        "2026-11-30T09:00:00." + "0" * 31 + "Z",
        "\u0662\u0660\u0662\u0666-11-30T09:00:00Z",
        "2026-11-30T0\uff19:00:00Z",
        "2026-11-30T09:00:00+0\u0665:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1899-12-31T23:59:59Z",
        "2201-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "10000-01-01T00:00:00Z",
        "-2026-11-30T09:00:00Z",
        "+2026-11-30T09:00:00Z",
        "2026-11-30T09:00:00Z\0",
        "\ud800",
        "9" * 100_000,
        # The hour that New York leaves out.
        "2026-03-08T02:00:00",
        "2026-03-08T02:30:00",
        "2026-03-08 02:59:59.999999",
        None,
        1764511200,
        float("nan"),
        b"2026-11-30T09:00:00Z",
        ["2026-11-30T09:00:00Z"],
    ],
    ids=lambda text: repr(text)[:50],
)
def test_nothing_else_is_an_instant(text):
    with pytest.raises(ValueError, match=r"\w"):
        parse_instant(text, NEW_YORK)


almost = st.builds(
    "".join,
    st.tuples(
        st.from_regex(r"\d{4}-[01]\d-[0-3]\d", fullmatch=True),
        st.sampled_from(["T", "t", " ", "", "_"]),
        st.from_regex(r"[0-2]\d:[0-6]\d(:[0-6]\d([.,]\d{0,9})?)?", fullmatch=True),
        st.one_of(
            st.sampled_from(["", "Z", "z", "+", "-"]),
            st.from_regex(r"[+-][0-2]\d(:?[0-6]\d(:\d\d)?)?", fullmatch=True),
        ),
    ),
)


@given(text=st.one_of(st.text(max_size=40), almost), name=zone_names)
@settings(max_examples=400, deadline=None)
def test_reading_ends_in_an_instant_or_a_value_error(text, name):
    try:
        instant = parse_instant(text, ZoneInfo(name))
    except ValueError:
        return
    assert instant.tzinfo is UTC
    assert text.isascii()
    assert 1899 <= instant.year <= 2201
    # The standard library reads the same.
    other = datetime.fromisoformat(text.upper())
    if other.tzinfo is not None:
        assert instant == other
    else:
        assert instant.astimezone(ZoneInfo(name)).replace(tzinfo=None) == other


def moments_of(label: datetime, tz: ZoneInfo) -> list[datetime]:
    """All instants at which the clock shows `label`, by every offset it has around then."""
    around = label.replace(tzinfo=UTC)
    offsets = {(around + timedelta(hours=n)).astimezone(tz).utcoffset() for n in range(-30, 31)}
    candidates = sorted(around - offset for offset in offsets)
    return [c for c in candidates if c.astimezone(tz).replace(tzinfo=None) == label]


@given(where=zone_days(), minutes=st.integers(0, 1439), seconds=st.integers(0, 59))
@example(("America/New_York", date(2026, 3, 8)), 150, 0)
@example(("America/New_York", date(2026, 11, 1)), 90, 0)
@example(("Pacific/Apia", date(2011, 12, 30)), 600, 0)
@example(("Australia/Lord_Howe", date(2026, 4, 5)), 105, 0)
@settings(max_examples=250, deadline=None)
def test_wall_time_is_the_first_instant_that_shows_it(where, minutes, seconds):
    name, day = where
    label = datetime.combine(day, time(minutes // 60, minutes % 60, seconds))
    moments = moments_of(label, ZoneInfo(name))
    if moments:
        assert parse_instant(label.isoformat(), ZoneInfo(name)) == moments[0]
    else:
        with pytest.raises(ValueError, match="does not exist"):
            parse_instant(label.isoformat(), ZoneInfo(name))


@pytest.mark.parametrize("name", CHANGING_ZONES)
def test_wall_time_at_each_change_of_2026(name):
    tz = ZoneInfo(name)
    for change in changes(name, 2026):
        before = change.astimezone(tz).replace(tzinfo=None)
        for minutes in range(-150, 151, 15):
            label = before + timedelta(minutes=minutes)
            moments = moments_of(label, tz)
            if moments:
                assert parse_instant(label.isoformat(), tz) == moments[0]
            else:
                with pytest.raises(ValueError, match="does not exist"):
                    parse_instant(label.isoformat(), tz)


# Writing instants


@given(instant=instants, name=zone_names)
@settings(max_examples=250, deadline=None)
def test_what_is_written_is_read_back(instant, name):
    tz = ZoneInfo(name)
    text = format_instant(instant, tz)
    assert RFC_3339.fullmatch(text)
    assert datetime.fromisoformat(text) == instant.replace(microsecond=0)
    assert parse_instant(text, tz) == instant.replace(microsecond=0)


@given(where=zone_days(), minutes=st.integers(0, 2880))
@settings(max_examples=200, deadline=None)
def test_text_shows_the_wall_clock(where, minutes):
    name, day = where
    instant = datetime.combine(day, time(), UTC) + timedelta(minutes=minutes - 720)
    local = instant.astimezone(ZoneInfo(name))
    text = format_instant(instant, ZoneInfo(name))
    assert text[:19] == local.strftime("%Y-%m-%dT%H:%M:%S")
    assert datetime.fromisoformat(text).utcoffset() == local.utcoffset()
    assert (wall(instant, ZoneInfo(name)), wall(instant, ZoneInfo(name)).fold) == (
        local,
        local.fold,
    )


@pytest.mark.parametrize(
    ("instant", "name", "text"),
    [
        (datetime(2026, 11, 30, 14, tzinfo=UTC), "America/New_York", "2026-11-30T09:00:00-05:00"),
        (datetime(2026, 11, 1, 5, tzinfo=UTC), "America/New_York", "2026-11-01T01:00:00-04:00"),
        (datetime(2026, 11, 1, 6, tzinfo=UTC), "America/New_York", "2026-11-01T01:00:00-05:00"),
        (datetime(2026, 1, 1, tzinfo=UTC), "UTC", "2026-01-01T00:00:00+00:00"),
        (datetime(2026, 1, 1, tzinfo=UTC), "Asia/Kathmandu", "2026-01-01T05:45:00+05:45"),
        (
            datetime(2026, 1, 1, 0, 0, 7, 999_999, tzinfo=UTC),
            "Asia/Kolkata",
            "2026-01-01T05:30:07+05:30",
        ),
        # Monrovia was 44 minutes and 30 seconds behind: the offset is rounded, the instant is not.
        (datetime(1971, 1, 1, 12, tzinfo=UTC), "Africa/Monrovia", "1971-01-01T11:16:00-00:44"),
    ],
)
def test_instants_are_written(instant, name, text):
    assert format_instant(instant, ZoneInfo(name)) == text


def test_the_second_time_has_a_fold():
    first = wall(datetime(2026, 11, 1, 5, 30, tzinfo=UTC), NEW_YORK)
    second = wall(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), NEW_YORK)
    assert (first.fold, second.fold) == (0, 1)
    assert first.replace(tzinfo=None) == second.replace(tzinfo=None, fold=0)


def test_a_naive_instant_is_refused():
    for convert in (wall, format_instant):
        with pytest.raises(ValueError, match="offset"):
            convert(datetime(2026, 11, 30, 9), NEW_YORK)  # noqa: DTZ001 - what is refused


# Days


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


# Slots


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
