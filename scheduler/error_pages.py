"""The admin's own page while the database is away; `problems` writes every other error."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error as django_server_error

from api_rest.errors import as_refusal, problem
from scheduler.errors import Unavailable


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what no view has caught: 503 where the database did not answer, else Django's 500.

    The page stands alone: Django's admin pages ask the database who is signed in.
    """
    raised = sys.exc_info()[1]
    refusal = as_refusal(raised) if isinstance(raised, Exception) else None
    if not isinstance(refusal, Unavailable):
        return django_server_error(request)
    answer = problem(refusal)
    if request.path.startswith("/admin/"):
        answer.headers["Content-Type"] = "text/html; charset=utf-8"
        answer.content = render_to_string("503.html").encode()
        answer.headers["Content-Length"] = str(len(answer.content))
    return answer
