"""Writes of users themselves, which are a platform admin's."""

from __future__ import annotations

from typing import TypedDict

from accounts.access import SignedIn
from accounts.models import User
from accounts.services import email_errors, name_errors, password_errors
from scheduler.db import execute, writes
from scheduler.errors import FieldError, Invalid, NotFound


class UserChanges(TypedDict, total=False):
    """Values of a user. `is_superuser` makes a platform admin."""

    email: str
    name: str
    password: str
    is_active: bool
    is_superuser: bool


@writes
def add_user(
    caller: SignedIn, *, email: str, name: str, password: str, is_superuser: bool = False
) -> User:
    """Add a user, who has no role in any hospital yet.

    Raises `PermissionDenied` for all but a platform admin, and `Invalid`. Two queries.
    """
    caller.require_platform_admin()
    user = User(email=email.strip().lower(), name=name.strip(), is_superuser=is_superuser)
    errors = _value_errors(user, password)
    if errors:
        raise Invalid(errors)
    user.set_password(password)
    user.save(force_insert=True)
    return user


@writes
def change_user(caller: SignedIn, user_id: int, *, changes: UserChanges) -> User:
    """Change a user. Another password, or disabling them, ends every sign-in of theirs.

    Raises `PermissionDenied` for all but a platform admin, `NotFound`, and `Invalid`: code
    `last_superuser` where nobody would be left who may do this. At most five queries.
    """
    caller.require_platform_admin()
    # All superusers too, in the order of their ids: two who disable each other at once wait here,
    # and the second no longer finds the first.
    ids = [user_id]
    if changes.get("is_active") is False or changes.get("is_superuser") is False:
        ids += User.objects.filter(is_superuser=True, is_active=True).values_list("id", flat=True)
    locked = User.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id")
    found = {row.pk: row for row in locked}
    user = found.pop(user_id, None)
    if user is None:
        raise NotFound
    was_in_charge = user.is_active and user.is_superuser
    user.email = changes.get("email", user.email).strip().lower()
    user.name = changes.get("name", user.name).strip()
    user.is_active = changes.get("is_active", user.is_active)
    user.is_superuser = changes.get("is_superuser", user.is_superuser)
    password = changes.get("password")
    errors = _value_errors(user, password)
    others = any(row.is_active and row.is_superuser for row in found.values())
    if was_in_charge and not (user.is_active and user.is_superuser) and not others:
        field = "is_superuser" if user.is_active else "is_active"
        errors.append(FieldError(field, "last_superuser", "Nobody else is a platform admin."))
    if errors:
        raise Invalid(errors)
    if password is not None:
        user.set_password(password)
    user.save(update_fields=["email", "name", "password", "is_active", "is_superuser"])
    if password is not None or not user.is_active:
        execute(
            "UPDATE token_families SET revoked_at = now()"
            " WHERE user_id = %s AND revoked_at IS NULL",
            (user_id,),
        )
    return user


def _value_errors(user: User, password: str | None) -> list[FieldError]:
    errors = email_errors(user.email) + name_errors(user.name)
    if not errors and User.objects.filter(email=user.email).exclude(pk=user.pk).exists():
        errors.append(FieldError("email", "unique", "Another user has that email."))
    if password is not None:
        errors += password_errors("password", password, user)
    return errors
