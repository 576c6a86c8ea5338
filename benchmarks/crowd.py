"""Many clients at once: bookings a second, and reads while others book."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import cpu
from benchmarks.apis import Api, Question
from benchmarks.data import Place
from benchmarks.measure import percentile
from benchmarks.slots import Slots
from benchmarks.workloads import Workers, ahead

Call = Callable[[], object]


@dataclass(frozen=True)
class Rate:
    """What a crowd got done: calls a second, and CPU of each (milliseconds)."""

    a_second: float
    cpu_ms: float


def together(clients: Sequence[Call], seconds: float) -> tuple[float, list[list[float]]]:
    """Let each client call in a thread of its own; how long it took, and each call's time.

    Raises what a client raised.
    """
    ends = time.perf_counter() + seconds
    taken: list[list[float]] = [[] for _ in clients]
    faults: list[BaseException] = []

    def run(number: int) -> None:
        try:
            while (begun := time.perf_counter()) < ends:
                clients[number]()
                taken[number].append(time.perf_counter() - begun)
        except BaseException as fault:
            faults.append(fault)

    begun = time.perf_counter()
    threads = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return time.perf_counter() - begun, taken


def booking_rate(
    place: Place, slots: Slots, port: int, workers: Workers, *, connections: int, seconds: float
) -> dict[str, Rate]:
    """Bookings over each API in turn."""
    rates = {}
    for side in ("REST", "GraphQL"):
        apis = [Api(place, port) for _ in range(connections)]
        books = [api.rest_book if side == "REST" else api.graphql_book for api in apis]
        clients = [lambda book=book: book(slots.next()) for book in books]
        before = cpu.look(workers())
        passed, taken = together(clients, seconds)
        used = sum(cpu.used_since(before, workers()).values())
        done = sum(map(len, taken))
        rates[side] = Rate(done / passed, used / done * 1000)
        for api in apis:
            api.client.close()
    return rates


def mixed(place: Place, slots: Slots, port: int, *, seconds: float) -> dict[str, dict[str, float]]:
    """Eight clients of one hospital, ten schedules to a booking: p50 and p99 in milliseconds.

    The bookings are of the doctors whose schedules are read, so they make what is kept old.
    """
    found: dict[str, dict[str, float]] = {}
    for side in ("REST", "GraphQL"):
        reads: list[float] = []
        apis = [Api(place, port, place.book) for _ in range(8)]
        _, taken = together([_reader(side, api, slots, reads) for api in apis], seconds)
        every = [second for client in taken for second in client]
        found[side] = {
            "p50_ms": percentile(reads, 50) * 1000,
            "p99_ms": percentile(reads, 99) * 1000,
            "calls_a_second": len(every) / seconds,
        }
        for api in apis:
            api.client.close()
    return found


def _reader(side: str, api: Api, slots: Slots, reads: list[float]) -> Call:
    chance, turn = random.Random(id(api)), itertools.count(1)  # noqa: S311 (no secret)
    rest = side == "REST"
    read: Callable[[Question], Any] = api.rest_schedule if rest else api.graphql_schedule
    book = api.rest_book if rest else api.graphql_book
    questions = ahead(api.place, api.place.book_doctors, doctors=10, days=7)

    def call() -> None:
        if next(turn) % 11 == 0:
            book(slots.next())
            return
        asked = chance.choice(questions)
        begun = time.perf_counter()
        read(asked)
        reads.append(time.perf_counter() - begun)

    return call
