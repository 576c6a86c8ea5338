"""The admin of appointments."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator

from accounts.access import platform_access
from accounts.hospital_rows_admin import HospitalRowForm, RowField, VersionedHospitalRowForm
from accounts.service_admin import LinesField, plain_lines
from appointments import availability_admin  # noqa: F401 (registers hospitals and doctors)
from appointments.checks import REASON_LENGTH, AppointmentChanges
from appointments.history_admin import history_table
from appointments.models import Appointment, Status
from appointments.queries import AppointmentRow, history
from appointments.refusals_admin import AppointmentRefusalsOfRows, doctor_names, wall_text
from appointments.services import (
    TRANSITIONS,
    book_appointment,
    cancel_appointment,
    change_appointment,
)
from appointments.shifts_admin import DatedQuestion, WallDateField
from hospitals.wall_time import format_instant, wall, zone

_DAY = dt.timedelta(days=1)
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])\s*(Z|[+-][0-9]{2}:[0-9]{2})?")


class AppointmentQuestion(DatedQuestion):
    doctor_id = RowField("doctors.Doctor", label="Doctor", required=False)
    patient_id = RowField("patients.Patient", label="Patient", required=False)
    status = forms.ChoiceField(choices=[("", "All"), *Status.choices], required=False)

    field_order = ("hospital", "doctor_id", "patient_id")

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        start, end = values.get("start"), values.get("end")
        if start and end and start > end:
            self.add_error(None, "'From' is after 'To'.")
        return values


class SlotForm(HospitalRowForm):
    """Asks for a slot by the hospital's wall clock."""

    called: ClassVar = {"starts_at": "time"}

    date = WallDateField()
    time = forms.CharField(
        max_length=20,
        widget=forms.TextInput({"size": 12}),
        help_text="Wall time there, as 09:00. In the hour that the clocks repeat it is the first;"
        " for the second add its offset, as 01:00-05:00.",
    )
    reason = LinesField(max_length=REASON_LENGTH)

    def clean_time(self) -> str:
        match = _TIME.fullmatch(self.cleaned_data["time"])
        if match is None:
            raise forms.ValidationError("Write it as 09:00.")
        hour, minute, offset = match.groups()
        return f"{int(hour):02}:{minute}{offset or ''}"

    @property
    def starts_at(self) -> str:
        """As the services read it."""
        return f"{self.cleaned_data['date']}T{self.cleaned_data['time']}"


class BookForm(SlotForm):
    doctor_id = RowField(
        "doctors.Doctor",
        label="Doctor",
        required=False,
        help_text="Empty: whoever is free then and has the fewest appointments that day.",
    )
    specialty = forms.CharField(
        max_length=100,
        required=False,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text="Whoever is free must have this one.",
    )
    patient_id = RowField("patients.Patient", label="Patient")


class ChangeForm(SlotForm, VersionedHospitalRowForm):
    """`date` and `time` are changed together: as the wall clock shows the start."""

    doctor_id = RowField("doctors.Doctor", label="Doctor")
    # Any text: the service says which status may follow.
    status = forms.CharField(widget=forms.Select)
    cancellation_reason = LinesField(
        label="Cancelled because", max_length=REASON_LENGTH, help_text="Kept in the history."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: Appointment = self.instance
        next_ones = [after for before, after in TRANSITIONS if before == row.status]
        choices = [(status, Status(status).label) for status in (row.status, *next_ones)]
        self.fields["status"].widget = forms.Select(choices=choices)
        self.initial["time"] = _time_text(row)

    def changes(self) -> AppointmentChanges:
        """What differs from the row."""
        row, values = self.instance, self.cleaned_data
        changes: AppointmentChanges = {}
        if (values["date"], values["time"]) != (row.date, _time_text(row)):
            changes["starts_at"] = self.starts_at
        if values["doctor_id"] != row.doctor_id:
            changes["doctor_id"] = values["doctor_id"]
        if values["reason"] != plain_lines(row.reason):
            changes["reason"] = values["reason"]
        if values["status"] != row.status:
            changes["status"] = values["status"]
        return changes

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if self.errors or values["expected_version"] != self.instance.version:
            return values
        changes = self.changes()
        if changes.get("status") == Status.CANCELLED:
            if len(changes) > 1:
                self.add_error("status", "Cancel it without other changes.")
        elif values["cancellation_reason"]:
            self.add_error("cancellation_reason", "Only for cancelling it.")
        return values


def _time_text(row: Appointment) -> str:
    """The wall time at which it starts, with the offset where that alone tells which one."""
    tz = zone(row.hospital.timezone)
    text = f"{row.time:%H:%M}"
    return text + format_instant(row.starts_at, tz)[-6:] if wall(row.starts_at, tz).fold else text


@admin.register(Appointment)
class AppointmentAdmin(AppointmentRefusalsOfRows):
    """Books, moves, edits and cancels by the rules of the product: nothing here is deleted."""

    form = ChangeForm
    add_form = BookForm
    question_class = AppointmentQuestion
    list_display = ("when", "patient_name", "doctor", "state", "reason_text", "number")
    list_select_related = ("patient",)
    row_select_related = ("hospital", "patient")
    ordering = ("starts_at", "id")
    readonly_fields = ("hospital", "booked_for", "events")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "hospital",
                    "booked_for",
                    "doctor_id",
                    "date",
                    "time",
                    "reason",
                    "expected_version",
                )
            },
        ),
        ("Status", {"fields": ("status", "cancellation_reason")}),
        ("History", {"fields": ("events",)}),
    )
    add_fieldsets = (
        (None, {"fields": ("hospital", "patient_id", "date", "time", "reason")}),
        ("With whom", {"fields": ("doctor_id", "specialty")}),
    )

    def found(self, rows: QuerySet[Any], question: Any) -> QuerySet[Any]:
        asked = question.cleaned_data
        rows = rows.filter(hospital_id=question.hospital.pk)
        for name in ("doctor_id", "patient_id", "status"):
            if asked[name]:
                rows = rows.filter(**{name: asked[name]})
        # No wall date lies further from its date in UTC; the bounds by instant let an index help.
        if start := asked["start"]:
            rows = rows.filter(date__gte=start, starts_at__gte=_midnight(start) - _DAY)
        if end := asked["end"]:
            rows = rows.filter(date__lte=end, starts_at__lt=_midnight(end) + 2 * _DAY)
        return rows

    def completed(self, rows: Sequence[Any], question: Any) -> Sequence[Any]:
        if rows:
            names = doctor_names(question.hospital.pk, [row.doctor_id for row in rows])
            for row in rows:
                row.doctor_name = names.get(row.doctor_id, "")
                row.hospital = question.hospital
        return rows

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        row = super().get_object(request, object_id)
        if row is not None:
            row.history = history(platform_access(request.user, row.hospital_id), row.pk)
        return row

    def name_of(self, row: Appointment) -> str:
        return f"{self.when(row)}, {row.patient}"

    @admin.display(description="When")
    def when(self, row: Appointment) -> str:
        return wall_text(row.date, _time_text(row))

    @admin.display(description="Patient")
    def patient_name(self, row: Appointment) -> str:
        return str(row.patient)

    @admin.display(description="Doctor")
    def doctor(self, row: Any) -> str:
        return str(row.doctor_name)

    @admin.display(description="Status")
    def state(self, row: Appointment) -> str:
        return Status(row.status).label

    @admin.display(description="Reason")
    def reason_text(self, row: Appointment) -> str:
        return Truncator(row.reason).chars(60)

    @admin.display(description="Id")
    def number(self, row: Appointment) -> str:
        return str(row.pk)

    @admin.display(description="Patient")
    def booked_for(self, row: Appointment) -> str:
        url = reverse(
            "admin:patients_patient_change", args=(f"{row.hospital_id}-{row.patient_id}",)
        )
        return format_html('<a href="{}">{}</a>', url, row.patient)

    @admin.display(description="What happened")
    def events(self, row: Any) -> str:
        return history_table(row.history, row.hospital)

    def described(self, row: AppointmentRow) -> str:
        names = doctor_names(row.hospital_id, [row.doctor_id])
        with_whom = names.get(row.doctor_id, "")
        reason = f", “{row.reason}”" if row.reason else ""
        return f"{wall_text(row.date, row.time)} with {with_whom}, {row.status}{reason}"

    def write(self, request: HttpRequest, form: Any, change: bool) -> AppointmentRow:
        access, values = self.access(request, form), form.cleaned_data
        if not change:
            return book_appointment(
                access,
                doctor_id=values["doctor_id"],
                specialty=values["specialty"] or None,
                patient_id=values["patient_id"],
                starts_at=form.starts_at,
                reason=values["reason"],
            )
        id_, version, changes = form.instance.pk, values["expected_version"], form.changes()
        if changes.get("status") == Status.CANCELLED:
            because = values["cancellation_reason"]
            return cancel_appointment(access, id_, expected_version=version, reason=because)
        return change_appointment(access, id_, expected_version=version, changes=changes)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
