"""Reads of hospitals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.access import Access, SignedIn
from hospitals.models import Hospital
from hospitals.name_search import named
from scheduler.db import execute, reads, reads_now
from scheduler.errors import NotFound
from scheduler.pages import Cursor, Page, page


@dataclass(frozen=True, slots=True)
class HospitalRow:
    """A hospital; `opens` and `closes` are wall times of `timezone`, an IANA name."""

    id: int
    name: str
    address: str
    timezone: str
    opens: dt.time
    closes: dt.time
    version: int


def row_of(hospital: Hospital) -> HospitalRow:
    """The row of what was just written."""
    return HospitalRow(
        hospital.id,
        hospital.name,
        hospital.address,
        hospital.timezone,
        hospital.opens,
        hospital.closes,
        hospital.version,
    )


SELECT = """
    SELECT h.id, h.name, h.address, h.timezone, h.opens, h.closes, h.version
    FROM hospitals h
"""


@reads_now
def hospitals(
    caller: SignedIn, *, search: str | None = None, after: Cursor | None = None, size: int
) -> Page[HospitalRow]:
    """The hospitals in which the caller has a role, by name; all of them for a platform admin.

    `search`: words that the name holds. Raises `Invalid`. One query; from the primary,
    since a role that was withdrawn is one no more.
    """
    where = named("h.name", search)
    if not caller.is_superuser:
        mine = "h.id IN (SELECT hospital_id FROM memberships WHERE user_id = %s)"
        where.append((mine, [caller.user_id]))
    return page(
        SELECT,
        where,
        order=("h.name", "h.id"),
        after=after,
        size=size,
        row=HospitalRow,
        key=lambda hospital: (hospital.name, hospital.id),
    )


@reads
def get_hospital(access: Access) -> HospitalRow:
    """The caller's hospital. Raises `NotFound` where it has gone since the door."""
    rows = execute(f"{SELECT} WHERE h.id = %s", (access.hospital_id,))
    if not rows:
        raise NotFound
    return HospitalRow(*rows[0])
