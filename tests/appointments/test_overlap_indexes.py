"""The indexes of the constraints against overlaps are theirs alone: no statement is planned so.

PostgreSQL 18.6 loses entries of live rows from a GiST index that a statement looks into again and
again while its first page is split, and a constraint does not see what its index has lost.
"""

from __future__ import annotations

import re

import pytest

from scheduler.db import execute

pytestmark = pytest.mark.django_db

# Whatever a statement asks of these tables, it asks no more than this.
CONDITIONS = {
    "appointments": "status <> 'cancelled' AND doctor_id = 1 AND patient_id = 1"
    " AND tstzrange(starts_at, ends_at) && tstzrange('2030-01-01', '2030-01-02')",
    "shifts": "doctor_id = 1 AND date = '2030-01-01'"
    " AND int4range(start_minute, end_minute) && int4range(0, 60)",
}
# What the constraints hold for, too, and every row.
ALWAYS = {"appointments": "starts_at < ends_at", "shifts": "start_minute < end_minute"}
# A partition's index, and a shard's.
THEIRS = re.compile("_excl|never_overlap")


def plan(table: str, condition: str) -> str:
    execute("SET LOCAL citus.propagate_set_commands = 'local'")  # else its workers do not know
    execute("SET LOCAL enable_seqscan = off")
    # A function of the column, or the B-trees of doctor and patient would be as good.
    rows = execute(f"EXPLAIN SELECT FROM {table} WHERE hospital_id + 0 = 1 AND {condition}")
    return "\n".join(line for (line,) in rows)


@pytest.mark.parametrize("table", CONDITIONS)
def test_no_statement_is_planned_over_them(table: str) -> None:
    assert not THEIRS.search(plan(table, CONDITIONS[table]))
    # And it would be seen.
    assert THEIRS.search(plan(table, f"{CONDITIONS[table]} AND {ALWAYS[table]}"))
