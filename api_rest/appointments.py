"""Appointments: book, move, cancel, and what happened to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from accounts.access import Access
from api_rest import query, render
from api_rest.body import Choice, Id, Input, Moment, Text, read_body, sent_id
from api_rest.etags import created, expected_version, many, one
from api_rest.operations import PageOf, ResultsOf, operation
from api_rest.pages import page_params, render_page
from api_rest.query import read_query
from api_rest.repeats import idempotency_key
from api_rest.views import ApiView, judged_after, path_id
from appointments.checks import REASON_LENGTH, reason_errors
from appointments.models import Status
from appointments.queries import appointments, get_appointment, history
from appointments.safe_repeats import book_once
from appointments.services import cancel_appointment, change_appointment
from doctors.models import SPECIALTY_LENGTH
from scheduler.errors import (
    FieldError,
    InvalidTransition,
    PatientBusy,
    PermissionDenied,
    SlotInPast,
    SlotTaken,
    SlotUnavailable,
)

LIST = {
    "doctor": query.an_id("Of this doctor."),
    "patient": query.an_id("Of this patient."),
    "from": query.day("The first wall date."),
    "to": query.day("The last wall date."),
    "status": query.choice("Of this status.", Status.values),
    **page_params(dt.datetime, int),
}


class BookingInput(Input):
    doctor_id = Id(required=False, allow_null=True, help_text="Without it: any doctor who is free.")
    specialty = Text(
        max_length=SPECIALTY_LENGTH,
        required=False,
        allow_null=True,
        help_text="Of any doctor; or a check.",
    )
    patient_id = Id()
    starts_at = Moment()
    reason = Text(max_length=REASON_LENGTH, allow_blank=True, default="")


class AppointmentChangesInput(Input):
    starts_at = Moment()
    doctor_id = Id()
    reason = Text(max_length=REASON_LENGTH, allow_blank=True)
    status = Choice(Status.values)


class CancellationInput(Input):
    reason = Text(max_length=REASON_LENGTH, allow_blank=True, default="")


def _more_errors(values: Any) -> Iterable[FieldError]:
    return reason_errors(values.get("reason", ""))


def _require_booking(access: Access, request: Request) -> None:
    """Where the body names a doctor, the right to book with them comes before its other faults."""
    doctor_id = sent_id(request, "doctor_id")
    if doctor_id is not None:
        access.require_booking_with(doctor_id)


class AppointmentsView(ApiView):
    @operation(
        "appointments",
        "Appointments in order of time",
        query=LIST,
        answer=PageOf(render.AppointmentJson),
    )
    def get(self, request: Request, hospital_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        asked = read_query(request, LIST)
        page = appointments(
            access,
            doctor_id=asked["doctor"],
            patient_id=asked["patient"],
            start=asked["from"],
            end=asked["to"],
            status=asked["status"],
            after=asked["cursor"],
            size=asked["page_size"],
        )
        return render_page(request, page, render.appointment)

    @operation(
        "bookAppointment",
        "Book a patient into a slot",
        body=BookingInput,
        answer=render.AppointmentJson,
        status=201,
        refuses=(PermissionDenied, SlotInPast, SlotUnavailable, SlotTaken, PatientBusy),
        repeatable=True,
    )
    def post(self, request: Request, hospital_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        with judged_after(lambda: _require_booking(access, request)):
            sent = read_body(request, BookingInput, also=_more_errors)
            key = idempotency_key(request)
        row, replayed = book_once(
            access, key=key, **({"doctor_id": None, "specialty": None} | sent)
        )
        return created(request, render.appointment(row), replayed=replayed)


class AppointmentView(ApiView):
    @operation("appointment", "One appointment", answer=render.AppointmentJson)
    def get(self, request: Request, hospital_id: str, appointment_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        row = get_appointment(access, path_id(appointment_id))
        read_query(request, {})
        return one(request, render.appointment(row), version=row.version)

    @operation(
        "changeAppointment",
        "Move an appointment, edit its reason, set its status",
        body=AppointmentChangesInput,
        answer=render.AppointmentJson,
        refuses=(
            PermissionDenied,
            InvalidTransition,
            SlotInPast,
            SlotUnavailable,
            SlotTaken,
            PatientBusy,
        ),
        if_match="required",
    )
    def patch(self, request: Request, hospital_id: str, appointment_id: str) -> HttpResponse:
        access, id_ = self.access(hospital_id), path_id(appointment_id)
        with judged_after(
            lambda: get_appointment(access, id_), lambda: _require_booking(access, request)
        ):
            changes = read_body(request, AppointmentChangesInput, changes=True, also=_more_errors)
            version = _expected_version(request, access, id_)
        row = change_appointment(access, id_, expected_version=version, changes=changes)  # type: ignore[arg-type]
        return one(request, render.appointment(row), version=row.version)

    @operation(
        "cancelAppointment",
        "Cancel an appointment",
        body=CancellationInput,
        needs_body=False,
        answer=render.AppointmentJson,
        refuses=(InvalidTransition,),
        if_match="required",
    )
    def delete(self, request: Request, hospital_id: str, appointment_id: str) -> HttpResponse:
        access, id_ = self.access(hospital_id), path_id(appointment_id)
        with judged_after(lambda: get_appointment(access, id_)):
            sent = read_body(request, CancellationInput)
            version = _expected_version(request, access, id_)
        row = cancel_appointment(access, id_, expected_version=version, reason=sent["reason"])
        return one(request, render.appointment(row), version=row.version)


def _expected_version(request: Request, access: Access, appointment_id: int) -> int | None:
    return expected_version(
        request, current=lambda: get_appointment(access, appointment_id).version
    )


class HistoryView(ApiView):
    @operation(
        "appointmentHistory",
        "What happened to an appointment, oldest first",
        answer=ResultsOf(render.HistoryEntryJson),
    )
    def get(self, request: Request, hospital_id: str, appointment_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        entries = history(access, path_id(appointment_id))
        read_query(request, {})
        return many(request, {"results": [render.history_entry(entry) for entry in entries]})


urlpatterns = [
    path("hospitals/<str:hospital_id>/appointments", AppointmentsView.as_view()),
    path(
        "hospitals/<str:hospital_id>/appointments/<str:appointment_id>",
        AppointmentView.as_view(),
    ),
    path(
        "hospitals/<str:hospital_id>/appointments/<str:appointment_id>/history",
        HistoryView.as_view(),
    ),
]
