"""Days of doctors, made of shifts and live appointments, and kept for the next who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from cachetools import TTLCache

from appointments.cache import SECONDS, Bookings, Shifts, kept_days
from appointments.questions import DoctorFacts, Question, hour_of
from appointments.slots import Booking, Slot, day_slots, fill
from hospitals.wall_time import date_range
from scheduler.db import is_writing

# What is made of one day and kept with it: a few documents' JSON.
MOST_MADE = 4

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DoctorDay:
    """A doctor's slots of a date: each with `bookable` and the live appointment that fills it.

    `visible` is False where this caller may see that a slot is busy, but not by whom. The same
    day is kept for the next who asks, and with it in `made` what an answer has made of it.
    """

    doctor_id: int
    date: dt.date
    visible: bool
    slots: list[tuple[Slot, bool, Booking | None]]
    made: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    def as_made_by(self, make: Callable[[DoctorDay], T]) -> T:
        """What `make` makes of this day: made once, for the makers that came last."""
        try:
            return self.made[make]  # type: ignore[no-any-return]
        except KeyError:
            if len(self.made) >= MOST_MADE:
                self.made.clear()
            made = self.made[make] = make(self)
            return made


# Of this process, in doctor-days: some 40 MB when full. What is in it is as true as what is in
# the cache (see cache.py), and what has begun is as the hour's clock says.
_kept: TTLCache[tuple[object, ...], list[DoctorDay]] = TTLCache(20_000, SECONDS, getsizeof=len)
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
    asked = (hospital, question.hospital_stamp, start, question.end, hour_of(question.wall_now))
    keys = {doctor.id: (doctor, may_see(doctor.id), *asked) for doctor in question.doctors}
    found: dict[int, list[DoctorDay]] = {}
    if not is_writing():
        with _keeping:
            kept = ((id_, _kept.get(key)) for id_, key in keys.items())
            found = {id_: days for id_, days in kept if days is not None}
    missing = [doctor for doctor in question.doctors if doctor.id not in found]
    if missing:
        stamps = [(doctor.id, doctor.stamp) for doctor in missing]
        rows = kept_days(hospital.id, question.hospital_stamp, stamps, start, question.end)
        dates = date_range(start, question.end)
        for doctor in missing:
            found[doctor.id] = [make_day(question, doctor, date, *rows) for date in dates]
        if not is_writing():
            with _keeping:
                _kept.update((keys[doctor.id], found[doctor.id]) for doctor in missing)
    return [found[doctor.id] for doctor in question.doctors]


def make_day(
    question: Question,
    doctor: DoctorFacts,
    date: dt.date,
    shifts: Shifts,
    bookings: Bookings,
) -> DoctorDay:
    """The doctor's day as the caller of `question` sees it; `date` is a wall date."""
    key = (doctor.id, date)
    slots = day_slots(question.hospital.timezone, date, shifts.get(key, ()))
    live = bookings.get(key, ())
    filled = fill(slots, live, now=question.now, active=doctor.active)
    return DoctorDay(doctor.id, date, question.access.may_see_appointments_of(doctor.id), filled)
