"""Reads of users and their roles."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.access import Access, SignedIn
from scheduler.db import execute, reads_now
from scheduler.errors import NotAuthenticated, NotFound, PermissionDenied
from scheduler.pages import Cursor, Page, page


@dataclass(frozen=True, slots=True)
class MyMembership:
    """A role of the caller; `timezone` is the hospital's IANA name."""

    hospital_id: int
    hospital_name: str
    timezone: str
    role: str
    doctor_id: int | None


@dataclass(frozen=True, slots=True)
class Me:
    """The caller, and their roles by the names of the hospitals.

    A platform admin may do everything everywhere, but only what they are a member of stands here.
    """

    id: int
    email: str
    name: str
    is_superuser: bool
    memberships: tuple[MyMembership, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A user's role in a hospital; `id` is the membership's."""

    id: int
    user_id: int
    email: str
    name: str
    role: str
    doctor_id: int | None


_ME = """
    SELECT u.id, u.email, u.name, u.is_superuser, h.id, h.name, h.timezone, m.role, m.doctor_id
    FROM users u
    LEFT JOIN memberships m ON m.user_id = u.id
    LEFT JOIN hospitals h ON h.id = m.hospital_id
    WHERE u.id = %s
    ORDER BY h.name, h.id
"""


@reads_now
def me(caller: SignedIn) -> Me:
    """Who the caller is, and where they have a role. One query.

    Raises `NotAuthenticated` for a user who was deleted this very moment.
    """
    rows = execute(_ME, (caller.user_id,))
    if not rows:
        raise NotAuthenticated
    memberships = tuple(MyMembership(*row[4:]) for row in rows if row[4] is not None)
    user_id, email, name, is_superuser = rows[0][:4]
    return Me(user_id, email, name, is_superuser, memberships)


_MEMBERS = """
    SELECT m.id, m.user_id, u.email, u.name, m.role, m.doctor_id
    FROM memberships m
    JOIN users u ON u.id = m.user_id
"""


@reads_now
def members(access: Access, *, after: Cursor | None, size: int) -> Page[Member]:
    """The members of the hospital by the name of the user, then by id. One query.

    A cursor's values are (name, id). Raises `PermissionDenied` for all but its admins.
    """
    access.require_hospital_admin()
    return page(
        _MEMBERS,
        [("m.hospital_id = %s", [access.hospital_id])],
        order=("u.name", "m.id"),
        after=after,
        size=size,
        row=Member,
        key=lambda member: (member.name, member.id),
    )


@reads_now
def get_member(access: Access, member_id: int) -> Member:
    """One member. One query.

    Raises `NotFound`, and `PermissionDenied` for all but the hospital's admins.
    """
    rows = execute(
        f"{_MEMBERS} WHERE m.hospital_id = %s AND m.id = %s", (access.hospital_id, member_id)
    )
    if not rows:
        raise NotFound
    access.require_hospital_admin()
    return Member(*rows[0])


def require_admin_over(access: Access, member_id: int) -> None:
    """Raise `PermissionDenied` for all but the hospital's admins; `NotFound` comes before it.

    One query for those who are refused, none for an admin.
    """
    try:
        access.require_hospital_admin()
    except PermissionDenied:
        get_member(access, member_id)
        raise
