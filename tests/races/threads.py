"""Real threads, each with a connection of its own, let go at the same moment."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, connections

from scheduler.db import execute
from scheduler.errors import Refusal
from scheduler.partitioning import CITUS

THREADS = 32
_SOMEBODY_WAITS = (
    # On whichever machine.
    "SELECT EXISTS (SELECT FROM citus_lock_waits)"
    if settings.PARTITIONING == CITUS
    else "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock')"
)
Call = Callable[[], Any]


def at_once(calls: Sequence[Call]) -> list[Any]:
    """Start all calls together; each one's answer, or the refusal that it raised, in order.

    Anything else that a call raises is raised here.
    """
    barrier = threading.Barrier(len(calls), timeout=30)

    def run(call: Call) -> Any:
        try:
            try:
                connection.ensure_connection()
            except Exception:
                barrier.abort()  # the others need not wait for it
                raise
            barrier.wait()
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        started = [pool.submit(run, call) for call in calls]
    for each in started:
        error = each.exception()
        if error is not None and not isinstance(error, threading.BrokenBarrierError):
            raise error
    return [each.result() for each in started]


def outcomes(answers: Sequence[Any]) -> Counter[str]:
    """How many were done, and how many refused with which code."""
    return Counter(a.code if isinstance(a, Refusal) else "done" for a in answers)


def done(answers: Sequence[Any]) -> list[Any]:
    return [answer for answer in answers if not isinstance(answer, Refusal)]


def say(what: str, counts: Counter[str]) -> None:
    """Shown with `pytest -s`."""
    found = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    print(f"\n{what}: {found}")  # noqa: T201


@contextmanager
def no_deadlocks() -> Iterator[None]:
    """Expect PostgreSQL to count no deadlock in the block, not even one that was mended."""
    before = _deadlocks()
    yield
    assert _deadlocks() == before


def _deadlocks() -> int:
    wait_until(
        # A session reports what it counted at its end.
        "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid())"
    )
    ((count,),) = execute(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    return int(count)


def wait_until(sql: str) -> None:
    for _ in range(500):
        if execute(sql)[0][0]:
            return
        time.sleep(0.01)
    raise AssertionError(f"It never came true: {sql}")


@contextmanager
def another_way_in() -> Iterator[psycopg.Connection]:
    """A bare session to the same database, that knows nothing of locks and stamps."""
    params = connection.get_connection_params()
    keep = {"host", "port", "user", "password", "dbname"}
    with psycopg.connect(**{k: v for k, v in params.items() if k in keep}) as bare:
        yield bare
        bare.rollback()


@contextmanager
def meanwhile(call: Call) -> Iterator[Callable[[], Any]]:
    """Run a call in a thread, go on once it waits for a lock; what is yielded gives its answer."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(at_once, [call])
        wait_until(_SOMEBODY_WAITS)
        yield lambda: future.result(timeout=30)[0]
