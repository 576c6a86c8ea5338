"""Reads of several patients in one query, for lists whose rows name one each."""

from __future__ import annotations

from collections.abc import Collection

from accounts.access import Access
from patients.models import Patient
from scheduler.db import reads


@reads
def patients_by_id(access: Access, patient_ids: Collection[int]) -> dict[int, Patient]:
    """Patients of the hospital by id; who does not exist is left out. One query."""
    found = Patient.objects.filter(hospital_id=access.hospital_id, id__in=list(patient_ids))
    return {patient.id: patient for patient in found}
