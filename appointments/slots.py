"""Knows how shifts and live appointments become slots, without the database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from math import floor
from sys import intern
from typing import NamedTuple

from hospitals.wall_time import SLOT, format_instant, slot_starts, wall, zone


@dataclass(frozen=True, slots=True)
class Slot:
    """One bookable hour of a shift.

    `date` and `time` ("HH:MM") are what the hospital's wall clock shows at its start, `starts_at`
    and `ends_at` the instants in UTC, `text` is `starts_at` in RFC 3339 with the hospital's offset.
    `begins` and `ends` are the same instants in seconds since 1970.
    """

    date: date
    time: str
    starts_at: datetime
    ends_at: datetime
    text: str
    begins: int = field(init=False, repr=False, compare=False)
    ends: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "begins", int(self.starts_at.timestamp()))
        object.__setattr__(self, "ends", int(self.ends_at.timestamp()))


class Booking(NamedTuple):
    """What a slot needs to know of the live appointment that fills it.

    A tuple, since a calendar makes hundreds of them: a frozen dataclass takes three times as
    long. `begins` and `ends` are seconds since 1970, `day` is its wall date's ordinal, for the
    same reason.
    """

    day: int
    begins: int
    ends: int
    appointment_id: int
    patient_id: int
    patient_name: str
    status: str
    version: int


# Later than all slots, in seconds since 1970.
NEVER = 2**62
_NO_MORE = Booking(0, NEVER, NEVER, 0, 0, "", "", 0)


# Doctors of a hospital work the same few shifts, so a calendar is made of very few different days.
# 16 384 shifts of eight slots would be about 40 MB. New zone data needs a restart.
@lru_cache(maxsize=16384)
def shift_slots(zone_key: str, day: date, start: int, end: int) -> tuple[Slot, ...]:
    """Return the slots of a shift in order of time.

    `start` and `end` are minutes of wall time of `day` in the zone named `zone_key`, 1440 the end
    of the day. The same call returns the same objects.
    Raises ValueError for an unknown zone and for dates in the years 1 and 9999.
    """
    tz = zone(zone_key)
    slots = []
    for starts_at in slot_starts(day, start, end, tz):
        label = intern(wall(starts_at, tz).strftime("%H:%M"))
        slots.append(Slot(day, label, starts_at, starts_at + SLOT, format_instant(starts_at, tz)))
    return tuple(slots)


def day_slots(zone_key: str, day: date, shifts: Sequence[tuple[int, int]]) -> tuple[Slot, ...]:
    """Return the slots of all of a date's shifts in order of time, none overlapping another.

    Each of `shifts` is (start, end) in minutes of wall time of `day` in the zone named `zone_key`.
    Raises ValueError for an unknown zone and for dates in the years 1 and 9999.
    """
    if len(shifts) == 1:
        return shift_slots(zone_key, day, *shifts[0])
    return _day_slots(zone_key, day, tuple(shifts))


@lru_cache(maxsize=16384)
def _day_slots(zone_key: str, day: date, shifts: tuple[tuple[int, int], ...]) -> tuple[Slot, ...]:
    every = [slot for start, end in shifts for slot in shift_slots(zone_key, day, start, end)]
    # Sorted by the instant: in a repeated hour the slots of two shifts can alternate.
    every.sort(key=lambda slot: slot.starts_at)
    kept: list[Slot] = []
    for slot in every:
        if not kept or kept[-1].ends_at <= slot.starts_at:
            kept.append(slot)
    return tuple(kept)


def fill(
    slots: Sequence[Slot], bookings: Sequence[Booking], *, now: datetime, active: bool = True
) -> list[tuple[Slot, bool, Booking | None]]:
    """Return each slot with whether it is bookable and the first booking that overlaps it, if any.

    Bookable: the doctor is `active`, the slot starts after `now` (UTC), and no booking overlaps
    it. `slots` and `bookings` are those of one doctor, each in order of time; a booking may
    overlap several slots and then fills all of them.
    """
    over = floor(now.timestamp()) if active else NEVER
    if not bookings:
        return [(slot, slot.begins > over, None) for slot in slots]
    filled: list[tuple[Slot, bool, Booking | None]] = []
    rest = iter(bookings)
    begins = ends = -NEVER
    for slot in slots:
        # On to the first that has not ended when the slot starts. When it starts after the slot,
        # so do all that follow.
        while ends <= slot.begins:
            booking = next(rest, _NO_MORE)
            begins, ends = booking.begins, booking.ends
        if begins < slot.ends:
            filled.append((slot, False, booking))
        else:
            filled.append((slot, slot.begins > over, None))
    return filled
