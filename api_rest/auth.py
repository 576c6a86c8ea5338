"""Signing in and out: tokens in bodies for programs, the refresh token in a cookie for a browser.

The cookie goes to these calls alone (its path) and authenticates nothing but them.
"""

from __future__ import annotations

from typing import TypedDict

from django.conf import settings
from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from accounts.address import client_address
from accounts.tokens import TokenPair, obtain_token, refresh_token, revoke_token
from api_rest.body import Flag, Input, Text, read_body
from api_rest.etags import no_content, one
from api_rest.operations import operation
from api_rest.views import ApiView
from scheduler.errors import NotAuthenticated, Throttled

COOKIE, COOKIE_PATH = "refresh_token", "/api/v1/auth"


class TokenPairJson(TypedDict):
    access: str
    refresh: str | None


class SignIn(Input):
    email = Text()
    password = Text()
    cookie = Flag(
        default=False, help_text="Put the refresh token into a cookie instead of the answer."
    )


class Refresh(Input):
    refresh = Text(required=False, help_text="Not needed with the cookie.")


class TokenView(ApiView):
    @operation(
        "obtainToken",
        "Sign in",
        body=SignIn,
        answer=TokenPairJson,
        refuses=(NotAuthenticated, Throttled),
        public=True,
        sets_cookie=True,
    )
    def post(self, request: Request) -> HttpResponse:
        sent = read_body(request, SignIn)
        pair = obtain_token(
            email=sent["email"],
            password=sent["password"],
            address=client_address(request.META),
        )
        return _answer(request, pair, in_cookie=sent["cookie"])


class RefreshView(ApiView):
    @operation(
        "refreshToken",
        "Exchange a refresh token for a new pair",
        body=Refresh,
        needs_body=False,
        answer=TokenPairJson,
        refuses=(NotAuthenticated,),
        public=True,
        sets_cookie=True,
    )
    def post(self, request: Request) -> HttpResponse:
        token, in_cookie = _refresh_token(request)
        return _answer(request, refresh_token(token), in_cookie=in_cookie)


class RevokeView(ApiView):
    @operation(
        "revokeToken",
        "Sign out",
        body=Refresh,
        needs_body=False,
        answer=None,
        status=204,
        refuses=(NotAuthenticated,),
        public=True,
    )
    def post(self, request: Request) -> HttpResponse:
        token, in_cookie = _refresh_token(request)
        revoke_token(token)
        response = no_content()
        if in_cookie:
            response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Strict")
        return response


def _refresh_token(request: Request) -> tuple[str, bool]:
    """The refresh token, and whether it came in the cookie; one in the body goes first."""
    sent = read_body(request, Refresh)
    if "refresh" in sent:
        return sent["refresh"], False
    token = request.COOKIES.get(COOKIE)
    if token is None:
        raise NotAuthenticated("Send the refresh token, in the body or in the cookie.")
    return token, True


def _answer(request: Request, pair: TokenPair, *, in_cookie: bool) -> HttpResponse:
    response = one(request, {"access": pair.access, "refresh": None if in_cookie else pair.refresh})
    if in_cookie:
        response.set_cookie(
            COOKIE,
            pair.refresh,
            max_age=settings.REFRESH_TOKEN_LIFETIME,
            path=COOKIE_PATH,
            httponly=True,
            samesite="Strict",
            secure=settings.COOKIES_NEED_HTTPS,
        )
    return response


urlpatterns = [
    path("auth/token", TokenView.as_view()),
    path("auth/token/refresh", RefreshView.as_view()),
    path("auth/token/revoke", RevokeView.as_view()),
]
