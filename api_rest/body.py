"""Bodies: strict fields, objects without unknown fields, and every fault named at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import SkipField
from rest_framework.request import Request

from api_rest.query import (
    LARGEST_ID,
    Unreadable,
    judge_query,
    parse_clock,
    parse_day,
)
from hospitals.wall_time import parse_instant, zone
from scheduler.errors import FieldError, Invalid

WHOLE = "non_field_errors"
# Nobody mends more at once, and half a megabyte of faults would make many megabytes of answer.
MOST_ERRORS = 100
I = TypeVar("I", bound="Input")  # noqa: E741


class Input(serializers.Serializer[Any]):
    """An object that refuses fields it does not know."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            detail = ErrorDetail("Send an object.", code="invalid")
            raise ValidationError({WHOLE: [detail]})
        values, errors = self.judge(data)
        if errors:
            raise ValidationError(errors)
        return values

    def judge(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The values that are good, and what is wrong with the others, by field."""
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {
            name: [ErrorDetail("There is no such field here.", code="unknown_field")]
            for name in data
            if name not in self.fields
        }
        for name, field in self.fields.items():
            try:
                values[name] = field.run_validation(data.get(name, serializers.empty))
            except ValidationError as error:
                errors[name] = error.detail
            except SkipField:
                pass
        return values, errors


@lru_cache
def _shape(kind: type[Input], *, changes: bool) -> Input:
    """One for all requests, as it keeps nothing of them: to make one takes as long as a query."""
    return kind(partial=changes)


def read_body(
    request: Request,
    kind: type[Input],
    *,
    changes: bool = False,
    also: Callable[[Any], Iterable[FieldError]] | None = None,
) -> dict[str, Any]:
    """The body as plain values; `changes`: any of the fields, those that are sent.

    Raises `Invalid` with every fault. Where the shape is at fault, `also` judges the values that
    are good, as the service would have, so that the caller learns of all faults at once. No call
    with a body takes query parameters.
    """
    _, errors = judge_query(request.GET, {})
    try:
        data = cast("dict[str, Any]", request.data)  # the parser takes nothing else
    except Invalid as refused:
        raise Invalid([*errors, *refused.errors]) from None
    values, refused_fields = _shape(kind, changes=changes).judge(data)
    errors += flatten(refused_fields)
    if errors:
        known = {error.field for error in errors}
        more = also(values) if also else ()
        errors += [error for error in more if error.field not in known]
        raise Invalid(errors[:MOST_ERRORS])
    return values


def flatten(detail: Any, path: str = "") -> list[FieldError]:
    """REST framework's nested errors as a list: `days.0.shifts.1.end`."""
    if isinstance(detail, ErrorDetail):
        return [FieldError(path or "body", detail.code or "invalid", str(detail))]
    found: list[FieldError] = []
    items = detail.items() if isinstance(detail, Mapping) else enumerate(detail)
    for name, inner in items:
        own = name == WHOLE or isinstance(inner, ErrorDetail)
        found += flatten(inner, path if own else f"{path}.{name}".lstrip("."))
    return found


def sent_id(request: Request, name: str) -> int | None:
    """An id of a body that is not judged yet, for what is judged before it; None if there is none.

    Broken JSON has no ids.
    """
    try:
        sent = request.data
    except Invalid:
        return None
    value = sent.get(name) if isinstance(sent, dict) else None
    return value if type(value) is int and 1 <= value <= LARGEST_ID else None


# -- strict fields ---------------------------------------------------------------------------
# REST framework's own would take "1" for 1, 1 for "1" and "yes" for true.


class Id(serializers.IntegerField):
    """An id. One that no row can have is as absent as any other."""

    default_error_messages = {"not_found": "Nothing has that id."}  # noqa: RUF012

    def to_internal_value(self, data: Any) -> int:
        # The parser makes a float of a whole number that 64 bits can't hold.
        if type(data) is float and abs(data) > LARGEST_ID:
            self.fail("not_found")
        if type(data) is not int:
            self.fail("invalid")
        if not 1 <= data <= LARGEST_ID:
            self.fail("not_found")
        return data


class Text(serializers.CharField):
    """Text as it was sent, blanks around it included: services strip."""

    def __init__(self, *, max_length: int | None = None, allow_blank: bool = False, **kwargs: Any):
        super().__init__(
            max_length=max_length, allow_blank=allow_blank, trim_whitespace=False, **kwargs
        )

    def to_internal_value(self, data: Any) -> str:
        if type(data) is not str or "\0" in data:
            self.fail("invalid")
        return data


class Choice(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> str:
        if type(data) is not str or data not in self.choices:
            self.fail("invalid_choice", input=data)
        return data


class Flag(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if type(data) is not bool:
            self.fail("invalid", input=data)
        return data


class Parsed(serializers.Field[Any, str, Any, Any]):
    """A text that `read` makes a value of."""

    @staticmethod
    def read(text: str) -> Any:
        raise NotImplementedError

    def to_internal_value(self, data: Any) -> Any:
        if type(data) is not str:
            raise ValidationError("A text is needed.", code="invalid")
        try:
            return self.read(data)
        except Unreadable as error:
            raise ValidationError(error.detail, code=error.code) from None


@extend_schema_field({"type": "string", "format": "date", "example": "1980-05-17"})
class Day(Parsed):
    """A date."""

    read = staticmethod(parse_day)


@extend_schema_field(
    {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "example": "09:00"}
)
class Clock(Parsed):
    """A wall time."""

    read = staticmethod(parse_clock)


@extend_schema_field(
    {
        "type": "string",
        "example": "2026-11-30T09:00:00-05:00",
        "description": "RFC 3339 with any offset or Z; without one, the hospital's wall time.",
    }
)
class Moment(Parsed):
    """An instant, as it was sent: the service reads it by the hospital's clock."""

    @staticmethod
    def read(text: str) -> str:
        try:
            parse_instant(text, zone("UTC"))
        except ValueError:
            raise Unreadable("invalid", "Write a time as 2026-11-30T09:00:00-05:00.") from None
        return text
