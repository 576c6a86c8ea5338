"""Patients of a hospital."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from api_rest import query, render
from api_rest.body import Day, Input, Text, read_body
from api_rest.etags import created, expected_version, one
from api_rest.operations import PageOf, operation
from api_rest.pages import page_params, render_page
from api_rest.query import read_query
from api_rest.repeats import idempotency_key
from api_rest.views import ApiView, judged_after, path_id
from appointments.safe_repeats import create_patient_once
from patients.queries import get_patient, patients
from patients.services import cleaned_patient, patient_errors, update_patient
from scheduler.errors import FieldError

LIST = {
    "search": query.text(
        "The beginning of any word of the name, the whole mrn or email, the last digits of the"
        " phone number, or a date of birth.",
        longest=200,
    ),
    **page_params(str, int),
}


class PatientInput(Input):
    name = Text(max_length=200)
    date_of_birth = Day()
    phone = Text(max_length=40, allow_blank=True, default="")
    email = Text(max_length=254, allow_blank=True, default="")
    mrn = Text(
        max_length=64,
        allow_blank=True,
        default="",
        help_text="Medical record number; unique in the hospital where it is not empty.",
    )


def _more_errors(values: Any) -> Iterable[FieldError]:
    # What today is there is not known yet; only the service judges that.
    return patient_errors(cleaned_patient(values), today=dt.date.max)


class PatientsView(ApiView):
    @operation("patients", "The patients, by name", query=LIST, answer=PageOf(render.PatientJson))
    def get(self, request: Request, hospital_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        asked = read_query(request, LIST)
        page = patients(
            access, search=asked["search"], after=asked["cursor"], size=asked["page_size"]
        )
        return render_page(request, page, render.patient)

    @operation(
        "createPatient",
        "Add a patient",
        body=PatientInput,
        answer=render.PatientJson,
        status=201,
        repeatable=True,
    )
    def post(self, request: Request, hospital_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        values = read_body(request, PatientInput, also=_more_errors)
        row, replayed = create_patient_once(access, key=idempotency_key(request), values=values)
        return created(request, render.patient(row), replayed=replayed)


class PatientView(ApiView):
    @operation("patient", "One patient", answer=render.PatientJson)
    def get(self, request: Request, hospital_id: str, patient_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        row = get_patient(access, path_id(patient_id))
        read_query(request, {})
        return one(request, render.patient(row), version=row.version)

    @operation(
        "updatePatient",
        "Change a patient",
        body=PatientInput,
        answer=render.PatientJson,
        if_match="honoured",
    )
    def patch(self, request: Request, hospital_id: str, patient_id: str) -> HttpResponse:
        access, id_ = self.access(hospital_id), path_id(patient_id)
        with judged_after(lambda: get_patient(access, id_)):
            changes = read_body(request, PatientInput, changes=True, also=_more_errors)
            version = expected_version(request, current=lambda: get_patient(access, id_).version)
        row = update_patient(access, id_, expected_version=version, changes=changes)  # type: ignore[arg-type]
        return one(request, render.patient(row), version=row.version)


urlpatterns = [
    path("hospitals/<str:hospital_id>/patients", PatientsView.as_view()),
    path("hospitals/<str:hospital_id>/patients/<str:patient_id>", PatientView.as_view()),
]
