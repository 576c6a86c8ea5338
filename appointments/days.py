"""Days of doctors, made of shifts and live appointments, and kept for the next who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from cachetools import FIFOCache

from appointments.cache import NOTHING, SECONDS, Days, kept_days
from appointments.questions import DoctorFacts, Question, hour_of
from appointments.slots import Booking, Slot, day_slots, fill
from hospitals.wall_time import date_range
from scheduler.db import is_writing

# What is made of one day and kept with it: a few documents' JSON, and how many bytes of it in all.
# Eight slots take one or two thousand, a document that asks for each value fifty times far more.
MOST_MADE, MOST_MADE_BYTES = 4, 10_000

Make = Callable[["DoctorDay"], bytes]


# Not frozen: that takes three times as long to make.
@dataclass(slots=True)
class DoctorDay:
    """A doctor's slots of a date: each with `bookable` and the live appointment that fills it.

    `visible` is False where this caller may see that a slot is busy, but not by whom. The same
    day is kept for the next who asks, and with it in `made` what an answer has made of it.
    """

    doctor_id: int
    date: dt.date
    visible: bool
    slots: list[tuple[Slot, bool, Booking | None]]
    made: tuple[tuple[Make, bytes], ...] = field(default=(), repr=False, compare=False)

    def as_made_by(self, make: Make) -> bytes:
        """The JSON that `make` makes of this day: made once, for the makers that came last."""
        for maker, made in self.made:
            if maker == make:
                return made
        new = make(self)
        if len(new) <= MOST_MADE_BYTES:
            kept = [*self.made[1 - MOST_MADE :], (make, new)]
            while sum(len(made) for _, made in kept) > MOST_MADE_BYTES:
                del kept[0]
            self.made = tuple(kept)
        return new


# Of this process, in doctor-days, and until when: some 40 MB when full, as it is soon, and 240 MB
# at most. What is in it is as true as what is in the cache (see cache.py), and what has begun is as
# the hour's clock says. First in, first out: a TTLCache's own books take three times as long.
_kept: FIFOCache[str, tuple[float, list[DoctorDay]]] = FIFOCache(
    20_000, getsizeof=lambda kept: len(kept[1])
)
_keeping = Lock()


def forget_kept() -> None:
    """Forget all calendars of this process."""
    with _keeping:
        _kept.clear()


def calendars(question: Question, start: dt.date) -> list[list[DoctorDay]]:
    """Each doctor's days from `start`, in the order of the question's doctors. At most one query.

    In a transaction that writes nothing is kept, since what it reads may be undone.
    """
    hospital, may_see = question.hospital, question.access.may_see_appointments_of
    # Texts: they count their hash once.
    asked = (
        f"{hospital.id}:{hospital.timezone}:{question.hospital_stamp}"
        f":{start}:{question.end}:{hour_of(question.wall_now)}"
    )
    keys = {
        doctor.id: f"{asked}:{doctor.id}:{doctor.stamp}:{doctor.active}:{may_see(doctor.id)}"
        for doctor in question.doctors
    }
    found: dict[int, list[DoctorDay]] = {}
    now = monotonic()
    if not is_writing():
        with _keeping:
            kept = ((id_, _kept.get(key)) for id_, key in keys.items())
            found = {id_: of[1] for id_, of in kept if of is not None and of[0] > now}
    missing = [doctor for doctor in question.doctors if doctor.id not in found]
    if missing:
        stamps = [(doctor.id, doctor.stamp) for doctor in missing]
        rows = kept_days(hospital.id, question.hospital_stamp, stamps, start, question.end)
        dates = date_range(start, question.end)
        for doctor in missing:
            found[doctor.id] = make_days(question, doctor, dates, rows[doctor.id])
        if not is_writing():
            until = now + SECONDS
            with _keeping:
                _kept.update((keys[doctor.id], (until, found[doctor.id])) for doctor in missing)
    return [found[doctor.id] for doctor in question.doctors]


def make_days(
    question: Question, doctor: DoctorFacts, dates: Iterable[dt.date], rows: Days
) -> list[DoctorDay]:
    """The doctor's days as the caller of `question` sees them; `dates` are wall dates."""
    visible = question.access.may_see_appointments_of(doctor.id)
    zone_key = question.hospital.timezone
    days = []
    for date in dates:
        shifts, bookings = rows.get(date.toordinal(), NOTHING)
        slots = day_slots(zone_key, date, shifts)
        filled = fill(slots, bookings, now=question.now, active=doctor.active)
        days.append(DoctorDay(doctor.id, date, visible, filled))
    return days
