"""Access and refresh tokens: signed claims about a sign-in (`TokenFamily`), never about rights.

Both are JWTs (HS256, `SECRET_KEY`): `sub` the user, `sid` the family, `token_type`, `iat`, `exp`,
and in a refresh token `gen`, its place in the family. A family ends at a fixed time after the
sign-in: refreshing does not prolong it, so a stolen token can't be kept alive for ever.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeGuard

from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError

from accounts.access import Caller
from accounts.models import User
from accounts.sign_in import sign_in
from scheduler.db import execute, writes
from scheduler.errors import NotAuthenticated

ACCESS, REFRESH = "access", "refresh"
# Far beyond what we sign; a longer text is not worth decoding.
LONGEST_TOKEN = 2000
# How far two hosts' clocks may differ, so that a token made on one is not "not yet valid" on the
# other. It does not prolong a token: `exp` is checked exactly.
CLOCK_DIFFERENCE = 60
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class TokenPair:
    access: str
    refresh: str


def obtain_token(*, email: str, password: str, address: str) -> TokenPair:
    """Sign in: begin a new family.

    `address` is the client's (`client_address`). Raises `NotAuthenticated` (the same for an
    unknown email, a wrong password and a disabled user) and `Throttled(retry_after=seconds)`.
    Five queries when it succeeds, three when not.
    """
    return issue(sign_in(email=email, password=password, address=address))


def issue(user: User) -> TokenPair:
    """Begin a family for a user whose password was checked. Two queries.

    Raises `NotAuthenticated` when the user was disabled or got another password since `user` was
    read: whoever changes a password ends the families that they find, and this one must not slip
    in behind them.
    """
    return _pair(user.pk, *_begin_family(user))


# Waits for a change of the password that is under way, then compares again. FOR SHARE would do,
# but two of those at once are a deadlock on Citus, which then locks the whole table once more,
# for writing. Not in the INSERT: Citus refuses a lock on one table within a write to another.
_HOLD = """
    SELECT 1 FROM users WHERE id = %s AND is_active AND password = %s FOR NO KEY UPDATE
"""
_BEGIN = """
    INSERT INTO token_families (user_id, generation, created_at, expires_at)
    VALUES (%s, 1, now(), now() + %s)
    RETURNING id, generation, extract(epoch FROM expires_at - created_at)
"""


@writes
def _begin_family(user: User) -> tuple[int, int, float]:
    if not execute(_HOLD, (user.pk, user.password)):
        raise NotAuthenticated
    return _family(execute(_BEGIN, (user.pk, settings.REFRESH_TOKEN_LIFETIME))[0])


def refresh_token(refresh: str) -> TokenPair:
    """Exchange a refresh token for a new pair; it can't be used again.

    Raises `NotAuthenticated`: forged, expired, revoked, user gone or disabled, or used already.
    The last ends the whole family: somebody has a copy. Of two who use one token at the same
    moment, one gets a pair and the other ends the family. One query, two when refused.
    """
    claims = _read(refresh, REFRESH)
    family = _next_generation(claims)
    if family is None:
        raise NotAuthenticated("The refresh token was used, revoked or has expired.")
    return _pair(claims.user_id, *family)


# One conditional UPDATE is lock and check in one: a second one waits for the row, then looks at
# the generation that the first one left.
_NEXT = """
    WITH next AS (
        UPDATE token_families SET generation = generation + 1
        WHERE id = %(family)s AND user_id = %(user)s AND generation = %(generation)s
          AND revoked_at IS NULL AND expires_at > now()
          AND EXISTS (SELECT FROM users WHERE id = %(user)s AND is_active)
        RETURNING id, generation, expires_at)
    SELECT id, generation, extract(epoch FROM expires_at - now()) FROM next
"""
_END_IF_USED = """
    UPDATE token_families SET revoked_at = now()
    WHERE id = %(family)s AND user_id = %(user)s AND generation > %(generation)s
      AND revoked_at IS NULL
"""


@writes
def _next_generation(claims: _Claims) -> tuple[int, int, float] | None:
    """None when refused: to raise here would take back the end of the family."""
    params = {
        "family": claims.family_id,
        "user": claims.user_id,
        "generation": claims.generation,
    }
    rows = execute(_NEXT, params)
    if not rows:
        execute(_END_IF_USED, params)
        return None
    return _family(rows[0])


def revoke_token(refresh: str) -> None:
    """Sign out: end the family, its access tokens at once. Nothing happens if it has ended.

    Any generation will do: whoever holds one may end it. Raises `NotAuthenticated` for a token
    that is forged, unreadable or expired. One query.
    """
    _revoke(_read(refresh, REFRESH))


@writes
def _revoke(claims: _Claims) -> None:
    execute(
        "UPDATE token_families SET revoked_at = now()"
        " WHERE id = %s AND user_id = %s AND revoked_at IS NULL",
        (claims.family_id, claims.user_id),
    )


def read_access_token(token: str) -> Caller:
    """Who an access token speaks for, by its signature and expiry alone. No query.

    Raises `NotAuthenticated`. Whether the sign-in still lives is read with the rights.
    """
    claims = _read(token, ACCESS)
    return Caller(user_id=claims.user_id, family_id=claims.family_id)


@dataclass(frozen=True, slots=True)
class _Claims:
    user_id: int
    family_id: int
    generation: int
    expires: int  # seconds since 1970


def _read(token: str, kind: str) -> _Claims:
    if len(token) > LONGEST_TOKEN:
        raise NotAuthenticated
    claims = _signed(token, kind, settings.SECRET_KEY)
    if claims.expires <= time.time():
        raise NotAuthenticated
    return claims


# A signature that was good stays good, and looking at it takes as long as a query. What is
# refused is not kept.
@lru_cache(maxsize=10_000)
def _signed(token: str, kind: str, key: str) -> _Claims:
    try:
        payload: dict[str, Any] = _backend(key).decode(token)  # type: ignore[arg-type]
    except (TokenBackendError, ValueError, RecursionError):
        # The latter two: text that is not UTF-8, a header of a thousand brackets.
        raise NotAuthenticated from None
    subject, family_id, expires = payload.get("sub"), payload.get("sid"), payload.get("exp")
    generation = payload.get("gen") if kind == REFRESH else 0
    if payload.get("token_type") != kind or not isinstance(subject, str):
        raise NotAuthenticated
    if not (subject.isascii() and subject.isdigit() and len(subject) <= 19):
        raise NotAuthenticated
    if not (_is_count(family_id) and _is_count(generation) and _is_count(expires)):
        raise NotAuthenticated
    user_id = int(subject)
    if user_id > LARGEST_ID:
        raise NotAuthenticated
    return _Claims(user_id, family_id, generation, expires)


def _is_count(value: object) -> TypeGuard[int]:
    """An integer that a column can hold; True is one to Python, but not to us."""
    return type(value) is int and 0 <= value <= LARGEST_ID


def _family(row: tuple[Any, ...]) -> tuple[int, int, float]:
    family_id, generation, seconds_left = row
    return family_id, generation, float(seconds_left)


def _pair(user_id: int, family_id: int, generation: int, seconds_left: float) -> TokenPair:
    """Sign both. How long a family still lives comes as a length, so that the database's clock
    and ours need not agree."""
    now = int(time.time())
    claims = {"sub": str(user_id), "sid": family_id, "iat": now}
    access_seconds = min(settings.ACCESS_TOKEN_LIFETIME.total_seconds(), seconds_left)
    backend = _backend(settings.SECRET_KEY)
    return TokenPair(
        access=backend.encode(
            {**claims, "token_type": ACCESS, "exp": now + max(1, int(access_seconds))}
        ),
        refresh=backend.encode(
            {
                **claims,
                "token_type": REFRESH,
                "exp": now + max(1, int(seconds_left)),
                "gen": generation,
            }
        ),
    )


@lru_cache(maxsize=2)
def _backend(key: str) -> TokenBackend:
    return TokenBackend("HS256", signing_key=key, leeway=CLOCK_DIFFERENCE)
