"""Who may do what: the contract's table. Nothing else in the code reads a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import Role, User
from accounts.throttle import count_request
from scheduler.db import execute, reads_now
from scheduler.errors import NotAuthenticated, NotFound, PermissionDenied
from scheduler.replica import note_caller

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@dataclass(frozen=True, slots=True)
class Caller:
    """What a token with a good signature claims; rights are read from the database."""

    user_id: int
    family_id: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user whose sign-in is alive: for what concerns no single hospital."""

    user_id: int
    family_id: int
    is_superuser: bool

    def require_platform_admin(self) -> None:
        """Raise `PermissionDenied` for everybody but a superuser."""
        if not self.is_superuser:
            raise PermissionDenied


@dataclass(frozen=True, slots=True)
class Access:
    """One user's standing in one hospital. Holding one proves that the hospital may be seen.

    A platform admin holds the role `admin` everywhere.
    """

    user_id: int
    hospital_id: int
    role: Role
    doctor_id: int | None = None

    @property
    def only_doctor_id(self) -> int | None:
        """The one doctor whose appointments this caller sees; None where they see all."""
        return self.doctor_id if self.role == Role.DOCTOR else None

    def may_see_appointments_of(self, doctor_id: int) -> bool:
        return self.only_doctor_id in (None, doctor_id)

    def require_booking_with(self, doctor_id: int) -> None:
        """Raise `PermissionDenied` where a doctor books for a colleague."""
        if not self.may_see_appointments_of(doctor_id):
            raise PermissionDenied("A doctor books, moves and cancels their own appointments only.")

    def require_availability_of(self, doctor_id: int) -> None:
        """Raise `PermissionDenied` where a doctor sets a colleague's availability."""
        if not self.may_see_appointments_of(doctor_id):
            raise PermissionDenied("A doctor sets their own availability only.")

    def require_hospital_admin(self) -> None:
        """Raise `PermissionDenied` for staff and doctors: settings, doctors and members."""
        if self.role != Role.ADMIN:
            raise PermissionDenied


_SIGNED_IN = """
    SELECT u.is_superuser FROM users u
    JOIN token_families f ON f.user_id = u.id
    WHERE u.id = %s AND u.is_active
      AND f.id = %s AND f.revoked_at IS NULL AND f.expires_at > now()
"""

_ACCESS = """
    SELECT u.is_superuser, h.id, m.role, m.doctor_id FROM users u
    JOIN token_families f ON f.user_id = u.id
    LEFT JOIN hospitals h ON h.id = %s
    LEFT JOIN memberships m ON m.hospital_id = h.id AND m.user_id = u.id
    WHERE u.id = %s AND u.is_active
      AND f.id = %s AND f.revoked_at IS NULL AND f.expires_at > now()
"""


@reads_now
def signed_in(caller: Caller) -> SignedIn:
    """Let in a user whose sign-in is alive. One query.

    Raises `NotAuthenticated` (revoked, expired, user gone or disabled) and `Throttled`.
    """
    rows = execute(_SIGNED_IN, (caller.user_id, caller.family_id))
    if not rows:
        raise NotAuthenticated
    count_request(caller.user_id)
    note_caller(caller.user_id)
    return SignedIn(caller.user_id, caller.family_id, rows[0][0])


@reads_now
def access_to(caller: Caller, hospital_id: int) -> Access:
    """Let a caller into one hospital, by the rights that hold at this moment. One query.

    Raises `NotAuthenticated`, `Throttled`, and `NotFound` for a hospital in which the caller
    has no role: exactly as if it did not exist.
    """
    rows = execute(_ACCESS, (hospital_id, caller.user_id, caller.family_id))
    if not rows:
        raise NotAuthenticated
    count_request(caller.user_id)
    note_caller(caller.user_id)
    is_superuser, found, role, doctor_id = rows[0]
    if found is None or not (role or is_superuser):
        raise NotFound
    if is_superuser:
        return Access(caller.user_id, hospital_id, Role.ADMIN)
    return Access(caller.user_id, hospital_id, Role(role), doctor_id)


def platform_access(user: User | AnonymousUser, hospital_id: int) -> Access:
    """Let a platform admin into a hospital without a token: in the Django admin. No query.

    `user` was read for this request. Raises `PermissionDenied` for everybody else.
    """
    if not (isinstance(user, User) and user.is_active and user.is_superuser):
        raise PermissionDenied
    return Access(user.pk, hospital_id, Role.ADMIN)
