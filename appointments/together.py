"""Reads of appointments for several parents in one query, for lists within lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.access import Access
from appointments.models import Appointment, AppointmentEvent
from appointments.queries import SELECT, AppointmentRow, HistoryEntry, check_range, select
from scheduler.db import execute, reads
from scheduler.pages import Cursor, Page


@reads
def appointments_by_id(
    access: Access, appointment_ids: Collection[int]
) -> dict[int, AppointmentRow]:
    """Appointments by id; what is absent or a colleague's is left out. One query."""
    rows = select(access, "a.id = ANY(%(ids)s)", ids=list(appointment_ids))
    return {row.id: row for row in rows if access.may_see_appointments_of(row.doctor_id)}


# Each doctor's page begins and ends in an index of its own: no sort, whatever the range.
_OF_DOCTORS = """
    SELECT page.* FROM unnest(%(doctors)s::bigint[]) AS doctor (id)
    CROSS JOIN LATERAL ({select}
        WHERE a.hospital_id = %(hospital_id)s
          AND a.doctor_id = doctor.id
          AND (%(start)s::date IS NULL OR a.date >= %(start)s
               AND a.starts_at >= %(start)s::timestamp AT TIME ZONE 'UTC' - interval '1 day')
          AND (%(end)s::date IS NULL OR a.date <= %(end)s
               AND a.starts_at < %(end)s::timestamp AT TIME ZONE 'UTC' + interval '2 days')
          AND (%(after_at)s::timestamptz IS NULL
               OR (a.starts_at, a.id) > (%(after_at)s, %(after_id)s::bigint))
        ORDER BY a.starts_at, a.id
        LIMIT %(limit)s
    ) page
"""


@reads
def appointments_of_doctors(
    access: Access,
    doctor_ids: Collection[int],
    *,
    start: dt.date | None = None,
    end: dt.date | None = None,
    after: Cursor | None = None,
    size: int,
) -> dict[int, Page[AppointmentRow]]:
    """For each doctor a page in the order of `starts_at`, then `id`. One query.

    `start` and `end` are wall dates, inclusive. A colleague's page is empty for a doctor. Raises
    `Invalid` for `from` after `to`.
    """
    check_range(start, end)
    after_at, after_id = after.values if after is not None else (None, None)
    params: dict[str, Any] = {
        "hospital_id": access.hospital_id,
        "doctors": [id_ for id_ in doctor_ids if access.may_see_appointments_of(id_)],
        "start": start,
        "end": end,
        "after_at": after_at,
        "after_id": after_id,
        "limit": size + 1,
    }
    found: dict[int, list[AppointmentRow]] = {id_: [] for id_ in doctor_ids}
    for values in execute(_OF_DOCTORS.format(select=SELECT), params):
        row = AppointmentRow(*values)
        found[row.doctor_id].append(row)
    return {
        doctor_id: Page(
            rows=tuple(rows[:size]),
            keys=tuple((row.starts_at, row.id) for row in rows[:size]),
            has_next=len(rows) > size,
            has_previous=after is not None,
        )
        for doctor_id, rows in found.items()
    }


@reads
def histories(access: Access, rows: Iterable[AppointmentRow]) -> dict[int, list[HistoryEntry]]:
    """What happened to each of these appointments, oldest first, by their ids. One query.

    Nothing of one that is a colleague's by now: a replayed booking may have been given away.
    """
    found: dict[int, list[HistoryEntry]] = {row.id: [] for row in rows}
    events = AppointmentEvent.objects.filter(
        hospital_id=access.hospital_id, appointment_id__in=list(found)
    ).order_by("appointment_id", "version")
    if access.only_doctor_id is not None:
        own = Appointment.objects.filter(
            hospital_id=access.hospital_id,
            id=OuterRef("appointment_id"),
            doctor_id=access.only_doctor_id,
        )
        events = events.filter(Exists(own))
    columns = ("type", "at", "by_id", "by__name", "version", "changes")
    for id_, *values in events.values_list("appointment_id", *columns):
        found[id_].append(HistoryEntry(*values))
    return found
