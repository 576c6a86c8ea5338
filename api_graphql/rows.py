"""How the values of rows are written in answers, and the small rows that only answers have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from appointments.queries import AppointmentRow, HistoryEntry
from appointments.slots import Booking, Slot
from hospitals.wall_time import MIDNIGHT, SLOT_MINUTES, format_instant, to_time, zone

# Every minute of a day as wall time; the last is midnight at its end.
MINUTE_TEXTS = tuple(f"{to_time(minute):%H:%M}" for minute in range(MIDNIGHT + 1))


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot of a doctor's day, as one caller sees it."""

    time: str
    starts_at: str
    bookable: bool
    booking: Booking | None
    duration: int = SLOT_MINUTES


def slot_row(slot: Slot, bookable: bool, booking: Booking | None) -> SlotRow:
    return SlotRow(slot.time, slot.text, bookable, booking)


def starts_at(row: AppointmentRow) -> str:
    return format_instant(row.starts_at, zone(row.timezone))


def ends_at(row: AppointmentRow) -> str:
    return format_instant(row.ends_at, zone(row.timezone))


def changes(entry: HistoryEntry) -> dict[str, Any]:
    """What a version changed, each field by its name here."""
    return {camel(field): change for field, change in entry.changes.items()}


def camel(name: str) -> str:
    """`days.0.starts_at` as `days.0.startsAt`."""
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)
