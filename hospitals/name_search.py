"""How a name is searched: whatever its case and accents."""

from __future__ import annotations

import re
import unicodedata

from hospitals.text import text_errors
from scheduler.db import Condition
from scheduler.errors import FieldError, Invalid

MAX_LENGTH, MAX_WORDS = 200, 10

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


def named(column: str, search: str | None) -> list[Condition]:
    """That the name in `column` holds every word of `search`, anywhere; nothing where it is empty.

    Reads every row there is, so it is for the doctors of a hospital and for hospitals, not for
    patients. Raises `Invalid`.
    """
    single = {letter: plain for letter, plain in _LIKENESSES.items() if len(plain) == 1}
    folding = ["[\u0300-\u036f]", "".join(single), "".join(single.values())]
    found = f"strpos({_FOLDED.format(column)}, %s) > 0"
    return [(found, [*folding, word]) for word in words(search or "")]


# `fold`, nearly, in SQL. The column's collation, C, would leave É as it is.
_FOLDED = (
    "translate(regexp_replace(normalize(lower({} COLLATE pg_c_utf8), NFKD), %s, '', 'g'), %s, %s)"
)
