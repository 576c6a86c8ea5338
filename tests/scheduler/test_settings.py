"""The settings: what may be set is documented, handed on by Compose, and refused by its name."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]
SETTINGS = BASE_DIR / "scheduler" / "settings.py"
READ = set(
    re.findall(
        r"""(?:given|flag|number|address|words)\(\s*["']([A-Z_]+)["']""", SETTINGS.read_text()
    )
)
# Of tests and tools, which serve nobody.
NOT_FOR_OPERATORS = {"INSECURE_SECRET_KEY"}


@pytest.fixture
def settings_with(monkeypatch: pytest.MonkeyPatch) -> Any:
    def read(**variables: str) -> dict[str, Any]:
        for name in READ:
            monkeypatch.delenv(name, raising=False)
        for name, text in {"SECRET_KEY": "k" * 32, **variables}.items():
            monkeypatch.setenv(name, text)
        return runpy.run_path(str(SETTINGS))

    return read


def test_all_are_documented() -> None:
    table = (BASE_DIR / "docs" / "operations.md").read_text().split("\n## ")[1]
    named = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    assert {name for cell in named for name in re.findall(r"`([A-Z_]+)`", cell)} == (
        READ - NOT_FOR_OPERATORS
    )


def test_compose_hands_all_on() -> None:
    services = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"]
    # The image has its files in a place of their own, and nobody may see what DEBUG shows.
    assert set(services["web"]["environment"]) == (
        READ - NOT_FOR_OPERATORS - {"STATIC_ROOT", "DEBUG", "PARTITIONING"}
    )


def test_an_empty_one_is_none(settings_with: Any) -> None:
    names = READ - {"SECRET_KEY"}
    left, empty = settings_with(), settings_with(**dict.fromkeys(names, ""))
    assert {name for name in left if name.isupper() and left[name] != empty[name]} == set()


def test_a_short_key_is_warned_of(settings_with: Any) -> None:
    settings_with(SECRET_KEY="k" * 32)
    with pytest.warns(UserWarning, match="32 random characters or more"):
        settings_with(SECRET_KEY="k" * 31)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set, to 32 random characters or more."),
        (
            {"DB_LOCK_TIMEOUT_MS": "3s"},
            "DB_LOCK_TIMEOUT_MS is a whole number, 0 or more, not '3s'.",
        ),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES is a whole number, 0 or more, not '-1'."),
        ({"BEHIND_HTTPS_PROXY": "y"}, "BEHIND_HTTPS_PROXY is 1 or 0, not 'y'."),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is one of DEBUG, INFO, WARNING, ERROR, CRITICAL."),
        (
            {"DATABASE_URL": "mysql://root:secret@x/y"},
            "DATABASE_URL begins with postgres or postgresql, then ://.",
        ),
        ({"REDIS_URL": "x:6379"}, "REDIS_URL begins with redis or rediss or unix, then ://."),
        ({"PARTITIONING": "list"}, "PARTITIONING is hash or citus."),
        (
            {"REPLICA_URL": "postgres://x/y"},
            "REPLICA_URL needs REDIS_URL: it keeps who wrote when.",
        ),
    ],
    ids=str,
)
def test_a_wrong_one_is_named(settings_with: Any, variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        settings_with(**variables)
    assert str(refused.value) == sentence


def test_switches_and_levels_in_any_case(settings_with: Any) -> None:
    read = settings_with(DEMO="Yes", LOG_LEVEL="info", DB_CONN_MAX_AGE="0")
    assert (read["DEMO"], read["LOGGING"]["root"]["level"]) == (True, "INFO")
    assert read["DATABASES"]["default"]["CONN_MAX_AGE"] == 0


def test_commands_say_it_in_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check_rows"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "SECRET_KEY must be set, to 32 random characters or more.\n",
    )
