"""Knows the right answers the slow way: by reading the wall clock at every minute of a day.

Shares nothing with `hospitals.wall_time` but the zone data.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

HOUR = timedelta(hours=1)

# The system's directory holds its own setting and a placeholder beside the zones.
ZONES = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})

# Clocks that do what few others do.
ODD_ZONES = [
    "Australia/Lord_Howe",  # changes by half an hour
    "Antarctica/Troll",  # changes by two hours
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",  # +05:30
    "Asia/Kathmandu",  # +05:45
    "America/St_Johns",  # -03:30, once changed a minute after midnight
    "Africa/Casablanca",  # goes back for Ramadan
    "Pacific/Apia",  # left out a date
    "America/Havana",  # changes at midnight
    "Asia/Beirut",  # changes at midnight
    "America/Caracas",  # once changed at half past
    "Asia/Pyongyang",  # once changed by half an hour at midnight
    "Pacific/Kiritimati",  # +14:00
]


@lru_cache(maxsize=4096)
def changes(name: str, year: int) -> tuple[datetime, ...]:
    """The instants (UTC) of a zone's changes of offset in a year, found by bisection."""
    zone = ZoneInfo(name)
    found = []
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    for low, high in pairwise(days):
        before = low.astimezone(zone).utcoffset()
        if high.astimezone(zone).utcoffset() == before:
            continue
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
            if middle.astimezone(zone).utcoffset() == before:
                low = middle
            else:
                high = middle
        found.append(high)
    return tuple(found)


CHANGING_ZONES = [name for name in ZONES if changes(name, 2026)]


def change_days(name: str, year: int) -> list[date]:
    """The wall dates that a zone's changes of that year touch."""
    zone = ZoneInfo(name)
    return sorted(
        {
            moment.astimezone(zone).date()
            for change in changes(name, year)
            for moment in (change - timedelta(seconds=1), change)
        }
    )


class Day:
    """A date in a zone, read every `step` seconds from before its first to after its last."""

    def __init__(self, day: date, zone: ZoneInfo, step: int = 60) -> None:
        self.step = step
        midnight = int(datetime.combine(day, time(), UTC).timestamp())
        # The readings, in seconds since 1970.
        self.moments = range(midnight - 17 * 3600, midnight + 41 * 3600, step)
        # Seconds from wall midnight, or None where the clock shows another date.
        self.labels = []
        number = day.toordinal()
        for moment in self.moments:
            label = datetime.fromtimestamp(moment, zone)
            self.labels.append(
                label.hour * 3600 + label.minute * 60 + label.second
                if label.toordinal() == number
                else None
            )

    def bounds(self) -> tuple[datetime, datetime] | None:
        on_it = [n for n, label in enumerate(self.labels) if label is not None]
        if not on_it:
            return None
        return (
            datetime.fromtimestamp(self.moments[on_it[0]], UTC),
            datetime.fromtimestamp(self.moments[on_it[-1]] + self.step, UTC),
        )

    def slots(self, start: int, end: int, minutes: int = 60) -> list[datetime]:
        first, after, length = start * 60, end * 60, minutes * 60
        found: list[int] = []
        for n, label in enumerate(self.labels):
            if label is None or label % length:
                continue
            readings = self.labels[n : n + length // self.step]
            if all(other is not None and first <= other < after for other in readings) and (
                not found or self.moments[n] - found[-1] >= length
            ):
                found.append(self.moments[n])
        return [datetime.fromtimestamp(moment, UTC) for moment in found]

    def covers(self, start: int, end: int, begins: datetime, ends: datetime) -> bool:
        shown = dict(zip(self.moments, self.labels, strict=True))
        readings = range(int(begins.timestamp()), int(ends.timestamp()), self.step)
        labels = [shown.get(moment) for moment in readings]
        return all(label is not None and start * 60 <= label < end * 60 for label in labels)


@lru_cache(maxsize=256)
def brute_day(name: str, day: date, step: int = 60) -> Day:
    return Day(day, ZoneInfo(name), step)


zone_names = st.one_of(st.sampled_from(ZONES), st.sampled_from(ODD_ZONES))


@st.composite
def zone_days(draw: st.DrawFn) -> tuple[str, date]:
    """A zone and a date, mostly one on which or beside which its clock changes.

    From 1973 on, since when every offset is a whole number of minutes.
    """
    name = draw(zone_names)
    year = draw(st.integers(1973, 2099))
    days = change_days(name, year)
    if days and draw(st.integers(0, 3)):
        return name, draw(st.sampled_from(days)) + timedelta(days=draw(st.integers(-1, 1)))
    return name, draw(st.dates(date(year, 1, 1), date(year, 12, 31)))


@st.composite
def shifts(draw: st.DrawFn) -> tuple[int, int]:
    """A shift in minutes of wall time: of any length, most of them on the hour."""
    step = draw(st.sampled_from([60, 60, 30, 1]))
    start = draw(st.integers(0, 1440 // step - 1))
    return start * step, draw(st.integers(start + 1, 1440 // step)) * step
