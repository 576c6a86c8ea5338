"""Who somebody is by email and password: the one check behind every way to sign in."""

from __future__ import annotations

from functools import lru_cache

from django.contrib.auth.hashers import check_password, get_hasher, make_password

from accounts.models import User
from accounts.throttle import counted_check
from scheduler.db import reads_now
from scheduler.errors import NotAuthenticated

EMAIL_LENGTH = 254


def sign_in(*, email: str, password: str, address: str) -> User:
    """The active user with that email (in any case) and exactly that password.

    Unknown email, wrong password and disabled user get the same answer for the same work: three
    queries and one password hash. Raises `NotAuthenticated`, and `Throttled(retry_after=…)` when
    too many sign-ins failed for the account or from the address. Three queries when it succeeds.
    """
    found: list[User] = []

    def passes() -> bool:
        user = _user_by_email(email)
        if not password_matches(user, password) or user is None or not user.is_active:
            return False
        found.append(user)
        return True

    if not counted_check(email=email, address=address, check=passes):
        raise NotAuthenticated("The email or the password is wrong.")
    return found[0]


def password_matches(user: User | None, password: str) -> bool:
    """Whether that is the user's password; as slow for no user, and for one without a password.

    A hash made with older, cheaper parameters is replaced when the password is right.
    """
    decoy = _decoy(get_hasher().algorithm)
    if not is_storable(password):
        # It can't have been set; the hasher would fail on it.
        user, password = None, ""
    if user is None:
        check_password(password, decoy)
        return False

    def replace(password: str) -> None:
        old = user.password
        user.set_password(password)
        User.objects.filter(pk=user.pk, password=old).update(password=user.password)

    return check_password(password, user.password, replace if user.is_active else None)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold that text: no NUL, no half of a surrogate pair."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


@reads_now
def _user_by_email(email: str) -> User | None:
    # What can't be an email asks for one that nobody has: the same query all the same.
    plain = email.lower() if len(email) <= EMAIL_LENGTH and is_storable(email) else ""
    return User.objects.filter(email=plain).first()


@lru_cache(maxsize=4)
def _decoy(algorithm: str) -> str:
    """A hash to check against where there is no user. Made at the first sign-in, of any kind."""
    return make_password("nobody's password", hasher=algorithm)
