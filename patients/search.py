"""The keys by which patients are found, and the ranges of keys that a search asks for."""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

from hospitals.name_search import fold, words
from scheduler.db import Condition

KEY_LENGTH = 260  # as the column
_AFTER_ALL = chr(0x10FFFF)
_PARTS = re.compile(r"[-']")
_PHONE = re.compile(r"[0-9+()./x -]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Findable(Protocol):
    """What a patient is found by; a row of a table, or one on its way into it."""

    name: str
    date_of_birth: date
    phone: str
    email: str
    mrn: str


def keys(patient: Findable) -> set[str]:
    """All keys of a patient.

    `n:` each word of the name, and the parts of a word with a hyphen or an apostrophe; `m:` the
    mrn; `e:` the email; `p:` the digits of the phone, the last one first; `d:` the date of birth.
    """
    found = {f"d:{patient.date_of_birth.isoformat()}"}
    for word in fold(patient.name).replace(",", " ").split():
        found.add(f"n:{word}")
        found.update(f"n:{part}" for part in _PARTS.split(word) if part)
    if mrn := _whole(patient.mrn):
        found.add(f"m:{mrn}")
    if email := _whole(patient.email):
        found.add(f"e:{email}")
    if reversed_digits := _digits(patient.phone)[::-1]:
        found.add(f"p:{reversed_digits}")
    return {key[:KEY_LENGTH] for key in found}


def found_by(hospital_id: int, search: str, column: str) -> list[Condition]:
    """That every word of `search` matches the patient whose id is in `column`, or the whole does.

    Nothing, where the search is empty. Raises `Invalid`.
    """
    each = words(search)
    if not each:
        return []
    parts = [_ids(hospital_id, word) for word in each]
    found, params = " INTERSECT ".join(sql for sql, _ in parts), [p for _, ps in parts for p in ps]
    if len(each) > 1:
        # A phone or an mrn may be written with spaces.
        whole, more = _ids(hospital_id, _whole(search))
        found, params = f"({found}) UNION {whole}", [*params, *more]
    # An array and not IN: for IN the planner may walk all patients in the order of the page,
    # hoping to meet enough of them soon, which for "john" begins with every Anna.
    return [(f"{column} = ANY(ARRAY({found}))", params)]


def _ids(hospital_id: int, text: str) -> Condition:
    """The ids of those who have a key that one word matches, or a whole search: as a SELECT."""
    ranges = lookups(text)
    holds = " OR ".join(
        "key = %s" if last is None else "key >= %s AND key < %s" for _, last in ranges
    )
    values = [bound for each in ranges for bound in each if bound is not None]
    select = "SELECT patient_id FROM patient_search_keys WHERE hospital_id = %s"
    return f"{select} AND ({holds})", [hospital_id, *values]


def lookups(text: str) -> list[tuple[str, str | None]]:
    """The keys that one word matches, or a whole search: one, or from one to before another.

    Ranges and not LIKE: they use the key's index whatever the collation and the row policies.
    """
    found: list[tuple[str, str | None]] = [(f"m:{_whole(text)}"[:KEY_LENGTH], None)]
    if "@" in text:
        found.append((f"e:{_whole(text)}"[:KEY_LENGTH], None))
    if _DATE.fullmatch(text):
        found.append((f"d:{text}", None))
    if " " not in text:
        found.append(_begins(f"n:{fold(text)}"))
    digits = _digits(text)
    if digits and _PHONE.fullmatch(text):
        found.append(_begins(f"p:{digits[::-1]}"))
    return found


def _begins(prefix: str) -> tuple[str, str]:
    prefix = prefix[:KEY_LENGTH]
    return prefix, prefix + _AFTER_ALL


def _whole(text: str) -> str:
    return " ".join(text.casefold().split())


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if "0" <= letter <= "9")
