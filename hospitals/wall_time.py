"""Knows how a hospital's wall clock and instants relate: zones, days, and the slots of a shift."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

# The zones of the locked `tzdata` package, not the system's: every process of every machine then
# agrees on a country's latest rules, and an update of them is a change of a lock file.
reset_tzpath(())

# The length of a slot stands here alone. Slots start at its whole multiples, counted on the wall
# clock from midnight: "on the hour".
SLOT: Final = timedelta(hours=1)
SLOT_MINUTES: Final = int(SLOT.total_seconds()) // 60

# Minutes from a day's start to its end. Ranges of wall time are counted in minutes because their
# end may be midnight at the end of the day, which a `time` can't tell from the one at its start.
MIDNIGHT: Final = 24 * 60

# Dates and instants from outside lie between these. Far within the calendar's own bounds, so that
# no conversion, and no step to a neighbouring day, can fail on what was accepted.
MIN_DATE: Final = date(1900, 1, 1)
MAX_DATE: Final = date(2200, 12, 31)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_DAY: Final = timedelta(days=1)
_DAY_SECONDS: Final = 24 * 60 * 60

# Names that the operating system's directory holds beside the zones: the server's own setting, and
# what stands for "not set".
_NO_ZONES: Final = frozenset({"localtime", "posixrules", "Factory"})

# `[0-9]` and not `\d`, which takes the digits of every script.
_INSTANT: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,30}))?)?"
    r"(?:([Zz])|([+-])([0-9]{2})(?::?([0-9]{2}))?)?"
)

# A stretch of time in which the zone's offset stays the same: its first second, the second after
# its last (both counted from 1970 in UTC), and the offset in seconds east of UTC.
Stretch = tuple[int, int, int]


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_ZONES


@lru_cache(maxsize=1024)
def _load_zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone of that name, always the same object for a name.

    Raises ValueError for what is not the exact name of a zone; no name is looked for on disk.
    """
    if not isinstance(name, str) or name not in _zone_names():
        raise ValueError("not the name of an IANA time zone")
    return _load_zone(name)


def to_minute(t: time) -> int:
    """Return the minutes from midnight to a wall time, 0 to 1439.

    Raises ValueError for a time with seconds: the wall times here are whole minutes.
    """
    if t.second or t.microsecond:
        raise ValueError("a wall time is given in whole minutes")
    return t.hour * 60 + t.minute


def end_minute(t: time) -> int:
    """Return the minutes from midnight to a wall time that ends a range: 00:00 is 1440.

    Raises ValueError for a time with seconds.
    """
    return to_minute(t) or MIDNIGHT


def to_time(minute: int) -> time:
    """Return the wall time so many minutes after midnight; 1440, the day's end, is 00:00.

    Raises ValueError below 0 and above 1440.
    """
    if not 0 <= minute <= MIDNIGHT:
        raise ValueError("not a minute of a day")
    hour, rest = divmod(minute % MIDNIGHT, 60)
    return time(hour, rest)


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """Read an RFC 3339 (ISO 8601 extended) date-time and return the instant in UTC.

    Seconds and their fraction may be missing, a space may stand for the `T`, and the offset may be
    `Z`, `+05:30`, `+0530` or `+05`. Without an offset it is the wall time of `zone`: in the
    repeated hour the first, in the missing hour an error.
    Raises ValueError for everything else: a date alone, a year before 1900 or after 2200, a leap
    second, 24:00, a fraction finer than a microsecond.
    """
    match = _INSTANT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("not an RFC 3339 date-time")
    year, month, day, hour, minute, second, fraction, utc, sign, off_hour, off_minute = (
        match.groups()
    )
    if not MIN_DATE.year <= int(year) <= MAX_DATE.year:
        raise ValueError("a year out of bounds")
    fraction = (fraction or "").rstrip("0")
    if len(fraction) > 6:
        # Cut off, it would become another instant, and perhaps a slot's start.
        raise ValueError("finer than a microsecond")
    label = datetime(  # noqa: DTZ001 - a wall time until its offset is read
        int(year),
        int(month),
        int(day),
        int(hour),
        int(minute),
        int(second or 0),
        int(fraction.ljust(6, "0")),
    )
    if utc:
        return label.replace(tzinfo=UTC)
    if sign:
        if int(off_hour) > 23 or int(off_minute or 0) > 59:
            raise ValueError("an offset out of bounds")
        offset = timedelta(hours=int(off_hour), minutes=int(off_minute or 0))
        return label.replace(tzinfo=UTC) - (offset if sign == "+" else -offset)
    instant = label.replace(tzinfo=zone).astimezone(UTC)  # fold 0: the first of the two
    if instant.astimezone(zone).replace(tzinfo=None) != label:
        raise ValueError("a wall time that does not exist: the clock goes forward over it")
    return instant


def wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant as the wall clock of `zone` shows it: aware, `fold` 1 the second time.

    Raises ValueError for a naive `instant`.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant bears an offset")
    return instant.astimezone(zone)


def format_instant(instant: datetime, zone: ZoneInfo) -> str:
    """Write an instant as RFC 3339, in whole seconds, with the offset `zone` has then.

    Offsets with seconds, of local mean times before the zones, can't be written in RFC 3339: the
    offset is rounded to the minute and the clock with it, so that the instant stays exact and the
    text alone is up to half a minute from the wall clock.
    Raises ValueError for a naive `instant`.
    """
    local = wall(instant, zone)
    offset = local.utcoffset() or timedelta()
    if offset % timedelta(minutes=1):
        rounded = timedelta(minutes=round(offset / timedelta(minutes=1)))
        local = instant.astimezone(timezone(rounded))
    return local.isoformat(timespec="seconds")


def date_range(start: date, end: date) -> list[date]:
    """Return the dates from `start` to `end`, both included; none when `end` is before `start`."""
    return [date.fromordinal(n) for n in range(start.toordinal(), end.toordinal() + 1)]


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first instant whose wall date is `day` and the one after the last, in UTC.

    A date that a zone leaves out (Pacific/Apia, 2011-12-30) is the empty range at the instant when
    it was skipped. Where clocks go back over midnight, instants of a neighbouring date lie between
    the two, and the bounds of neighbouring dates overlap: compare the wall date too.
    Raises ValueError for dates in the years 1 and 9999.
    """
    stretches = _day_stretches(day, zone)
    if stretches:
        return _instant(stretches[0][0]), _instant(stretches[-1][1])
    end = _midnight(day) + _DAY_SECONDS
    skipped = next(
        first
        for first, after, offset in _stretches_around(day, zone)
        if after + offset > end  # the first stretch that reaches the following date
    )
    return _instant(skipped), _instant(skipped)


def even_runs(
    start: date, end: date, zone: ZoneInfo
) -> Iterator[tuple[date, int, datetime | None]]:
    """Cut the dates from `start` to `end`, both included, into runs of days of 24 hours each.

    Yields the first date of a run, how many there are, and the instant (UTC) of the first one's
    midnight: the wall clock's minutes count on evenly from there. A date on which the clocks
    change, or that does not exist, stands alone, with None.
    Raises ValueError for dates in the years 1 and 9999.
    """
    first, begins = start, None
    follows = None  # when the run's next day would begin
    for day in date_range(start, end):
        lower, upper = day_bounds(day, zone)
        even = upper - lower == _DAY
        if day != first and not (even and lower == follows):
            yield first, (day - first).days, begins
            first = day
        if day == first:
            begins = lower if even else None
        follows = upper if even else None
    if start <= end:
        yield first, (end - first).days + 1, begins


def slot_starts(
    day: date, start: int, end: int, zone: ZoneInfo, length: timedelta = SLOT
) -> tuple[datetime, ...]:
    """Return the instants (UTC) on which the slots of a shift start, in order.

    `start` and `end` are minutes of wall time of `day` in `zone`, 1440 the end of the day. The
    shift is every instant that the wall clock shows within them on that date; a slot starts where
    the clock shows a whole multiple of `length` and lies wholly in the shift. So the night the
    clocks go back has one more and the night they go forward one fewer. Where a clock changes by
    less than `length`, a slot that would overlap the one before it is left out.
    Raises ValueError for dates in the years 1 and 9999, and for a `length` that is not a whole
    number of minutes above 0.
    """
    step, rest = divmod(length, _SECOND)
    if step <= 0 or rest or step % 60:
        raise ValueError("a slot takes a whole number of minutes")
    midnight = _midnight(day)
    stretches = _day_stretches(day, zone)
    first = -(-max(start, 0) * 60 // step) * step
    if len(stretches) == 1 and stretches[0][1] - stretches[0][0] == _DAY_SECONDS:
        last = min(end, MIDNIGHT) * 60 - step
        base = _instant(stretches[0][0])
        return tuple(base + timedelta(seconds=s) for s in range(first, last + 1, step))
    runs = _shift_runs(day, start, end, zone)
    if not runs:
        return ()
    found: list[datetime] = []
    free_from = runs[0][0]
    for begins, ends, offset in stretches:
        # The first second of this stretch whose label is a multiple of the length.
        label = max(first, -(-(begins + offset - midnight) // step) * step)
        for second in range(midnight + label - offset, ends, step):
            if second < free_from:
                continue
            if any(lo <= second and second + step <= hi for lo, hi in runs):
                found.append(_instant(second))
                free_from = second + step
    return tuple(found)


def covers(
    start: int, end: int, day: date, zone: ZoneInfo, begins: datetime, ends: datetime
) -> bool:
    """Say whether the shift of `day` from `start` to `end` holds all instants of [begins, ends).

    `start` and `end` are minutes of wall time in `zone`, 1440 the end of the day.
    Raises ValueError for dates in the years 1 and 9999.
    """
    return any(
        _instant(lo) <= begins and ends <= _instant(hi)
        for lo, hi in _shift_runs(day, start, end, zone)
    )


def _shift_runs(day: date, start: int, end: int, zone: ZoneInfo) -> list[tuple[int, int]]:
    # A shift as unbroken runs of instants; the same instants on both sides of a clock change that
    # the shift spans are one run.
    midnight = _midnight(day)
    runs: list[tuple[int, int]] = []
    for begins, ends, offset in _day_stretches(day, zone):
        lo = max(begins, midnight + start * 60 - offset)
        hi = min(ends, midnight + end * 60 - offset)
        if lo >= hi:
            continue
        if runs and runs[-1][1] == lo:
            runs[-1] = (runs[-1][0], hi)
        else:
            runs.append((lo, hi))
    return runs


@lru_cache(maxsize=16384)
def _day_stretches(day: date, zone: ZoneInfo) -> tuple[Stretch, ...]:
    # The stretches in which the wall date is `day`: one on nearly every day, two when the clock
    # changes, none when the date does not exist.
    midnight = _midnight(day)
    found = []
    for begins, ends, offset in _stretches_around(day, zone):
        lo = max(begins, midnight - offset)
        hi = min(ends, midnight + _DAY_SECONDS - offset)
        if lo < hi:
            found.append((lo, hi, offset))
    return tuple(found)


def _stretches_around(day: date, zone: ZoneInfo) -> Iterator[Stretch]:
    # Offsets stay within 16 hours, so 28 on either side see the day before and after too. No zone
    # changes its clock twice in 14 hours (the closest are four days apart), so two probes with the
    # same offset have no change between them.
    probes = range(_midnight(day) - 28 * 3600, _midnight(day) + 56 * 3600 + 1, 14 * 3600)
    begins = probes[0]
    for before, after in pairwise(probes):
        offset = _offset(before, zone)
        if _offset(after, zone) == offset:
            continue
        low, high = before, after
        while high - low > 1:
            middle = (low + high) // 2
            if _offset(middle, zone) == offset:
                low = middle
            else:
                high = middle
        yield begins, high, offset
        begins = high
    yield begins, probes[-1], _offset(probes[-1], zone)


def _midnight(day: date) -> int:
    if not 1 < day.year < 9999:  # the days around it, in any zone, must be in the calendar
        raise ValueError("a year out of bounds")
    return (day.toordinal() - 719_163) * _DAY_SECONDS  # 719 163: 1970-01-01


def _instant(second: int) -> datetime:
    return _EPOCH + timedelta(seconds=second)


def _offset(second: int, zone: ZoneInfo) -> int:
    offset = _instant(second).astimezone(zone).utcoffset() or timedelta()
    return offset // _SECOND
