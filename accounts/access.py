"""Who may do what: the contract's table. Nothing else in the code reads a role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accounts.models import Role, User
from accounts.throttle import count_request
from scheduler import replica
from scheduler.db import execute, reads_now
from scheduler.errors import NotAuthenticated, NotFound, PermissionDenied

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
    SELECT u.is_superuser, h.id, m.role, m.doctor_id,
           CASE WHEN u.is_superuser OR m.role IS NOT NULL THEN {aside} END
    FROM users u
    JOIN token_families f ON f.user_id = u.id
    LEFT JOIN hospitals h ON h.id = %(hospital)s
    LEFT JOIN memberships m ON m.hospital_id = h.id AND m.user_id = u.id
    WHERE u.id = %(user)s AND u.is_active
      AND f.id = %(family)s AND f.revoked_at IS NULL AND f.expires_at > now()
"""


@dataclass(frozen=True, slots=True)
class Aside:
    """An SQL expression of the hospital `%(hospital)s`, to be read together with the rights."""

    sql: str
    params: Mapping[str, Any]


@reads_now
def signed_in(caller: Caller) -> SignedIn:
    """Let in a user whose sign-in is alive. One query.

    Raises `NotAuthenticated` (revoked, expired, user gone or disabled) and `Throttled`.
    """
    rows = execute(_SIGNED_IN, (caller.user_id, caller.family_id))
    if not rows:
        raise NotAuthenticated
    count_request(caller.user_id)
    replica.note_caller(caller.user_id)
    return SignedIn(caller.user_id, caller.family_id, rows[0][0])


def access_to(caller: Caller, hospital_id: int) -> Access:
    """Let a caller into one hospital, by the rights that hold at this moment. One query.

    Raises `NotAuthenticated`, `Throttled`, and `NotFound` for a hospital in which the caller
    has no role: exactly as if it did not exist.
    """
    return _let_in(caller, hospital_id, "NULL", {})[0]


def access_and(caller: Caller, hospital_id: int, aside: Aside) -> tuple[Access, Any]:
    """The same, and the value of `aside`: one trip less for what is asked most.

    None instead of the value where a replica may answer reads: whatever goes with it has to come
    from the same server, and rights come from the primary. One query.
    """
    if replica.is_configured():
        return access_to(caller, hospital_id), None
    return _let_in(caller, hospital_id, aside.sql, aside.params)


@reads_now
def _let_in(
    caller: Caller, hospital_id: int, aside: str, params: Mapping[str, Any]
) -> tuple[Access, Any]:
    rights = {"hospital": hospital_id, "user": caller.user_id, "family": caller.family_id}
    rows = execute(_ACCESS.format(aside=aside), {**rights, **params})
    if not rows:
        raise NotAuthenticated
    count_request(caller.user_id)
    replica.note_caller(caller.user_id)
    is_superuser, found, role, doctor_id, beside = rows[0]
    if found is None or not (role or is_superuser):
        raise NotFound
    if is_superuser:
        return Access(caller.user_id, hospital_id, Role.ADMIN), beside
    return Access(caller.user_id, hospital_id, Role(role), doctor_id), beside


def platform_access(user: User | AnonymousUser, hospital_id: int) -> Access:
    """Let a platform admin into a hospital without a token: in the Django admin. No query.

    `user` was read for this request. Raises `PermissionDenied` for everybody else.
    """
    if not (isinstance(user, User) and user.is_active and user.is_superuser):
        raise PermissionDenied
    return Access(user.pk, hospital_id, Role.ADMIN)
