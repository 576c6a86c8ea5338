"""Which statements PostgreSQL keeps: our reads, once each, and writes where they are frequent."""

from __future__ import annotations

import pytest
from django.db import DataError, connection, transaction

from scheduler.db import Rows, execute, execute_once, writes
from scheduler.errors import SlotTaken
from scheduler.postgresql.base import FIRST_WRITES

pytestmark = pytest.mark.django_db


def kept(text: str) -> list[tuple[int, int]]:
    """How often each form of a statement ran with a plan for all values, and for its own."""
    return execute_once(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = %s",
        (text.replace("%s", "$1"),),
    )


def test_a_read_is_kept_once_whatever_the_size_of_its_numbers() -> None:
    text = "SELECT 'read', id FROM hospitals WHERE id = ANY(%s)"
    for id_ in (1, 100_000, 2**40):
        assert execute(text, ([id_],)) == []
    assert kept(text) == [(3, 0)]


def test_a_read_is_kept_where_a_transaction_is_rolled_back() -> None:
    text = "SELECT 'rolled back', id FROM hospitals WHERE id = %s"
    execute(text, (1,))
    with pytest.raises(SlotTaken), transaction.atomic():
        raise SlotTaken
    execute(text, (2,))
    assert kept(text) == [(2, 0)]


def test_a_number_that_no_column_holds_finds_nothing() -> None:
    text = "SELECT id FROM hospitals WHERE id = %s"
    assert execute(text, (2**63,)) == execute(text, (-(2**70),)) == []


def test_a_connections_first_writes_are_planned_for_their_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "SELECT 'write', id FROM hospitals WHERE id = ANY(%s)"

    @writes
    def write() -> str:
        execute(text, ([1],))
        return str(execute("SHOW plan_cache_mode")[0][0])

    monkeypatch.setattr(connection.connection, "writes", 0)
    assert {write() for _ in range(FIRST_WRITES)} == {"force_custom_plan"}
    assert kept(text) == []
    execute_once("RESET plan_cache_mode")  # as the end of a transaction does
    assert write() == write() == "force_generic_plan"
    assert kept(text) == [(2, 0)]


@pytest.mark.parametrize("writes_before", [0, FIRST_WRITES])
def test_several_statements_in_one_trip(
    writes_before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of the last; where one fails, its error, and the connection goes on."""

    @writes
    def write(first: str) -> Rows:
        return execute(f"{first};SELECT %(b)s::int + 1;SELECT %(a)s::int", {"a": 5, "b": 1})

    monkeypatch.setattr(connection.connection, "writes", writes_before)
    assert write("SELECT 1") == [(5,)]
    with pytest.raises(DataError, match="division by zero"):
        write("SELECT 1 / (%(b)s::int - 1)")
    assert write("SELECT %(b)s::int") == [(5,)]
