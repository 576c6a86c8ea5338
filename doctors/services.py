"""Writes of doctors, and what a doctor's values may be.

Making a doctor inactive looks at appointments, so `update_doctor` lives in
appointments/availability.py and judges its values here.
"""

from __future__ import annotations

from typing import Any, TypedDict, cast

from accounts.access import Access
from doctors.models import SPECIALTY_LENGTH, Doctor
from doctors.queries import DoctorRow, row_of
from hospitals.stamps import HOSPITAL, add_schedule, lock_schedules
from hospitals.text import text_errors
from scheduler.db import writes
from scheduler.errors import FieldError, Invalid


class DoctorChanges(TypedDict, total=False):
    """Values of a doctor."""

    name: str
    specialty: str
    active: bool


def cleaned_doctor(values: DoctorChanges) -> DoctorChanges:
    """The values without the blanks around texts: judge, compare and write these."""
    stripped: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in values.items()
    }
    return cast(DoctorChanges, stripped)


def doctor_errors(values: DoctorChanges) -> list[FieldError]:
    """What is wrong with cleaned values."""
    errors = []
    if "name" in values:
        errors += text_errors("name", values["name"], max_length=200, required=True)
    if "specialty" in values:
        errors += text_errors(
            "specialty", values["specialty"], max_length=SPECIALTY_LENGTH, required=True
        )
    return errors


@writes
def create_doctor(access: Access, *, name: str, specialty: str, active: bool = True) -> DoctorRow:
    """Add a doctor to the hospital, with the stamp that bookings lock.

    Raises `PermissionDenied` for all but the hospital's admins, and `Invalid`. Three queries.
    """
    access.require_hospital_admin()
    values = cleaned_doctor({"name": name, "specialty": specialty, "active": active})
    errors = doctor_errors(values)
    if errors:
        raise Invalid(errors)
    # Whoever locks every schedule of the hospital locks this one first, and misses no doctor.
    lock_schedules(access.hospital_id, (HOSPITAL,))
    doctor = Doctor.objects.create(hospital_id=access.hospital_id, **values)
    add_schedule(access.hospital_id, doctor.id)
    return row_of(doctor)
