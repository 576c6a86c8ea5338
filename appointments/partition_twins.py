"""Filling partitions at the speed of a disk: twins beside them, then one swap.

Row by row, most of the time of a load goes into checking keys to partitioned tables and into
exclusion constraints. So a twin of each partition is filled without indexes, gets them built at
once, each in a session of its own and several side by side, and takes the partition's place. The
swap is one transaction: a load that is broken off leaves nothing but tables whose names begin
with `twin_`, which the next one removes. The keys between tables are checked after it, partition
by partition and several at a time, while everybody works.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from appointments.bulk import bulk_load
from scheduler.db import execute_once
from scheduler.partitioning import PARTITIONS

Fill = Callable[[str, int], tuple[str, dict[str, Any]]]

_INDEXES = """
    SELECT i.indexrelid, i.indexrelid::regclass::text, pg_get_constraintdef(c.oid),
           pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
        AND c.contype IN ('p', 'u', 'x')
    WHERE i.indrelid = %s::regclass
"""
_LEFTOVERS = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND starts_with(relname, 'twin_') AND NOT relispartition
"""
# Between partitioned tables, and from memberships: the ones that a swap would break for a moment.
_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), confrelid::regclass::text
    FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND confrelid = ANY(%s::regclass[])
"""


# Of single partitions, then of whole tables, which have no more to do than to note it.
_UNCHECKED = """
    SELECT k.conrelid::regclass::text, k.conname, k.confrelid::regclass::text
    FROM pg_constraint k
    JOIN pg_class t ON t.oid = k.conrelid LEFT JOIN pg_constraint p ON p.oid = k.conparentid
    WHERE k.contype = 'f' AND NOT k.convalidated AND t.relkind = ANY(%s)
      AND k.confrelid = coalesce(p.confrelid, k.confrelid)
    ORDER BY k.conrelid
"""
# PostgreSQL 17 checks such keys at once, or not at all.
_LATER = 180_000


def drop_leftovers() -> None:
    """Remove the twins of a load that was broken off."""
    for (name,) in execute_once(_LEFTOVERS):
        execute_once(f"DROP TABLE {name}")


def build_twin(table: str, number: int, fill: Fill) -> None:
    """Make the twin of a partition: its rows, and those that `fill` says how to make.

    `fill(twin, number)` is an INSERT and its parameters. One transaction.
    """
    partition = f"{table}_{number:02}"
    twin = f"twin_{partition}"
    with bulk_load():
        execute_once("SET LOCAL maintenance_work_mem = '256MB'")
        execute_once("SET LOCAL max_parallel_maintenance_workers = 0")  # we are several already
        execute_once(
            f"CREATE TABLE {twin}"
            f" (LIKE {partition} INCLUDING ALL EXCLUDING INDEXES EXCLUDING IDENTITY)"
        )
        _keep_options(partition, twin)
        execute_once(f"INSERT INTO {twin} SELECT * FROM {partition}")  # noqa: S608
        execute_once(*fill(twin, number))
        for oid, _, constraint, index in execute_once(_INDEXES, (partition,)):
            if constraint:
                execute_once(f"ALTER TABLE {twin} ADD CONSTRAINT twin_{oid} {constraint}")
            else:
                execute_once(
                    re.sub(r" INDEX \S+ ON \S+ ", f" INDEX twin_{oid} ON {twin} ", index, count=1)
                )
        execute_once(f"ANALYZE {twin}")


def _keep_options(partition: str, twin: str) -> None:
    options = execute_once(
        "SELECT array_to_string(reloptions, ', ') FROM pg_class"
        " WHERE oid = %s::regclass AND reloptions IS NOT NULL",
        (partition,),
    )
    for (text,) in options:
        execute_once(f"ALTER TABLE {twin} SET ({text})")


def swap(tables: Sequence[str]) -> None:
    """Put every twin in the place of its partition. Needs a transaction, and locks the tables."""
    execute_once("SET LOCAL maintenance_work_mem = '256MB'")
    keys = execute_once(_FOREIGN_KEYS, (list(tables),))
    for table, name, _, _ in keys:
        execute_once(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table in tables:
        for number in range(PARTITIONS):
            _swap_one(table, number)
    ((version,),) = execute_once("SHOW server_version_num")
    later = " NOT VALID" if int(version) >= _LATER else ""
    for table, name, definition, target in keys:
        _look_up_rows(target)
        definition = definition.removesuffix(" NOT VALID")
        execute_once(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}{later}")


def unchecked_keys() -> list[tuple[str, str, str]]:
    """The keys of single partitions that a swap has left to check: table, name and target."""
    return [(table, name, target) for table, name, target in execute_once(_UNCHECKED, (["r"],))]


def check_key(table: str, name: str, target: str) -> None:
    """Check a key's rows. Others may read and write them meanwhile."""
    with bulk_load():
        _look_up_rows(target)
        execute_once(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def note_checked_keys() -> None:
    """Mark the keys of whole tables as checked, after those of their partitions."""
    with bulk_load():
        for table, name, _ in execute_once(_UNCHECKED, (["p"],)):
            execute_once(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def _look_up_rows(target: str) -> None:
    """A partition's rows are checked against the whole target: do not read all of a large one."""
    whole = "off" if target == "appointments" else "on"
    execute_once(f"SET LOCAL enable_hashjoin = {whole}")
    execute_once(f"SET LOCAL enable_mergejoin = {whole}")


def _swap_one(table: str, number: int) -> None:
    partition = f"{table}_{number:02}"
    indexes = execute_once(_INDEXES, (partition,))
    execute_once(f"ALTER TABLE {table} DETACH PARTITION {partition}")
    execute_once(f"DROP TABLE {partition}")
    execute_once(f"ALTER TABLE twin_{partition} RENAME TO {partition}")
    execute_once(
        f"ALTER TABLE {table} ATTACH PARTITION {partition}"
        f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number})"
    )
    for oid, name, _, _ in indexes:
        execute_once(f"ALTER INDEX twin_{oid} RENAME TO {name}")
