"""Hospitals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from api_rest import query, render
from api_rest.body import Clock, Input, Text, read_body
from api_rest.etags import created, expected_version, one
from api_rest.operations import PageOf, operation
from api_rest.pages import page_params, render_page
from api_rest.query import read_query
from api_rest.views import ApiView, judged_after
from appointments.availability import update_hospital
from hospitals.queries import get_hospital, hospitals
from hospitals.services import cleaned_hospital, create_hospital, hospital_errors
from scheduler.errors import FieldError, PermissionDenied

MIDNIGHT = dt.time(0)
LIST = {
    "search": query.text("Words of the name.", longest=200),
    **page_params(str, int),
}


class HospitalInput(Input):
    name = Text(max_length=200)
    address = Text(max_length=500, allow_blank=True, default="")
    timezone = Text(max_length=64, help_text="An IANA name, as Europe/Paris.")
    opens = Clock(default=MIDNIGHT)
    closes = Clock(default=MIDNIGHT, help_text="00:00 is midnight at the end of the day.")


def _more_errors(values: Any) -> Iterable[FieldError]:
    return hospital_errors(cleaned_hospital(values))


class HospitalsView(ApiView):
    @operation(
        "hospitals",
        "The hospitals that the caller may see, by name",
        query=LIST,
        answer=PageOf(render.HospitalJson),
    )
    def get(self, request: Request) -> HttpResponse:
        caller = self.signed_in()
        asked = read_query(request, LIST)
        page = hospitals(
            caller, search=asked["search"], after=asked["cursor"], size=asked["page_size"]
        )
        return render_page(request, page, render.hospital)

    @operation(
        "createHospital",
        "Add a hospital",
        body=HospitalInput,
        answer=render.HospitalJson,
        status=201,
        refuses=(PermissionDenied,),
    )
    def post(self, request: Request) -> HttpResponse:
        caller = self.signed_in()
        with judged_after(caller.require_platform_admin):
            values = read_body(request, HospitalInput, also=_more_errors)
        return created(request, render.hospital(create_hospital(caller, **values)))


class HospitalView(ApiView):
    @operation("hospital", "One hospital", answer=render.HospitalJson)
    def get(self, request: Request, hospital_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        read_query(request, {})
        row = get_hospital(access)
        return one(request, render.hospital(row), version=row.version)

    @operation(
        "updateHospital",
        "Change a hospital; shifts that are set stay as they are",
        body=HospitalInput,
        answer=render.HospitalJson,
        refuses=(PermissionDenied,),
        if_match="honoured",
    )
    def patch(self, request: Request, hospital_id: str) -> HttpResponse:
        access = self.access(hospital_id)
        with judged_after(access.require_hospital_admin):
            changes = read_body(request, HospitalInput, changes=True, also=_more_errors)
            version = expected_version(request, current=lambda: get_hospital(access).version)
        row = update_hospital(access, expected_version=version, changes=changes)  # type: ignore[arg-type]
        return one(request, render.hospital(row), version=row.version)


urlpatterns = [
    path("hospitals", HospitalsView.as_view()),
    path("hospitals/<str:hospital_id>", HospitalView.as_view()),
]
