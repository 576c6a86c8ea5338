"""Refusals as GraphQL errors: the code upper-cased, every name in camelCase."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import IntegrityError, InterfaceError, OperationalError
from graphql import GraphQLError

from api_graphql.facts import facts
from api_graphql.rows import camel
from scheduler.db import RunAgain, unavailable
from scheduler.errors import FieldError, Invalid, Refusal, Unavailable

log = logging.getLogger(__name__)
INTERNAL = "INTERNAL"
# Members that these refusals always bear, whatever the service that raised them could find out.
ALWAYS: Final[Mapping[str, Mapping[str, Any]]] = {
    "slot_taken": {"alternatives": ()},
    "slot_unavailable": {"alternatives": ()},
    "patient_busy": {"appointment": None},
    "availability_in_use": {"appointments": ()},
    "throttled": {"retry_after": 1},
    "unavailable": {"retry_after": 2},
}
_HEADERS = frozenset({"allow"})  # what a header says


def formatted(error: GraphQLError) -> dict[str, Any]:
    """One entry of `errors[]` for what was raised while a document was read or executed.

    What nobody foresaw is logged, and says nothing of itself.
    """
    cause = error.original_error
    if isinstance(cause, OperationalError | InterfaceError):
        cause = unavailable(cause)
    elif isinstance(cause, IntegrityError | RunAgain):
        # It stayed through three runs: more came in between than one call can sit out.
        log.warning("a call met others three times", exc_info=cause)
        cause = Unavailable(retry_after=1)
    if isinstance(cause, GraphQLError):
        # A scalar's own sentence.
        cause = cause.original_error
    if cause is None:
        entry = entry_of(Invalid([], error.message))
    elif isinstance(cause, Refusal):
        entry = entry_of(cause)
    else:
        log.error("A resolver failed at %s", error.path, exc_info=cause)
        entry = {"message": "Something went wrong here.", "extensions": {"code": INTERNAL}}
    if error.locations:
        entry["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        entry["path"] = error.path
    forget_frames(error)
    return entry


def forget_frames(error: BaseException | None) -> None:
    """Take from an error, and from what led to it, the frames that it came through.

    They hold the request, its variables and, in the end, the error: only the collector, which
    comes by seldom (scheduler/wsgi.py), would free them.
    """
    rest = [error]
    while rest:
        each = rest.pop()
        if each is not None and each.__traceback__ is not None:
            each.__traceback__ = None
            rest += [each.__cause__, each.__context__]
        if isinstance(each, GraphQLError):
            rest.append(each.original_error)


def entry_of(refusal: Refusal) -> dict[str, Any]:
    """A refusal as an entry of `errors[]`, without a place."""
    if isinstance(refusal, Unavailable):
        log.warning("unavailable: %s", refusal.__cause__ or refusal.detail)
    extensions: dict[str, Any] = {"code": refusal.code.upper()}
    if isinstance(refusal, Invalid) and refusal.errors:
        extensions["errors"] = [
            {"field": camel(error.field), "code": error.code, "detail": error.detail}
            for error in refusal.errors
        ]
    for name, value in {**ALWAYS.get(refusal.code, {}), **refusal.members}.items():
        if name not in _HEADERS:
            extensions[camel(name)] = facts(value)
    return {"message": refusal.detail, "extensions": extensions}


def retry_after(entries: Sequence[Mapping[str, Any]]) -> int | None:
    """The seconds to wait before it is worth trying again, where an entry says so."""
    waits = [entry["extensions"].get("retryAfter") for entry in entries]
    return max((wait for wait in waits if wait is not None), default=None)


@contextmanager
def renamed(**names: str) -> Iterator[None]:
    """Name fields as the schema does: what services call `doctor` is `doctor_ids` here."""
    try:
        yield
    except Invalid as invalid:
        raise Invalid(
            [
                FieldError(_renamed(error.field, names), error.code, error.detail)
                for error in invalid.errors
            ],
            invalid.detail,
        ) from invalid


def _renamed(field: str, names: Mapping[str, str]) -> str:
    first, dot, rest = field.partition(".")
    return names.get(first, first) + dot + rest
