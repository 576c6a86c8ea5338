"""Booking, changing and cancelling appointments.

Every service takes its locks in one order (idempotency row, doctors ascending, patient), checks
under them, and writes the row, its event and the doctors' stamps in one transaction. The
constraints of the table stand behind the check for every other way in.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from appointments.alternatives import free_doctors
from appointments.checks import (
    AppointmentChanges,
    Wish,
    find_alternatives,
    lock_free_slot,
    lock_patient,
    read_changes,
    read_wish,
    reason_errors,
    require_free_slot,
    require_version,
)
from appointments.events import Changes, add_appointment, write_change
from appointments.models import EventType, Status
from appointments.queries import AppointmentRow, get_appointment
from hospitals.stamps import lock_schedules
from scheduler.db import writes
from scheduler.errors import Invalid, InvalidTransition, SlotInPast, SlotTaken, SlotUnavailable

# A crowd may take every doctor that was free a moment ago while another is given back.
ROUNDS = 5

# What a status may become; the last two mend a wrong click.
TRANSITIONS = {
    (Status.BOOKED, Status.ARRIVED): EventType.ARRIVED,
    (Status.ARRIVED, Status.FULFILLED): EventType.FULFILLED,
    (Status.BOOKED, Status.NOSHOW): EventType.NOSHOW,
    (Status.BOOKED, Status.CANCELLED): EventType.CANCELLED,
    (Status.ARRIVED, Status.CANCELLED): EventType.CANCELLED,
    (Status.ARRIVED, Status.BOOKED): EventType.UNDONE,
    (Status.NOSHOW, Status.ARRIVED): EventType.UNDONE,
}


@writes
def book_appointment(
    access: Access,
    *,
    doctor_id: int | None = None,
    specialty: str | None = None,
    patient_id: int,
    starts_at: str,
    reason: str = "",
) -> AppointmentRow:
    """Book a patient into a slot. `starts_at` without an offset is the hospital's wall time.

    Without `doctor_id`: the least booked of the day among the active doctors (of `specialty`)
    who are free then, the lowest id among equals; a doctor books with themself.

    Raises `PermissionDenied`, `Invalid`, `SlotInPast`, `SlotUnavailable`, `SlotTaken` (both with
    `alternatives`) and `PatientBusy`.
    """
    if doctor_id is None:
        doctor_id = access.only_doctor_id
    else:
        access.require_booking_with(doctor_id)
    wish = read_wish(access, doctor_id, specialty, patient_id, starts_at, reason)
    if wish.starts_at <= timezone.now():
        raise SlotInPast
    if doctor_id is not None:
        return _book_with(doctor_id, wish, reason)
    return _book_with_any(wish, reason)


@writes
def change_appointment(
    access: Access,
    appointment_id: int,
    *,
    expected_version: int | None,
    changes: AppointmentChanges,
) -> AppointmentRow:
    """Move an appointment, edit its reason, set its status: one or several at once.

    It never stands in its own way. What changes nothing writes nothing. Raises `NotFound`,
    `PermissionDenied`, `Invalid`, `PreconditionRequired` (no `expected_version`),
    `VersionConflict` (with `current`), `InvalidTransition`, and what booking raises.
    """
    before = get_appointment(access, appointment_id)
    doctor_id = changes.get("doctor_id", before.doctor_id)
    access.require_booking_with(doctor_id)
    starts_at = read_changes(access, before, changes)
    require_version(before, expected_version)
    lock_schedules(access.hospital_id, (before.doctor_id, doctor_id))
    moves = (doctor_id, starts_at) != (before.doctor_id, before.starts_at)
    if moves:
        lock_patient(access, before.patient_id)
    row = get_appointment(access, appointment_id)
    require_version(row, expected_version)

    status, reason = changes.get("status", row.status), changes.get("reason", row.reason)
    type_ = _transition(row.status, status) if _sets_status(row, changes) else None
    if moves and row.status != Status.BOOKED:
        raise InvalidTransition("Only a booked appointment can be moved.")
    slot = None
    if moves:
        wish = Wish(access, row.patient_id, starts_at, row.timezone)
        slot = require_free_slot(doctor_id, wish, except_for=row.id)
    new: dict[str, Any] = {"doctor_id": doctor_id, "status": status, "reason": reason}
    if slot is not None:
        new["starts_at"] = slot.starts_at
    differences = {
        name: {"from": getattr(row, name), "to": value}
        for name, value in new.items()
        if value != getattr(row, name)
    }
    if not differences:
        return row
    if moves:
        type_ = EventType.MOVED
    elif reason != row.reason:
        type_ = EventType.EDITED
    return write_change(access, row, type_, differences, slot=slot)


@writes
def cancel_appointment(
    access: Access, appointment_id: int, *, expected_version: int | None, reason: str = ""
) -> AppointmentRow:
    """Cancel a booked or arrived appointment; `reason` is kept in the history.

    Raises `NotFound`, `Invalid`, `PreconditionRequired`, `VersionConflict`, `InvalidTransition`.
    """
    before = get_appointment(access, appointment_id)
    errors = reason_errors(reason)
    if errors:
        raise Invalid(errors)
    require_version(before, expected_version)
    lock_schedules(access.hospital_id, (before.doctor_id,))
    row = get_appointment(access, appointment_id)
    require_version(row, expected_version)
    type_ = _transition(row.status, Status.CANCELLED)
    changes: Changes = {"status": {"from": row.status, "to": Status.CANCELLED}}
    if reason:
        changes["reason"] = {"from": None, "to": reason}
    return write_change(access, row, type_, changes)


def _sets_status(row: AppointmentRow, changes: AppointmentChanges) -> bool:
    """A status sent back as it is asks for nothing; but nobody cancels a cancelled one."""
    status = changes.get("status", row.status)
    return status != row.status or ("status" in changes and status == Status.CANCELLED)


def _transition(before: str, after: str) -> EventType:
    try:
        return TRANSITIONS[Status(before), Status(after)]
    except KeyError:
        raise InvalidTransition(f"A {before} appointment can't become {after}.") from None


def _book_with(doctor_id: int, wish: Wish, reason: str) -> AppointmentRow:
    slot = lock_free_slot(doctor_id, wish)
    return add_appointment(
        wish.access, doctor_id=doctor_id, patient_id=wish.patient_id, slot=slot, reason=reason
    )


def _book_with_any(wish: Wish, reason: str) -> AppointmentRow:
    """Try the free doctors one after the other, each in a savepoint that frees its locks.

    `SlotTaken` only where every doctor with a shift there is booked.
    """
    later = partial(find_alternatives, wish, None)
    for _ in range(ROUNDS):
        free = free_doctors(
            wish.access, specialty=wish.specialty, wanted=wish.starts_at, date=wish.date
        )
        if free is None:
            raise SlotUnavailable("No doctor is available at that time.", later=later)
        if not free:
            break
        for doctor_id in free:
            try:
                with transaction.atomic():
                    return _book_with(doctor_id, wish, reason)
            except (SlotTaken, SlotUnavailable):
                continue  # somebody was quicker; the next doctor may still be free
    raise SlotTaken(later=later)
