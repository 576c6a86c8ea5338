"""The keys by which patients are found, and the ranges of keys that a search asks for."""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from hospitals.name_search import fold, words
from patients.models import PatientSearchKey

MIN_PHONE_DIGITS = 3
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


def lookups(text: str) -> Q:
    """The keys that one word matches, or a whole search, as a condition on `key`.

    Ranges and not LIKE: they use the key's index whatever the collation and the row policies.
    """
    found = Q(key=f"m:{_whole(text)}"[:KEY_LENGTH])
    if "@" in text:
        found |= Q(key=f"e:{_whole(text)}"[:KEY_LENGTH])
    if _DATE.fullmatch(text):
        found |= Q(key=f"d:{text}")
    if " " not in text:
        found |= _begins(f"n:{fold(text)}")
    digits = _digits(text)
    if len(digits) >= MIN_PHONE_DIGITS and _PHONE.fullmatch(text):
        found |= _begins(f"p:{digits[::-1]}")
    return found


def found_by(hospital_id: int, search: str) -> Q | Func:
    """The condition on patients that every word of `search` matches them, or the whole of it does.

    Everybody, where the search is empty. Raises `Invalid`.
    """
    each = words(search)
    if not each:
        return Q()
    found = _ids(hospital_id, lookups(each[0]))
    for word in each[1:]:
        found = found.intersection(_ids(hospital_id, lookups(word)))
    if len(each) > 1:
        # A phone or an mrn may be written with spaces.
        found = found.union(_ids(hospital_id, lookups(_whole(search))))
    # An array and not IN: for IN the planner may walk all patients in the order of the page,
    # hoping to meet enough of them soon, which for "john" begins with every Anna.
    return Func(
        F("id"),
        ArraySubquery(found),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _ids(hospital_id: int, found: Q) -> QuerySet[PatientSearchKey, int]:
    rows = PatientSearchKey.objects.filter(found, hospital_id=hospital_id)
    return rows.values_list("patient_id", flat=True)


def _begins(prefix: str) -> Q:
    prefix = prefix[:KEY_LENGTH]
    return Q(key__gte=prefix, key__lt=prefix + _AFTER_ALL)


def _whole(text: str) -> str:
    return " ".join(text.casefold().split())


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if "0" <= letter <= "9")
