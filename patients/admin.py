"""The admin of patients."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.hospital_rows_admin import (
    HospitalRowAdmin,
    VersionedHospitalRowForm,
    link_to_list,
)
from patients.models import Patient
from patients.queries import PatientRow
from patients.search import found_by
from patients.services import create_patient, update_patient
from scheduler.db import matching

FIELDS = ("name", "date_of_birth", "phone", "email", "mrn")


@admin.register(Patient)
class PatientAdmin(HospitalRowAdmin):
    """Finds patients as both APIs do."""

    form = VersionedHospitalRowForm
    chosen = True
    list_display = ("name", "birth", "phone", "email", "mrn")
    ordering = ("name", "id")
    readonly_fields = ("hospital", "appointments")
    fieldsets = ((None, {"fields": ("hospital", *FIELDS, "appointments", "expected_version")}),)
    add_fieldsets = ((None, {"fields": ("hospital", *FIELDS)}),)

    def search_in(self, hospital_id: int, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return matching(rows, found_by(hospital_id, text, "patients.id"))

    def choice_label(self, row: Patient) -> str:
        return ", ".join(filter(None, (row.name, f"{row.date_of_birth}", row.mrn)))

    @admin.display(description="Date of birth")
    def birth(self, row: Patient) -> str:
        return f"{row.date_of_birth}"

    @admin.display(description="Appointments")
    def appointments(self, row: Patient) -> str:
        return link_to_list(
            "appointments_appointment",
            "All appointments here",
            hospital=row.hospital_id,
            patient_id=row.pk,
            start="",
        )

    def write(self, request: HttpRequest, form: Any, change: bool) -> PatientRow:
        access = self.access(request, form)
        values: Any = {name: form.cleaned_data[name] for name in FIELDS}
        if not change:
            return create_patient(access, **values)
        version = form.cleaned_data["expected_version"]
        return update_patient(access, form.instance.pk, expected_version=version, changes=values)
