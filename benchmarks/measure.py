"""Measures workloads in turns, every side in each round, so that all meet the same noise."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from tqdm import tqdm

from benchmarks import cpu
from benchmarks.data import Place
from benchmarks.workloads import Side, Workers, Workload

WARM_UP = 2.0  # seconds of each side, at most


@dataclass
class Figures:
    """Of one side of one workload, a value a round, in milliseconds; CPU by who used it."""

    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)

    def medians(self) -> dict[str, float]:
        return {
            "cpu_ms": statistics.median(map(sum, zip(*self.cpu.values(), strict=True))),
            **{f"{who}_ms": statistics.median(values) for who, values in self.cpu.items()},
            "p50_ms": statistics.median(self.p50),
            "p99_ms": statistics.median(self.p99),
        }


Measured = dict[tuple[str, str], Figures]


def web_workers(
    place: Place, server: int, *, application: str = "scheduler", redis: Sequence[int] = ()
) -> Workers:
    """Who works for a request: the server's processes, its PostgreSQL backends, and Redis.

    Raises `RuntimeError` where PostgreSQL runs on another machine, whose CPU can't be read.
    """
    monitor = place.connect()
    web = cpu.descendants(server)

    def workers() -> dict[str, list[int]]:
        backends = monitor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [application],
        ).fetchall()
        postgres = [int(str(pid)) for (pid,) in backends]
        return {"web": web, "postgres": postgres, "redis": list(redis)}

    require_here(monitor)
    return workers


def require_here(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    if not cpu.used_by([connection.info.backend_pid]):
        raise RuntimeError("PostgreSQL must run on this machine: its CPU is read from /proc.")


def measure(works: Sequence[Workload], *, rounds: int, times: int) -> Measured:
    """Run all sides in turns, once each of them is warm."""
    measured: Measured = {}
    turns = [(work, name) for work in works for name in work.sides]
    for work, name in tqdm(turns, desc="warming up", disable=None, leave=False):
        _warm_up(work, work.sides[name], times * 10)
    for round_ in range(rounds):
        for work, name in tqdm(turns, desc=f"round {round_ + 1}", disable=None, leave=False):
            used, seconds = _run(work, work.sides[name], times)
            figures = measured.setdefault((work.name, name), Figures())
            for who, value in used.items():
                figures.cpu[who].append(value / times * 1000)
            figures.p50.append(statistics.median(seconds) * 1000)
            figures.p99.append(percentile(seconds, 99) * 1000)
    return measured


def _warm_up(work: Workload, side: Side, times: int) -> None:
    # A web process is slow at first: it plans, fills what it keeps, and gets memory for that.
    work.first()
    ends = time.monotonic() + WARM_UP
    while times and time.monotonic() < ends:
        work.before()
        side.call()
        times -= 1


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _run(work: Workload, side: Side, times: int) -> tuple[dict[str, float], list[float]]:
    """CPU of all calls together by who used it, and each call's time, in seconds."""
    work.first()
    own, seconds = 0.0, []
    before = cpu.look(side.workers())
    for _ in range(times):
        work.before()
        begun, own_begun = time.perf_counter(), time.thread_time()
        side.call()
        own += time.thread_time() - own_begun
        seconds.append(time.perf_counter() - begun)
    used = cpu.used_since(before, side.workers())
    return used | ({"client": own} if side.client_counts else {}), seconds
