"""Writes of users and their roles."""

from __future__ import annotations

from typing import TypedDict

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from accounts.access import Access, SignedIn
from accounts.models import Membership, Role, User
from accounts.queries import Member, require_admin_over
from accounts.sign_in import EMAIL_LENGTH, is_storable, password_matches
from accounts.throttle import counted_check
from scheduler.db import execute, reads_now, writes
from scheduler.errors import FieldError, Invalid, NotAuthenticated, NotFound

NAME_LENGTH = 200
PASSWORD_LENGTH = 1000


class MemberChanges(TypedDict, total=False):
    role: str
    doctor_id: int | None


def change_password(caller: SignedIn, *, current: str, new: str) -> None:
    """Give the caller another password, and end all their sign-ins but this one.

    Not one transaction: a wrong `current` counts as a failed sign-in of the account, and stays
    counted although the call is refused. Raises `Throttled`, and `Invalid`: field `current` with
    `wrong_password`, field `new` with the validators' codes. At most five queries.
    """
    user = _user(caller)

    def matches() -> bool:
        return password_matches(user, current)

    errors = []
    if not counted_check(email=user.email, address=None, check=matches):
        errors.append(_wrong_password())
    errors += password_errors("new", new, user)
    if errors:
        raise Invalid(errors)
    _replace_password(caller, old=user.password, new=make_password(new))


@reads_now
def _user(caller: SignedIn) -> User:
    user = User.objects.filter(pk=caller.user_id, is_active=True).first()
    if user is None:
        raise NotAuthenticated
    return user


@writes
def _replace_password(caller: SignedIn, *, old: str, new: str) -> None:
    # The user's row first: a sign-in with the old password that has not begun its family waits
    # for it and then finds another password; one that has is seen by the second statement.
    if not User.objects.filter(pk=caller.user_id, password=old).update(password=new):
        raise Invalid([_wrong_password()])  # somebody was quicker: it is wrong by now
    execute(
        "UPDATE token_families SET revoked_at = now()"
        " WHERE user_id = %s AND id <> %s AND revoked_at IS NULL",
        (caller.user_id, caller.family_id),
    )


def _wrong_password() -> FieldError:
    return FieldError("current", "wrong_password", "That is not your password.")


@writes
def add_member(
    access: Access,
    *,
    email: str,
    name: str | None,
    role: str,
    doctor_id: int | None = None,
    password: str | None = None,
) -> Member:
    """Give somebody a role in the hospital; admins only.

    A new email makes a user, and needs `name` and `password`. An email that is known must come
    without a password, and its `name` is not looked at: a user may belong to other hospitals,
    whose admins don't rename each other's people. Raises `PermissionDenied` and `Invalid` (field
    `email` with `unique` for somebody who is a member already). At most four queries.
    """
    access.require_hospital_admin()
    email, password = email.strip().lower(), password or None
    errors = email_errors(email)
    user = None if errors else User.objects.filter(email=email).first()
    if user is not None:
        if Membership.objects.filter(hospital_id=access.hospital_id, user=user).exists():
            raise Invalid.field("email", "unique", "That user is a member of this hospital.")
        if password is not None:
            detail = "That user exists and has a password; send none."
            errors.append(FieldError("password", "not_allowed", detail))
    else:
        user = User(email=email, name=(name or "").strip())
        # Whose email it was meant to be is unknown where it is bad: then judge what was sent.
        is_new = not errors
        if is_new or name is not None:
            errors += name_errors(name)
        if is_new or password is not None:
            errors += _new_password_errors(password, user)
    errors += _role_errors(access, role, doctor_id)
    if errors:
        raise Invalid(errors)
    if user.pk is None:
        # Somebody who adds the same email at this moment makes this an IntegrityError; the call
        # runs again, finds the user and refuses the password.
        user.set_password(password)
        user.save(force_insert=True)
    membership = Membership.objects.create(
        hospital_id=access.hospital_id, user=user, role=role, doctor_id=doctor_id
    )
    return _member(membership)


@writes
def change_member(access: Access, member_id: int, *, changes: MemberChanges) -> Member:
    """Give a member another role, or another doctor to be; admins only.

    Whoever is no doctor any longer loses their `doctor_id` without being told to. Raises
    `NotFound`, `PermissionDenied`, and `Invalid`: field `role` with `last_admin` where no other
    active admin would be left. At most three queries.
    """
    require_admin_over(access, member_id)
    membership, is_last_admin = _lock_member(access, member_id)
    role = changes.get("role", membership.role)
    kept = membership.doctor_id if role == Role.DOCTOR else None
    doctor_id = changes.get("doctor_id", kept)
    errors = _role_errors(access, role, doctor_id)
    if is_last_admin and role in Role.values and role != Role.ADMIN:
        errors.append(_last_admin("role"))
    if errors:
        raise Invalid(errors)
    if (role, doctor_id) != (membership.role, membership.doctor_id):
        membership.role, membership.doctor_id = role, doctor_id
        membership.save(update_fields=["role", "doctor_id"])
    return _member(membership)


@writes
def remove_member(access: Access, member_id: int) -> None:
    """Take a user's role in the hospital away, which shuts them out at once; admins only.

    The user stays. Raises `NotFound`, `PermissionDenied`, and `Invalid`: field `member` with
    `last_admin` where no other active admin would be left. At most two queries.
    """
    require_admin_over(access, member_id)
    membership, is_last_admin = _lock_member(access, member_id)
    if is_last_admin:
        raise Invalid([_last_admin("member")])
    membership.delete()


def _lock_member(access: Access, member_id: int) -> tuple[Membership, bool]:
    """Lock a member together with all admins of the hospital, in the order of their ids.

    Two admins who remove each other at once would otherwise both find the other one left: the
    second waits here, and then no longer finds the first. Also says whether the member is the
    last admin: disabled ones can't sign in and don't count as others. Raises `NotFound`. One
    query.
    """
    rows = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(Q(role=Role.ADMIN) | Q(id=member_id), hospital_id=access.hospital_id)
        .order_by("id")
    )
    found = {row.pk: row for row in rows}
    membership = found.pop(member_id, None)
    if membership is None:
        raise NotFound
    others = any(row.role == Role.ADMIN and row.user.is_active for row in found.values())
    return membership, membership.role == Role.ADMIN and not others


def _last_admin(field: str) -> FieldError:
    return FieldError(field, "last_admin", "A hospital keeps at least one active admin.")


def _role_errors(access: Access, role: str, doctor_id: int | None) -> list[FieldError]:
    """What is wrong with a role and the doctor that goes with it. At most one query."""
    if role not in Role.values:
        return [FieldError("role", "invalid_choice", f"One of {', '.join(Role.values)}.")]
    if role != Role.DOCTOR:
        if doctor_id is None:
            return []
        detail = "Only a member with the role doctor has a doctor_id."
        return [FieldError("doctor_id", "not_allowed", detail)]
    if doctor_id is None:
        return [FieldError("doctor_id", "required", "Say which doctor of the hospital it is.")]
    # By the table's name: the doctors' app stands above this one. A key stands behind it.
    if not execute(
        "SELECT 1 FROM doctors WHERE hospital_id = %s AND id = %s", (access.hospital_id, doctor_id)
    ):
        detail = "There is no such doctor in this hospital."
        return [FieldError("doctor_id", "not_found", detail)]
    return []


def email_errors(email: str) -> list[FieldError]:
    """What is wrong with an email to sign in with, in lower case."""
    if not email:
        return [FieldError("email", "blank", "email must not be empty.")]
    if len(email) > EMAIL_LENGTH:
        return [FieldError("email", "max_length", f"At most {EMAIL_LENGTH} characters.")]
    try:
        validate_email(email)
    except ValidationError:
        return [FieldError("email", "invalid", "email is not an email address.")]
    if not email.isascii():
        # Two Unicode versions, Python's and PostgreSQL's, can differ on what lower case is.
        return [FieldError("email", "invalid", "Write the domain of email as xn--…")]
    return []


def name_errors(name: str | None) -> list[FieldError]:
    """What is wrong with a new user's name."""
    if name is None:
        return [FieldError("name", "required", "A new user needs a name.")]
    if not name.strip():
        return [FieldError("name", "blank", "name must not be empty.")]
    if not is_storable(name):
        return [FieldError("name", "invalid", "name holds a character that can't be stored.")]
    if len(name.strip()) > NAME_LENGTH:
        return [FieldError("name", "max_length", f"At most {NAME_LENGTH} characters.")]
    return []


def _new_password_errors(password: str | None, user: User) -> list[FieldError]:
    if password is None:
        return [FieldError("password", "required", "A new user needs a password.")]
    return password_errors("password", password, user)


def password_errors(field: str, password: str, user: User) -> list[FieldError]:
    """What is wrong with a password for that user, by the validators of the settings."""
    if not is_storable(password):
        return [FieldError(field, "invalid", "A password can't hold such a character.")]
    if len(password) > PASSWORD_LENGTH:
        return [FieldError(field, "max_length", f"At most {PASSWORD_LENGTH} characters.")]
    try:
        validate_password(password, user)
    except ValidationError as refused:
        return [
            FieldError(field, error.code or "invalid", " ".join(error.messages))
            for error in refused.error_list
        ]
    return []


def _member(membership: Membership) -> Member:
    user = membership.user
    return Member(
        id=membership.pk,
        user_id=user.pk,
        email=user.email,
        name=user.name,
        role=membership.role,
        doctor_id=membership.doctor_id,
    )
