"""Doctors of a hospital, and their specialties."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from accounts.access import Access
from api_rest import query, render
from api_rest.body import Flag, Input, Text, read_body
from api_rest.etags import created, expected_version, many, one
from api_rest.operations import PageOf, ResultsOf, operation
from api_rest.pages import page_params, render_page
from api_rest.query import read_query
from api_rest.views import ApiView, judged_after, path_id
from appointments.availability import update_doctor
from appointments.openings import free_doctor_ids
from doctors.models import SPECIALTY_LENGTH
from doctors.queries import doctors, get_doctor, specialties
from doctors.services import cleaned_doctor, create_doctor, doctor_errors
from scheduler.errors import AvailabilityInUse, FieldError, Invalid, PermissionDenied

LIST = {
    "search": query.text("Words of the name.", longest=200),
    "specialty": query.text("Exactly this specialty.", longest=100),
    "available_from": query.day("With `available_to`: only doctors with a bookable slot between."),
    "available_to": query.day("The last of those days; at most 42."),
    "active": query.flag("false: the inactive ones.", default=True),
    **page_params(str, int),
}


class DoctorInput(Input):
    name = Text(max_length=200)
    specialty = Text(max_length=SPECIALTY_LENGTH)
    active = Flag(default=True)


def _more_errors(values: Any) -> Iterable[FieldError]:
    return doctor_errors(cleaned_doctor(values))


class DoctorsView(ApiView):
    @operation("doctors", "The doctors, by name", query=LIST, answer=PageOf(render.DoctorJson))
    def get(self, request: Request, hospital_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        asked = read_query(request, LIST)
        page = doctors(
            access,
            search=asked["search"],
            specialty=asked["specialty"],
            active=asked["active"],
            only=_free(access, asked),
            after=asked["cursor"],
            size=asked["page_size"],
        )
        return render_page(request, page, render.doctor)

    @operation(
        "createDoctor",
        "Add a doctor",
        body=DoctorInput,
        answer=render.DoctorJson,
        status=201,
        refuses=(PermissionDenied,),
    )
    def post(self, request: Request, hospital_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        with judged_after(access.require_hospital_admin):
            values = read_body(request, DoctorInput, also=_more_errors)
        return created(request, render.doctor(create_doctor(access, **values)))


def _free(access: Access, asked: dict[str, Any]) -> set[int] | None:
    """The doctors with a bookable slot in the range that was asked for; None where none was."""
    start, end = asked["available_from"], asked["available_to"]
    if start is None and end is None:
        return None
    if start is None or end is None:
        missing = "available_from" if start is None else "available_to"
        raise Invalid.field(missing, "required", "Send both available_from and available_to.")
    return free_doctor_ids(access, start=start, end=end)


class DoctorView(ApiView):
    @operation("doctor", "One doctor", answer=render.DoctorJson)
    def get(self, request: Request, hospital_id: str, doctor_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        row = get_doctor(access, path_id(doctor_id))
        read_query(request, {})
        return one(request, render.doctor(row), version=row.version)

    @operation(
        "updateDoctor",
        "Change a doctor",
        body=DoctorInput,
        answer=render.DoctorJson,
        refuses=(PermissionDenied, AvailabilityInUse),
        if_match="honoured",
    )
    def patch(self, request: Request, hospital_id: str, doctor_id: str) -> HttpResponse:
        access, id_ = self.access(hospital_id), path_id(doctor_id)
        with judged_after(lambda: get_doctor(access, id_), access.require_hospital_admin):
            changes = read_body(request, DoctorInput, changes=True, also=_more_errors)
            version = expected_version(request, current=lambda: get_doctor(access, id_).version)
        row = update_doctor(access, id_, expected_version=version, changes=changes)  # type: ignore[arg-type]
        return one(request, render.doctor(row), version=row.version)


class SpecialtiesView(ApiView):
    @operation("specialties", "The specialties of the active doctors", answer=ResultsOf(str))
    def get(self, request: Request, hospital_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        read_query(request, {})
        return many(request, {"results": specialties(access)})


urlpatterns = [
    path("hospitals/<str:hospital_id>/doctors", DoctorsView.as_view()),
    path("hospitals/<str:hospital_id>/doctors/<str:doctor_id>", DoctorView.as_view()),
    path("hospitals/<str:hospital_id>/specialties", SpecialtiesView.as_view()),
]
