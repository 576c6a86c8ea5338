"""Instants read and written, over every zone and its clock changes."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hospitals.wall_time import (
    format_instant,
    parse_instant,
    wall,
)
from tests.hospitals.oracle import (
    CHANGING_ZONES,
    changes,
    zone_days,
    zone_names,
)

NEW_YORK = ZoneInfo("America/New_York")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)

instants = st.integers(
    int(datetime(1900, 1, 2, tzinfo=UTC).timestamp() * 1000),
    int(datetime(2200, 12, 30, tzinfo=UTC).timestamp() * 1000),
).map(lambda n: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=n))


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
