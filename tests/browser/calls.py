"""Calls of the web app, met on their way to the server, in either API's form."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route

from tests.browser.conftest import BY_THE_TEST

# The operation of GraphQL; the method and a part of the path of REST.
CALLS = {
    "book": ("bookAppointment", "POST", r"/appointments$"),
    "change": ("changeAppointment", "PATCH", r"/appointments/\d+$"),
    "appointment": ("appointment", "GET", r"/appointments/\d+$"),
    "schedules": ("schedules", "GET", r"/schedules\?"),
    "patients": ("patients", "GET", r"/patients\?"),
}
PROBE = "/healthz?intercepted"


def intercept(
    page: Page,
    url: str | re.Pattern[str],
    handler: Callable[[Route], Any],
    *,
    times: int | None = None,
) -> None:
    """Hand the page's calls of `url` to `handler`, from the next call on.

    Chromium tells a page that is open already to send its calls here a moment after it has said
    so: now and then the first call went to the server.
    """
    page.route(url, handler, times=times)
    if page.url.startswith("http"):
        page.route(PROBE, lambda route: route.fulfill(headers={BY_THE_TEST: "yes"}))
        page.wait_for_function(
            f"() => fetch('{PROBE}').then((answer) => answer.headers.has('{BY_THE_TEST}'))"
        )
        page.unroute(PROBE)


class Met:
    """Each call of this kind ends in `meet`, as long as it is `on`; the others go their way."""

    def __init__(self, page: Page, call: str) -> None:
        self.operation, self.method, path = CALLS[call]
        self.on = True
        self.keys: list[str | None] = []  # of idempotency, of all that came
        intercept(page, re.compile(path), self._rest)
        intercept(page, "**/graphql/", self._graphql)

    def meet(self, route: Route) -> None:
        raise NotImplementedError

    def _rest(self, route: Route) -> None:
        if route.request.method != self.method:
            return route.fallback()
        return self._met(route, route.request.headers.get("idempotency-key"))

    def _graphql(self, route: Route) -> None:
        body = route.request.post_data_json
        if body["operationName"] != self.operation:
            return route.fallback()
        return self._met(route, body["variables"].get("input", {}).get("idempotencyKey"))

    def _met(self, route: Route, key: str | None) -> None:
        self.keys.append(key)
        return self.meet(route) if self.on else route.fallback()


class Refused(Met):
    """The server's refusal; `wait` is the seconds after which it may be asked again."""

    def __init__(self, page: Page, call: str, code: str, status: int, wait: int = 0) -> None:
        super().__init__(page, call)
        self.code, self.status, self.wait = code, status, wait

    def meet(self, route: Route) -> None:
        if route.request.url.endswith("/graphql/"):
            waits = {"retryAfter": self.wait} if self.wait else {}
            extensions = {"code": self.code.upper(), **waits}
            error = {"message": f"Refused: {self.code}.", "extensions": extensions}
            return route.fulfill(json={"data": None, "errors": [error]})
        problem = {"code": self.code, "detail": f"Refused: {self.code}.", "status": self.status}
        asks = {"Retry-After": str(self.wait)} if self.wait else {}
        return route.fulfill(
            status=self.status,
            headers={BY_THE_TEST: "yes", **asks},
            content_type="application/problem+json",
            body=json.dumps(problem),
        )


class Silenced(Met):
    """No answer; with `reaches`, the server does what it is asked the first time."""

    def __init__(self, page: Page, call: str, *, reaches: bool = False) -> None:
        super().__init__(page, call)
        self.reaches = reaches

    def meet(self, route: Route) -> None:
        if self.reaches:
            assert route.fetch().ok
            self.reaches = False


class Lost(Met):
    """The server does what it is asked, and the connection breaks before its first answer."""

    def meet(self, route: Route) -> None:
        self.on = False
        assert route.fetch().ok
        route.abort("connectionreset")


class Held(Met):
    """No answer to what names `text` before `release`."""

    def __init__(self, page: Page, call: str, text: str) -> None:
        super().__init__(page, call)
        self.text = text
        self.waiting: list[Route] = []

    def meet(self, route: Route) -> None:
        if self.text in f"{route.request.url} {route.request.post_data or ''}":
            self.waiting.append(route)
        else:
            route.fallback()

    def release(self) -> None:
        self.on = False
        for route in self.waiting:
            route.fallback()
