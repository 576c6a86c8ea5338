"""Ids: plain numbers, written as strings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scheduler.errors import FieldError, Invalid, NotFound

LARGEST = 2**63 - 1
_ID = re.compile(r"[1-9][0-9]{0,18}")
_NUMBER = re.compile(r"-?[0-9]+")


def read_id(text: str) -> int | None:
    """The number that an id is; None where it can't be one."""
    return int(text) if _ID.fullmatch(text) and int(text) <= LARGEST else None


def path_id(text: str) -> int:
    """The id of what a call is about. Raises `NotFound` for what can't be one."""
    number = read_id(text)
    if number is None:
        raise NotFound
    return number


def listed_ids(field: str, texts: Sequence[str]) -> list[int]:
    """Ids that an argument lists. Raises `Invalid`, naming `field` as services spell it."""
    numbers = [read_id(text) for text in texts]
    errors = [
        id_error(f"{field}.{place}", text)
        for place, (text, number) in enumerate(zip(texts, numbers, strict=True))
        if number is None
    ]
    if errors:
        raise Invalid(errors)
    return [number for number in numbers if number is not None]


def given_id(field: str, text: str | None) -> int | None:
    """An id that an argument may give. Raises `Invalid`, naming `field` as services spell it."""
    if text is None:
        return None
    number = read_id(text)
    if number is None:
        raise Invalid([id_error(field, text)])
    return number


def id_error(field: str, text: str) -> FieldError:
    """What is wrong with an id that no row can have."""
    if _NUMBER.fullmatch(text):
        return FieldError(field, "not_found", f"Nothing has the id {text[:20]}.")
    return FieldError(field, "invalid", "An id is a number.")
