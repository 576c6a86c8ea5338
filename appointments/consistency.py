"""What must be true of the rows, whatever wrote them: for tests, and after loads and crashes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hospitals.wall_time import covers, wall, zone
from patients.models import Patient, PatientSearchKey
from patients.search import keys
from scheduler.db import execute

# Each finds what is wrong: no row, no fault. The joins go by hospital, partition by partition.
_FAULTS = {
    "live appointments that overlap another of their doctor": """
        SELECT a.hospital_id, a.id, b.id FROM appointments a
        JOIN appointments b ON b.hospital_id = a.hospital_id AND b.doctor_id = a.doctor_id
            AND b.id > a.id AND b.starts_at < a.ends_at AND a.starts_at < b.ends_at
        WHERE a.status <> 'cancelled' AND b.status <> 'cancelled'
    """,
    "live appointments that overlap another of their patient": """
        SELECT a.hospital_id, a.id, b.id FROM appointments a
        JOIN appointments b ON b.hospital_id = a.hospital_id AND b.patient_id = a.patient_id
            AND b.id > a.id AND b.starts_at < a.ends_at AND a.starts_at < b.ends_at
        WHERE a.status <> 'cancelled' AND b.status <> 'cancelled'
    """,
    "appointments whose versions are not those of their events": """
        SELECT a.hospital_id, a.id FROM appointments a
        LEFT JOIN appointment_events e
            ON e.hospital_id = a.hospital_id AND e.appointment_id = a.id
        GROUP BY a.hospital_id, a.id, a.version
        HAVING count(e.id) <> a.version OR min(e.version) <> 1 OR max(e.version) <> a.version
    """,
    "events without their appointment": """
        SELECT e.hospital_id, e.id FROM appointment_events e
        LEFT JOIN appointments a ON a.hospital_id = e.hospital_id AND a.id = e.appointment_id
        WHERE a.id IS NULL
    """,
    "archived appointments whose versions are not those of their events": """
        SELECT a.hospital_id, a.id FROM appointments_archive a
        LEFT JOIN appointment_events_archive e
            ON e.hospital_id = a.hospital_id AND e.appointment_id = a.id
        GROUP BY a.hospital_id, a.id, a.version
        HAVING count(e.id) <> a.version OR min(e.version) <> 1 OR max(e.version) <> a.version
    """,
    "appointments that are archived and not": """
        SELECT a.hospital_id, a.id FROM appointments a
        JOIN appointments_archive b ON b.hospital_id = a.hospital_id AND b.id = a.id
    """,
    "doctors without a stamp": """
        SELECT d.hospital_id, d.id FROM doctors d
        LEFT JOIN schedule_stamps s ON s.hospital_id = d.hospital_id AND s.doctor_id = d.id
        WHERE s.stamp IS NULL
    """,
    "hospitals without a stamp": """
        SELECT h.id FROM hospitals h
        LEFT JOIN schedule_stamps s ON s.hospital_id = h.id AND s.doctor_id = 0
        WHERE s.stamp IS NULL
    """,
}

# Not by PostgreSQL's AT TIME ZONE: its zones may be of another year than Python's, which decide.
_CLOCKS = """
    SELECT DISTINCT h.timezone, a.starts_at, a.date, a.time
    FROM appointments a JOIN hospitals h ON h.id = a.hospital_id
"""
_AT_CLOCK = """
    SELECT a.hospital_id, a.id FROM appointments a JOIN hospitals h ON h.id = a.hospital_id
    WHERE h.timezone = %s AND a.starts_at = %s AND a.date = %s AND a.time = %s
"""

# By the wall clock; a day on which the clock changes is looked at again, by instants.
_OUTSIDE = """
    SELECT a.hospital_id, a.id, a.doctor_id, a.date, a.starts_at, a.ends_at, h.timezone
    FROM appointments a JOIN hospitals h ON h.id = a.hospital_id
    WHERE a.status <> 'cancelled' AND a.starts_at >= %s AND NOT EXISTS (
        SELECT FROM shifts s
        WHERE s.hospital_id = a.hospital_id AND s.doctor_id = a.doctor_id AND s.date = a.date
          AND s.start_minute <= extract(epoch FROM a.time) / 60
          AND s.end_minute >= extract(epoch FROM a.time + a.ends_at - a.starts_at) / 60
              + CASE WHEN a.time + (a.ends_at - a.starts_at) <= a.time THEN 1440 ELSE 0 END
    )
"""
_SHIFTS = """
    SELECT start_minute, end_minute FROM shifts
    WHERE hospital_id = %s AND doctor_id = %s AND date = %s
"""


def faults(*, now: datetime) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is wrong, by what it is: the ids of its rows. Empty where all is well.

    Reads everything; `now` (UTC) is from when on live appointments must lie inside a shift.
    """
    found = {name: execute(sql) for name, sql in _FAULTS.items()}
    found["appointments at another date and time than the hospital's clock shows"] = _off_clock()
    found["live appointments outside every shift"] = _outside(now)
    found["patients whose search keys are not theirs"] = _wrong_keys()
    return {name: rows for name, rows in found.items() if rows}


def _off_clock() -> list[tuple[Any, ...]]:
    return [
        row
        for name, starts_at, day, clock in execute(_CLOCKS)
        if wall(starts_at, zone(name)).replace(tzinfo=None) != datetime.combine(day, clock)
        for row in execute(_AT_CLOCK, (name, starts_at, day, clock))
    ]


def _outside(now: datetime) -> list[tuple[Any, ...]]:
    outside = []
    for hospital_id, id_, doctor_id, day, starts_at, ends_at, name in execute(_OUTSIDE, (now,)):
        shifts = execute(_SHIFTS, (hospital_id, doctor_id, day))
        tz = zone(name)
        if not any(covers(start, end, day, tz, starts_at, ends_at) for start, end in shifts):
            outside.append((hospital_id, id_))
    return outside


def _wrong_keys() -> list[tuple[Any, ...]]:
    written: dict[tuple[int, int], set[str]] = {}
    rows = PatientSearchKey.objects.values_list("hospital_id", "patient_id", "key")
    for hospital_id, patient_id, key in rows.iterator():
        written.setdefault((hospital_id, patient_id), set()).add(key)
    wrong = [
        (patient.hospital_id, patient.pk)
        for patient in Patient.objects.all().iterator()
        if written.pop((patient.hospital_id, patient.pk), set()) != keys(patient)
    ]
    return wrong + list(written)  # what is left has no patient
