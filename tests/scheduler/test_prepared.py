"""Which statements PostgreSQL keeps: our reads, once each, and none of a call that writes."""

from __future__ import annotations

import pytest
from django.db import transaction

from scheduler.db import execute, execute_once, writes
from scheduler.errors import SlotTaken

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


def test_what_a_write_sends_is_planned_for_its_values() -> None:
    text = "SELECT 'write', id FROM hospitals WHERE id = ANY(%s)"

    @writes
    def write() -> str:
        execute(text, ([1],))
        return str(execute("SHOW plan_cache_mode")[0][0])

    assert write() == "force_custom_plan"
    assert kept(text) == []
