"""What is kept of a request whoever sent it: only what is short, and nothing of its body.

Else a thousand long ones, from anybody at all, would fill the memory of every process.
"""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from api_rest.query import LONGEST_KEPT, Param, reader
from scheduler import middleware


def test_a_long_query_is_read_each_time() -> None:
    calls: list[int] = []

    def length(text: str) -> int:
        calls.append(len(text))
        return len(text)

    read = reader({"doctor": Param(length, {}, "")})
    for size in (1, LONGEST_KEPT):
        request = RequestFactory().get("/", {"doctor": "1" * size})
        assert [read(request)["doctor"] for _ in range(2)] == [size, size]
    assert calls == [1, LONGEST_KEPT, LONGEST_KEPT]


def test_the_largest_calendar_is_kept() -> None:
    ids = ",".join([str(2**63 - 1)] * 100)
    assert len(f"doctor={ids}&from=2026-11-30&to=2026-12-20") <= LONGEST_KEPT


@pytest.mark.parametrize(("digits", "kept"), [(19, 1), (middleware.LONGEST_KEPT, 0)])
def test_the_route_of_a_long_path_is_not_kept(digits: int, kept: int) -> None:
    middleware._kept_match.cache_clear()
    answer = Client().get(f"/api/v1/hospitals/{'9' * digits}/specialties")
    assert answer.status_code == 401
    assert middleware._kept_match.cache_info().currsize == kept


def test_a_body_goes_with_the_answer() -> None:
    """A page's own request stays until the collector comes by: its user and messages hold it."""
    for path in ("/sign-in", "/admin/login/", "/nothing", "/api/v1/nothing"):
        request = Client().post(path, {"csrfmiddlewaretoken": "a"}).wsgi_request
        kept = {"_body", "_post", "_stream"} & request.__dict__.keys()
        assert (kept, "wsgi.input" in request.META) == (set(), False)
