"""Connections to PostgreSQL go from request to request, whichever thread answers it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread

import pytest
from django.db import close_old_connections, connection

from scheduler.db import execute
from scheduler.postgresql.base import Idle, idle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Idle]:
    """Those that nobody has: none when a test begins."""
    connection.ensure_connection()  # this thread's own is none of them
    ours = Idle()
    monkeypatch.setitem(idle, "default", ours)
    yield ours
    while unused := ours.take():
        unused.close()


def backend() -> int:
    """The server's process that answers this thread."""
    return int(execute("SELECT pg_backend_pid()")[0][0])


def request(ask: Callable[[], int] = backend) -> int:
    """What Django does around a request, in a thread that ends after it."""
    found: list[int] = []

    def answer() -> None:
        close_old_connections()
        found.append(ask())
        close_old_connections()

    thread = Thread(target=answer)
    thread.start()
    thread.join()
    return found[0]


def burst(size: int) -> set[int]:
    """Requests at the same moment."""
    all_there = Barrier(size)

    def ask() -> int:
        found = backend()
        all_there.wait(10)
        return found

    with ThreadPoolExecutor(size) as pool:
        return set(pool.map(lambda _: request(ask), range(size)))


def test_a_connection_outlives_its_thread() -> None:
    assert len({request() for _ in range(5)}) == 1


def test_as_many_as_requests_at_a_time() -> None:
    several = burst(4)
    assert len(several) == 4
    assert burst(4) == several
    assert len({request() for _ in range(8)}) == 1


def test_one_that_died_meanwhile_is_not_taken() -> None:
    dead = burst(3)
    execute("SELECT pg_terminate_backend(pid::int, 5000) FROM unnest(%s) pid", (list(dead),))
    assert request() not in dead


def test_one_that_is_too_old_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    several = burst(3)
    now = time.monotonic() + connection.settings_dict["CONN_MAX_AGE"]
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert request() not in several


def test_what_only_a_burst_needed_ends_when_it_is_too_old(kept: Idle) -> None:
    burst(2)
    seldom, often = kept.take(), kept.take()
    assert seldom
    assert often
    seldom.close_at = time.monotonic() + 0.05
    kept.give(seldom)
    assert not seldom.closed
    time.sleep(0.06)
    kept.give(often)
    assert seldom.closed
    assert not often.closed


def test_one_within_a_transaction_is_not_given_away() -> None:
    def ask() -> int:
        found = backend()
        connection.connection.execute("BEGIN")
        return found

    assert request(ask) != request()
