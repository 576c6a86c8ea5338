"""What a text of a request may be: its length, and the characters that a database can hold."""

from __future__ import annotations

from scheduler.errors import FieldError


def text_errors(
    field: str, value: str, *, max_length: int, required: bool = False
) -> list[FieldError]:
    """Judge a text that was stripped: codes `blank`, `max_length` (in characters), `invalid`."""
    if not storable(value):
        return [FieldError(field, "invalid", f"{field} holds a character that can't be stored.")]
    if required and not value:
        return [FieldError(field, "blank", f"{field} must not be empty.")]
    if len(value) > max_length:
        detail = f"{field} must not be longer than {max_length} characters."
        return [FieldError(field, "max_length", detail)]
    return []


def storable(value: str) -> bool:
    """Whether PostgreSQL takes the text: it has no NUL, and JSON can escape half a surrogate."""
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
