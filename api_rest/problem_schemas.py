"""Which refusals an operation can answer with, and their JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from api_rest import render
from api_rest.errors import TABLE
from api_rest.operations import Operation
from scheduler import errors
from scheduler.errors import Refusal

SchemaOf = Callable[[Any], dict[str, Any]]

MEMBERS: Final[Mapping[type[Refusal], Mapping[str, Any]]] = {
    errors.SlotTaken: {"alternatives": list[render.OpeningJson]},
    errors.SlotUnavailable: {"alternatives": list[render.OpeningJson]},
    errors.PatientBusy: {"appointment": render.AppointmentJson | None},
    errors.AvailabilityInUse: {"appointments": list[render.AppointmentJson]},
    errors.Throttled: {"retry_after": int},
    errors.Unavailable: {"retry_after": int},
}
FIELD_ERROR: Final = {
    "type": "object",
    "properties": {
        "field": {"type": "string", "example": "days.0.shifts.1.end"},
        "code": {"type": "string", "example": "invalid"},
        "detail": {"type": "string"},
    },
    "required": ["field", "code", "detail"],
}
PROBLEM_HEADERS: Final[Mapping[int, tuple[str, ...]]] = {
    401: ("WWW-Authenticate",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
HEADERS: Final[Mapping[str, Any]] = {
    name: {"description": description, "schema": {"type": kind}}
    for name, kind, description in (
        ("ETag", "string", "The version of a single object; strong unless the answer is packed."),
        ("Location", "string", "Where the new object is."),
        ("Idempotency-Replayed", "string", "`true` where this is the answer to a repeat."),
        ("Retry-After", "integer", "In seconds."),
        ("Server-Timing", "string", '`app;dur=…, db;dur=…;desc="N queries"`, milliseconds.'),
        ("Set-Cookie", "string", "The refresh token, where a cookie was asked for."),
        ("WWW-Authenticate", "string", "Bearer"),
        ("X-Request-ID", "string", "The request's own, or made."),
    )
}


def refusals_of(promised: Operation, *, has_path_id: bool) -> list[type[Refusal]]:
    """Every refusal of an operation, in the order in which the first one wins."""
    found: list[type[Refusal]] = [errors.NotAcceptable, errors.TooLarge]
    if promised.body is not None:
        found.append(errors.UnsupportedMediaType)
    if not promised.public:
        found += [errors.NotAuthenticated, errors.Throttled]
    if has_path_id:
        found.append(errors.NotFound)
    found += [errors.Invalid, errors.Unavailable]
    if promised.repeatable:
        found.append(errors.IdempotencyKeyReused)
    if promised.if_match == "required":
        found.append(errors.PreconditionRequired)
    if promised.if_match:
        found.append(errors.VersionConflict)
    return list(dict.fromkeys([*found, *promised.refuses]))


def problem_name(refusal: type[Refusal], current: Mapping[str, Any] | None) -> str:
    """The name of the component; that of a version conflict says what changed."""
    noun = current["$ref"].rpartition("/")[2] if current else ""
    return f"{noun}{refusal.__name__}Problem"


def problem_schema(
    refusal: type[Refusal], schema_of: SchemaOf, current: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The problem document of a refusal. `current` is the schema of a version conflict's row."""
    status, title = TABLE[refusal.code]
    members: dict[str, Any] = {
        name: schema_of(kind) for name, kind in MEMBERS.get(refusal, {}).items()
    }
    if refusal is errors.Invalid:
        members["errors"] = {"type": "array", "minItems": 1, "items": FIELD_ERROR}
    if current is not None:
        members["current"] = dict(current)
    properties = {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string", "example": title},
        "status": {"type": "integer", "enum": [status]},
        "detail": {"type": "string", "example": refusal.detail},
        "code": {"type": "string", "enum": [refusal.code]},
        **members,
    }
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    if refusal is errors.Unavailable:
        outcome = {
            "type": "string",
            "enum": ["unknown"],
            "description": "The connection broke while committing: repeat with the same key.",
        }
        schema["properties"] = {**properties, "outcome": outcome}
    return schema
