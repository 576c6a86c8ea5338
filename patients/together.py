"""Reads of several patients in one query, for lists whose rows name one each."""

from __future__ import annotations

from collections.abc import Collection

from accounts.access import Access
from patients.queries import SELECT, PatientRow
from scheduler.db import execute, reads


@reads
def patients_by_id(access: Access, patient_ids: Collection[int]) -> dict[int, PatientRow]:
    """Patients of the hospital by id; who does not exist is left out. One query."""
    several = f"{SELECT} WHERE hospital_id = %s AND id = ANY(%s)"
    rows = execute(several, (access.hospital_id, list(patient_ids)))
    return {row.id: row for row in (PatientRow(*values) for values in rows)}
