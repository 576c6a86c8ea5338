"""The admin of hospitals, all but changing one: that looks at shifts and appointments.

So it is appointments/availability_admin.py that completes and registers it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.service_admin import LinesField, ServiceAdmin, VersionedForm
from hospitals.models import Hospital
from hospitals.name_search import named
from hospitals.queries import HospitalRow
from hospitals.services import create_hospital
from scheduler.db import matching
from scheduler.errors import Invalid

FIELDS = ("name", "address", "timezone", "opens", "closes")


class HospitalForm(VersionedForm):
    # In an input of one line a browser drops the line ends that an API has brought.
    address = LinesField(max_length=500)


class HospitalAdmin(ServiceAdmin):
    """Choosers of a hospital ask here: `search_fields` tells Django that they may."""

    form = HospitalForm
    list_display: tuple[str, ...] = ("name", "timezone", "hours", "address")
    ordering = ("name", "id")
    search_fields = ("name",)
    fieldsets = ((None, {"fields": (*FIELDS, "expected_version")}),)
    add_fieldsets = ((None, {"fields": FIELDS}),)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return matching(rows, named("hospitals.name", text))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        try:
            return self.search(queryset, search_term.replace("\0", "")), False
        except Invalid:
            return queryset.none(), False

    @admin.display(description="Hours")
    def hours(self, row: Hospital) -> str:
        if row.opens == row.closes:
            return "All day"
        return f"{row.opens:%H:%M}-{row.closes:%H:%M}"

    def write(self, request: HttpRequest, form: Any, change: bool) -> HospitalRow:
        values = {name: form.cleaned_data[name] for name in FIELDS}
        return create_hospital(self.caller(request), **values)
