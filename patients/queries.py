"""Reads of patients."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.access import Access
from patients.models import Patient
from patients.search import found_by
from scheduler.db import execute, reads
from scheduler.errors import NotFound
from scheduler.pages import Cursor, Page, page


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A patient of one hospital; `date_of_birth` is a wall date."""

    id: int
    hospital_id: int
    name: str
    date_of_birth: dt.date
    phone: str
    email: str
    mrn: str
    version: int


def row_of(patient: Patient) -> PatientRow:
    """The row of what was just written."""
    return PatientRow(
        patient.id,
        patient.hospital_id,
        patient.name,
        patient.date_of_birth,
        patient.phone,
        patient.email,
        patient.mrn,
        patient.version,
    )


SELECT = """
    SELECT id, hospital_id, name, date_of_birth, phone, email, mrn, version
    FROM patients
"""


@reads
def patients(
    access: Access, *, search: str | None = None, after: Cursor | None = None, size: int
) -> Page[PatientRow]:
    """The hospital's patients, by name; those whom `search` finds where it is not empty.

    Raises `Invalid` for a search that is too long. One query.
    """
    here = ("hospital_id = %s", [access.hospital_id])
    return page(
        SELECT,
        [here, *found_by(access.hospital_id, search or "", "id")],
        order=("name", "id"),
        after=after,
        size=size,
        row=PatientRow,
        key=lambda patient: (patient.name, patient.id),
    )


@reads
def get_patient(access: Access, patient_id: int) -> PatientRow:
    """One patient of the hospital. Raises `NotFound`."""
    one = f"{SELECT} WHERE hospital_id = %s AND id = %s"
    rows = execute(one, (access.hospital_id, patient_id))
    if not rows:
        raise NotFound
    return PatientRow(*rows[0])
