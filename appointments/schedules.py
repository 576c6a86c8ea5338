"""Reading calendars: stamps first, then the rows, then slots out of both.

Each question is asked in two steps. The first reads the stamps and knows the answer's ETag, so
that an unchanged answer costs one small query; the second takes the days from where they are
kept, and what is not there in one query, whatever the number of doctors and days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from accounts.access import Access
from appointments.days import DoctorDay, calendars
from appointments.queries import check_range
from appointments.questions import Question, read_stamps
from scheduler.db import reads
from scheduler.errors import FieldError, Invalid

MOST_DOCTORS, MOST_DAYS, MOST_DOCTOR_DAYS = 100, 42, 2100


@reads
def ask_schedules(
    access: Access,
    *,
    doctor_ids: Sequence[int],
    start: dt.date,
    end: dt.date,
    stamps: str | None = None,
) -> Question:
    """Ask for the calendars of doctors from `start` to `end`, wall dates, inclusive.

    One query; none with the `stamps` of these doctors (`stamps_of`), read just now. A doctor
    named twice is asked for once. Raises `Invalid` beyond 100 doctors, 42 days or 2,100
    doctor-days, for no doctor, and for one who does not exist here.
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
    hospital, stamp, found = read_stamps(access, doctor_ids=doctor_ids, read=stamps)
    by_id = {doctor.id: doctor for doctor in found}
    return Question(
        access=access,
        hospital=hospital,
        hospital_stamp=stamp,
        doctors=tuple(by_id[id_] for id_ in doctor_ids),
        start=start,
        end=end,
        now=timezone.now(),
    )


@reads
def answer_schedules(question: Question) -> list[DoctorDay]:
    """All of a doctor's dates together, in the order asked, empty days included.

    At most one query.
    """
    return [day for days in calendars(question, question.start) for day in days]
