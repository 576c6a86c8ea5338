"""The admin of shifts, which are set by appointments/availability.py: date by date, all at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from itertools import islice
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse  # noqa: TID251 (the admin is HTTP)
from django.utils import timezone

from accounts.access import platform_access
from accounts.hospital_rows_admin import LARGEST_ID, HospitalQuestion, HospitalRowForm, RowField
from accounts.service_admin import ISO_DATE, Rows
from appointments.availability import DayRanges, set_availability
from appointments.refusals_admin import AppointmentRefusalsOfRows, doctor_names
from doctors.models import Shift
from doctors.queries import MAX_AVAILABILITY_DAYS, DayShifts, availability
from hospitals.wall_time import MAX_DATE, MIDNIGHT, MIN_DATE, to_time, wall, zone
from scheduler.errors import Invalid

SHOWN_DAYS = 56
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ADDRESS = re.compile(r"([0-9]{1,19})-([0-9]{1,19})-([0-9]{4}-[0-9]{2}-[0-9]{2})")
_RANGE = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])\s*-\s*([01]?[0-9]|2[0-4]):([0-5][0-9])")


def shifts_text(ranges: Sequence[tuple[int, int]]) -> str:
    """Shifts as one types them: 09:00-12:00, 13:00-17:00."""
    return ", ".join(f"{to_time(start):%H:%M}-{to_time(end):%H:%M}" for start, end in ranges)


def _ranges(text: str) -> list[tuple[int, int]]:
    """The shifts in a text, as minutes of wall time. Raises `ValidationError`."""
    ranges = []
    for part in text.split(",") if text else ():
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise forms.ValidationError("Write them as 09:00-12:00, 13:00-17:00.")
        hour, minute, end_hour, end_minute = (int(digits) for digits in match.groups())
        end = end_hour * 60 + end_minute
        if end > MIDNIGHT:
            raise forms.ValidationError("A day ends at 24:00.")
        ranges.append((hour * 60 + minute, end or MIDNIGHT))
    return ranges


def _shifts_of(
    hospital_id: int, doctor_id: int, date: dt.date, ranges: Sequence[tuple[int, int]]
) -> Any:
    """What stands for a date of a doctor; `ranges` are the minutes of its shifts."""
    row: Any = Shift(hospital_id=hospital_id, doctor_id=doctor_id, date=date)
    row.ranges = ranges
    return row


class WallDateField(forms.DateField):
    """A date of the hospital's calendar, within what the product knows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validators=[MinValueValidator(MIN_DATE), MaxValueValidator(MAX_DATE)],
            **ISO_DATE,
            **kwargs,
        )


class DatedQuestion(HospitalQuestion):
    """Dates, both included; from the hospital's today on, unless `start` was left empty."""

    start = WallDateField(label="From", required=False)
    end = WallDateField(label="To", required=False)

    @property
    def today(self) -> dt.date:
        """By the hospital's clock."""
        return wall(timezone.now(), zone(self.hospital.timezone)).date()

    def clean(self) -> dict[str, Any] | None:
        if self.hospital is not None and "start" not in self.data:
            self.data = {**dict(self.data.items()), "start": f"{self.today}"}
            self.cleaned_data["start"] = self.today
        return super().clean()


class ShiftQuestion(DatedQuestion):
    doctor_id = RowField("doctors.Doctor", label="Doctor", required=False)

    field_order = ("hospital", "doctor_id")

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        if not self.hint and self.cleaned_data.get("doctor_id") is None:
            self.hint = "Choose a doctor."
        return values


class ShiftRows(Rows):
    """A row for each date that has shifts, as the APIs read them."""

    model_admin: ShiftAdmin

    def get_results(self, request: HttpRequest) -> None:
        self.first = 0
        rows: list[Shift] = []
        if self.question.is_valid() and not self.question.hint:
            try:
                rows = self.model_admin.dates(request, self.question)
            except Invalid as refusal:
                self.question.add_error(None, refusal.detail)
        self.show_page(rows, more=False)


class ShiftsForm(HospitalRowForm):
    """The shifts of one date of a doctor, all at once."""

    remembered = ("shifts",)
    shifts = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text="Wall times there, as 09:00-12:00, 13:00-17:00; midnight at the end of the day"
        " is 24:00. Empty: none.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shifts"].initial = shifts_text(getattr(self.instance, "ranges", ()))

    def clean_shifts(self) -> list[tuple[int, int]]:
        """Minutes of wall time."""
        # What the page showed comes back with it, and may be anything, too.
        seen = self.data.get(self["shifts"].html_initial_name)
        self.seen = None if seen is None else _ranges(seen)
        return _ranges(self.cleaned_data["shifts"])

    def expected(self) -> list[DayRanges]:
        """What the page showed, if it says so."""
        return [] if self.seen is None else [(self.instance.date, self.seen)]

    def days(self) -> list[DayRanges]:
        """What the service is to set."""
        return [(self.instance.date, self.cleaned_data["shifts"])]


class NewShiftsForm(ShiftsForm):
    """The same shifts on many dates."""

    called: ClassVar = {"date": "first", "days": "last"}

    doctor_id = RowField("doctors.Doctor", label="Doctor")
    first = WallDateField(label="From")
    last = WallDateField(label="To", required=False, help_text="Empty: that one date.")
    weekdays = forms.MultipleChoiceField(
        label="On",
        choices=list(enumerate(WEEKDAYS)),
        initial=list(range(7)),
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if not self.errors and not self.days():
            self.add_error("last", "There is no such day between the two.")
        return values

    def days(self) -> list[DayRanges]:
        values = self.cleaned_data
        first, last = values["first"], values["last"] or values["first"]
        dates = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
        wanted = (date for date in dates if str(date.weekday()) in values["weekdays"])
        # One too many is enough to be refused.
        return [(date, values["shifts"]) for date in islice(wanted, MAX_AVAILABILITY_DAYS + 1)]


@admin.register(Shift)
class ShiftAdmin(AppointmentRefusalsOfRows):
    """The shifts of a date are set together, so a page is about a date of a doctor: its address
    is "12-101-2026-11-30", hospital, doctor and date."""

    form = ShiftsForm
    add_form = NewShiftsForm
    question_class = ShiftQuestion
    deletes = True
    list_display = ("day", "shifts")
    readonly_fields = ("hospital", "doctor", "day")
    fieldsets = ((None, {"fields": ("hospital", "doctor", "day", "shifts")}),)
    add_fieldsets = (
        (None, {"fields": ("hospital", "doctor_id", "first", "last", "weekdays")}),
        (
            None,
            {
                "fields": ("shifts",),
                "description": "They take the place of what is set on those dates.",
            },
        ),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Rows]:
        return ShiftRows

    def found(self, rows: QuerySet[Any], question: Any) -> QuerySet[Any]:
        return rows.none()

    def dates(self, request: HttpRequest, question: Any) -> list[Shift]:
        """A row for each date that is asked for and has shifts. Raises `Invalid`."""
        asked, hospital_id = question.cleaned_data, question.hospital.pk
        start, end = asked["start"], asked["end"]
        shown = dt.timedelta(days=SHOWN_DAYS - 1)
        # Without bounds it would be all there ever were.
        if start is None:
            start = max(MIN_DATE, end - shown) if end else question.today
        if end is None:
            end = min(MAX_DATE, start + shown)
        return [
            _shifts_of(hospital_id, asked["doctor_id"], day.date, day.shifts)
            for day in availability(
                platform_access(request.user, hospital_id), asked["doctor_id"], start=start, end=end
            )
        ]

    def address_of(self, row: Any) -> str:
        return f"{row.hospital_id}-{row.doctor_id}-{row.date}"

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        match = _ADDRESS.fullmatch(object_id)
        if match is None or max(int(match[1]), int(match[2])) > LARGEST_ID:
            return None
        try:
            date = dt.date.fromisoformat(match[3])
        except ValueError:
            return None
        rows = Shift.objects.filter(hospital_id=match[1], doctor_id=match[2], date=date)
        found: list[Any] = list(rows.select_related("hospital").order_by("start_minute"))
        for row in found[:1]:
            row.ranges = [(shift.start_minute, shift.end_minute) for shift in found]
            return row
        return None

    def name_of(self, row: Any) -> str:
        return f"{self.day(row)}, {self.doctor(row)}"

    @admin.display(description="Date")
    def day(self, row: Shift) -> str:
        return f"{row.date:%a} {row.date}"

    @admin.display(description="Shifts")
    def shifts(self, row: Any) -> str:
        return shifts_text(row.ranges)

    @admin.display(description="Doctor")
    def doctor(self, row: Shift) -> str:
        return doctor_names(row.hospital_id, [row.doctor_id]).get(row.doctor_id, "")

    def described(self, row: DayShifts) -> str:
        return shifts_text(row.shifts) or "none"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        # A date that was cleared has no page to go on with.
        context["show_save_and_continue"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def write(self, request: HttpRequest, form: Any, change: bool) -> Shift:
        doctor_id = form.instance.doctor_id or form.cleaned_data["doctor_id"]
        days = form.days()
        expected = form.expected() if change else ()
        set_availability(self.access(request, form), doctor_id, days=days, expected=expected)
        row: Shift = _shifts_of(form.instance.hospital_id, doctor_id, *days[0])
        return row

    def delete_model(self, request: HttpRequest, obj: Shift) -> None:
        access = platform_access(request.user, obj.hospital_id)
        set_availability(access, obj.doctor_id, days=[(obj.date, [])])
