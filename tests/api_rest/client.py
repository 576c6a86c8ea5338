"""Speaks REST as an integrator would: paths, JSON and headers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client

from api_rest.errors import TABLE
from tests.world import Person

ROOT = "/api/v1/"
TABLES = (
    "users",
    "hospitals",
    "memberships",
    "doctors",
    "patients",
    "patient_search_keys",
    "shifts",
    "appointments",
    "appointment_events",
    "schedule_stamps",
    "idempotency_keys",
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: bytes
    cookies: Any

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def etag(self) -> str:
        return str(self.headers["ETag"])

    def refused(self, code: str) -> Any:
        """The problem document, after all that holds for every one of them."""
        assert (self.status, self.headers["Content-Type"]) == (
            TABLE[code][0],
            "application/problem+json",
        ), self.body
        problem = self.json
        members = [problem[name] for name in ("type", "title", "status", "code")]
        assert members == [f"/api/v1/docs#{code}", TABLE[code][1], self.status, code], problem
        assert problem["detail"]
        assert ("errors" in problem) is (code == "invalid")
        assert (self.headers.get("WWW-Authenticate") == "Bearer") is (code == "not_authenticated")
        assert ("Retry-After" in self.headers) is ("retry_after" in problem)
        return problem

    def invalid(self) -> list[tuple[str, str]]:
        """The fields and codes of a refusal that is `invalid`."""
        errors = self.refused("invalid")["errors"]
        assert errors
        assert all(error["detail"] for error in errors)
        return [(error["field"], error["code"]) for error in errors]


class Rest:
    """Somebody's client; nobody's, without a person."""

    def __init__(self, person: Person | None = None) -> None:
        self.client = Client()
        self.token = person and person.tokens.access

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """`body`: bytes as they are, anything else as JSON. `path`: under /api/v1/, or from /."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent |= headers or {}
        content_type = sent.pop("Content-Type", "application/json")
        if body is None:
            data = b""
        else:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = path if path.startswith("/") else ROOT + path
        response = self.client.generic(
            method,
            f"{url}?{urlencode(query)}" if query else url,
            data,
            content_type=content_type,
            headers=sent,
        )
        return Answer(response.status_code, response.headers, response.content, response.cookies)

    def get(self, path: str, **query: Any) -> Answer:
        """A parameter that is a word of the language is written `from_`."""
        return self("GET", path, query={name.rstrip("_"): value for name, value in query.items()})


_HASH = "SELECT 'table', md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) FROM table t"


def rows() -> dict[str, str]:
    """What stands in each table, as a hash."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(_HASH.replace("table", name) for name in TABLES))
        return dict(cursor.fetchall())


@contextmanager
def nothing_written() -> Iterator[None]:
    before = rows()
    yield
    assert rows() == before
