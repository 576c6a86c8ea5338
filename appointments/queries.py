"""Reading appointments and what happened to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts.access import Access
from appointments.models import AppointmentEvent
from hospitals.wall_time import MAX_DATE, MIN_DATE
from scheduler.db import Condition, execute, reads
from scheduler.errors import FieldError, Invalid, NotFound
from scheduler.pages import Cursor, Page, page

# No wall date lies further from its date in UTC; bounds by instant let an index help.
_FAR = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """One appointment, complete for every answer.

    `starts_at` and `ends_at` are instants (UTC); `date` and `time` the wall clock of `timezone`.
    """

    id: int
    hospital_id: int
    doctor_id: int
    patient_id: int
    patient_name: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    date: dt.date
    time: dt.time
    status: str
    reason: str
    version: int
    timezone: str

    @property
    def duration(self) -> int:
        """In minutes."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


_FROM = """
    SELECT a.id, a.hospital_id, a.doctor_id, a.patient_id, p.name, a.starts_at, a.ends_at, a.date,
           a.time, a.status, a.reason, a.version, h.timezone
    FROM {page} a
    JOIN patients p ON p.hospital_id = a.hospital_id AND p.id = a.patient_id
    JOIN hospitals h ON h.id = a.hospital_id
"""
SELECT = _FROM.format(page="appointments")


def select(access: Access, condition: str, **params: Any) -> list[AppointmentRow]:
    """The appointments of the hospital for which the SQL `condition` on `a` holds. One query."""
    return [
        AppointmentRow(*row)
        for row in execute(
            f"{SELECT} WHERE a.hospital_id = %(hospital_id)s AND {condition}",
            {"hospital_id": access.hospital_id} | params,
        )
    ]


@reads
def get_appointment(access: Access, appointment_id: int) -> AppointmentRow:
    """Raises `NotFound` where it is absent, or a colleague's."""
    rows = select(access, "a.id = %(id)s", id=appointment_id)
    if not rows or not access.may_see_appointments_of(rows[0].doctor_id):
        raise NotFound
    return rows[0]


@reads
def appointments(
    access: Access,
    *,
    doctor_id: int | None = None,
    patient_id: int | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
    status: str | None = None,
    after: Cursor | None = None,
    size: int,
) -> Page[AppointmentRow]:
    """A page in the order of `starts_at`, then `id`; `start` and `end` are wall dates, inclusive.

    A doctor sees their own alone. Raises `Invalid` for `from` after `to` and for a doctor or
    patient who does not exist here. One query, one more to look up a doctor or patient.
    """
    check_range(start, end)
    require_here(access, doctor=doctor_id, patient=patient_id)
    where: list[Condition] = [("a.hospital_id = %s", [access.hospital_id])]
    if access.only_doctor_id is not None:
        where.append(("a.doctor_id = %s", [access.only_doctor_id]))
    if doctor_id is not None:
        where.append(("a.doctor_id = %s", [doctor_id]))
    if patient_id is not None:
        where.append(("a.patient_id = %s", [patient_id]))
    if status is not None:
        where.append(("a.status = %s", [status]))
    if start is not None:
        first = _midnight(start) - _FAR
        where.append(("a.date >= %s AND a.starts_at >= %s", [start, first]))
    if end is not None:
        beyond = _midnight(end) + 2 * _FAR
        where.append(("a.date <= %s AND a.starts_at < %s", [end, beyond]))
    return page(
        "SELECT * FROM appointments a",
        where,
        order=("a.starts_at", "a.id"),
        after=after,
        size=size,
        row=AppointmentRow,
        key=lambda row: (row.starts_at, row.id),
        around=(f"{_FROM} WHERE p.hospital_id = %s", [access.hospital_id]),
    )


def check_range(
    start: dt.date | None,
    end: dt.date | None,
    *,
    most: int | None = None,
    names: tuple[str, str] = ("from", "to"),
) -> None:
    """Raise `Invalid` for a range that runs backwards, has over `most` days or leaves our years."""
    for name, day in zip(names, (start, end), strict=True):
        if day is not None and not MIN_DATE <= day <= MAX_DATE:
            raise Invalid.field(name, "out_of_range", f"From {MIN_DATE} to {MAX_DATE}.")
    if start is None or end is None:
        return
    if start > end:
        raise Invalid.field(names[0], "after_to", f"{names[0]!r} is after {names[1]!r}.")
    if most is not None and (end - start).days + 1 > most:
        raise Invalid.field(names[1], "too_many_days", f"At most {most} days.")


def require_here(access: Access, *, doctor: int | None = None, patient: int | None = None) -> None:
    """Raise `Invalid` (field code `not_found`) for ids that do not exist in this hospital."""
    if doctor is None and patient is None:
        return
    here = execute(
        "SELECT EXISTS (SELECT FROM doctors WHERE hospital_id = %(hospital)s AND id = %(doctor)s),"
        " EXISTS (SELECT FROM patients WHERE hospital_id = %(hospital)s AND id = %(patient)s)",
        # Not NULL, which would hide from the planner that one partition is asked for.
        {
            "hospital": access.hospital_id,
            "doctor": 0 if doctor is None else doctor,
            "patient": 0 if patient is None else patient,
        },
    )[0]
    errors = [
        FieldError(field, "not_found", f"There is no such {field} in this hospital.")
        for field, id_, found in zip(("doctor", "patient"), (doctor, patient), here, strict=True)
        if id_ is not None and not found
    ]
    if errors:
        raise Invalid(errors)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What one version changed. `at` is an instant (UTC); instants in `changes` are RFC 3339."""

    type: str
    at: dt.datetime
    by_id: int
    by_name: str
    version: int
    changes: dict[str, Any]


@reads
def history(access: Access, appointment_id: int) -> list[HistoryEntry]:
    """What happened to an appointment, oldest first. Two queries.

    Raises `NotFound` where the appointment is absent, or a colleague's.
    """
    get_appointment(access, appointment_id)
    events = AppointmentEvent.objects.filter(
        hospital_id=access.hospital_id, appointment_id=appointment_id
    ).order_by("version")
    return [
        HistoryEntry(*values)
        for values in events.values_list("type", "at", "by_id", "by__name", "version", "changes")
    ]
