"""Reads of hospitals."""

from __future__ import annotations

from accounts.access import Access, SignedIn
from hospitals.models import Hospital
from hospitals.name_search import named
from scheduler.db import reads, reads_now
from scheduler.errors import NotFound
from scheduler.pages import Cursor, Page, page


@reads_now
def hospitals(
    caller: SignedIn, *, search: str | None = None, after: Cursor | None = None, size: int
) -> Page[Hospital]:
    """The hospitals in which the caller has a role, by name; all of them for a platform admin.

    `search`: words that the name holds. Raises `Invalid`. One query; from the primary,
    since a role that was withdrawn is one no more.
    """
    rows = Hospital.objects.all()
    if not caller.is_superuser:
        rows = rows.filter(memberships__user_id=caller.user_id)
    return page(
        named(rows, search),
        order=("name", "id"),
        after=after,
        size=size,
        row=lambda hospital: hospital,
        key=lambda hospital: (hospital.name, hospital.id),
    )


@reads
def get_hospital(access: Access) -> Hospital:
    """The caller's hospital. Raises `NotFound` where it has gone since the door."""
    hospital = Hospital.objects.filter(id=access.hospital_id).first()
    if hospital is None:
        raise NotFound
    return hospital
