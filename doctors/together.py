"""Reads for several doctors in one query, for lists whose rows name one each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from accounts.access import Access
from doctors import queries
from doctors.queries import SELECT, DayShifts, DoctorRow
from scheduler.db import execute, reads
from scheduler.errors import Invalid

_AVAILABILITIES = """
    SELECT doctor_id, date, array_agg(ARRAY[start_minute, end_minute] ORDER BY start_minute)
    FROM shifts
    WHERE hospital_id = %s AND doctor_id = ANY(%s) AND date BETWEEN %s AND %s
    GROUP BY doctor_id, date
    ORDER BY date
"""


@reads
def doctors_by_id(access: Access, doctor_ids: Collection[int]) -> dict[int, DoctorRow]:
    """Doctors of the hospital by id, active or not; who does not exist is left out. One query."""
    several = f"{SELECT} WHERE hospital_id = %s AND id = ANY(%s)"
    rows = execute(several, (access.hospital_id, list(doctor_ids)))
    return {row.id: row for row in (DoctorRow(*values) for values in rows)}


@reads
def availabilities(
    access: Access, doctor_ids: Collection[int], *, start: date, end: date
) -> dict[int, list[DayShifts]]:
    """For each doctor the dates from `start` to `end`, inclusive, on which they have shifts.

    Raises `Invalid` where `start` is after `end` or over 366 days. One query.
    """
    errors = queries._range_errors(start, end)
    if errors:
        raise Invalid(errors)
    found: dict[int, list[DayShifts]] = {id_: [] for id_ in doctor_ids}
    rows = execute(_AVAILABILITIES, (access.hospital_id, list(doctor_ids), start, end))
    for doctor_id, day, shifts in rows:
        found[doctor_id].append(DayShifts(day, tuple((a, b) for a, b in shifts)))
    return found
