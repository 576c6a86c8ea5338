"""One whole run: both sizes, both sites, the crowds; its results as plain values."""

from __future__ import annotations

import os
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from tqdm import tqdm

from benchmarks.agree import require_agreement
from benchmarks.apis import Api
from benchmarks.crowd import Rate, booking_rate, mixed
from benchmarks.data import LIFETIME, Place
from benchmarks.facts import facts
from benchmarks.measure import measure, web_workers
from benchmarks.pgbench import pgbench, pgbench_rate
from benchmarks.server import THREADS, serving_app
from benchmarks.slots import Slots
from benchmarks.workloads import Site, by_size, workloads

# Packages with a `wsgi` of their own; their last name is that of their connections.
PRODUCT, TEXTBOOK, FLOOR = "scheduler", "benchmarks.textbook", "benchmarks.floor"
CONNECTIONS = (2, 8)
# Processes of a site, and how long (seconds) their connections book before it counts: the first
# bookings of each are planned for their values, the next makes the plans of all others, and the
# last used connection is taken first.
WORKERS, WARM_UP = 2, 15


@contextmanager
def site(place: Place, package: str) -> Iterator[Site]:
    """Serve a site over a place's database; its port, and who works behind it."""
    environment = {"DATABASE_URL": place.url, "ACCESS_TOKEN_SECONDS": LIFETIME}
    name = package.rpartition(".")[2]
    application, ready = f"{package}.wsgi:application", "/" if package == FLOOR else "/readyz"
    with serving_app(application, workers=WORKERS, ready=ready, **environment) as server:
        yield server.port, web_workers(place, server.pid, application=name, redis=_redis())


def run(full: Place, small: Place, *, rounds: int, times: int, seconds: int) -> dict[str, Any]:
    """Measure everything. `seconds` is how long each crowd works in a round."""
    with ExitStack() as stack:
        product = stack.enter_context(site(full, PRODUCT))
        textbook = stack.enter_context(site(full, TEXTBOOK))
        floor = stack.enter_context(site(full, FLOOR))
        little = stack.enter_context(site(small, PRODUCT))
        require_agreement(full, product[0], textbook[0])
        slots, few = Slots(full), Slots(small)
        works = workloads(full, slots, product=product, textbook=textbook, floor=floor)
        works += by_size({"full": (full, product), "1/16": (small, little)})
        measured = measure(works, rounds=rounds, times=times)
        crowds = {"full": (slots, product), "1/16": (few, little)}
        bookings = _bookings(crowds, rounds=rounds, seconds=seconds)
        mix = _mix(full, slots, product, rounds=rounds, seconds=seconds)
        counted = facts(Api(full, product[0]), slots)
    sides = [
        {"work": work, "side": side, **figures.medians()}
        for (work, side), figures in measured.items()
    ]
    return {"sides": sides, "bookings": bookings, "mix": mix, "facts": counted | _facts(full)}


def _bookings(
    crowds: dict[str, tuple[Slots, Site]], *, rounds: int, seconds: int
) -> list[dict[str, Any]]:
    """The median rates of the rounds, by size, side and number of connections."""
    program = pgbench()
    found: dict[tuple[str, str, int], list[Rate]] = defaultdict(list)
    for round_ in tqdm(range(rounds), desc="bookings", unit="round", disable=None):
        for size, (slots, (port, workers)) in crowds.items():
            book = partial(booking_rate, slots.place, slots, port, workers)
            if not round_ or slots.used > 0.5:
                slots.empty()
                # Which looks at the tables anew, so that every connection has to plan anew.
                book(connections=WORKERS * THREADS, seconds=WARM_UP)
            for connections in CONNECTIONS:
                rates = book(connections=connections, seconds=seconds)
                if program and size == "full":
                    rates["pgbench"] = pgbench_rate(
                        program, slots, connections=connections, seconds=seconds
                    )
                if round_ or rounds == 1:  # the first warms up
                    for side, rate in rates.items():
                        found[size, side, connections].append(rate)
    return [
        {
            "size": size,
            "side": side,
            "connections": connections,
            "a_second": statistics.median(rate.a_second for rate in rates),
            "cpu_ms": statistics.median(rate.cpu_ms for rate in rates),
        }
        for (size, side, connections), rates in found.items()
    ]


def _mix(
    place: Place, slots: Slots, product: Site, *, rounds: int, seconds: int
) -> dict[str, dict[str, float]]:
    taken = [mixed(place, slots, product[0], seconds=seconds) for _ in range(rounds)]
    return {
        side: {column: statistics.median(one[side][column] for one in taken) for column in columns}
        for side, columns in taken[0].items()
    }


def _facts(place: Place) -> dict[str, Any]:
    with place.connect() as connection:

        def one(sql: str) -> Any:
            row = connection.execute(sql).fetchone()
            return row and row[0]

        return {
            "hospitals": one("SELECT count(*) FROM hospitals"),
            "appointments": one("SELECT count(*) FROM appointments"),
            "database_mb": one("SELECT pg_database_size(current_database()) / 1000000"),
            "postgresql": one("SHOW server_version"),
            "fsync": one("SHOW fsync"),
            "cores": os.cpu_count(),
            "redis": bool(_redis()),
        }


def _redis() -> list[int]:
    """The process of the Redis that REDIS_URL names, where it runs on this machine."""
    url = os.environ.get("REDIS_URL")
    if not url:
        return []
    import redis

    with redis.Redis.from_url(url) as client:
        information: Callable[..., Any] = client.info
        return [int(information("server")["process_id"])]
