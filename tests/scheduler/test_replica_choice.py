"""Which requests may read the replica, and how old it may be: without servers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock

import pytest
from django.core.cache import cache
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from hospitals.models import Hospital
from scheduler import replica
from scheduler.circuit import Circuit
from scheduler.db import Router, execute, reads, reads_now, writes
from scheduler.errors import NotFound

USER = 7
KEY = replica._key(USER)


class Servers:
    """The primary's log, its replica and the clock, in bytes and seconds."""

    now = 1000.0
    written = replayed = 100
    broken: Exception | None = None

    def position(self) -> int:
        return self.written

    def reached(self, wanted: int) -> bool:
        if self.broken:
            raise self.broken
        return self.replayed >= wanted


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Servers:
    made = Servers()
    monkeypatch.setattr(replica, "is_configured", lambda: True)
    monkeypatch.setattr(replica, "_position", made.position)
    monkeypatch.setattr(replica, "_replayed", made.reached)
    monkeypatch.setattr(replica, "floor", replica.Floor())
    monkeypatch.setattr(replica, "circuit", Circuit("The replica", "without"))
    monkeypatch.setattr(replica, "connections", MagicMock())
    # Of all: the circuit looks at it too.
    monkeypatch.setattr(replica.time, "monotonic", lambda: made.now)
    monkeypatch.setattr(
        cache,
        "raise_to",
        lambda key, value, timeout: cache.set(key, max(value, cache.get(key, 0)), timeout),
        raising=False,
    )
    cache.set(KEY, 100)
    return made


def within(
    view: Callable[[], Any], method: str = "GET", path: str = "/api/v1/hospitals", **headers: str
) -> tuple[Any, HttpResponse]:
    """Run `view` in a request of `USER`: what it returned, and the answer."""
    returned = []

    def get_response(_: HttpRequest) -> HttpResponse:
        replica.note_caller(USER)
        returned.append(view())
        return HttpResponse()

    request = RequestFactory().generic(method, path, headers=headers)
    response = replica.freshness(get_response)(request)
    return returned[0], response


def chosen(*args: str, **headers: str) -> bool:
    return bool(within(replica.is_chosen, *args, **headers)[0])


def test_only_requests_that_write_nothing(servers: Servers) -> None:
    assert chosen("GET")
    assert chosen("HEAD")
    assert not any(map(chosen, ("POST", "PUT", "PATCH", "DELETE")))
    assert not chosen("GET", "/admin/doctors/doctor/")
    assert not replica.is_chosen()  # of a command


def test_a_query_of_graphql_is_one(servers: Servers) -> None:
    assert within(lambda: (replica.note_query(), replica.is_chosen()), "POST")[0][1]


def test_it_must_have_the_callers_last_write(servers: Servers) -> None:
    servers.written, servers.replayed = 200, 199
    within(replica.note_write, "POST")
    assert cache.get(KEY) == 200
    servers.written, servers.now = 300, servers.now + 1
    assert not chosen()
    servers.replayed = 200
    # But of what others wrote, only what is old: here, before the first sample.
    replica.floor._samples = [(servers.now - 1, 150)]
    assert chosen()


def test_it_must_have_what_the_request_names(servers: Servers) -> None:
    servers.replayed = 2**32 + 0xAB
    assert chosen(**{replica.HEADER: "1/AB"})
    assert not chosen(**{replica.HEADER: "1/AC"})
    assert not chosen(**{replica.HEADER: "what?"})


def test_an_answer_to_a_write_says_where_the_log_ends(servers: Servers) -> None:
    servers.written = 2**32 + 0xAB
    assert within(replica.note_write, "POST")[1].headers[replica.HEADER] == "1/AB"
    assert replica.HEADER not in within(replica.is_chosen)[1].headers


def test_of_the_forgotten_everything_counts_as_written(servers: Servers) -> None:
    cache.delete(KEY)
    replica.floor._samples = [(servers.now, 100)]
    servers.written = 150
    assert not chosen()
    assert cache.get(KEY) == 150
    servers.replayed = 150
    assert chosen()


def test_others_writes_are_at_most_as_old_as_allowed(servers: Servers) -> None:
    begun, seen = servers.now, []
    # 100 bytes a second; the replica stands still at what was written by `begun`.
    for tenth in range(30):
        servers.now = begun + tenth / 10
        servers.written = 100 + 10 * tenth
        if chosen():
            seen.append(servers.now - begun)
    assert seen
    assert 1 < max(seen) <= replica.OLDEST


def test_once_chosen_it_answers_the_whole_request_until_that_writes(servers: Servers) -> None:
    def view() -> list[bool]:
        found = [replica.is_chosen()]
        servers.now, servers.written = servers.now + 1, 10_000
        found.append(replica.is_chosen())
        replica.note_write()
        return [*found, replica.is_chosen()]

    assert within(view)[0] == [True, True, False]


def test_a_failure_is_found_out_once(servers: Servers) -> None:
    servers.broken = OperationalError()
    assert not chosen()
    servers.broken = None
    assert not chosen()
    servers.now += 6
    assert chosen()


@pytest.mark.parametrize("error", [NotFound(), DatabaseError(), KeyError(), OperationalError()])
def test_what_fails_there_is_asked_of_the_primary(servers: Servers, error: Exception) -> None:
    asked = []

    @reads
    def row() -> str:
        asked.append(_database())
        if _database() == replica.REPLICA:
            raise error
        return "found"

    assert within(lambda: [row(), row()])[0] == ["found", "found"]
    assert asked == ["replica", "default", "default"]


def test_rights_and_writes_are_the_primarys(servers: Servers) -> None:
    @reads_now
    def right() -> str:
        return _database()

    @reads
    def row() -> tuple[str, str]:
        return _database(), right()

    assert within(row)[0] == ("replica", "default")


@pytest.mark.django_db(transaction=True)
def test_a_read_within_a_write_is_the_primarys(servers: Servers) -> None:
    @reads
    def row() -> str:
        return _database()

    @writes
    def write() -> str:
        execute("SELECT 1")
        return row()

    assert within(lambda: (row(), write(), row()))[0] == ("replica", "default", "default")


def _database() -> str:
    return Router().db_for_read(Hospital)
