"""`python -m benchmarks` and `benchmarks.compare` from end to end, as small as can be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from benchmarks import comparison
from benchmarks.bars import bars
from benchmarks.data import name_of
from benchmarks.screens import SCREENS

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
HOSPITALS = 16
TINY = ("--hospitals", str(HOSPITALS), "--rounds", "1", "--times", "1")


@pytest.fixture(scope="module", autouse=True)
def _data_sets() -> Iterator[None]:
    """Leave none behind."""
    server = os.environ["DATABASE_URL"]
    yield
    with psycopg.connect(server, autocommit=True) as connection:
        for size in (HOSPITALS, 1, 0):
            connection.execute(f'DROP DATABASE IF EXISTS "{name_of(size, server)}"')


def run(module: str, *options: str) -> None:
    command = [sys.executable, "-m", module, *TINY, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_everything_is_measured(tmp_path: Path) -> None:
    run("benchmarks", "--seconds", "1", "--out", str(tmp_path))
    results = json.loads((tmp_path / "bench.json").read_text())
    assert all(row["cpu_ms"] > 0 for row in results["sides"] + results["bookings"])
    assert [bar.name for bar in bars(results)] == [bar["name"] for bar in results["bars"]]
    assert (tmp_path / "bench.svg").read_text().startswith("<svg")


def test_everything_is_compared(tmp_path: Path) -> None:
    out = tmp_path / "compare.json"
    run("benchmarks.compare", "--out", str(out))
    results = json.loads(out.read_text())
    assert {row["screen"] for row in results["screens"]} == set(SCREENS)
    assert len(results["screens"]) == 2 * 3 * len(SCREENS)
    assert len(results["storage"]) == 3
    # Other figures, the same words, on both pages.
    _, claims = comparison.read()
    before = comparison.PAGE.read_text()
    after = comparison.page(before, results, claims)
    assert after != before
    assert words(after) == words(before)
    assert len(json.loads(comparison.web(results, claims))["screens"]) == len(SCREENS)


def words(page: str) -> list[str]:
    return [text for text in page.splitlines() if not text.startswith("|")]
