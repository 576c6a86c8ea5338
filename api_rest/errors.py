"""Refusals as problem+json (RFC 9457): the one table of statuses, and what else may be raised."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from rest_framework.exceptions import APIException

from api_rest import render
from api_rest.etags import private
from appointments.openings import Opening
from appointments.queries import AppointmentRow
from doctors.queries import DoctorRow
from hospitals.queries import HospitalRow
from patients.queries import PatientRow
from scheduler import errors
from scheduler.db import RunAgain, unavailable
from scheduler.errors import Refusal

log = logging.getLogger(__name__)

# code → status, title.
TABLE: Final[Mapping[str, tuple[int, str]]] = {
    "invalid": (400, "Invalid request"),
    "not_authenticated": (401, "Not signed in"),
    "permission_denied": (403, "Not allowed"),
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "Method not allowed"),
    "not_acceptable": (406, "Not acceptable"),
    "slot_taken": (409, "Slot taken"),
    "slot_unavailable": (409, "Slot unavailable"),
    "slot_in_past": (409, "Slot in the past"),
    "patient_busy": (409, "Patient busy"),
    "availability_in_use": (409, "Availability in use"),
    "invalid_transition": (409, "Invalid transition"),
    "version_conflict": (412, "Version conflict"),
    "too_large": (413, "Too large"),
    "unsupported_media_type": (415, "Unsupported media type"),
    "idempotency_key_reused": (422, "Idempotency-Key reused"),
    "precondition_required": (428, "Precondition required"),
    "throttled": (429, "Too many requests"),
    "unavailable": (503, "Unavailable"),
}
# Members that these refusals always bear, whatever the service that raised them could find out.
ALWAYS: Final[Mapping[str, Mapping[str, Any]]] = {
    "slot_taken": {"alternatives": ()},
    "slot_unavailable": {"alternatives": ()},
    "patient_busy": {"appointment": None},
    "availability_in_use": {"appointments": ()},
    "throttled": {"retry_after": 1},
    "unavailable": {"retry_after": 2},
}
# A mistake of ours has no code in the contract: it is what nobody promised.
INTERNAL: Final = ("internal", 500, "Internal error", "Something went wrong on our side.")
ROWS: Final[Mapping[type, Callable[[Any], Any]]] = {
    AppointmentRow: render.appointment,
    DoctorRow: render.doctor,
    HospitalRow: render.hospital,
    Opening: render.opening,
    PatientRow: render.patient,
}
BY_STATUS: Final[Mapping[int, type[Refusal]]] = {
    401: errors.NotAuthenticated,
    403: errors.PermissionDenied,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    406: errors.NotAcceptable,
    413: errors.TooLarge,
    415: errors.UnsupportedMediaType,
    429: errors.Throttled,
    503: errors.Unavailable,
}


def handle(raised: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """REST framework's EXCEPTION_HANDLER: an answer for whatever a view raises."""
    refusal = as_refusal(raised)
    if refusal is not None:
        return problem(refusal)
    request = context.get("request")
    log.error("request %s failed", getattr(request, "request_id", "?"), exc_info=raised)
    return internal_problem()


def as_refusal(raised: Exception) -> Refusal | None:
    """The refusal that an exception amounts to; None for a mistake of ours."""
    match raised:
        case Refusal():
            return raised
        case OperationalError() | InterfaceError():
            return unavailable(raised)
        case IntegrityError() | RunAgain():
            # It stayed through three runs: more came in between than one call can sit out.
            log.warning("a call met others three times", exc_info=raised)
            return errors.Unavailable(retry_after=1)
        case Http404():
            return errors.NotFound()
        case RequestDataTooBig():
            return errors.TooLarge()
        case SuspiciousOperation() | UnreadablePostError():
            return malformed("request", "The request could not be read.")
        case APIException():
            return of_status(raised.status_code)
    return None


def of_status(status: int) -> Refusal:
    """The refusal for what a framework answers with a bare status below 500, or 503."""
    if status in BY_STATUS:
        return BY_STATUS[status]()
    return malformed("request", "The request could not be read.")


def malformed(field: str, detail: str) -> errors.Invalid:
    return errors.Invalid.field(field, "invalid", detail)


def problem(refusal: Refusal) -> HttpResponse:
    """The answer to a refused request."""
    members = {**ALWAYS.get(refusal.code, {}), **refusal.members}
    headers = {}
    if "allow" in members:
        headers["Allow"] = members.pop("allow")
    if "retry_after" in members:
        headers["Retry-After"] = str(members["retry_after"])
    if isinstance(refusal, errors.Unavailable):
        log.warning("unavailable: %s", refusal.__cause__ or refusal.detail)
    if isinstance(refusal, errors.NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(refusal, errors.Invalid):
        members["errors"] = [
            {"field": error.field, "code": error.code, "detail": error.detail}
            for error in refusal.errors
        ]
    status, title = TABLE[refusal.code]
    return _write(refusal.code, status, title, refusal.detail, members, headers)


def internal_problem() -> HttpResponse:
    """The answer where we made a mistake; the log says which."""
    return _write(*INTERNAL, {}, {})


def _write(
    code: str,
    status: int,
    title: str,
    detail: str,
    members: Mapping[str, Any],
    headers: Mapping[str, str],
) -> HttpResponse:
    body = orjson.dumps(
        {
            "type": f"/api/v1/docs#{code}",
            "title": title,
            "status": status,
            "detail": detail,
            "code": code,
            **{name: _plain(value) for name, value in members.items()},
        }
    )
    headers = {**headers, "Content-Length": str(len(body))}
    response = HttpResponse(
        body, status=status, content_type="application/problem+json", headers=headers
    )
    # A refusal is an answer, not an incident: Django would write a line for each.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return private(response)


def _plain(value: Any) -> Any:
    """A member in JSON: rows as everywhere else in the API."""
    if type(value) in ROWS:
        return ROWS[type(value)](value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
