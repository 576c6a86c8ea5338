"""The admin of doctors, all but changing one: that looks at appointments.

So it is appointments/availability_admin.py that completes and registers it, and has the shifts.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.hospital_rows_admin import (
    HospitalRowAdmin,
    HospitalSearchQuestion,
    VersionedHospitalRowForm,
)
from doctors.models import Doctor
from doctors.queries import DoctorRow
from doctors.services import create_doctor
from hospitals.name_search import named
from scheduler.db import matching

FIELDS = ("name", "specialty", "active")


class DoctorQuestion(HospitalSearchQuestion):
    # Not `active`: a new doctor begins with what the list was asked for.
    which = forms.ChoiceField(
        required=False,
        choices=[("", "All"), ("active", "Active"), ("inactive", "Not active")],
    )


class DoctorAdmin(HospitalRowAdmin):
    """A doctor who has left is not deleted, but made inactive."""

    form = VersionedHospitalRowForm
    chosen = True
    question_class = DoctorQuestion
    list_display: tuple[str, ...] = ("name", "specialty", "active")
    ordering = ("name", "id")
    fieldsets = ((None, {"fields": ("hospital", *FIELDS, "expected_version")}),)
    add_fieldsets = ((None, {"fields": ("hospital", *FIELDS)}),)

    def search_in(self, hospital_id: int, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return matching(rows, named("doctors.name", text))

    def found(self, rows: QuerySet[Any], question: Any) -> QuerySet[Any]:
        rows = super().found(rows, question)
        which = question.cleaned_data["which"]
        return rows.filter(active=which == "active") if which else rows

    def choice_label(self, row: Doctor) -> str:
        return f"{row.name}, {row.specialty}" + ("" if row.active else " (not active)")

    def write(self, request: HttpRequest, form: Any, change: bool) -> DoctorRow:
        values = {name: form.cleaned_data[name] for name in FIELDS}
        return create_doctor(self.access(request, form), **values)
