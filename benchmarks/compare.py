"""`make compare`: REST beside GraphQL over six screens, and three ways to store availability.

Writes compare.json, and the tables of docs/comparison.md, whose words are written by hand.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.__main__ import HOME, database
from benchmarks.data import Place, place_of

PAGE = Path("docs/comparison.md")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hospitals", type=int, default=640, help="of the larger data set")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=15, help="visits of each screen in a round")
    parser.add_argument("--out", type=Path, default=HOME, help="folder of compare.json")
    parser.add_argument("--page", type=Path, default=PAGE, help="whose tables are written anew")
    options = parser.parse_args()
    with database() as server:
        full = place_of(options.hospitals, server)
        small = place_of(max(1, options.hospitals // 16), server)
        os.environ["DATABASE_URL"] = full.url
        os.environ["DJANGO_SETTINGS_MODULE"] = "scheduler.settings"
        import django

        django.setup()
        from benchmarks.storage import storage

        results = {
            "screens": _screens({"full": full, "1/16": small}, options.rounds, options.times),
            "storage": storage(full, rounds=options.rounds),
        }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "compare.json").write_text(json.dumps(results, indent=1) + "\n")
    tables = {"screens": _screens_table(results), "storage": _storage_table(results)}
    for table in tables.values():
        sys.stdout.write(table + "\n")
    if options.page.exists():
        options.page.write_text(_with_tables(options.page.read_text(), tables))


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


def _screens_table(results: dict[str, Any]) -> str:
    lines = [
        "| screen | API | requests | sent | received | packed | again | SQL | CPU ms | again"
        " | p50 ms | p99 ms | p50, 1/16 | lines |",
        "|---|---|" + "--:|" * 12,
    ]
    rows = results["screens"]
    small = {(row["screen"], row["api"]): row for row in rows if row["size"] == "1/16"}
    for row in rows:
        if row["size"] != "full":
            continue
        lines.append(
            f"| {row['screen']} | {row['api']} | {row['requests']} | {row['sent']:,}"
            f" | {row['received']:,} | {row['packed']:,} | {row['again']:,} | {row['queries']}"
            f" | {row['cpu_ms']:.1f} | {row['cpu_again_ms']:.1f} | {row['p50_ms']:.0f}"
            f" | {row['p99_ms']:.0f} | {small[row['screen'], row['api']]['p50_ms']:.0f}"
            f" | {row['client_lines']} |"
        )
    return "\n".join(lines)


def _storage_table(results: dict[str, Any]) -> str:
    lines = [
        "| | bytes a doctor | read, CPU ms | set a week, CPU ms | book, CPU ms |",
        "|---|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row['form']} | {row['bytes_a_doctor']:,} | {row['read_ms']:.2f}"
        f" | {row['set_week_ms']:.2f} | {row['book_ms']:.2f} |"
        for row in results["storage"]
    ]
    return "\n".join(lines)


def _with_tables(page: str, tables: dict[str, str]) -> str:
    """The page with what stands between `<!-- name -->` and `<!-- /name -->` replaced."""
    for name, table in tables.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise RuntimeError(f"The page has no place for the table of {name}.")
        page = before + begin + table + "\n" + end + after
    return page


if __name__ == "__main__":
    main()
