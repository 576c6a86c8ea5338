"""The README's tour does what it says, word by word."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appointments.demo_data import seed_demo

README = Path(__file__).parent.parent / "README.md"
TOUR = re.compile(r"^## Ten minutes with curl$(.*?)^## ", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SEPARATOR = "\x1e"


def steps() -> list[tuple[str, str]]:
    """The tour's commands, each with what it prints."""
    tour = TOUR.search(README.read_text())
    assert tour is not None
    found: list[tuple[str, str]] = []
    for kind, text in BLOCK.findall(tour[1]):
        if kind == "sh":
            found.append((text, ""))
        else:
            found[-1] = (found[-1][0], text)
    return found


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_tour(live_server, tmp_path, settings):
    settings.ALLOWED_HOSTS = ["*"]
    seed_demo(today=datetime.now(UTC).date(), hospitals=3)
    commands = steps()
    assert len(commands) == 10
    script = f"\nprintf '{SEPARATOR}'\n".join(command for command, _ in commands)
    ran = subprocess.run(
        ["bash", "-euc", script],
        cwd=tmp_path,
        env={**os.environ, "API": f"{live_server.url}/api/v1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    printed = ran.stdout.split(SEPARATOR)
    for (command, expected), actual in zip(commands, printed, strict=False):
        pattern = re.escape(expected).replace("…", ".*?")
        assert re.fullmatch(pattern, actual), f"{command}\nprinted {actual!r}\n{ran.stderr}"
    assert len(printed) == len(commands), ran.stderr
