"""The CSV files of a load: their columns, and the rows of one hospital wherever they stand.

A file is read twice. The first reading finds out where each hospital's rows begin and that they
stand together; the second reads one hospital after the other. No more than one hospital's rows
are ever in memory, and the files may be in any order of hospitals.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

# The first column of each says to which hospital, by its code, a row belongs.
COLUMNS = {
    "hospitals.csv": ("code", "name", "address", "timezone", "opens", "closes"),
    "doctors.csv": ("hospital", "code", "name", "specialty", "active"),
    "patients.csv": ("hospital", "mrn", "name", "date_of_birth", "phone", "email"),
    "shifts.csv": ("hospital", "doctor", "date", "start", "end"),
}


class FileFault(Exception):
    """A file that can't be read as a whole; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row can't be loaded. `field` is the column, empty where it is the row."""

    file: str
    line: int
    field: str
    detail: str

    def __str__(self) -> str:
        column = f"{self.field}: " if self.field else ""
        return f"{self.file}:{self.line}: {column}{self.detail}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the number of its first line, and its texts, stripped, by column."""

    file: str
    number: int
    values: dict[str, str]

    def problem(self, column: str, detail: str) -> Problem:
        return Problem(self.file, self.number, column, detail)


@dataclass(slots=True)
class Group:
    """Where one hospital's rows stand: the first's place, and how many bytes they take."""

    offset: int
    line: int
    size: int = 0


@dataclass(slots=True)
class CsvFile:
    """A file after its first reading."""

    path: Path
    columns: list[str]
    groups: dict[str, Group] = field(default_factory=dict)
    # Rows that break a group, by the hospital that they are of.
    strays: dict[str, list[Problem]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def size(self) -> int:
        return sum(group.size for group in self.groups.values())

    def rows(self, hospital: str) -> Iterator[Line | Problem]:
        """The rows of one hospital; a problem for one that has not as many fields as columns."""
        group = self.groups.get(hospital)
        if group is None:
            return
        with self.path.open("rb") as file:
            file.seek(group.offset)
            for number, offset, texts in _records(self.name, file, group.line):
                if offset >= group.size:
                    return
                if len(texts) == len(self.columns):
                    stripped = (text.strip() for text in texts)
                    yield Line(self.name, number, dict(zip(self.columns, stripped, strict=True)))
                elif texts:
                    detail = f"{len(texts)} fields instead of {len(self.columns)}."
                    yield Problem(self.name, number, "", detail)


def open_folder(folder: Path) -> dict[str, CsvFile]:
    """Read the files of a folder for the first time. Raises `FileFault`."""
    return {name: _index(folder / name) for name in COLUMNS}


def _index(path: Path) -> CsvFile:
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileFault(f"{path} can't be read: {error.strerror}.") from None
    with file:
        columns, start, line = _read_header(path, file)
        found = CsvFile(path, columns)
        place = columns.index(COLUMNS[path.name][0])
        code: str | None = None  # of the group that goes on
        stray: str | None = None  # of the rows that come too late for theirs
        for number, offset, texts in _records(path.name, file, line):
            if code is not None:
                found.groups[code].size = start + offset - found.groups[code].offset
            if not texts:
                continue
            row_of = texts[place].strip() if place < len(texts) else code or stray or ""
            if row_of in (code, stray):
                continue
            code = stray = None
            if row_of in found.groups:
                stray = row_of
                detail = f"the rows of hospital {row_of} must stand together."
                problem = Problem(path.name, number, columns[place], detail)
                found.strays.setdefault(row_of, []).append(problem)
            else:
                code = row_of
                found.groups[code] = Group(start + offset, number)
        if code is not None:
            found.groups[code].size = path.stat().st_size - found.groups[code].offset
    return found


def _read_header(path: Path, file: BinaryIO) -> tuple[list[str], int, int]:
    """The columns, where the rows begin, and on which line."""
    wanted = COLUMNS[path.name]
    first = file.readline()
    text = first.decode("utf-8-sig", "replace")  # spreadsheets begin UTF-8 with a mark
    columns = [column.strip() for column in next(csv.reader([text]), [])]
    if sorted(columns) != sorted(wanted):
        raise FileFault(
            f"{path.name}:1: the first line must name the columns {','.join(wanted)},"
            " separated by commas, in UTF-8."
        )
    return columns, len(first), 2


def _records(name: str, file: BinaryIO, line: int) -> Iterator[tuple[int, int, list[str]]]:
    """The records from here on: the line and the offset, from here, at which each begins."""
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        for raw in file:
            read += len(raw)
            # What is not UTF-8 becomes half a surrogate, which no column takes.
            yield raw.decode("utf-8", "surrogateescape")

    # It takes a line when it needs one, and none ahead: `read` is where the next record begins.
    reader = csv.reader(lines(), strict=True)
    while True:
        number, offset = line + reader.line_num, read
        try:
            texts = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileFault(f"{name}:{number}: this is not CSV: {error}.") from None
        yield number, offset, texts
