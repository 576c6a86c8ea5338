"""Reads of patients."""

from __future__ import annotations

from accounts.access import Access
from patients.models import Patient
from patients.search import found_by
from scheduler.db import reads
from scheduler.errors import NotFound
from scheduler.pages import Cursor, Page, page


@reads
def patients(
    access: Access, *, search: str | None = None, after: Cursor | None = None, size: int
) -> Page[Patient]:
    """The hospital's patients, by name; those whom `search` finds where it is not empty.

    Raises `Invalid` for a search that is too long. One query.
    """
    rows = Patient.objects.filter(hospital_id=access.hospital_id)
    return page(
        rows.filter(found_by(access.hospital_id, search or "")),
        order=("name", "id"),
        after=after,
        size=size,
        row=lambda patient: patient,
        key=lambda patient: (patient.name, patient.id),
    )


@reads
def get_patient(access: Access, patient_id: int) -> Patient:
    """One patient of the hospital. Raises `NotFound`."""
    patient = Patient.objects.filter(hospital_id=access.hospital_id, id=patient_id).first()
    if patient is None:
        raise NotFound
    return patient
