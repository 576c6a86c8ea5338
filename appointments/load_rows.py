"""What the texts of a load's rows mean: values as the services take them, or a problem."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from appointments.load_files import Line, Problem
from hospitals.wall_time import end_minute, to_minute
from scheduler.errors import FieldError

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
_ACTIVE = {"": True, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(slots=True)
class Sheet:
    """What was wrong with one hospital's rows, and how many of which were added or changed."""

    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def whole(self, rows: Iterable[Line | Problem]) -> Iterator[Line]:
        """The rows that have all their columns; the others are noted."""
        for row in rows:
            if isinstance(row, Problem):
                self.problems.append(row)
            else:
                yield row

    def read(self, line: Line, **readers: Callable[[str], Any]) -> dict[str, Any]:
        """A row's columns, each as its reader reads it; without those, and noted, that it can't."""
        found: dict[str, Any] = {}
        for column, text in line.values.items():
            try:
                found[column] = readers[column](text) if column in readers else text
            except ValueError as error:
                self.refuse(line, column, str(error))
        return found

    def refuse(self, line: Line, column: str, detail: str) -> None:
        """Note what is wrong with a column of a row."""
        self.problems.append(line.problem(column, detail))

    def refuse_all(self, line: Line, errors: Iterable[FieldError]) -> None:
        """Note what a service found wrong with a row."""
        for error in errors:
            self.refuse(line, error.field, error.detail)


def read_date(text: str) -> date:
    """Read 2030-01-31. Raises `ValueError`."""
    if not _DATE.fullmatch(text):
        raise ValueError("it must be a date, as 2030-01-31.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such date.") from None


def read_time(text: str) -> time:
    """Read 09:30. Raises `ValueError`."""
    if not _TIME.fullmatch(text):
        raise ValueError("it must be a time, as 09:30.")
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such time.") from None


def read_start(text: str) -> int:
    """Read 09:30 as the minutes since midnight. Raises `ValueError`."""
    return to_minute(read_time(text))


def read_end(text: str) -> int:
    """Read 17:30 as the minutes since midnight, 00:00 as the day's end. Raises `ValueError`."""
    return end_minute(read_time(text))


def read_active(text: str) -> bool:
    """Read yes or no; empty is yes. Raises `ValueError`."""
    try:
        return _ACTIVE[text.lower()]
    except KeyError:
        raise ValueError("it must be yes or no.") from None
