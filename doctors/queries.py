"""Reads of doctors and of the shifts that make their availability."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from accounts.access import Access
from doctors.models import SPECIALTY_LENGTH, Doctor
from hospitals.name_search import named
from hospitals.text import text_errors
from scheduler.db import Condition, execute, reads
from scheduler.errors import FieldError, Invalid, NotFound
from scheduler.pages import Cursor, Page, page

MAX_AVAILABILITY_DAYS = 366


@dataclass(frozen=True, slots=True)
class DayShifts:
    """The shifts of a doctor's `date`, in its order: (start, end) in minutes of wall time."""

    date: date
    shifts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class DoctorRow:
    """A doctor of one hospital."""

    id: int
    hospital_id: int
    name: str
    specialty: str
    active: bool
    version: int


def row_of(doctor: Doctor) -> DoctorRow:
    """The row of what was just written."""
    return DoctorRow(
        doctor.id, doctor.hospital_id, doctor.name, doctor.specialty, doctor.active, doctor.version
    )


SELECT = "SELECT id, hospital_id, name, specialty, active, version FROM doctors"


@reads
def doctors(
    access: Access,
    *,
    search: str | None = None,
    specialty: str | None = None,
    active: bool | None = True,
    only: Collection[int] | None = None,
    after: Cursor | None = None,
    size: int,
) -> Page[DoctorRow]:
    """The hospital's doctors, by name. `active` None: all. `only`: among these ids.

    `search`: words that the name holds. Raises `Invalid`. One query.
    """
    where: list[Condition] = [("hospital_id = %s", [access.hospital_id])]
    if active is not None:
        where.append(("active = %s", [active]))
    if specialty:
        errors = text_errors("specialty", specialty, max_length=SPECIALTY_LENGTH)
        if errors:
            raise Invalid(errors)
        where.append(("specialty = %s", [specialty]))
    if only is not None:
        where.append(("id = ANY(%s)", [list(only)]))
    return page(
        SELECT,
        where + named("name", search),
        order=("name", "id"),
        after=after,
        size=size,
        row=DoctorRow,
        key=lambda doctor: (doctor.name, doctor.id),
    )


@reads
def get_doctor(access: Access, doctor_id: int) -> DoctorRow:
    """One doctor of the hospital, active or not. Raises `NotFound`."""
    one = f"{SELECT} WHERE hospital_id = %s AND id = %s"
    rows = execute(one, (access.hospital_id, doctor_id))
    if not rows:
        raise NotFound
    return DoctorRow(*rows[0])


@reads
def specialties(access: Access) -> list[str]:
    """The specialties of the hospital's active doctors, each once, in order."""
    rows = execute(
        "SELECT DISTINCT specialty FROM doctors WHERE hospital_id = %s AND active"
        " ORDER BY specialty",
        (access.hospital_id,),
    )
    return [specialty for (specialty,) in rows]


# The doctor's row comes even where there are no shifts, so one query tells the two apart.
_AVAILABILITY = """
    SELECT s.date, s.start_minute, s.end_minute
    FROM doctors d
    LEFT JOIN shifts s ON s.hospital_id = d.hospital_id AND s.doctor_id = d.id
        AND s.date BETWEEN %s AND %s
    WHERE d.hospital_id = %s AND d.id = %s
    ORDER BY s.date, s.start_minute
"""


@reads
def availability(access: Access, doctor_id: int, *, start: date, end: date) -> list[DayShifts]:
    """The dates from `start` to `end`, inclusive, on which the doctor has shifts.

    Raises `NotFound`, then `Invalid` where `start` is after `end` or over 366 days. One query.
    """
    errors = _range_errors(start, end)
    if errors:
        get_doctor(access, doctor_id)
        raise Invalid(errors)
    rows = execute(_AVAILABILITY, (start, end, access.hospital_id, doctor_id))
    if not rows:
        raise NotFound
    return [
        DayShifts(day, tuple((start_minute, end_minute) for _, start_minute, end_minute in shifts))
        for day, shifts in groupby(rows, key=lambda row: row[0])
        if day is not None
    ]


def _range_errors(start: date, end: date) -> list[FieldError]:
    if start > end:
        return [FieldError("from", "after_to", "'from' is after 'to'.")]
    if (end - start).days >= MAX_AVAILABILITY_DAYS:
        return [FieldError("to", "too_many_days", f"At most {MAX_AVAILABILITY_DAYS} days.")]
    return []
