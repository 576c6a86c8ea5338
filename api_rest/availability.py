"""A doctor's availability: shifts, day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from accounts.access import Access
from api_rest import query, render
from api_rest.body import WHOLE, Clock, Day, Input, read_body
from api_rest.etags import many, one
from api_rest.operations import ResultsOf, operation
from api_rest.query import Unreadable, parse_day, read_query
from api_rest.views import ApiView, judged_after, path_id
from appointments.availability import MOST_SHIFTS, set_availability
from doctors.queries import MAX_AVAILABILITY_DAYS, availability, get_doctor
from hospitals.wall_time import end_minute, to_minute
from scheduler.errors import AvailabilityInUse, Invalid, PermissionDenied

RANGE = {
    "from": query.day("The first date.", required=True),
    "to": query.day(f"The last date, at most {MAX_AVAILABILITY_DAYS} in all.", required=True),
}


class Few(serializers.ListSerializer[Any]):
    """A list that refuses too many before it looks at each, which would take a while."""

    most, code = MOST_SHIFTS, "too_many_shifts"

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) > self.most:
            raise ValidationError({WHOLE: [ErrorDetail(f"At most {self.most}.", code=self.code)]})
        return list(super().to_internal_value(data))


class FewDays(Few):
    most, code = MAX_AVAILABILITY_DAYS, "too_many_days"


class ShiftInput(Input):
    start = Clock()
    end = Clock(help_text="00:00 is midnight at the end of the date.")

    class Meta:
        list_serializer_class = Few


class ShiftsInput(Input):
    shifts = ShiftInput(many=True)


class DayInput(Input):
    date = Day()
    shifts = ShiftInput(many=True)

    class Meta:
        list_serializer_class = FewDays


class DaysInput(Input):
    days = DayInput(many=True, help_text=f"At most {MAX_AVAILABILITY_DAYS}, no date twice.")


class AvailabilityView(ApiView):
    @operation(
        "availability",
        "The dates on which the doctor has shifts",
        query=RANGE,
        answer=ResultsOf(render.DayJson),
    )
    def get(self, request: Request, hospital_id: str, doctor_id: str) -> HttpResponse:
        access, id_ = self.access(hospital_id), path_id(doctor_id)
        with judged_after(lambda: get_doctor(access, id_)):
            asked = read_query(request, RANGE)
        days = availability(access, id_, start=asked["from"], end=asked["to"])
        return many(request, {"results": [render.day(day) for day in days]})

    @operation(
        "setAvailability",
        "Replace the shifts of many dates, all or nothing",
        body=DaysInput,
        answer=ResultsOf(render.DayJson),
        refuses=(PermissionDenied, AvailabilityInUse),
    )
    def put(self, request: Request, hospital_id: str, doctor_id: str) -> HttpResponse:
        access, id_ = self.access(hospital_id), path_id(doctor_id)
        with _judged_after(access, id_):
            sent = read_body(request, DaysInput)
        days = [(day["date"], _minutes(day["shifts"])) for day in sent["days"]]
        answer = set_availability(access, id_, days=days)
        return many(request, {"results": [render.day(day) for day in answer]})


class AvailabilityDayView(ApiView):
    @operation(
        "setAvailabilityOfDay",
        "Replace the shifts of one date",
        body=ShiftsInput,
        answer=render.DayJson,
        refuses=(PermissionDenied, AvailabilityInUse),
    )
    def put(self, request: Request, hospital_id: str, doctor_id: str, date: str) -> HttpResponse:
        access, id_ = self.access(hospital_id), path_id(doctor_id)
        with _judged_after(access, id_):
            try:
                day = parse_day(date)
            except Unreadable as error:
                raise Invalid.field("date", error.code, error.detail) from None
            sent = read_body(request, ShiftsInput)
        days = [(day, _minutes(sent["shifts"]))]
        return one(request, render.day(set_availability(access, id_, days=days, names="")[0]))


def _judged_after(access: Access, doctor_id: int) -> Any:
    return judged_after(
        lambda: get_doctor(access, doctor_id),
        lambda: access.require_availability_of(doctor_id),
    )


def _minutes(shifts: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    return [(to_minute(shift["start"]), end_minute(shift["end"])) for shift in shifts]


urlpatterns = [
    path(
        "hospitals/<str:hospital_id>/doctors/<str:doctor_id>/availability",
        AvailabilityView.as_view(),
    ),
    path(
        "hospitals/<str:hospital_id>/doctors/<str:doctor_id>/availability/<str:date>",
        AvailabilityDayView.as_view(),
    ),
]
