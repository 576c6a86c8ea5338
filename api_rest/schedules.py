"""The calendar, and the next openings across doctors."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from api_rest import query, render
from api_rest.etags import many_known_by
from api_rest.operations import ResultsOf, operation
from api_rest.views import ApiView, judged_after
from appointments.openings import MOST_OPENINGS, answer_openings, ask_openings
from appointments.questions import stamps_of
from appointments.schedules import MOST_DAYS, MOST_DOCTORS, answer_schedules, ask_schedules

SCHEDULES = {
    "doctor": query.ids(f"At most {MOST_DOCTORS} doctors.", required=True),
    "from": query.day("The first date.", required=True),
    "to": query.day(f"The last date, at most {MOST_DAYS} in all.", required=True),
}
OPENINGS = {
    "from": query.day("The first date.", required=True),
    "to": query.day(f"The last date, at most {MOST_DAYS} in all.", required=True),
    "specialty": query.text("Of doctors with exactly this specialty.", longest=100),
    "doctor": query.ids("Of these doctors."),
    "time_from": query.clock("Not before this wall time."),
    "time_to": query.clock("Before this wall time; 00:00 is the end of the day."),
    "limit": query.integer("How many at most.", least=1, most=MOST_OPENINGS, default=20),
}
read_schedules, read_openings = query.reader(SCHEDULES), query.reader(OPENINGS)


class SchedulesView(ApiView):
    @operation(
        "schedules",
        "The calendar of some doctors, with every slot",
        query=SCHEDULES,
        answer=render.ScheduleJson,
    )
    def get(self, request: Request, hospital_id: str) -> HttpResponse:
        with judged_after(lambda: self.access(hospital_id)):
            asked = read_schedules(request)
        access, stamps = self.access_and(hospital_id, stamps_of(asked["doctor"]))
        question = ask_schedules(
            access,
            doctor_ids=asked["doctor"],
            start=asked["from"],
            end=asked["to"],
            stamps=stamps,
        )
        return many_known_by(
            question.etag, request, lambda: render.schedule(question, answer_schedules(question))
        )


class OpeningsView(ApiView):
    @operation(
        "openings",
        "The next bookable slots, earliest first, then by doctor",
        query=OPENINGS,
        answer=ResultsOf(render.OpeningJson),
    )
    def get(self, request: Request, hospital_id: str) -> HttpResponse:
        with judged_after(lambda: self.access(hospital_id)):
            asked = read_openings(request)
        access, stamps = self.access_and(hospital_id, stamps_of(asked["doctor"]))
        question = ask_openings(
            access,
            start=asked["from"],
            end=asked["to"],
            specialty=asked["specialty"] or None,
            doctor_ids=asked["doctor"],
            time_from=asked["time_from"],
            time_to=asked["time_to"],
            limit=asked["limit"],
            stamps=stamps,
        )
        return many_known_by(
            question.etag,
            request,
            lambda: {"results": [render.opening(row) for row in answer_openings(question)]},
        )


urlpatterns = [
    path("hospitals/<str:hospital_id>/schedules", SchedulesView.as_view()),
    path("hospitals/<str:hospital_id>/openings", OpeningsView.as_view()),
]
