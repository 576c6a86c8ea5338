"""Booking and adding a patient under an idempotency key: one effect from both APIs.

What a key stands for is written here alone, so that a call repeated over the other API is the
same call, and gets the same row back in that API's own form.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.access import Access
from appointments.idempotency import once
from appointments.queries import AppointmentRow
from appointments.services import book_appointment
from patients.queries import PatientRow
from patients.services import create_patient


def book_once(
    access: Access,
    *,
    key: str | None,
    doctor_id: int | None,
    specialty: str | None,
    patient_id: int,
    starts_at: str,
    reason: str,
) -> tuple[AppointmentRow, bool]:
    """Book, or give back what this key booked, and say which. Raises what booking raises.

    Rights are those of now: `PermissionDenied` where the key is of a booking with a colleague,
    made before the caller became a doctor.
    """
    asked: dict[str, Any] = {
        "doctor_id": doctor_id,
        "specialty": specialty,
        "patient_id": patient_id,
        "starts_at": starts_at,
        "reason": reason,
    }
    row, replayed = once(
        access,
        key=key,
        request={"call": "book_appointment", **asked},
        call=lambda: book_appointment(access, **asked),
        keep=lambda row: row,
        restore=_appointment,
    )
    access.require_booking_with(row.doctor_id)
    return row, replayed


def create_patient_once(
    access: Access, *, key: str | None, values: dict[str, Any]
) -> tuple[PatientRow, bool]:
    """Add a patient, or give back whom this key added, and say which. `values` are all of them."""
    return once(
        access,
        key=key,
        request={"call": "create_patient", **values},
        call=lambda: create_patient(access, **values),
        keep=lambda row: row,
        restore=_patient,
    )


def _appointment(kept: dict[str, Any]) -> AppointmentRow:
    return AppointmentRow(
        **{
            **kept,
            "starts_at": dt.datetime.fromisoformat(kept["starts_at"]),
            "ends_at": dt.datetime.fromisoformat(kept["ends_at"]),
            "date": dt.date.fromisoformat(kept["date"]),
            "time": dt.time.fromisoformat(kept["time"]),
        }
    )


def _patient(kept: dict[str, Any]) -> PatientRow:
    born = dt.date.fromisoformat(kept["date_of_birth"])
    return PatientRow(**{**kept, "date_of_birth": born})
