"""What must hold for an appointment: its input, and its slot under the locks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

from django.utils import timezone

from accounts.access import Access
from appointments.alternatives import alternatives
from appointments.models import Status
from appointments.queries import AppointmentRow, select
from appointments.slots import Slot, day_slots
from hospitals.stamps import LOCK_SCHEDULES
from hospitals.text import storable
from hospitals.wall_time import MAX_DATE, MIN_DATE, SLOT, parse_instant, wall, zone
from scheduler.db import RunAgain, execute
from scheduler.errors import (
    FieldError,
    Invalid,
    PatientBusy,
    PreconditionRequired,
    SlotInPast,
    SlotTaken,
    SlotUnavailable,
    VersionConflict,
)

REASON_LENGTH = 500


class AppointmentChanges(TypedDict, total=False):
    """What a change may touch; `starts_at` as it was sent, with or without an offset."""

    starts_at: str
    doctor_id: int
    reason: str
    status: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A patient with a doctor at a time (UTC); `timezone` was read before the locks."""

    access: Access
    patient_id: int
    starts_at: dt.datetime
    timezone: str
    specialty: str | None = None

    @property
    def date(self) -> dt.date:
        return wall(self.starts_at, zone(self.timezone)).date()


_FACTS = """
    SELECT h.timezone, d.specialty,
           EXISTS (SELECT FROM patients p
                   WHERE p.hospital_id = %(hospital)s AND p.id = %(patient)s)
    FROM hospitals h
    LEFT JOIN doctors d ON d.hospital_id = %(hospital)s AND d.id = %(doctor)s
    WHERE h.id = %(hospital)s
"""


def read_wish(
    access: Access,
    doctor_id: int | None,
    specialty: str | None,
    patient_id: int,
    starts_at: str,
    reason: str,
) -> Wish:
    """Check the input; collect every fault of it in one `Invalid`. One query."""
    # Not NULL, which would hide from the planner that one partition is asked for.
    doctor = 0 if doctor_id is None else doctor_id
    params = {"hospital": access.hospital_id, "patient": patient_id, "doctor": doctor}
    name, doctors_specialty, patient_here = execute(_FACTS, params)[0]
    errors = reason_errors(reason)
    if doctor_id is not None and doctors_specialty is None:
        errors.append(_not_here("doctor_id", "doctor"))
    elif doctor_id is not None and specialty not in (None, doctors_specialty):
        errors.append(
            FieldError("specialty", "no_match", "The doctor does not have that specialty.")
        )
    if not patient_here:
        errors.append(_not_here("patient_id", "patient"))
    instant = _read_instant(starts_at, name, errors)
    if errors or instant is None:
        raise Invalid(errors)
    return Wish(access, patient_id, instant, name, specialty)


def read_changes(
    access: Access, before: AppointmentRow, changes: AppointmentChanges
) -> dt.datetime:
    """Check the input of a change; returns where it starts then (UTC). At most one query."""
    errors = reason_errors(changes.get("reason", ""))
    if "status" in changes and changes["status"] not in Status.values:
        errors.append(FieldError("status", "invalid_choice", "There is no such status."))
    if changes.get("doctor_id", before.doctor_id) != before.doctor_id and not execute(
        "SELECT 1 FROM doctors WHERE hospital_id = %s AND id = %s",
        (access.hospital_id, changes["doctor_id"]),
    ):
        errors.append(_not_here("doctor_id", "doctor"))
    starts_at: dt.datetime | None = before.starts_at
    if "starts_at" in changes:
        starts_at = _read_instant(changes["starts_at"], before.timezone, errors)
    if errors or starts_at is None:
        raise Invalid(errors)
    return starts_at


def _read_instant(text: str, timezone_name: str, errors: list[FieldError]) -> dt.datetime | None:
    try:
        instant = parse_instant(text, zone(timezone_name))
        # The text's year was in bounds; with its offset, the hospital's may not be.
        if not MIN_DATE <= wall(instant, zone(timezone_name)).date() <= MAX_DATE:
            raise ValueError("a year out of bounds")
    except ValueError as error:
        errors.append(FieldError("starts_at", "invalid", str(error)))
        return None
    return instant


def shape_errors(values: Mapping[str, Any]) -> list[FieldError]:
    """What is wrong with values of an appointment, as far as no row has to be looked at."""
    errors = reason_errors(values.get("reason", ""))
    if "starts_at" in values:
        _read_instant(values["starts_at"], "UTC", errors)
    return errors


def reason_errors(reason: str) -> list[FieldError]:
    """What is wrong with the reason of an appointment or of a cancellation."""
    if len(reason) > REASON_LENGTH:
        return [FieldError("reason", "max_length", f"At most {REASON_LENGTH} characters.")]
    if not storable(reason):
        return [FieldError("reason", "invalid", "It holds a character that can't be stored.")]
    return []


def _not_here(field: str, noun: str) -> FieldError:
    return FieldError(field, "not_found", f"There is no such {noun} in this hospital.")


def require_version(row: AppointmentRow, expected_version: int | None) -> None:
    """Raise `PreconditionRequired` without a version, `VersionConflict` for another one."""
    if expected_version is None:
        raise PreconditionRequired
    if row.version != expected_version:
        raise VersionConflict(current=row)


_LOCK_PATIENT = """
    SELECT 1 FROM patients WHERE hospital_id = %(hospital)s AND id = %(patient)s
    FOR NO KEY UPDATE
"""


def lock_patient(access: Access, patient_id: int) -> None:
    """Lock a patient until the transaction ends; after the doctors, never before.

    Two moves that swap a patient's appointments would deadlock on the index without it.
    """
    execute(_LOCK_PATIENT, {"hospital": access.hospital_id, "patient": patient_id})


# Rows are compared for the reason that stands in cache.py.
_CHECK = """
    SELECT h.timezone, d.active,
           ARRAY(SELECT ARRAY[s.start_minute, s.end_minute] FROM shifts s
                 WHERE s.hospital_id = %(hospital)s AND s.doctor_id = %(doctor)s
                   AND s.date = %(date)s ORDER BY s.start_minute),
           ARRAY(SELECT a.id FROM appointments a
               WHERE a.hospital_id = %(hospital)s
                 AND a.status <> 'cancelled' AND a.id <> %(except)s
                 AND (a.doctor_id, a.starts_at) > (%(doctor)s, %(starts)s - interval '1 day')
                 AND (a.doctor_id, a.starts_at) < (%(doctor)s, %(ends)s)
                 AND a.ends_at > %(starts)s),
           ARRAY(SELECT a.id FROM appointments a
               WHERE a.hospital_id = %(hospital)s
                 AND a.status <> 'cancelled' AND a.id <> %(except)s
                 AND (a.patient_id, a.starts_at) > (%(patient)s, %(starts)s - interval '1 day')
                 AND (a.patient_id, a.starts_at) < (%(patient)s, %(ends)s)
                 AND a.ends_at > %(starts)s)
    FROM hospitals h
    JOIN doctors d ON d.hospital_id = %(hospital)s AND d.id = %(doctor)s
    WHERE h.id = %(hospital)s
"""


# In one trip; the check sees what was committed while we waited for the locks.
_LOCK_AND_CHECK = f"{LOCK_SCHEDULES};{_LOCK_PATIENT};{_CHECK}"


def lock_free_slot(doctor_id: int, wish: Wish) -> Slot:
    """Lock doctor and patient, then see to it that the slot is free. One trip.

    Raises what `require_free_slot` raises.
    """
    return _free_slot(_LOCK_AND_CHECK, doctor_id, wish)


def require_free_slot(doctor_id: int, wish: Wish, *, except_for: int) -> Slot:
    """The slot that starts at the wanted time, free for doctor and patient. One query.

    Needs the locks of both; the appointment `except_for` is in nobody's way. Raises `SlotInPast`,
    `SlotUnavailable`, `SlotTaken`, `PatientBusy`.
    """
    return _free_slot(_CHECK, doctor_id, wish, except_for=except_for)


def _free_slot(sql: str, doctor_id: int, wish: Wish, *, except_for: int = 0) -> Slot:
    access = wish.access
    timezone_name, active, shifts, doctors_other, patients_other = execute(
        sql,
        {
            "hospital": access.hospital_id,
            "doctors": [doctor_id],
            "doctor": doctor_id,
            "patient": wish.patient_id,
            "date": wish.date,
            "starts": wish.starts_at,
            "ends": wish.starts_at + SLOT,
            "except": except_for,
        },
    )[0]
    if wish.starts_at <= timezone.now():
        raise SlotInPast  # perhaps it began while we waited for the locks
    if timezone_name != wish.timezone:
        raise RunAgain
    later = partial(find_alternatives, wish, doctor_id)
    slots = day_slots(timezone_name, wish.date, tuple((start, end) for start, end in shifts))
    slot = next((slot for slot in slots if slot.starts_at == wish.starts_at), None)
    if slot is None or not active:
        raise SlotUnavailable(later=later)
    if doctors_other:
        raise SlotTaken(later=later)
    if patients_other:
        raise PatientBusy(later=partial(_in_the_way, access, min(patients_other)))
    return slot


def find_alternatives(wish: Wish, doctor_id: int | None) -> dict[str, Any]:
    """The member `alternatives` of a refusal."""
    found = alternatives(
        wish.access,
        doctor_id=doctor_id,
        specialty=wish.specialty,
        wanted=wish.starts_at,
        date=wish.date,
    )
    return {"alternatives": found}


def _in_the_way(access: Access, appointment_id: int) -> dict[str, Any]:
    row = next(iter(select(access, "a.id = %(id)s", id=appointment_id)), None)
    visible = row is not None and access.may_see_appointments_of(row.doctor_id)
    return {"appointment": row if visible else None}
