"""The admin of hospitals and doctors: changing them may leave appointments without a shift.

They are changed by appointments/availability.py, so their admin is completed and registered here.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest  # noqa: TID251 (the admin is HTTP)

from accounts.access import platform_access
from accounts.hospital_rows_admin import link_to_list
from appointments.availability import update_doctor, update_hospital
from appointments.refusals_admin import AppointmentRefusals, AppointmentRefusalsOfRows, links
from doctors import admin as doctors_admin
from doctors.models import Doctor
from doctors.queries import DoctorRow
from hospitals import admin as hospitals_admin
from hospitals.models import Hospital
from hospitals.queries import HospitalRow


@admin.register(Hospital)
class HospitalAdmin(AppointmentRefusals, hospitals_admin.HospitalAdmin):
    """Shows the way to all that a hospital has."""

    list_display = ("name", "timezone", "hours", "address", "contents")
    readonly_fields = ("contents",)
    fieldsets = ((None, {"fields": (*hospitals_admin.FIELDS, "contents", "expected_version")}),)

    @admin.display(description="In it")
    def contents(self, row: Hospital) -> str:
        return links(
            link_to_list(name, text, hospital=row.pk)
            for name, text in (
                ("doctors_doctor", "Doctors"),
                ("patients_patient", "Patients"),
                ("appointments_appointment", "Appointments"),
                ("accounts_membership", "Members"),
            )
        )

    def write(self, request: HttpRequest, form: Any, change: bool) -> HospitalRow:
        if not change:
            return super().write(request, form, change)
        values: Any = {name: form.cleaned_data[name] for name in hospitals_admin.FIELDS}
        return update_hospital(
            platform_access(request.user, form.instance.pk),
            expected_version=form.cleaned_data["expected_version"],
            changes=values,
        )


@admin.register(Doctor)
class DoctorAdmin(AppointmentRefusalsOfRows, doctors_admin.DoctorAdmin):
    """Shows the way to a doctor's shifts and appointments."""

    list_display = ("name", "specialty", "active", "contents")
    readonly_fields = ("hospital", "contents")
    fieldsets = (
        (
            None,
            {"fields": ("hospital", *doctors_admin.FIELDS, "contents", "expected_version")},
        ),
    )

    @admin.display(description="Calendar")
    def contents(self, row: Doctor) -> str:
        return links(
            link_to_list(name, text, hospital=row.hospital_id, doctor_id=row.pk)
            for name, text in (
                ("doctors_shift", "Shifts"),
                ("appointments_appointment", "Appointments"),
            )
        )

    def write(self, request: HttpRequest, form: Any, change: bool) -> DoctorRow:
        if not change:
            return super().write(request, form, change)
        values: Any = {name: form.cleaned_data[name] for name in doctors_admin.FIELDS}
        return update_doctor(
            self.access(request, form),
            form.instance.pk,
            expected_version=form.cleaned_data["expected_version"],
            changes=values,
        )
