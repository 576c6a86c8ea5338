"""The indexes of the constraints against overlaps are theirs alone: no statement is planned so.

PostgreSQL 18.6 loses entries of live rows from a GiST index that a statement looks into again and
again while its first page is split, and a constraint does not see what its index has lost.
"""

from __future__ import annotations

import pytest

from scheduler.db import execute
from tests import watch
from tests.appointments.scene import Scene

pytestmark = pytest.mark.django_db


def plan(condition: str) -> str:
    """How live appointments are found where nothing but these indexes could help."""
    execute("SET LOCAL enable_seqscan = off")
    rows = execute(
        f"EXPLAIN SELECT FROM appointments a WHERE {condition}"
        " AND tstzrange(a.starts_at, a.ends_at) && tstzrange('2030-01-01', '2030-01-02')"
    )
    return "\n".join(line for (line,) in rows)


def test_the_condition_of_our_statements_is_not_theirs(scene: Scene) -> None:
    assert "_excl" in plan("a.status <> 'cancelled'")  # what is asked here can be answered there
    assert "_excl" not in plan("a.status IS DISTINCT FROM 'cancelled'")


def test_a_statement_with_theirs_is_noticed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_NOT_THE_PRODUCT", ("benchmarks/",))
    for condition, noticed in {
        "status <> 'cancelled'": True,
        "status IS DISTINCT FROM 'cancelled'": False,
    }.items():
        execute(f"SELECT FROM appointments WHERE hospital_id = %s AND {condition}", (1,))
        assert bool(watch.take()) is noticed
