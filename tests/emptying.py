"""Empty the tables between tests that commit."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import TopologicalSorter
from typing import Any

from django.conf import settings
from django.db import connection

from scheduler.partitioning import CITUS, ONE_AT_A_TIME

_REFERENCES = """
    SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND conrelid <> confrelid
"""


def by_deleting(_operations: Any, _style: Any, tables: Iterable[str], **_options: Any) -> list[str]:
    """In place of Django's `sql_flush`: who refers goes before what is referred to.

    TRUNCATE makes the files of every partition and index anew: a second, for some rows. Citus
    takes no reference table in a transaction that has deleted from many shards side by side.
    """
    tables = set(tables)
    with connection.cursor() as cursor:
        cursor.execute(_REFERENCES)
        order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(tables, ()))
        for referring, referred in cursor.fetchall():
            order.add(referred, referring)
    going = [name for name in order.static_order() if name in tables]
    first = [ONE_AT_A_TIME] if settings.PARTITIONING == CITUS else []
    return first + [f'DELETE FROM "{name}"' for name in going]  # noqa: S608 (names of our own)
