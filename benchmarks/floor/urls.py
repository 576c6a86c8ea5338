"""The least that a Django site does which asks PostgreSQL anything: one trip, an empty answer."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from scheduler.db import execute


def nothing(_: HttpRequest) -> HttpResponse:
    execute("SELECT 1")
    return HttpResponse(headers={"Content-Length": "0"})


urlpatterns = [path("", nothing)]
