"""Reads of several hospitals in one query, for lists whose rows name one each."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.access import Access
from hospitals.models import Hospital
from scheduler.db import reads


@reads
def hospitals_by_id(accesses: Iterable[Access]) -> dict[int, Hospital]:
    """The hospitals that these let into, by id. One query."""
    found = Hospital.objects.filter(id__in=[access.hospital_id for access in accesses])
    return {hospital.id: hospital for hospital in found}
