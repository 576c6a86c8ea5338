"""GraphiQL: a page for trying documents, with nothing inline and nothing from another host."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# The style sheet has its fonts and icons within itself, as data.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def page(request: HttpRequest) -> HttpResponse:
    response = render(request, "api_graphql/graphiql.html")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Vary"] = "Accept"
    return response
