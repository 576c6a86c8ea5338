"""The next bookable slots across doctors, and which doctors have one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import orjson
from django.core.cache import cache
from django.utils import timezone

from accounts.access import Access
from appointments.cache import SECONDS, read_days
from appointments.days import DoctorDay, calendars, make_days
from appointments.queries import check_range
from appointments.questions import Question, read_stamps
from appointments.schedules import MOST_DAYS, MOST_DOCTORS
from appointments.slots import Slot, shift_slots
from doctors.models import SPECIALTY_LENGTH
from hospitals.text import text_errors
from hospitals.wall_time import MIDNIGHT, SLOT_MINUTES, end_minute, even_runs, to_minute, zone
from scheduler.db import execute, is_writing, reads
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
    stamps: str | None = None,
) -> OpeningsQuestion:
    """Ask for the next bookable slots of active doctors from `start` to `end`, inclusive.

    `time_from` (included) and `time_to` (not) bound the slot's wall time; a `time_to` of 00:00
    is the end of the day. One query; none with the `stamps` of these doctors (`stamps_of`), read
    just now. Raises `Invalid` beyond 42 days, 100 doctors or 200 openings, for a specialty that
    none can be, and for a doctor who does not exist here.
    """
    check_range(start, end, most=MOST_DAYS)
    if time_from is not None and time_to not in (None, _END_OF_DAY) and time_from > time_to:
        raise Invalid.field("time_from", "after_to", "'time_from' is after 'time_to'.")
    if specialty is not None and (
        errors := text_errors("specialty", specialty, max_length=SPECIALTY_LENGTH)
    ):
        raise Invalid(errors)
    if not 1 <= limit <= MOST_OPENINGS:
        raise Invalid.field("limit", "out_of_range", f"From 1 to {MOST_OPENINGS}.")
    if doctor_ids is not None:
        doctor_ids = tuple(dict.fromkeys(doctor_ids))
        if not doctor_ids:
            raise Invalid.field("doctor", "required", "Name at least one doctor, or none at all.")
        if len(doctor_ids) > MOST_DOCTORS:
            raise Invalid.field("doctor", "too_many", f"At most {MOST_DOCTORS} doctors.")
    hospital, stamp, found = read_stamps(access, doctor_ids=doctor_ids, read=stamps)
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


# The free hours of days of 24 hours, the first of which begins at the instant `begins`: hours of
# shifts that no appointment overlaps (none lasts longer than a day). Day by day and hour by hour,
# until there are enough: the SELECT around EXISTS keeps PostgreSQL from reading all appointments
# first, to join them. Rows are compared for the reason that stands in cache.py.
_FREE = """
    SELECT json_agg(json_build_array(doctor_id, day, minute))::text FROM (
        SELECT hour.* FROM generate_series(0, %(days)s::int - 1) AS day
        CROSS JOIN LATERAL (
            SELECT %(begins)s::timestamptz + day * interval '24 hours'
        ) AS midnight (at)
        CROSS JOIN LATERAL (
            SELECT s.doctor_id, day, minute
            FROM unnest(%(doctors)s::bigint[]) AS doctor (id)
            JOIN shifts s ON s.hospital_id = %(hospital)s
                AND (s.doctor_id, s.date) >= (doctor.id, %(start)s::date + day)
                AND (s.doctor_id, s.date) <= (doctor.id, %(start)s::date + day)
            CROSS JOIN generate_series(
                (s.start_minute + %(slot)s - 1) / %(slot)s * %(slot)s,
                s.end_minute - %(slot)s, %(slot)s
            ) AS minute
            WHERE minute < %(most)s
              AND minute >= CASE day WHEN 0 THEN %(first_least)s ELSE %(least)s END
            ORDER BY minute, s.doctor_id
        ) AS hour
        CROSS JOIN LATERAL (
            SELECT midnight.at + minute * interval '1 minute',
                   midnight.at + (minute + %(slot)s) * interval '1 minute'
        ) AS slot (starts, ends)
        WHERE NOT (SELECT EXISTS (
            SELECT FROM appointments a
            WHERE a.hospital_id = %(hospital)s AND a.status <> 'cancelled'
              AND (a.doctor_id, a.starts_at) > (hour.doctor_id, slot.starts - interval '24 hours')
              AND (a.doctor_id, a.starts_at) < (hour.doctor_id, slot.ends)
              AND a.ends_at > slot.starts
        ))
        LIMIT %(enough)s
    ) AS found
"""


@reads
def answer_openings(question: OpeningsQuestion) -> list[Opening]:
    """The earliest first, then by doctor id.

    At most one query; up to three where clocks change in the range: that day is looked at alone.
    """
    key = f"openings:{question.etag}"
    if not is_writing() and (kept := cache.get(key)) is not None:
        return _from_json(question.hospital.timezone, kept)
    tz, doctor_ids = zone(question.hospital.timezone), [doctor.id for doctor in question.doctors]
    found: list[Opening] = []
    start = max(question.start, question.wall_now.date())
    for first, days, begins in even_runs(start, question.end, tz):
        if len(found) >= question.limit or not doctor_ids:
            break
        if begins is not None:
            found += _free_hours(question, first, days, begins, question.limit - len(found))
            continue
        rows = read_days(question.hospital.id, doctor_ids, first, first)
        uneven = [make_days(question, each, [first], rows[each.id]) for each in question.doctors]
        found += _in_order(_bookable(question, chain.from_iterable(uneven)))
    found = found[: question.limit]
    if not is_writing():
        cache.set(key, _as_json(found), timeout=SECONDS)
    return found


def _free_hours(
    question: OpeningsQuestion, first: dt.date, days: int, begins: dt.datetime, enough: int
) -> list[Opening]:
    """The first openings of a run of even days, see `even_runs`. One query."""
    # What has begun is over.
    now = (question.now - begins) // dt.timedelta(minutes=1) + 1
    params = {
        "hospital": question.hospital.id,
        "doctors": [doctor.id for doctor in question.doctors],
        "start": first,
        "days": days,
        "begins": begins,
        "least": question.least,
        "first_least": max(question.least, now),
        "most": question.most,
        "slot": SLOT_MINUTES,
        "enough": enough,
    }
    ((text,),) = execute(_FREE, params)
    hospital_zone, found = question.hospital.timezone, []
    for doctor_id, day, minute in orjson.loads(text or "[]"):
        date = first + dt.timedelta(days=day)
        (slot,) = shift_slots(hospital_zone, date, minute, minute + SLOT_MINUTES)
        found.append(Opening(doctor_id, slot))
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
