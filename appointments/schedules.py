"""Reading schedules and openings: stamps first, then the rows, then slots out of both.

Each question is asked in two steps. The first reads the stamps and knows the answer's ETag, so
that an unchanged answer costs one small query; the second takes shifts and live appointments from
the cache, and what is not there in one query, whatever the number of doctors and days.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone

from accounts.access import Access
from appointments.cache import SECONDS, Bookings, Shifts, kept_days, read_days_with_free
from appointments.queries import check_range
from appointments.slots import Booking, Slot, day_slots, fill
from hospitals.stamps import HOSPITAL
from hospitals.wall_time import MIDNIGHT, date_range, end_minute, to_minute, wall, zone
from scheduler.db import execute, is_writing, reads
from scheduler.errors import FieldError, Invalid

MOST_DOCTORS, MOST_DAYS, MOST_DOCTOR_DAYS = 100, 42, 2100
MOST_OPENINGS = 200
_END_OF_DAY = dt.time(0)


@dataclass(frozen=True, slots=True)
class HospitalFacts:
    id: int
    name: str
    timezone: str


@dataclass(frozen=True, slots=True)
class DoctorFacts:
    id: int
    stamp: int
    active: bool
    specialty: str


@dataclass(frozen=True, slots=True)
class ScheduleQuestion:
    """What was asked, by whom, and what was true when it was asked (`now`, UTC)."""

    access: Access
    hospital: HospitalFacts
    hospital_stamp: int
    doctors: tuple[DoctorFacts, ...]
    start: dt.date
    end: dt.date
    now: dt.datetime
    etag: str


@dataclass(frozen=True, slots=True)
class DoctorDay:
    """A doctor's slots of a date: each with `bookable` and the live appointment that fills it.

    `visible` is False where this caller may see that a slot is busy, but not by whom.
    """

    doctor_id: int
    date: dt.date
    visible: bool
    slots: list[tuple[Slot, bool, Booking | None]]


@reads
def ask_schedules(
    access: Access, *, doctor_ids: Sequence[int], start: dt.date, end: dt.date
) -> ScheduleQuestion:
    """Ask for the calendars of doctors from `start` to `end`, wall dates, inclusive. One query.

    A doctor named twice is asked for once. Raises `Invalid` beyond 100 doctors, 42 days or
    2,100 doctor-days, for no doctor, and for one who does not exist here.
    """
    doctor_ids = tuple(dict.fromkeys(doctor_ids))
    if not doctor_ids:
        raise Invalid.field("doctor", "required", "Name at least one doctor.")
    if len(doctor_ids) > MOST_DOCTORS:
        raise Invalid.field("doctor", "too_many", f"At most {MOST_DOCTORS} doctors.")
    check_range(start, end, most=MOST_DAYS)
    if len(doctor_ids) * ((end - start).days + 1) > MOST_DOCTOR_DAYS:
        raise Invalid(
            [FieldError("to", "too_many_doctor_days", f"At most {MOST_DOCTOR_DAYS} doctor-days.")]
        )
    hospital, hospital_stamp, found = _read_stamps(access, doctor_ids=doctor_ids)
    by_id = {doctor.id: doctor for doctor in found}
    _require_all(doctor_ids, by_id)
    doctors = tuple(by_id[id_] for id_ in doctor_ids)
    now = timezone.now()
    etag = _etag(access, hospital, hospital_stamp, doctors, now, "schedules", start, end)
    return ScheduleQuestion(access, hospital, hospital_stamp, doctors, start, end, now, etag)


@reads
def answer_schedules(question: ScheduleQuestion) -> list[DoctorDay]:
    """All of a doctor's dates together, in the order asked, empty days included.

    At most one query.
    """
    access = question.access
    dates = date_range(question.start, question.end)
    shifts, bookings = _days(question, question.start)
    key = question.hospital.timezone
    return [
        DoctorDay(
            doctor.id,
            date,
            access.may_see_appointments_of(doctor.id),
            fill(
                day_slots(key, date, shifts.get((doctor.id, date), ())),
                bookings.get((doctor.id, date), ()),
                now=question.now,
                active=doctor.active,
            ),
        )
        for doctor in question.doctors
        for date in dates
    ]


@dataclass(frozen=True, slots=True)
class Opening:
    """A bookable slot of a doctor."""

    doctor_id: int
    slot: Slot


@dataclass(frozen=True, slots=True)
class OpeningsQuestion:
    """What was asked, and what was true when it was asked (`now`, UTC)."""

    access: Access
    hospital: HospitalFacts
    hospital_stamp: int
    doctors: tuple[DoctorFacts, ...]
    start: dt.date
    end: dt.date
    time_from: dt.time | None
    time_to: dt.time | None
    limit: int
    now: dt.datetime
    etag: str

    @property
    def least(self) -> int:
        """The first minute of wall time at which a slot may begin."""
        return to_minute(self.time_from) if self.time_from else 0

    @property
    def most(self) -> int:
        """The minute of wall time before which it must begin."""
        return end_minute(self.time_to) if self.time_to else MIDNIGHT

    @property
    def wall_now(self) -> dt.datetime:
        return wall(self.now, zone(self.hospital.timezone))


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
    hospital, hospital_stamp, found = _read_stamps(access, doctor_ids=doctor_ids)
    if doctor_ids is not None:
        _require_all(doctor_ids, {doctor.id: doctor for doctor in found})
    doctors = tuple(d for d in found if d.active and specialty in (None, d.specialty))
    now = timezone.now()
    asked = (start, end, specialty, time_from, time_to, limit)
    etag = _etag(access, hospital, hospital_stamp, doctors, now, "openings", *asked)
    return OpeningsQuestion(
        access, hospital, hospital_stamp, doctors, start, end, time_from, time_to, limit, now, etag
    )


@reads
def answer_openings(question: OpeningsQuestion) -> list[Opening]:
    """The earliest first, then by doctor id. At most one query, where clocks change a second.

    Days are read one after the other until there are enough: of 50 doctors and 14 days, most
    often the first.
    """
    key = f"openings:{question.etag}"
    if not is_writing() and (kept := cache.get(key)) is not None:
        return list(kept)
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
        found += _in_order(_bookable(question, shifts, bookings))
        start = last + dt.timedelta(days=1)
    found = found[: question.limit]
    if not is_writing():
        cache.set(key, found, timeout=SECONDS)
    return found


def all_openings(question: OpeningsQuestion) -> list[Opening]:
    """Every bookable slot that was asked for, whatever the limit, in the same order.

    At most one query.
    """
    start = max(question.start, question.wall_now.date())
    if start > question.end or not question.doctors:
        return []
    return _in_order(_bookable(question, *_days(question, start)))


def _bookable(question: OpeningsQuestion, shifts: Shifts, bookings: Bookings) -> Iterator[Opening]:
    # "HH:MM" sorts like the time, and "24:00" after all of them.
    least, most = (f"{m // 60:02}:{m % 60:02}" for m in (question.least, question.most))
    for (doctor_id, date), ranges in shifts.items():
        slots = day_slots(question.hospital.timezone, date, ranges)
        filled = fill(slots, bookings.get((doctor_id, date), ()), now=question.now)
        for slot, bookable, _ in filled:
            if bookable and least <= slot.time < most:
                yield Opening(doctor_id, slot)


def _in_order(openings: Iterator[Opening]) -> list[Opening]:
    return sorted(openings, key=lambda o: (o.slot.starts_at, o.doctor_id))


@reads
def free_doctor_ids(access: Access, *, start: dt.date, end: dt.date) -> set[int]:
    """The active doctors with at least one bookable slot from `start` to `end`, inclusive.

    Raises `Invalid` beyond 42 days. At most two queries.
    """
    check_range(start, end, most=MOST_DAYS, names=("available_from", "available_to"))
    return {o.doctor_id for o in all_openings(ask_openings(access, start=start, end=end))}


def _days(question: ScheduleQuestion | OpeningsQuestion, start: dt.date) -> tuple[Shifts, Bookings]:
    stamps = [(doctor.id, doctor.stamp) for doctor in question.doctors]
    return kept_days(question.hospital.id, question.hospital_stamp, stamps, start, question.end)


# -- rows -------------------------------------------------------------------------------------

_STAMPS = """
    SELECT h.name, h.timezone, s.stamp, d.id, ds.stamp, d.active, d.specialty
    FROM hospitals h
    JOIN schedule_stamps s ON s.hospital_id = %(hospital)s AND s.doctor_id = %(own)s
    LEFT JOIN (doctors d JOIN schedule_stamps ds ON ds.hospital_id = %(hospital)s
                                                AND ds.doctor_id = d.id)
           ON d.hospital_id = %(hospital)s
          AND (%(doctors)s::bigint[] IS NULL AND d.active OR d.id = ANY(%(doctors)s))
    WHERE h.id = %(hospital)s
    ORDER BY d.id
"""


def _read_stamps(
    access: Access, *, doctor_ids: Sequence[int] | None
) -> tuple[HospitalFacts, int, list[DoctorFacts]]:
    rows = execute(
        _STAMPS,
        {
            "hospital": access.hospital_id,
            "own": HOSPITAL,
            "doctors": None if doctor_ids is None else list(doctor_ids),
        },
    )
    name, timezone_name, stamp = rows[0][:3]
    doctors = [DoctorFacts(*row[3:]) for row in rows if row[3] is not None]
    return HospitalFacts(access.hospital_id, name, timezone_name), stamp, doctors


def _require_all(doctor_ids: Sequence[int], found: dict[int, DoctorFacts]) -> None:
    missing = [id_ for id_ in doctor_ids if id_ not in found]
    if missing:
        names = ", ".join(map(str, missing[:5]))
        raise Invalid.field("doctor", "not_found", f"There is no doctor {names} in this hospital.")


def _etag(
    access: Access,
    hospital: HospitalFacts,
    hospital_stamp: int,
    doctors: Sequence[DoctorFacts],
    now: dt.datetime,
    *asked: object,
) -> str:
    """What the answer depends on, in a few characters: rows, question, caller and clock.

    The clock counts in hours of the hospital, since slots begin on the hour.
    """
    hour = wall(now, zone(hospital.timezone)).strftime("%Y-%m-%d %H%z")
    facts = (access.hospital_id, access.only_doctor_id, hospital_stamp, doctors, hour, asked)
    return hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()
