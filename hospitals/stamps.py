"""Schedule stamps: the rows that a change of a schedule locks, then counts up."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.db import execute

# The hospital's own stamp: its name, hours and zone, and the names of doctors and patients.
HOSPITAL = 0


def add_schedule(hospital_id: int, doctor_id: int = HOSPITAL) -> None:
    """Make the stamp of a new doctor, or of a new hospital."""
    execute(
        "INSERT INTO schedule_stamps (hospital_id, doctor_id, stamp) VALUES (%s, %s, 1)",
        (hospital_id, doctor_id),
    )


LOCK_SCHEDULES = """
    SELECT doctor_id FROM schedule_stamps
    WHERE hospital_id = %(hospital)s AND doctor_id = ANY(%(doctors)s)
    ORDER BY doctor_id FOR NO KEY UPDATE
"""


def lock_schedules(hospital_id: int, doctor_ids: Iterable[int]) -> set[int]:
    """Lock stamps until the transaction ends, ascending by doctor; returns those that exist."""
    rows = execute(LOCK_SCHEDULES, {"hospital": hospital_id, "doctors": list(doctor_ids)})
    return {doctor_id for (doctor_id,) in rows}


def bump_schedules(hospital_id: int, doctor_ids: Iterable[int]) -> None:
    """Make every copy of these schedules old, by ETag or in a cache. Lock them first."""
    execute(
        "UPDATE schedule_stamps SET stamp = stamp + 1"
        " WHERE hospital_id = %s AND doctor_id = ANY(%s)",
        (hospital_id, list(doctor_ids)),
    )
