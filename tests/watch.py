"""Reads every statement that the product sends while the tests run, whichever test it is.

A statement is the product's when the nearest of our own functions that asked for it is; what a
test or a benchmark asks for itself is not looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created

from tests.one_hospital import faults

ROOT = Path(__file__).parent.parent
# These only pass on what others ask for.
_PASSING_ON = {
    ("scheduler/db.py", "execute"),
    ("scheduler/db.py", "execute_once"),
    ("scheduler/middleware.py", "__call__"),
    ("scheduler/pages.py", "page"),
    ("scheduler/postgresql/base.py", "run"),
    ("scheduler/postgresql/base.py", "run_once"),
}
_NOT_THE_PRODUCT = ("tests/", "benchmarks/")
# Who may ask for rows of several hospitals at once, and why that is well: no request does.
SEVERAL_HOSPITALS = {
    "appointments/consistency.py": "`check_rows` reads every row there is, by hand",
    "appointments/management/commands/purge_expired.py": "asks which hospitals have old keys",
}

_found: list[str] = []


def begin() -> None:
    """Watch every connection that is opened from now on."""
    connection_created.connect(_watch)


def take() -> list[str]:
    """What was found wrong since the last time."""
    found, _found[:] = list(_found), []
    return found


def _watch(connection: Any, **_: Any) -> None:
    if _look not in connection.execute_wrappers:
        connection.execute_wrappers.append(_look)


def _look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    asker = _asker()
    if asker is not None and not asker.startswith(_NOT_THE_PRODUCT):
        several = asker in SEVERAL_HOSPITALS
        for each in params if many else [params]:
            found = faults(sql, each, several_hospitals=several)
            _found.extend(f"{asker}: {fault}\n{sql}" for fault in found)
    return execute(sql, params, many, context)


def _asker() -> str | None:
    """The file of the nearest function of ours, as a path within the repository."""
    frame = sys._getframe(2)
    while frame is not None:
        path = _ours(frame.f_code.co_filename)
        if path is not None and (path, frame.f_code.co_name) not in _PASSING_ON:
            return path
        frame = frame.f_back  # type: ignore[assignment]
    return None


@cache
def _ours(filename: str) -> str | None:
    if "site-packages" in filename or not filename.startswith(f"{ROOT}/"):
        return None
    return filename[len(f"{ROOT}/") :]
