"""The next bookable slots across doctors, and which doctors have one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson
from django.core.cache import cache
from django.utils import timezone

from accounts.access import Access
from appointments.cache import SECONDS, read_days_with_free
from appointments.days import DoctorDay, calendars, make_day
from appointments.queries import check_range
from appointments.questions import Question, read_stamps
from appointments.schedules import MOST_DAYS, MOST_DOCTORS
from appointments.slots import Slot, shift_slots
from hospitals.wall_time import MIDNIGHT, SLOT_MINUTES, date_range, end_minute, to_minute
from scheduler.db import is_writing, reads
from scheduler.errors import Invalid

MOST_OPENINGS = 200
_END_OF_DAY = dt.time(0)


@dataclass(frozen=True, slots=True)
class Opening:
    """A bookable slot of a doctor."""

    doctor_id: int
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningsQuestion(Question):
    """Also whose specialty, the bounds of the slot's wall time, and how many openings at most."""

    specialty: str | None
    time_from: dt.time | None
    time_to: dt.time | None
    limit: int

    def also_asked(self) -> tuple[object, ...]:
        return (self.specialty, self.time_from, self.time_to, self.limit)

    @property
    def least(self) -> int:
        """The first minute of wall time at which a slot may begin."""
        return to_minute(self.time_from) if self.time_from else 0

    @property
    def most(self) -> int:
        """The minute of wall time before which it must begin."""
        return end_minute(self.time_to) if self.time_to else MIDNIGHT


@reads
def ask_openings(
    access: Access,
    *,
    start: dt.date,
    end: dt.date,
    specialty: str | None = None,
    doctor_ids: Sequence[int] | None = None,
    time_from: dt.time | None = None,
    time_to: dt.time | None = None,
    limit: int = 20,
) -> OpeningsQuestion:
    """Ask for the next bookable slots of active doctors from `start` to `end`, inclusive.

    `time_from` (included) and `time_to` (not) bound the slot's wall time; a `time_to` of 00:00
    is the end of the day. Raises `Invalid` beyond 42 days, 100 doctors or 200 openings, and for
    a doctor who does not exist here. One query.
    """
    check_range(start, end, most=MOST_DAYS)
    if time_from is not None and time_to not in (None, _END_OF_DAY) and time_from > time_to:
        raise Invalid.field("time_from", "after_to", "'time_from' is after 'time_to'.")
    if not 1 <= limit <= MOST_OPENINGS:
        raise Invalid.field("limit", "out_of_range", f"From 1 to {MOST_OPENINGS}.")
    if doctor_ids is not None:
        doctor_ids = tuple(dict.fromkeys(doctor_ids))
        if len(doctor_ids) > MOST_DOCTORS:
            raise Invalid.field("doctor", "too_many", f"At most {MOST_DOCTORS} doctors.")
    hospital, stamp, found = read_stamps(access, doctor_ids=doctor_ids)
    return OpeningsQuestion(
        access=access,
        hospital=hospital,
        hospital_stamp=stamp,
        doctors=tuple(d for d in found if d.active and specialty in (None, d.specialty)),
        start=start,
        end=end,
        specialty=specialty,
        time_from=time_from,
        time_to=time_to,
        limit=limit,
        now=timezone.now(),
    )


@reads
def answer_openings(question: OpeningsQuestion) -> list[Opening]:
    """The earliest first, then by doctor id. At most one query, where clocks change a second.

    Days are read one after the other until there are enough: of 50 doctors and 14 days, most
    often the first.
    """
    key = f"openings:{question.etag}"
    if not is_writing() and (kept := cache.get(key)) is not None:
        return _from_json(question.hospital.timezone, kept)
    now = question.wall_now
    over = now.hour * 60 + now.minute + 1
    found: list[Opening] = []
    start = max(question.start, now.date())
    while start <= question.end and question.doctors and len(found) < question.limit:
        shifts, bookings, last = read_days_with_free(
            question.hospital.id,
            [doctor.id for doctor in question.doctors],
            start,
            question.end,
            enough=question.limit - len(found),
            least=question.least,
            most=question.most,
            first_least=max(question.least, over) if start == now.date() else question.least,
        )
        dates = date_range(start, last)
        days = (
            make_day(question, doctor, date, shifts, bookings)
            for doctor in question.doctors
            for date in dates
        )
        found += _in_order(_bookable(question, days))
        start = last + dt.timedelta(days=1)
    found = found[: question.limit]
    if not is_writing():
        cache.set(key, _as_json(found), timeout=SECONDS)
    return found


def _as_json(openings: list[Opening]) -> str:
    slots = ((o.doctor_id, o.slot.date.toordinal(), o.slot.time, o.slot.begins) for o in openings)
    return orjson.dumps(list(slots)).decode()


def _from_json(zone_key: str, text: str) -> list[Opening]:
    return [
        Opening(doctor_id, _slot(zone_key, dt.date.fromordinal(day), time, begins))
        for doctor_id, day, time, begins in orjson.loads(text)
    ]


def _slot(zone_key: str, day: dt.date, time: str, begins: int) -> Slot:
    start = to_minute(dt.time.fromisoformat(time))
    # Two where the hour comes twice.
    slots = shift_slots(zone_key, day, start, start + SLOT_MINUTES)
    return next(slot for slot in slots if slot.begins == begins)


def all_openings(question: OpeningsQuestion) -> list[Opening]:
    """Every bookable slot that was asked for, whatever the limit, in the same order.

    At most one query.
    """
    start = max(question.start, question.wall_now.date())
    if start > question.end or not question.doctors:
        return []
    days = (day for days in calendars(question, start) for day in days)
    return _in_order(_bookable(question, days))


def _bookable(question: OpeningsQuestion, days: Iterable[DoctorDay]) -> Iterator[Opening]:
    # "HH:MM" sorts like the time, and "24:00" after all of them.
    least, most = (f"{m // 60:02}:{m % 60:02}" for m in (question.least, question.most))
    for day in days:
        for slot, bookable, _ in day.slots:
            if bookable and least <= slot.time < most:
                yield Opening(day.doctor_id, slot)


def _in_order(openings: Iterator[Opening]) -> list[Opening]:
    return sorted(openings, key=lambda o: (o.slot.starts_at, o.doctor_id))


@reads
def free_doctor_ids(access: Access, *, start: dt.date, end: dt.date) -> set[int]:
    """The active doctors with at least one bookable slot from `start` to `end`, inclusive.

    Raises `Invalid` beyond 42 days. At most two queries.
    """
    check_range(start, end, most=MOST_DAYS, names=("available_from", "available_to"))
    return {o.doctor_id for o in all_openings(ask_openings(access, start=start, end=end))}
