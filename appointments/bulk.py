"""Writing many rows at once, with COPY: for the demo's data and for loads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from scheduler.db import execute_once, take_all_the_time

# The columns that `copy_rows` writes, in its rows' order; an `id` left out is the next one. No
# table points to a later one.
COLUMNS = {
    "schedule_stamps": ("hospital_id", "doctor_id", "stamp"),
    "doctors": ("hospital_id", "id", "name", "specialty", "active", "version"),
    "patients": (
        *("hospital_id", "id", "name", "date_of_birth", "phone", "email", "mrn", "version"),
    ),
    "patient_search_keys": ("hospital_id", "key", "patient_id"),
    "shifts": ("hospital_id", "doctor_id", "date", "start_minute", "end_minute"),
    "appointments": (
        *("hospital_id", "id", "doctor_id", "patient_id", "starts_at", "ends_at"),
        *("date", "time", "status", "reason", "version"),
    ),
    "appointment_events": (
        *("hospital_id", "appointment_id", "version", "type", "at", "by_id", "changes"),
    ),
}


@contextmanager
def bulk_load() -> Iterator[None]:
    """One transaction that may take its time, and does not wait for the disk at its end.

    A key to a partitioned table is checked with a plan of its own for each row, unless the
    planner is told to keep one. It then has to know the tables that keys point to before it makes
    that plan, or it may walk a whole hospital for each row: write a table, `analyze` it, write
    those that point to it.
    """
    with transaction.atomic():
        take_all_the_time()
        execute_once("SET LOCAL idle_in_transaction_session_timeout = 0")
        execute_once("SET LOCAL synchronous_commit = off")
        execute_once(f"SET LOCAL plan_cache_mode = {settings.PLANS}")
        # Citus can't COPY to all nodes beside rows that it wrote on this one itself. Where there
        # is no Citus, PostgreSQL takes any name with a dot.
        execute_once("SET LOCAL citus.enable_local_execution = off")
        yield


def copy_rows(table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows, in the order of `COLUMNS`; every constraint of the table is checked."""
    columns = ", ".join(COLUMNS[table])
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def take_ids(table: str, count: int) -> list[int]:
    """The next `count` ids of a table, nobody else's from now on."""
    rows = execute_once(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        (table, count),
    )
    return [id_ for (id_,) in rows]


def analyze(*tables: str) -> None:
    """Tell the planner what the tables hold now; before it knows, its plans are guesses."""
    execute_once(f"ANALYZE {', '.join(tables)}")
