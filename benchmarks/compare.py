"""`make compare`: REST beside GraphQL over six screens, and three ways to store availability.

Writes compare.json, and from it the two pages about it (benchmarks/comparison.py).
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks import comparison
from benchmarks.__main__ import database
from benchmarks.data import Place, place_of

KEPT_BY_NOBODY = "appointment, patient, history"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hospitals", type=int, default=640, help="of the larger data set")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=15, help="visits of each screen in a round")
    parser.add_argument("--out", type=Path, help="a file for the figures alone, no pages written")
    options = parser.parse_args()
    with database() as server:
        full = place_of(options.hospitals, server)
        places = {
            "full": full,
            "1/16": place_of(max(1, options.hospitals // 16), server),
            # Of few hospitals, none: the two that are asked are there all the same.
            "1/256": place_of(options.hospitals // 256, server),
        }
        os.environ["DATABASE_URL"] = full.url
        os.environ["DJANGO_SETTINGS_MODULE"] = "scheduler.settings"
        import django

        django.setup()
        from benchmarks.storage import storage

        results = {
            "screens": _screens(places, options.rounds, options.times),
            "storage": storage(full, rounds=options.rounds),
        }
    out = options.out or comparison.FIGURES
    out.write_text(json.dumps(results, indent=1) + "\n")
    for table in (comparison.screens_table(results), comparison.storage_table(results)):
        sys.stdout.write(table + "\n")
    if options.out is None:
        comparison.main()


def _screens(places: dict[str, Place], rounds: int, times: int) -> list[dict[str, Any]]:
    from contextlib import ExitStack

    from benchmarks.measure import measure
    from benchmarks.run import PRODUCT, site
    from benchmarks.screens import SCREENS
    from benchmarks.slots import Slots
    from benchmarks.visits import count_visit, screen_workloads

    rows: list[dict[str, Any]] = []
    with ExitStack() as stack:
        works = []
        for size, place in places.items():
            product = stack.enter_context(site(place, PRODUCT))
            slots = Slots(place)
            works += screen_workloads(size, place, slots, product)
            # For a process's first connection, Django asks two questions more.
            for _ in range(8):
                count_visit(place, product[0], slots, SCREENS[KEPT_BY_NOBODY]["REST"][0])
            for name, apis in SCREENS.items():
                for api, (screen, texts) in apis.items():
                    counted = count_visit(place, product[0], slots, screen)
                    lines = len(inspect.getsource(screen).strip().splitlines())
                    lines += sum(len(text.strip().splitlines()) for text in texts)
                    about = {"screen": name, "api": api, "size": size, "client_lines": lines}
                    rows.append(about | counted)
        measured = measure(works, rounds=rounds, times=times)
    for row in rows:
        first = measured[f"{row['size']}: {row['screen']}", row["api"]].medians()
        again = measured[f"{row['size']}: {row['screen']}, again", row["api"]].medians()
        row |= {name: first[name] for name in ("cpu_ms", "p50_ms", "p99_ms")}
        row["cpu_again_ms"] = again["cpu_ms"]
    return rows


if __name__ == "__main__":
    main()
