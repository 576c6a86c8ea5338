"""Query strings: each parameter's reader and its schema, in one place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, QueryDict

from scheduler.errors import FieldError, Invalid

LARGEST_ID = 2**63 - 1
_NUMBER = re.compile(r"[0-9]{1,19}")
_ANY_NUMBER = re.compile(r"-?[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
# The ids of 100 doctors take 2,000 characters; what is longer is seldom good, and read each time.
LONGEST_KEPT = 2500


class Unreadable(Exception):
    """A value that its reader refuses: the error's code and sentence."""

    def __init__(self, code: str, detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(detail)


@dataclass(frozen=True)
class Param:
    """A query parameter. `read` makes a value of the text, or raises `Unreadable`."""

    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    description: str
    required: bool = False
    default: Any = None


Params = Mapping[str, Param]


def read_query(request: HttpRequest, params: Params) -> dict[str, Any]:
    """The value of every parameter; its default where it was not sent.

    Raises `Invalid` with every fault: unknown, repeated, missing and unreadable parameters.
    """
    return _read(request.GET, params)


def reader(params: Params) -> Callable[[HttpRequest], Mapping[str, Any]]:
    """The same for what is asked again and again: what was good once is not read anew.

    All who ask the same get the same values. It is kept before anybody knows who asks, so only
    what is short.
    """

    def read(text: bytes) -> Mapping[str, Any]:
        return MappingProxyType(_read(QueryDict(text), params))

    kept = lru_cache(maxsize=1024)(read)

    def read_one(request: HttpRequest) -> Mapping[str, Any]:
        text = request.META["QUERY_STRING"].encode("iso-8859-1")
        return kept(text) if len(text) <= LONGEST_KEPT else read(text)

    return read_one


def _read(sent: QueryDict, params: Params) -> dict[str, Any]:
    values, errors = judge_query(sent, params)
    if errors:
        raise Invalid(errors)
    return values


def judge_query(sent: QueryDict, params: Params) -> tuple[dict[str, Any], list[FieldError]]:
    """The values that are good, and what is wrong with the others."""
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name in sent:
        if name not in params:
            errors.append(FieldError(name, "unknown_field", "There is no such parameter here."))
    for name, param in params.items():
        texts = sent.getlist(name)
        if not texts:
            values[name] = param.default
            if param.required:
                errors.append(FieldError(name, "required", f"Send the parameter {name}."))
        elif len(texts) > 1:
            errors.append(FieldError(name, "repeated", f"Send {name} once."))
        else:
            try:
                values[name] = param.read(texts[0])
            except Unreadable as error:
                errors.append(FieldError(name, error.code, error.detail))
    return values, errors


# -- readers, which the fields of bodies use too ---------------------------------------------


def parse_day(text: str) -> dt.date:
    """A date as YYYY-MM-DD and no other way. Raises `Unreadable`."""
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise Unreadable("invalid", "Write a date as 2026-11-30.")


def parse_clock(text: str) -> dt.time:
    """A wall time as HH:MM and no other way. Raises `Unreadable`."""
    found = _CLOCK.fullmatch(text)
    if not found:
        raise Unreadable("invalid", "Write a time as 09:00, from 00:00 to 23:59.")
    return dt.time(int(found[1]), int(found[2]))


def parse_text(text: str) -> str:
    """Text without NUL, which no column can hold. Raises `Unreadable`."""
    if "\0" in text:
        raise Unreadable("invalid", "Null characters are not allowed.")
    return text


def _parse_id(text: str) -> int:
    if _NUMBER.fullmatch(text) and 1 <= int(text) <= LARGEST_ID:
        return int(text)
    if _ANY_NUMBER.fullmatch(text):
        raise Unreadable("not_found", f"Nothing has the id {text[:20]}.")
    raise Unreadable("invalid", "An id is a number.")


def _parse_ids(text: str) -> tuple[int, ...]:
    return tuple(_parse_id(part) for part in text.split(","))


def _parse_flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise Unreadable("invalid", "true or false.")
    return text == "true"


# -- kinds of parameters ---------------------------------------------------------------------


def an_id(description: str) -> Param:
    return Param(_parse_id, {"type": "integer", "format": "int64", "minimum": 1}, description)


def ids(description: str, *, required: bool = False) -> Param:
    schema = {"type": "string", "pattern": "^[0-9]{1,19}(,[0-9]{1,19})*$", "example": "1,2,3"}
    return Param(_parse_ids, schema, description, required)


def day(description: str, *, required: bool = False) -> Param:
    schema = {"type": "string", "format": "date", "example": "2026-11-30"}
    return Param(parse_day, schema, description, required)


def clock(description: str) -> Param:
    schema = {"type": "string", "pattern": f"^{_CLOCK.pattern}$", "example": "09:00"}
    return Param(parse_clock, schema, description)


def text(description: str, *, longest: int) -> Param:
    return Param(parse_text, {"type": "string", "maxLength": longest}, description)


def flag(description: str, *, default: bool) -> Param:
    return Param(_parse_flag, {"type": "boolean", "default": default}, description, default=default)


def choice(description: str, choices: Sequence[str]) -> Param:
    def read(text: str) -> str:
        if text not in choices:
            raise Unreadable("invalid_choice", f"One of {', '.join(choices)}.")
        return text

    return Param(read, {"type": "string", "enum": list(choices)}, description)


def integer(description: str, *, least: int, most: int, default: int) -> Param:
    def read(text: str) -> int:
        if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
            raise Unreadable("out_of_range", f"A number from {least} to {most}.")
        return int(text)

    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return Param(read, schema, description, default=default)
