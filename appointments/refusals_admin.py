"""What refusals that bear appointments or openings say to a person in the admin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest  # noqa: TID251 (the admin is HTTP)
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.hospital_rows_admin import HospitalRowAdmin
from accounts.service_admin import ServiceAdmin, lines
from appointments.queries import AppointmentRow
from doctors.models import Doctor
from scheduler.errors import Refusal

MOST_NAMED = 20


def wall_text(date: dt.date, time: dt.time | str) -> str:
    """A wall time as every page of the admin shows it: Mon 2026-11-30 09:00."""
    clock = time if isinstance(time, str) else f"{time:%H:%M}"
    return f"{date:%a} {date} {clock}"


def links(found: Iterable[str]) -> SafeString:
    """Links side by side."""
    return format_html_join(" · ", "{}", ((link,) for link in found))


def doctor_names(hospital_id: int, ids: Sequence[int]) -> dict[int, str]:
    """The names of a hospital's doctors by id. One query."""
    rows = Doctor.objects.filter(hospital_id=hospital_id, id__in=set(ids))
    return dict(rows.values_list("id", "name"))


class AppointmentRefusals(ServiceAdmin):
    """An admin whose services are refused because of appointments."""

    def explain(self, request: HttpRequest, refusal: Refusal) -> str:
        facts = refusal.members
        if facts.get("alternatives"):
            openings = facts["alternatives"]
            names = doctor_names(facts["hospital_id"], [o.doctor_id for o in openings])
            free = (
                f"{wall_text(o.slot.date, o.slot.time)} with {names[o.doctor_id]}" for o in openings
            )
            return format_html("{} Free near it: {}.", refusal.detail, "; ".join(free))
        rows = facts.get("appointments") or [row for row in [facts.get("appointment")] if row]
        if rows:
            return format_html("{}{}", refusal.detail, _named(rows))
        return super().explain(request, refusal)


class AppointmentRefusalsOfRows(AppointmentRefusals, HospitalRowAdmin):
    """The same for a model whose rows belong to a hospital."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        try:
            super().save_model(request, obj, form, change)
        except Refusal as refusal:
            # Openings bear ids alone, and a doctor is looked up with their hospital.
            refusal.members["hospital_id"] = form.instance.hospital_id
            raise


def _named(rows: Sequence[AppointmentRow]) -> str:
    named: list[str] = [
        format_html(
            '<a href="{}">{}</a> {}',
            reverse("admin:appointments_appointment_change", args=(f"{row.hospital_id}-{row.id}",)),
            wall_text(row.date, row.time),
            row.patient_name,
        )
        for row in rows[:MOST_NAMED]
    ]
    if len(rows) > MOST_NAMED:
        named.append(f"… and {len(rows) - MOST_NAMED} more")
    return lines(named)
