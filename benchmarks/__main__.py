"""`make bench`: what a request costs, beside PostgreSQL alone.

CPU of a request is that of the web processes, their PostgreSQL backends and Redis. All sides take
turns within each round; quote the ratios, not the milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scheduler.settings")
django.setup()

from benchmarks.data import LIFETIME, place_of  # noqa: E402 (after django.setup)
from benchmarks.measure import Measured, measure, web_workers  # noqa: E402
from benchmarks.server import serving_app  # noqa: E402
from benchmarks.workloads import workloads  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hospitals", type=int, default=40, help="how large the data set is")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=40, help="calls of each side in a round")
    parser.add_argument("--json", help="write the figures to this file too")
    options = parser.parse_args()
    place = place_of(options.hospitals, os.environ["DATABASE_URL"])
    environment = {"DATABASE_URL": place.url, "ACCESS_TOKEN_SECONDS": LIFETIME}
    with (
        serving_app("scheduler.wsgi:application", workers=2, **environment) as product,
        serving_app("benchmarks.textbook.wsgi:application", workers=2, **environment) as textbook,
    ):
        works = workloads(
            place,
            (product.port, web_workers(place, product.pid)),
            (textbook.port, web_workers(place, textbook.pid, application="textbook")),
        )
        measured = measure(works, rounds=options.rounds, times=options.times)
    report(measured, options.json)


def report(measured: Measured, path: str | None) -> None:
    """Print the medians of the rounds, and each CPU as a multiple of the cheapest bare one."""
    out = sys.stdout
    out.write(f"{'':38}{'CPU ms':>9}{'Python':>9}{'postgres':>9}{'p50 ms':>9}{'p99 ms':>9}")
    out.write(f"{'CPU/bare':>9}\n")
    rows: list[dict[str, Any]] = [
        {"work": work, "side": side, **figures.medians()}
        for (work, side), figures in measured.items()
    ]
    for row in rows:
        work = row["work"].replace("warm", "cold").replace("304", "cold")
        bare = [r["cpu_ms"] for r in rows if r["work"] == work and r["side"].startswith("bare")]
        row["cpu_by_bare"] = row["cpu_ms"] / min(bare)
        row["python_ms"] = row.get("web_ms", row.get("client_ms"))
        out.write(f"{row['work']:24}{row['side']:14}")
        for column in ("cpu_ms", "python_ms", "postgres_ms", "p50_ms", "p99_ms", "cpu_by_bare"):
            out.write(f"{row[column]:9.2f}")
        out.write("\n")
    if path:
        with open(path, "w") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
