"""Appointments of long ago, which no service would book any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from appointments.bulk import copy_rows, take_ids
from doctors.models import Doctor
from hospitals.wall_time import wall, zone
from patients.models import Patient
from scheduler.db import execute


def add_past(
    doctor: Doctor,
    patient: Patient,
    starts: Sequence[datetime],
    *,
    by: int,
    status: str = "fulfilled",
    versions: int = 2,
) -> list[int]:
    """Write appointments of an hour at these instants, each with `versions` events; their ids."""
    ids = take_ids("appointments", len(starts))
    tz = zone(doctor.hospital.timezone)
    rows, events = [], []
    for id_, start in zip(ids, starts, strict=True):
        clock = wall(start, tz)
        rows.append(
            (
                *(doctor.hospital_id, id_, doctor.pk, patient.pk),
                *(start, start + timedelta(hours=1), clock.date(), clock.time()),
                *(status, "", versions),
            )
        )
        events += [
            (doctor.hospital_id, id_, version, "booked", start, by, "{}")
            for version in range(1, versions + 1)
        ]
    copy_rows("appointments", rows)
    copy_rows("appointment_events", events)
    return ids


def hours(day: date, count: int, *, first: int = 0) -> list[datetime]:
    """So many instants, an hour apart, from `first` o'clock UTC on."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return [start + timedelta(hours=first + n) for n in range(count)]


def places(ids: Sequence[int]) -> dict[int, list[str]]:
    """In which tables each appointment is, and each of its events."""
    found: dict[int, list[str]] = {id_: [] for id_ in ids}
    for table in ("appointments", "appointments_archive"):
        for (id_,) in execute(f"SELECT id FROM {table} WHERE id = ANY(%s)", (list(ids),)):  # noqa: S608
            found[id_].append(table)
    for table in ("appointment_events", "appointment_events_archive"):
        sql = f"SELECT appointment_id FROM {table} WHERE appointment_id = ANY(%s)"  # noqa: S608
        for (id_,) in execute(sql, (list(ids),)):
            found[id_].append(table)
    return found


HERE = ["appointments", "appointment_events", "appointment_events"]
ARCHIVED = ["appointments_archive", "appointment_events_archive", "appointment_events_archive"]
