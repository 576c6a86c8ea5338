"""`python -m benchmarks` from end to end, as small as can be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from benchmarks.bars import bars
from benchmarks.data import name_of

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
HOSPITALS = 16


def test_everything_is_measured(tmp_path: Path) -> None:
    server = os.environ["DATABASE_URL"]
    tiny = ["--hospitals", str(HOSPITALS), "--rounds", "1", "--times", "1", "--seconds", "1"]
    command = [sys.executable, "-m", "benchmarks", *tiny, "--out", str(tmp_path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            for size in (HOSPITALS, 1):
                connection.execute(f'DROP DATABASE IF EXISTS "{name_of(size, server)}"')
    results = json.loads((tmp_path / "bench.json").read_text())
    assert all(row["cpu_ms"] > 0 for row in results["sides"] + results["bookings"])
    assert [bar.name for bar in bars(results)] == [bar["name"] for bar in results["bars"]]
    assert (tmp_path / "bench.svg").read_text().startswith("<svg")
