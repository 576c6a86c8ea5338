"""Keyset pages: lists that read on from a row, and cost the same on every page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from scheduler.db import Condition, execute_once
from scheduler.errors import Invalid

DEFAULT_SIZE, MAX_SIZE = 50, 200
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: just after, or just before, the row whose ordered values these are."""

    values: tuple[Any, ...]
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in order. `keys[i]` holds the ordered values of `rows[i]`, for a cursor at it."""

    rows: tuple[Row, ...]
    keys: tuple[tuple[Any, ...], ...]
    has_next: bool
    has_previous: bool

    @property
    def next(self) -> Cursor | None:
        return Cursor(self.keys[-1]) if self.has_next and self.keys else None

    @property
    def previous(self) -> Cursor | None:
        return Cursor(self.keys[0], backwards=True) if self.has_previous and self.keys else None


def page(
    select: str,
    where: Iterable[Condition],
    *,
    order: Sequence[str],
    after: Cursor | None,
    size: int,
    row: Callable[..., Row],
    key: Callable[[Row], tuple[Any, ...]],
    around: Condition | None = None,
) -> Page[Row]:
    """Read one page of what `select`, SQL that ends before WHERE, finds where all of `where` holds.

    `order` names columns, the last one unique. `row` makes what the page holds of a row's values,
    `key` gives those of its ordered columns. `around` is SQL around the found page, which stands
    there as {page}: its joins are then of the page's rows alone, however many the list has. One
    query, planned for its values: there are too many forms of it to keep a plan of each.
    """
    backwards = after is not None and after.backwards
    conditions = list(where)
    if after is not None:
        marks = ", ".join(["%s"] * len(order))
        beyond = f"({', '.join(order)}) {'<' if backwards else '>'} ({marks})"
        conditions.append((beyond, after.values))
    holds = " AND ".join(f"({condition})" for condition, _ in conditions) or "true"
    ordered = ", ".join(f"{name} DESC" if backwards else name for name in order)
    params = [*(value for _, values in conditions for value in values), size + 1]
    sql = f"{select} WHERE {holds} ORDER BY {ordered} LIMIT %s"
    if around is not None:
        sql = f"{around[0].format(page=f'({sql})')} ORDER BY {ordered}"
        params += around[1]
    found = [row(*values) for values in execute_once(sql, params)]
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    return Page(
        rows=tuple(found),
        keys=tuple(map(key, found)),
        has_next=more if not backwards else True,
        has_previous=more if backwards else after is not None,
    )


def encode_cursor(cursor: Cursor) -> str:
    """A cursor as opaque text that is safe in a URL."""
    values = [v.isoformat() if isinstance(v, datetime) else v for v in cursor.values]
    text = json.dumps([int(cursor.backwards), *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(text: str, *, kinds: Sequence[type], field: str = "cursor") -> Cursor:
    """Read a cursor whose values are of the types `kinds` (str, int, datetime).

    Raises `Invalid` for what `encode_cursor` did not write.
    """
    try:
        data = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        backwards, *raw = data
        if backwards not in (0, 1) or len(raw) != len(kinds):
            raise ValueError
        return Cursor(tuple(_value(k, v) for k, v in zip(kinds, raw, strict=True)), bool(backwards))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Invalid.field(field, "invalid", "This is not a cursor of this list.") from None


def _value(kind: type, raw: Any) -> Any:
    """A value that PostgreSQL takes, though anybody may have made it up; else `ValueError`."""
    if kind is datetime:
        value = datetime.fromisoformat(raw)
        # As `encode_cursor` wrote it. An offset of 23:59 would be read by PostgreSQL, or not.
        if value.utcoffset() != timedelta():
            raise ValueError
        return value
    if type(raw) is not kind:
        raise ValueError
    if isinstance(raw, int) and not 0 <= raw < 2**63:
        raise ValueError
    if isinstance(raw, str) and b"\0" in raw.encode():  # a lone surrogate is a ValueError, too
        raise ValueError
    return raw
