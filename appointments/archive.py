"""Moving old appointments, with what happened to them, out of the tables that the APIs read.

They go to `appointments_archive` and `appointment_events_archive`, of the same columns and the
same partitions: out of every index that a request uses, and still there for SQL.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection

from appointments.models import Appointment, AppointmentEvent
from hospitals.stamps import bump_schedules, lock_schedules
from scheduler.db import execute, execute_once, writes
from scheduler.partitioning import PARTITIONS

# Younger ones stay: a wrong click may still be mended, and somebody may look.
KEPT = dt.timedelta(days=30)
# Moved at once, under the lock of one doctor's schedule: some tens of milliseconds in which a
# booking with that doctor waits.
BATCH = 500


def _columns(model: type[Appointment | AppointmentEvent]) -> str:
    return ", ".join(column.column for column in model._meta.concrete_fields if column.column)


_APPOINTMENT, _EVENT = _columns(Appointment), _columns(AppointmentEvent)

# No wall date lies a day further from its date in UTC; the bound by instant lets an index help.
_OLD = """
    hospital_id = %(hospital)s AND date < %(before)s
    AND starts_at < %(before)s::date::timestamp AT TIME ZONE 'UTC' + interval '1 day'
"""
_COUNT = f"""
    SELECT doctor_id, status, count(*) FROM appointments WHERE {_OLD}
    GROUP BY doctor_id, status ORDER BY doctor_id
"""  # noqa: S608 (put together of constants of this module)
# One statement: keys are checked at its end, when events and appointments are both gone.
_MOVE = f"""
    WITH old AS (
        SELECT id FROM appointments WHERE {_OLD} AND doctor_id = %(doctor)s
        ORDER BY starts_at LIMIT %(batch)s FOR UPDATE
    ), events AS (
        DELETE FROM appointment_events e USING old
        WHERE e.hospital_id = %(hospital)s AND e.appointment_id = old.id RETURNING e.*
    ), moved AS (
        DELETE FROM appointments a USING old
        WHERE a.hospital_id = %(hospital)s AND a.id = old.id RETURNING a.*
    ), kept AS (
        INSERT INTO appointments_archive ({_APPOINTMENT}) SELECT {_APPOINTMENT} FROM moved
    ), kept_events AS (
        INSERT INTO appointment_events_archive ({_EVENT}) SELECT {_EVENT} FROM events
    )
    SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM events)
"""  # noqa: S608 (likewise)


@dataclass
class Summary:
    """What was found, by status, and how much of it was moved."""

    hospitals: int = 0
    found: Counter[str] = field(default_factory=Counter)
    moved: int = 0
    events: int = 0


def archive(before: dt.date, *, dry_run: bool = False) -> Iterator[Summary]:
    """Move the appointments of wall dates before `before`, whatever their status; or count them.

    By partition, hospital, doctor and time, each batch a transaction: broken off, nothing is lost
    or doubled, and the next run goes on. Yields the summary so far after each hospital. Raises
    `Unavailable` where the database is away, or somebody holds a lock for too long.
    """
    summary = Summary()
    for number in range(PARTITIONS):
        moved = summary.moved
        for hospital_id in _hospitals(number):
            _archive_hospital(hospital_id, before, dry_run, summary)
            yield summary
        if summary.moved > moved:
            _vacuum(number)


def _hospitals(number: int) -> list[int]:
    """Those whose rows lie in one partition of each table."""
    rows = execute(
        "SELECT id FROM hospitals WHERE satisfies_hash_partition("
        "'appointments'::regclass, %s::int, %s::int, id::bigint) ORDER BY id",
        (PARTITIONS, number),
    )
    return [id_ for (id_,) in rows]


def _archive_hospital(hospital_id: int, before: dt.date, dry_run: bool, summary: Summary) -> None:
    found = execute(_COUNT, {"hospital": hospital_id, "before": before})
    summary.hospitals += bool(found)
    for _, status, count in found:
        summary.found[status] += count
    if dry_run:
        return
    for doctor_id in sorted({doctor_id for doctor_id, _, _ in found}):
        more = True
        while more:
            moved, events = _move(hospital_id, doctor_id, before)
            summary.moved += moved
            summary.events += events
            more = moved == BATCH


@writes
def _move(hospital_id: int, doctor_id: int, before: dt.date) -> tuple[int, int]:
    """Move one batch of a doctor's, the oldest first; how many appointments, and events.

    Under the doctor's lock, as every change of them is, so none has an event that this does not
    see. The stamp is counted up: what was read of those days, by ETag or in a cache, is old.
    """
    # A batch that a crash undoes is moved by the next run.
    execute("SET LOCAL synchronous_commit = off")
    # The checks of keys: planned once, not for each row (as in `bulk_load`).
    execute("SET LOCAL plan_cache_mode = force_generic_plan")
    lock_schedules(hospital_id, [doctor_id])
    asked = {"hospital": hospital_id, "doctor": doctor_id, "before": before, "batch": BATCH}
    ((moved, events),) = execute(_MOVE, asked)
    if moved:
        bump_schedules(hospital_id, [doctor_id])
    return moved, events


def _vacuum(number: int) -> None:
    """Make the room free for new rows now. It takes no lock that anybody waits for."""
    if connection.in_atomic_block:
        return  # a test's own transaction
    execute_once("SET statement_timeout = 0")
    connection.connection.answers_within = None
    for table in ("appointments", "appointment_events"):
        execute_once(f"VACUUM (ANALYZE, TRUNCATE false) {table}_{number:02}")
