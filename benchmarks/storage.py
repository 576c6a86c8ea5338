"""Three ways to store availability, with the same data in tables made for it and dropped after.

JSON of a doctor's days; a table of shifts (the product's way); every slot filled in beforehand.
"""

from __future__ import annotations

import datetime as dt
import json
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from tqdm import tqdm

from benchmarks import cpu
from benchmarks.data import Place

SCHEMA, DOCTORS = "bench_storage", 1000
SHIFTS = ((540, 720), (780, 1020))
_TABLES = """
    CREATE TABLE shifts AS SELECT hospital_id, doctor_id, date, start_minute, end_minute
      FROM public.shifts
      WHERE doctor_id = ANY(ARRAY(SELECT id FROM public.doctors ORDER BY id LIMIT {doctors}));
    CREATE INDEX ON shifts (hospital_id, doctor_id, date);
    CREATE TABLE busy AS SELECT a.hospital_id, a.doctor_id, a.date, a.patient_id,
        (extract(hour FROM a.time) * 60)::int AS minute
      FROM public.appointments a
      WHERE a.doctor_id IN (SELECT DISTINCT doctor_id FROM shifts) AND a.status <> 'cancelled'
        AND a.date < current_date + 300;
    CREATE UNIQUE INDEX ON busy (hospital_id, doctor_id, date, minute);
    CREATE TABLE days AS SELECT hospital_id, doctor_id, jsonb_object_agg(date, ranges) AS days
      FROM (SELECT hospital_id, doctor_id, date,
                   jsonb_agg(jsonb_build_array(start_minute, end_minute)) AS ranges
            FROM shifts GROUP BY 1, 2, 3) AS dates GROUP BY 1, 2;
    CREATE UNIQUE INDEX ON days (hospital_id, doctor_id);
    CREATE TABLE slots AS SELECT hospital_id, doctor_id, date, minute, busy.patient_id
      FROM (SELECT hospital_id, doctor_id, date,
                   generate_series(start_minute, end_minute - 60, 60) AS minute FROM shifts) AS s
      LEFT JOIN busy USING (hospital_id, doctor_id, date, minute);
    CREATE UNIQUE INDEX ON slots (hospital_id, doctor_id, date, minute);
"""
_MANY = "hospital_id = %(hospital)s AND doctor_id = ANY(%(doctors)s)"
_ONE = "hospital_id = %(hospital)s AND doctor_id = %(doctor)s"
_WEEK = "date BETWEEN %(start)s AND %(start)s::date + 6"
_BUSY = f"SELECT doctor_id, date, minute, patient_id FROM busy WHERE {_MANY} AND {_WEEK}"
_LOCK = f"SELECT 1 FROM public.schedule_stamps WHERE {_ONE} FOR NO KEY UPDATE"
_INSERT = """
    INSERT INTO busy (hospital_id, doctor_id, date, minute, patient_id)
    VALUES (%(hospital)s, %(doctor)s, %(start)s, %(minute)s, 1)
"""


@dataclass(frozen=True)
class Form:
    """One way: its tables, and the statements of each piece of work, one transaction each."""

    name: str
    tables: tuple[str, ...]
    read: tuple[str, ...]
    set_week: tuple[str, ...]
    book: tuple[str, ...]


FORMS = (
    Form(
        "JSON of each doctor",
        ("days", "busy"),
        (
            "SELECT doctor_id, (SELECT jsonb_object_agg(key, value) FROM jsonb_each(days)"
            f" WHERE key::date BETWEEN %(start)s AND %(start)s::date + 6) FROM days WHERE {_MANY}",
            _BUSY,
        ),
        (f"UPDATE days SET days = days || %(json)s::jsonb WHERE {_ONE}",),
        (_LOCK, f"SELECT days -> %(start)s::text FROM days WHERE {_ONE}", _INSERT),
    ),
    Form(
        "a table of shifts (ours)",
        ("shifts", "busy"),
        (
            "SELECT doctor_id, date, start_minute, end_minute FROM shifts"
            f" WHERE {_MANY} AND {_WEEK}",
            _BUSY,
        ),
        (
            _LOCK,
            f"DELETE FROM shifts WHERE {_ONE} AND {_WEEK}",
            "INSERT INTO shifts SELECT %(hospital)s, %(doctor)s, %(start)s::date + day, s, e"
            " FROM generate_series(0, 4) AS day, unnest(%(starts)s::int[], %(ends)s::int[])"
            " AS shift (s, e)",
        ),
        (
            _LOCK,
            f"SELECT start_minute, end_minute FROM shifts WHERE {_ONE} AND date = %(start)s",
            _INSERT,
        ),
    ),
    Form(
        "every slot filled in",
        ("slots",),
        (f"SELECT doctor_id, date, minute, patient_id FROM slots WHERE {_MANY} AND {_WEEK}",),
        (
            _LOCK,
            f"DELETE FROM slots WHERE {_ONE} AND {_WEEK} AND patient_id IS NULL",
            "INSERT INTO slots (hospital_id, doctor_id, date, minute)"
            " SELECT %(hospital)s, %(doctor)s, %(start)s::date + day, minute"
            " FROM generate_series(0, 4) AS day, unnest(%(minutes)s::int[]) AS minute"
            " ON CONFLICT DO NOTHING",
        ),
        (
            f"UPDATE slots SET patient_id = 1 WHERE {_ONE} AND date = %(start)s"
            " AND minute = %(minute)s AND patient_id IS NULL",
        ),
    ),
)


def storage(place: Place, *, rounds: int, times: int = 40) -> list[dict[str, Any]]:
    """Size, and CPU of reading ten weeks, setting one and booking, in turns; medians of rounds."""
    with place.connect() as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        try:
            connection.execute(f"SET search_path = {SCHEMA}, public")
            connection.execute(_TABLES.format(doctors=DOCTORS))
            connection.execute("VACUUM (ANALYZE) shifts, busy, days, slots")
            rows = {form.name: _size(connection, form) for form in FORMS}
            taken = _measure(connection, rounds, times)
        finally:
            connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    for (name, work), values in taken.items():
        rows[name][f"{work}_ms"] = statistics.median(values)
    return list(rows.values())


def _size(connection: psycopg.Connection[Any], form: Form) -> dict[str, Any]:
    size = 0
    for table in form.tables:
        row = connection.execute("SELECT pg_total_relation_size(%s::regclass)", [table]).fetchone()
        size += int(row[0]) if row else 0
    return {"form": form.name, "bytes_a_doctor": size // DOCTORS}


def _measure(
    connection: psycopg.Connection[Any], rounds: int, times: int
) -> dict[tuple[str, str], list[float]]:
    weeks = connection.execute(
        "SELECT hospital_id, array_agg(DISTINCT doctor_id), max(date) - 4 FROM shifts"
        " WHERE date < current_date + 300 GROUP BY 1 ORDER BY 1"
    ).fetchall()
    taken: dict[tuple[str, str], list[float]] = {}
    for round_ in tqdm(range(rounds + 1), desc="storage", unit="round", disable=None):
        for form in FORMS:
            for work in ("read", "set_week", "book"):
                statements = getattr(form, work)
                calls = [_parameters(weeks[n % len(weeks)], n, round_) for n in range(times)]
                used = _run(connection, statements, calls)
                if round_:
                    taken.setdefault((form.name, work), []).append(used / times * 1000)
    return taken


def _parameters(week: tuple[Any, ...], number: int, round_: int) -> dict[str, Any]:
    hospital, doctors, start = week
    minutes = [minute for a, b in SHIFTS for minute in range(a, b, 60)]
    return {
        "hospital": hospital,
        "doctors": doctors[:10],
        "doctor": doctors[number % len(doctors)],
        "start": start,
        "minute": minutes[(number + round_) % len(minutes)],
        "minutes": minutes,
        "starts": [a for a, _ in SHIFTS],
        "ends": [b for _, b in SHIFTS],
        "json": json.dumps({str(start + dt.timedelta(days=n)): SHIFTS for n in range(5)}),
    }


def _run(
    connection: psycopg.Connection[Any], statements: tuple[str, ...], calls: list[dict[str, Any]]
) -> float:
    """CPU of all calls, a transaction each, in seconds: this thread's and the backend's."""
    backend = {"postgres": [connection.info.backend_pid]}
    before, own = cpu.look(backend), time.thread_time()
    for parameters in calls:
        # A slot that is taken is refused, as in life.
        with suppress(psycopg.errors.UniqueViolation), connection.transaction():
            for sql in statements:
                cursor = connection.execute(sql, parameters)
                if cursor.description:
                    cursor.fetchall()
    own = time.thread_time() - own
    return own + sum(cpu.used_since(before, backend).values())
