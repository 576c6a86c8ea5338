"""Made-up hospitals in any number, for load tests: rows out of arithmetic, made by PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from math import gcd
from typing import Any

from django.db import connection

from accounts.models import User
from appointments.bulk import COLUMNS, analyze, bulk_load
from appointments.demo_facts import NAMES, SPECIALTIES
from appointments.made_up_sql import HOSPITALS, INSERTS, OF_PARTITION
from appointments.partition_twins import (
    build_twin,
    check_key,
    drop_leftovers,
    note_checked_keys,
    swap,
    unchecked_keys,
)
from appointments.slots import Slot, day_slots
from hospitals.wall_time import date_range
from scheduler.db import execute_once
from scheduler.partitioning import PARTITIONS

# All of them in ASCII, so that SQL makes the keys that patients/search.py makes.
FIRST_NAMES, LAST_NAMES = (
    [name for name in pool.split() if name.isalpha() and name.isascii()] for pool in NAMES["en"]
)
ZONES = (
    *("America/New_York", "Europe/London", "Asia/Kolkata", "America/Sao_Paulo"),
    *("Europe/Berlin", "Asia/Tokyo", "Australia/Sydney", "America/Los_Angeles"),
)
OPENS, CLOSES = time(8), time(18)
SHIFTS = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))  # of every doctor, Monday to Friday
BY = "made-up@load.invalid"


@dataclass(frozen=True, slots=True)
class Shape:
    """How many of each, `appointments` for each doctor; the weeks lie half before today."""

    hospitals: int
    doctors: int = 10
    patients: int = 100
    weeks: int = 14
    appointments: int = 200

    def faults(self) -> list[str]:
        """What can't be made, in sentences."""
        faults = []
        if min(self.hospitals, self.doctors, self.patients, self.weeks) < 1:
            faults.append("There must be at least one of each.")
        if self.doctors > self.patients:
            faults.append("A hospital needs as many patients as doctors, to see at one time.")
        slots = self.weeks * 5 * 7
        if not 0 <= self.appointments <= slots * 9 // 10:
            faults.append(f"At most {slots * 9 // 10} appointments fit into {self.weeks} weeks.")
        return faults


def make_hospitals(
    shape: Shape,
    *,
    today: date,
    workers: int,
    stage: Callable[[str, int], object],
    advance: Callable[[], object],
) -> None:
    """Add made-up hospitals beside those that are there; nobody can write meanwhile.

    `stage` is told what comes next and how many steps it has, `advance` that one is done. All or
    nothing; broken off in the last stage, all, and the next load checks the keys. Needs `workers`
    more connections.
    """
    with ThreadPoolExecutor(workers) as pool:

        def side_by_side(what: str, calls: Sequence[Callable[[], object]]) -> None:
            stage(what, len(calls))
            tasks = [pool.submit(_in_session, call) for call in calls]
            try:
                for task in as_completed(tasks):
                    task.result()
                    advance()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

        with bulk_load():
            execute_once(f"LOCK TABLE hospitals, {', '.join(COLUMNS)} IN SHARE ROW EXCLUSIVE MODE")
            # What has to be committed now, for the workers to see.
            pool.submit(_in_session, drop_leftovers).result()
            pool.submit(_in_session, partial(_write_slots, shape, today)).result()
            facts = _facts(shape, today)
            longest_first = reversed(COLUMNS)
            side_by_side(
                "Making up",
                [
                    partial(build_twin, table, number, partial(_fill, table, facts))
                    for table in longest_first
                    for number in range(PARTITIONS)
                ],
            )
            stage("Swapping", 1)
            execute_once(HOSPITALS, facts)
            swap(list(COLUMNS))
            # The partitions were analyzed as twins.
            analyze("hospitals", "users", *(f"ONLY {table}" for table in COLUMNS))
        advance()
        side_by_side("Checking keys", [partial(check_key, *key) for key in unchecked_keys()])
    note_checked_keys()
    execute_once("DROP TABLE twin_slots")


def _in_session(call: Callable[[], object]) -> None:
    """Make a call in this thread, with a connection of its own."""
    try:
        call()
    finally:
        connection.close()


def _fill(table: str, facts: dict[str, Any], twin: str, number: int) -> tuple[str, dict[str, Any]]:
    sql = INSERTS[table].format(twin=twin, hospitals=OF_PARTITION)
    return sql, facts | {"table": table, "number": number}


def _facts(shape: Shape, today: date) -> dict[str, Any]:
    """The parameters of all statements: the shape, and the first id of each table's new rows."""
    slots = shape.weeks * 5 * 7
    # Steps through the slots that meet each once before they meet one again.
    step = next(n for n in range(slots * 5 // 13, 2 * slots) if gcd(n, slots) == 1)
    user, _ = User.objects.get_or_create(
        email=BY, defaults={"name": "Made up", "password": "!", "is_active": False}
    )
    doctors = shape.hospitals * shape.doctors
    days = shape.weeks * 5
    counts = {
        "hospitals": shape.hospitals,
        "doctors": doctors,
        "patients": shape.hospitals * shape.patients,
        "shifts": doctors * days * len(SHIFTS),
        "appointments": doctors * shape.appointments,
        "appointment_events": doctors * shape.appointments,
    }
    first_ids = {f"{table}_id": _reserve(table, count) for table, count in counts.items()}
    return first_ids | {
        "n": shape.hospitals,
        "d": shape.doctors,
        "p": shape.patients,
        "a": shape.appointments,
        "slots": slots,
        "step": step,
        "days": days,
        "shifts": len(SHIFTS),
        "starts": [start for start, _ in SHIFTS],
        "ends": [end for _, end in SHIFTS],
        "zones": list(ZONES),
        "opens": OPENS,
        "closes": CLOSES,
        "first": FIRST_NAMES,
        "last": LAST_NAMES,
        "specialties": list(SPECIALTIES),
        "by": user.pk,
        "at": datetime.combine(today, time(), UTC) - timedelta(weeks=shape.weeks),
        "monday": _first_monday(shape, today),
        "partitions": PARTITIONS,
    }


def _reserve(table: str, count: int) -> int:
    """The first of `count` ids in a row. The lock on the table keeps others from taking any."""
    sequence = f"pg_get_serial_sequence('{table}', 'id')"
    (first,) = execute_once(f"SELECT nextval({sequence})")[0]
    execute_once(f"SELECT setval({sequence}, %s)", (first + count,))
    return int(first)


def _first_monday(shape: Shape, today: date) -> date:
    return today - timedelta(days=today.weekday(), weeks=shape.weeks // 2)


def _write_slots(shape: Shape, today: date) -> None:
    """Every slot of a doctor in each zone, for all workers to read.

    From Python, because its zones decide; PostgreSQL's may be of another year.
    """
    rows = []
    for zone in range(len(ZONES)):
        rows += [(zone, number, slot) for number, slot in enumerate(_slots(zone, shape, today))]
    columns = zip(
        *((zone, n, slot.date, slot.time, slot.starts_at, slot.ends_at) for zone, n, slot in rows),
        strict=True,
    )
    execute_once(
        "CREATE TABLE twin_slots AS SELECT * FROM unnest(%s::int[], %s::int[], %s::date[],"
        " %s::time[], %s::timestamptz[], %s::timestamptz[])"
        " AS slot (zone, number, date, time, starts_at, ends_at)",
        [list(column) for column in columns],
    )


def _slots(zone: int, shape: Shape, today: date) -> Iterator[Slot]:
    monday = _first_monday(shape, today)
    for day in date_range(monday, monday + timedelta(weeks=shape.weeks, days=-1)):
        if day.weekday() < 5:
            yield from day_slots(ZONES[zone], day, SHIFTS)
