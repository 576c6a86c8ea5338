"""`make bench`: what a request costs, beside PostgreSQL alone and beside a textbook's site.

CPU of a request is that of the web processes, their PostgreSQL backends and Redis. All sides take
turns within each round; quote the ratios, not the milliseconds. Without DATABASE_URL the data
sets lie in a PostgreSQL of their own under .local/bench, whose commits wait for the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.data import place_of

HOME = Path(".local/bench")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hospitals", type=int, default=640, help="of the larger data set")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=30, help="calls of each side in a round")
    parser.add_argument("--seconds", type=int, default=3, help="of each crowd in a round")
    parser.add_argument("--out", type=Path, default=HOME, help="folder of bench.json and bench.svg")
    options = parser.parse_args()
    with database() as server:
        full = place_of(options.hospitals, server)
        small = place_of(max(1, options.hospitals // 16), server)
        # This process asks the larger one, too, to see its plans.
        os.environ["DATABASE_URL"] = full.url
        os.environ["DJANGO_SETTINGS_MODULE"] = "scheduler.settings"
        os.environ["REQUESTS_PER_SECOND"] = "1000000"
        import django

        django.setup()
        from benchmarks.bars import bars
        from benchmarks.plot import svg
        from benchmarks.run import run

        results = run(
            full, small, rounds=options.rounds, times=options.times, seconds=options.seconds
        )
    found = bars(results)
    results["bars"] = [bar.as_json() for bar in found]
    report(results)
    for bar in found:
        sys.stdout.write(bar.line() + "\n")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "bench.json").write_text(json.dumps(results, indent=1) + "\n")
    (options.out / "bench.svg").write_text(svg(found))
    sys.stdout.write(f"\n{options.out}/bench.json, {options.out}/bench.svg\n")


@contextmanager
def database() -> Iterator[str]:
    """The URL of the server to use: DATABASE_URL's, else one of our own."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    from scheduler.embedded_postgres import open_cluster

    cluster = open_cluster(HOME / "postgres", durable=True)
    cluster.settings += _of_a_server()
    try:
        cluster.start()
        yield cluster.url
    finally:
        cluster.stop()


def _of_a_server() -> str:
    """Settings for a machine that does nothing else, as PostgreSQL's manual advises them.

    The demo's are those of a guest: a checkpoint each minute makes every page that is touched
    after it part of the log, and most of a large data set is not in its memory.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return (
        f"shared_buffers = {memory // 4}MB\n"
        f"effective_cache_size = {memory // 2}MB\n"
        "max_wal_size = 8GB\n"
        "checkpoint_timeout = 15min\n"
        # Four sites of two processes with sixteen threads, and whoever asks them.
        "max_connections = 200\n"
    )


def report(results: dict[str, Any]) -> None:
    """Print the medians of the rounds."""
    out, facts = sys.stdout, results["facts"]
    out.write(
        f"{facts['hospitals']} hospitals, {facts['appointments']:,} appointments,"
        f" PostgreSQL {facts['postgresql']}, fsync {facts['fsync']}, {facts['cores']} cores\n\n"
    )
    names = ("CPU ms", "Python", "SQL", "p50 ms", "p99 ms")
    out.write(f"{'':38}" + "".join(f"{name:>9}" for name in names) + "\n")
    for row in results["sides"]:
        python = row.get("web_ms", row.get("client_ms"))
        columns = (row["cpu_ms"], python, row["postgres_ms"], row["p50_ms"], row["p99_ms"])
        out.write(f"{row['work']:20}{row['side']:18}")
        out.write("".join(f"{column:9.2f}" for column in columns) + "\n")
    out.write("\nbookings a second, CPU ms of each\n")
    for row in results["bookings"]:
        name = f"{row['side']}, {row['connections']} connections, {row['size']}"
        out.write(f"{name:38}{row['a_second']:9.0f}{row['cpu_ms']:9.2f}\n")
    if not any(row["side"] == "pgbench" for row in results["bookings"]):
        out.write("pgbench was not found (Debian: postgresql-contrib): no figures of it.\n")
    if facts["fsync"] != "on":
        out.write("Commits did not wait for the disk: the rates say nothing of production.\n")
    out.write("\n")


if __name__ == "__main__":
    main()
