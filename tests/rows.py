"""All rows of a hospital, to see that nothing was written, and what must be true of all rows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import pytest
from django.apps import apps
from django.utils import timezone

from appointments.consistency import faults
from hospitals.models import Hospital
from scheduler.db import execute
from scheduler.errors import Refusal

OURS = {"accounts", "hospitals", "doctors", "patients", "appointments"}
R = TypeVar("R", bound=Refusal)
Snapshot = dict[str, list[str]]


@lru_cache(maxsize=1)
def _every_row() -> str:
    selects = []
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        table = model._meta.db_table
        columns = {field.column for field in model._meta.concrete_fields}
        own = "hospital_id" if "hospital_id" in columns else "id" if model is Hospital else None
        condition = f"WHERE t.{own} = %(hospital)s" if own else ""
        # With its place in the file, a row that was written again as it was differs too.
        selects.append(
            f"SELECT '{table}', t.ctid::text || ' ' || t::text FROM {table} t {condition}"  # noqa: S608
        )
    return " UNION ALL ".join(selects) + " ORDER BY 1, 2"


def snapshot(hospital: Hospital) -> Snapshot:
    """All rows of the hospital in all tables, and those of tables that know no hospital."""
    rows: Snapshot = {}
    for table, row in execute(_every_row(), {"hospital": hospital.pk}):
        rows.setdefault(table, []).append(row)
    return rows


def written(before: Snapshot, after: Snapshot) -> Counter[str]:
    """How many rows of which tables are new or other than before."""
    found = {table: len(set(rows) - set(before.get(table, []))) for table, rows in after.items()}
    return Counter({table: count for table, count in found.items() if count})


@contextmanager
def refused(hospital: Hospital, kind: type[R]) -> Iterator[pytest.ExceptionInfo[R]]:
    """Expect just this refusal from the block, and that nothing of the hospital was written."""
    before = snapshot(hospital)
    with pytest.raises(kind) as info:
        yield info
    assert type(info.value) is kind
    assert snapshot(hospital) == before


@contextmanager
def nothing_written(hospital: Hospital) -> Iterator[None]:
    """Expect the block to succeed, and to write nothing."""
    before = snapshot(hospital)
    yield
    assert snapshot(hospital) == before


def _no_overlap(column: str) -> str:
    return f"""
        SELECT id FROM (
            SELECT id, starts_at, max(ends_at) OVER (
                PARTITION BY hospital_id, {column} ORDER BY starts_at, id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
            FROM appointments WHERE status <> 'cancelled') a
        WHERE starts_at < busy_until
    """  # noqa: S608


# Written apart from appointments/consistency.py, and in other words: each is the other's proof.
_WRONG = {
    "a doctor's live appointments overlap": _no_overlap("doctor_id"),
    "a patient's live appointments overlap": _no_overlap("patient_id"),
    "a doctor's shifts overlap": """
        SELECT id FROM (
            SELECT id, start_minute, max(end_minute) OVER (
                PARTITION BY hospital_id, doctor_id, date ORDER BY start_minute, id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
            FROM shifts) s
        WHERE start_minute < busy_until
    """,
    # At every quarter of an hour, and at its last second, the wall clock must show a time of it.
    "a live appointment ahead is outside every shift": """
        SELECT a.id FROM appointments a JOIN hospitals h ON h.id = a.hospital_id
        WHERE a.status <> 'cancelled' AND a.starts_at >= %(now)s AND NOT EXISTS (
            SELECT FROM shifts s
            WHERE s.hospital_id = a.hospital_id AND s.doctor_id = a.doctor_id AND NOT EXISTS (
                SELECT FROM (
                    SELECT least(a.starts_at + quarter * interval '15 minutes',
                                 a.ends_at - interval '1 second') AT TIME ZONE h.timezone AS wall
                    FROM generate_series(
                        0, 1 + extract(epoch FROM a.ends_at - a.starts_at)::int / 900
                    ) quarter) clock
                WHERE wall < s.date + make_interval(mins => s.start_minute)
                   OR wall >= s.date + make_interval(mins => s.end_minute)))
    """,
    "a live appointment ahead is with a doctor who is not active": """
        SELECT a.id FROM appointments a
        JOIN doctors d ON d.hospital_id = a.hospital_id AND d.id = a.doctor_id
        WHERE a.status <> 'cancelled' AND a.starts_at >= %(now)s AND NOT d.active
    """,
    "versions are not those of the events": """
        SELECT a.id FROM appointments a
        WHERE ARRAY(SELECT e.version FROM appointment_events e
                    WHERE e.hospital_id = a.hospital_id AND e.appointment_id = a.id
                    ORDER BY e.version)
              <> ARRAY(SELECT generate_series(1, a.version))
    """,
    "date and time are not the hospital's at starts_at": """
        SELECT a.id FROM appointments a JOIN hospitals h ON h.id = a.hospital_id
        WHERE a.starts_at AT TIME ZONE h.timezone <> a.date + a.time
    """,
    "an answer for repeats was not finished": """
        SELECT user_id FROM idempotency_keys WHERE answer IS NULL OR answer = 'null'
    """,
}


def assert_consistent(now: datetime | None = None) -> None:
    """Look at all rows: whatever the calls answered, these must be right.

    `now` is from when on live appointments must lie in a shift.
    """
    now = now or timezone.now()
    wrong: dict[str, Any] = {name: execute(sql, {"now": now}) for name, sql in _WRONG.items()}
    wrong = {name: rows for name, rows in wrong.items() if rows}
    assert wrong == {}, wrong
    _assert_events_make_the_rows()
    found = faults(now=now)
    assert found == {}, found


_EVENTS = """
    SELECT hospital_id, appointment_id, changes, type FROM appointment_events
    ORDER BY hospital_id, appointment_id, version
"""
_ROWS = """
    SELECT hospital_id, id, doctor_id, patient_id, starts_at, status, reason FROM appointments
"""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def _assert_events_make_the_rows() -> None:
    """Each row is what its events add up to, and every event moved its doctors' stamps."""
    made: dict[tuple[int, int], dict[str, Any]] = {}
    bumps: Counter[tuple[int, int]] = Counter()
    for hospital_id, id_, changes, type_ in execute(_EVENTS):
        row = made.setdefault((hospital_id, id_), {})
        changes = json.loads(changes) if isinstance(changes, str) else changes
        for sides in changes.values():
            sides.update({k: datetime.fromisoformat(v) for k, v in sides.items() if _is_time(v)})
        if type_ == "cancelled":
            changes.pop("reason", None)  # why it was cancelled; the appointment's own stays
        touched = {row.get("doctor_id")}
        for field, change in changes.items():
            assert change["from"] == row.get(field), (hospital_id, id_, field)
            row[field] = change["to"]
        touched.add(row["doctor_id"])
        bumps.update((hospital_id, doctor_id) for doctor_id in touched if doctor_id)
    found = {
        (hospital_id, id_): {
            "doctor_id": doctor_id,
            "patient_id": patient_id,
            "starts_at": starts_at,
            "status": status,
            "reason": reason,
        }
        for hospital_id, id_, doctor_id, patient_id, starts_at, status, reason in execute(_ROWS)
    }
    assert found == made, [k for k in found.keys() | made if found.get(k) != made.get(k)]
    stamps = {
        (hospital_id, doctor_id): stamp
        for hospital_id, doctor_id, stamp in execute(
            "SELECT hospital_id, doctor_id, stamp FROM schedule_stamps"
        )
    }
    late = {doctor: count for doctor, count in bumps.items() if stamps[doctor] < 1 + count}
    assert late == {}, late


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and bool(_INSTANT.fullmatch(value))
