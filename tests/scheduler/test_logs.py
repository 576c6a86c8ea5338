"""What was logged during a request bears the id that its answer has."""

from __future__ import annotations

import io
import logging
import logging.config
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from scheduler.middleware import trace


def test_lines_bear_the_id_of_their_request() -> None:
    written = io.StringIO()
    console = settings.LOGGING["handlers"]["console"] | {"stream": written}
    ours: dict[str, Any] = {**settings.LOGGING, "handlers": {"console": console}, "loggers": {}}
    ours["root"] = {}
    ours["loggers"]["here"] = {"handlers": ["console"], "propagate": False}
    logging.config.dictConfig(ours)

    def view(_request: HttpRequest) -> HttpResponse:
        logging.getLogger("here").warning("a line")
        return HttpResponse()

    for sent, kept in (("mine-1", "mine-1"), ("two words", None)):
        asked = RequestFactory().get("/", headers={"X-Request-ID": sent})
        answered = trace(view)(asked).headers["X-Request-ID"]
        assert kept in (None, answered)
        assert written.getvalue().splitlines()[-1].endswith(f" WARNING {answered} here a line")
