"""Who the caller is, and their password."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from accounts.queries import me
from accounts.services import change_password
from api_rest import render
from api_rest.body import Input, Text, read_body
from api_rest.etags import no_content, one
from api_rest.operations import operation
from api_rest.query import read_query
from api_rest.views import ApiView


class NewPassword(Input):
    current = Text()
    new = Text()


class MeView(ApiView):
    @operation("me", "Who the caller is, and their roles", answer=render.MeJson)
    def get(self, request: Request) -> HttpResponse:
        caller = self.signed_in()
        read_query(request, {})
        return one(request, render.me(me(caller)))


class PasswordView(ApiView):
    @operation(
        "changePassword",
        "Change the caller's password, and end their other sign-ins",
        body=NewPassword,
        answer=None,
        status=204,
    )
    def post(self, request: Request) -> HttpResponse:
        caller = self.signed_in()
        sent = read_body(request, NewPassword)
        change_password(caller, current=sent["current"], new=sent["new"])
        return no_content()


urlpatterns = [
    path("me", MeView.as_view()),
    path("me/password", PasswordView.as_view()),
]
