"""What can be refused, and why: one class for each code of the contract, without any HTTP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One invalid field. `field` is in snake_case, with dots and indexes: `days.0.shifts.1.end`."""

    field: str
    code: str
    detail: str


class Refusal(Exception):
    """A request that the rules refuse; nothing was written. `members` are its further facts.

    `later` reads further members once the transaction is undone and its locks are gone.
    """

    code: ClassVar[str]
    detail: str

    def __init__(
        self,
        detail: str | None = None,
        *,
        later: Callable[[], dict[str, Any]] | None = None,
        **members: Any,
    ) -> None:
        self.detail = detail or self.detail
        self.members = members
        self.later = later
        super().__init__(self.detail)

    def complete(self) -> None:
        """Read what `later` was to read, once."""
        later, self.later = self.later, None
        if later is not None:
            self.members.update(later())


class Invalid(Refusal):
    """Input that is malformed, out of bounds or names what does not exist."""

    code, detail = "invalid", "The request is not valid."

    def __init__(self, errors: Sequence[FieldError], detail: str | None = None) -> None:
        super().__init__(detail or " ".join(error.detail for error in errors[:3]) or None)
        self.errors = tuple(errors)

    @classmethod
    def field(cls, field: str, code: str, detail: str) -> Invalid:
        return cls([FieldError(field, code, detail)])


class NotAuthenticated(Refusal):
    code, detail = "not_authenticated", "Sign in: the token is missing, expired, revoked or wrong."


class PermissionDenied(Refusal):
    code, detail = "permission_denied", "Your role in this hospital does not allow that."


class NotFound(Refusal):
    code, detail = "not_found", "There is nothing here."


class SlotTaken(Refusal):
    """Bears `alternatives`."""

    code, detail = "slot_taken", "Another appointment fills that time."


class SlotUnavailable(Refusal):
    """Bears `alternatives`."""

    code, detail = "slot_unavailable", "The doctor is not available at that time."


class SlotInPast(Refusal):
    code, detail = "slot_in_past", "That slot has begun."


class PatientBusy(Refusal):
    """Bears `appointment`: the one in the way, or None where the caller may not see it."""

    code, detail = "patient_busy", "The patient has another appointment at that time."


class AvailabilityInUse(Refusal):
    """Bears `appointments`: the live ones that the change would leave outside every shift."""

    code, detail = "availability_in_use", "Appointments stand in the way of that change."


class InvalidTransition(Refusal):
    code, detail = "invalid_transition", "The appointment's status does not allow that."


class VersionConflict(Refusal):
    """Bears `current`: what the row is now."""

    code, detail = "version_conflict", "Somebody changed it first."


class PreconditionRequired(Refusal):
    code, detail = "precondition_required", "Say in If-Match which version you are changing."


class IdempotencyKeyReused(Refusal):
    code, detail = "idempotency_key_reused", "That Idempotency-Key was used for another request."


class Throttled(Refusal):
    """Bears `retry_after` in seconds."""

    code, detail = "throttled", "Too many requests; try again later."


class Unavailable(Refusal):
    """Bears `retry_after` in seconds, and `outcome="unknown"` where a commit's answer was lost."""

    code, detail = "unavailable", "The database did not answer; try again."


class MethodNotAllowed(Refusal):
    code, detail = "method_not_allowed", "This path does not take that method."


class NotAcceptable(Refusal):
    code, detail = "not_acceptable", "The answer can only be application/json."


class TooLarge(Refusal):
    code, detail = "too_large", "The request's body is too large."


class UnsupportedMediaType(Refusal):
    code, detail = "unsupported_media_type", "The request's body must be application/json."
