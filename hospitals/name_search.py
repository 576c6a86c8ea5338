"""How a name is searched: whatever its case and accents."""

from __future__ import annotations

import re
import unicodedata
from typing import TypeVar

from django.db.models import F, Func, Model, QuerySet, Value
from django.db.models.fields import IntegerField

from hospitals.text import text_errors
from scheduler.errors import FieldError, Invalid

MAX_LENGTH, MAX_WORDS = 200, 10
Row = TypeVar("Row", bound=Model)

# Accents of Latin, Greek and Cyrillic; other scripts' marks are letters to their readers.
_ACCENTS = re.compile("[\u0300-\u036f]")
# Letters that Unicode does not take apart, but a receptionist without that key does.
_LIKENESSES = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "\u0131": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
}
_FOLDS = str.maketrans({**_LIKENESSES, "\u2019": "'", "\u2010": "-", "\u2011": "-"})


def fold(text: str) -> str:
    """The text in small letters without accents: José and JOSE are both `jose`."""
    if text.isascii():
        return text.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_FOLDS)
    return unicodedata.normalize("NFC", plain)


def words(search: str) -> list[str]:
    """The folded words of a search, each once.

    Raises `Invalid` for one that is too long: every word costs the database a range of an index.
    """
    errors = text_errors("search", search.strip(), max_length=MAX_LENGTH)
    found = list(dict.fromkeys(fold(search).replace(",", " ").split())) if not errors else []
    if len(found) > MAX_WORDS:
        errors = [FieldError("search", "max_length", f"Search for at most {MAX_WORDS} words.")]
    if errors:
        raise Invalid(errors)
    return found


def named(queryset: QuerySet[Row, Row], search: str | None) -> QuerySet[Row, Row]:
    """The rows whose `name` holds every word of `search`, anywhere; all rows where it is empty.

    Reads every row that `queryset` has, so it is for the doctors of a hospital and for hospitals,
    not for patients. Raises `Invalid`.
    """
    for position, word in enumerate(words(search or "")):
        found = Func(_folded_name(), Value(word), function="strpos", output_field=IntegerField())
        queryset = queryset.alias(**{f"found_{position}": found}).filter(
            **{f"found_{position}__gt": 0}
        )
    return queryset


def _folded_name() -> Func:
    """`fold(name)`, nearly, in SQL. The column's collation, C, would leave É as it is."""
    small = Func(F("name"), template='lower(%(expressions)s COLLATE "pg_c_utf8")')
    apart = Func(small, template="normalize(%(expressions)s, NFKD)")
    plain = Func(apart, Value("[\u0300-\u036f]"), Value(""), Value("g"), function="regexp_replace")
    single = {letter: plain for letter, plain in _LIKENESSES.items() if len(plain) == 1}
    return Func(
        plain, Value("".join(single)), Value("".join(single.values())), function="translate"
    )
