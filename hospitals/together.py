"""Reads of several hospitals in one query, for lists whose rows name one each."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.access import Access
from hospitals.queries import SELECT, HospitalRow
from scheduler.db import execute, reads


@reads
def hospitals_by_id(accesses: Iterable[Access]) -> dict[int, HospitalRow]:
    """The hospitals that these let into, by id. One query."""
    ids = [access.hospital_id for access in accesses]
    rows = execute(f"{SELECT} WHERE h.id = ANY(%s)", (ids,))
    return {row.id: row for row in (HospitalRow(*values) for values in rows)}
