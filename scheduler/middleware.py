"""Around every request: its id and timings, problem+json instead of HTML, the APIs' short way."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve

from api_rest.errors import internal_problem, malformed, of_status, problem
from scheduler import logs
from scheduler.errors import MethodNotAllowed, NotFound, Refusal
from scheduler.replica import REPLICA

Answer = Callable[[HttpRequest], HttpResponse]
# What Django writes by itself, the second in DEBUG.
PAGE_TYPES = ("text/html", "text/plain")
# The admin is pages for people; its errors are pages, too.
PAGES = "/admin/"
APIS = ("/api/", "/graphql")
# Asked by machines that know an address and no name.
HEALTH = ("/healthz", "/readyz")
# Served before any route is looked for.
FILES = settings.STATIC_URL
# Bytes. What is longer than that is not waited for, and its connection is closed.
READ_AWAY, AT_ONCE = 16 * 1024 * 1024, 64 * 1024
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")


class Meter:
    """Counts and times the statements of one request."""

    def __init__(self) -> None:
        self.queries, self.of_replica, self.seconds = 0, 0, 0.0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.queries += 1
        self.of_replica += context["connection"].alias == REPLICA
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - begun


def trace(get_response: Answer) -> Answer:
    """Give every answer `X-Request-ID` and `Server-Timing`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        begun, meter = time.perf_counter(), Meter()
        sent = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = sent if _REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        logs.request_id.set(request_id)  # until the next one: Django writes its line after us
        wrappers = [connection.execute_wrappers for connection in connections.all()]
        for each in wrappers:
            each.append(meter)
        try:
            response = get_response(request)
            _read_away(request)
        finally:
            for each in wrappers:
                each.remove(meter)
        _let_go(request)
        seconds = time.perf_counter() - begun
        response.headers["X-Request-ID"] = request_id
        response.headers["Server-Timing"] = (
            f"app;dur={seconds * 1000:.2f},"
            f' db;dur={meter.seconds * 1000:.2f};desc="{meter.queries} queries"'
        )
        if getattr(request, "read_replica", False):
            response.headers["Server-Timing"] += f', replica;desc="{meter.of_replica} queries"'
        return response

    return middleware


def _read_away(request: HttpRequest) -> None:
    """Read the body that nobody has read, since the answer did not depend on it.

    The web server would close the connection on it, and who still sends would miss the answer.
    Not of somebody who waits to be asked for it: they see the answer first.
    """
    asked = request.META
    if (
        request._read_started  # type: ignore[attr-defined]
        or not (asked.get("CONTENT_LENGTH") or asked.get("HTTP_TRANSFER_ENCODING"))
        or "HTTP_EXPECT" in asked
    ):
        return
    # Of a body without a length, the web server alone may know where it ends.
    read = asked["wsgi.input"].read if asked.get("wsgi.input_terminated") else request.read
    length = 0
    with suppress(OSError):  # who went away wants no answer
        while length < READ_AWAY and (part := read(AT_ONCE)):
            length += len(part)


def _let_go(request: HttpRequest) -> None:
    """Drop the body of a request that was answered.

    What Django keeps with a page's request (the user, messages, the frames of an error) keeps the
    request in turn, until the collector comes by, which is seldom (scheduler/wsgi.py).
    """
    for name in ("_body", "_post", "_stream"):
        request.__dict__.pop(name, None)
    request.META.pop("wsgi.input", None)


def problems(get_response: Answer) -> Answer:
    """Answer with problem+json where Django would answer an error with a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        refusal = _unreadable(request)
        if refusal is not None:
            return problem(refusal)
        response = get_response(request)
        if response.status_code < 400 or request.path.startswith(PAGES):
            return response
        # The APIs write their own refusals; a page is Django's.
        is_page = response.headers.get("Content-Type", PAGE_TYPES[0]).startswith(PAGE_TYPES)
        return _problem_for(response) if is_page else response

    return middleware


def _unreadable(request: HttpRequest) -> Refusal | None:
    """What is wrong with a request whatever its path."""
    if request.path_info not in HEALTH:
        try:
            request.get_host()
        except DisallowedHost:
            return malformed("Host", "This host is not served here.")
    # No path of ours has one, and no file system takes it.
    return NotFound() if "\0" in request.path else None


def _problem_for(response: HttpResponse) -> HttpResponse:
    """The same answer as a problem, with the headers that it has got already."""
    status = response.status_code
    if status == 405:
        answer = problem(MethodNotAllowed(allow=response.headers.get("Allow", "")))
    elif status >= 500 and status != 503:
        answer = internal_problem()
    else:
        answer = problem(of_status(status))
    for name, value in response.headers.items():
        answer.headers.setdefault(name, value)
    return answer


def apis(get_response: Answer) -> Answer:
    """Call the APIs' views at once: what stands behind this one is for pages and their sessions.

    The APIs know their callers by tokens, and six more steps are felt in an unchanged calendar.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(FILES):
            return get_response(request)
        try:
            request.resolver_match = match = _match(request.path_info)
        except Resolver404:
            return problem(NotFound())
        if not request.path_info.startswith(APIS) and request.path_info not in HEALTH:
            return get_response(request)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        if response.status_code not in (204, 304):  # which have no body, not an empty one
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return middleware


# Routes are tried one after the other, and the same calendars are asked for again and again. A
# longer path than any with good ids may be anything, from anybody: it is not kept.
LONGEST_KEPT = 200
_kept_match = lru_cache(maxsize=1024)(resolve)


def _match(path: str) -> ResolverMatch:
    return _kept_match(path) if len(path) <= LONGEST_KEPT else resolve(path)
