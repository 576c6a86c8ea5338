"""Tokens: what they say, how they rotate, and everything that makes them worthless."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth.hashers import make_password

from accounts import access, sign_in, tokens
from accounts.models import SignInFailures, TokenFamily, User
from scheduler.errors import NotAuthenticated
from tests.accounts.sql import statements
from tests.factories.accounts import PASSWORD, UserFactory
from tests.world import World

pytestmark = pytest.mark.django_db
ADDRESS = "192.0.2.1"


def obtain(user: User, **given: str) -> tokens.TokenPair:
    asked = {"email": user.email, "password": PASSWORD, "address": ADDRESS, **given}
    return tokens.obtain_token(**asked)


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def signed(payload: dict[str, Any], key: str | None = None, **options: Any) -> str:
    options.setdefault("algorithm", "HS256")
    return jwt.encode(payload, key or django_settings.SECRET_KEY, **options)


def family_state() -> list[tuple[int, int, bool]]:
    rows = TokenFamily.objects.order_by("id").values_list("id", "generation", "revoked_at")
    return [(pk, generation, revoked is not None) for pk, generation, revoked in rows]


# What a sign-in gives.


def test_pair_says_who_and_which_sign_in_and_no_rights() -> None:
    user = UserFactory(is_superuser=True)
    with time_machine.travel(datetime(2026, 11, 30, 14, tzinfo=UTC), tick=False):
        pair = obtain(user)
    family = TokenFamily.objects.get()
    now = int(datetime(2026, 11, 30, 14, tzinfo=UTC).timestamp())
    common = {"sub": str(user.pk), "sid": family.pk, "iat": now}
    assert claims(pair.access) == {**common, "token_type": "access", "exp": now + 600}
    assert claims(pair.refresh) == {
        **common,
        "token_type": "refresh",
        "exp": now + 14 * 86400,
        "gen": 1,
    }
    assert family.user_id == user.pk
    assert family.expires_at - family.created_at == timedelta(days=14)


def test_email_in_any_case_and_password_exactly() -> None:
    user = UserFactory(email="ada@example.org", password=" Spaces count ")
    assert obtain(user, email="ADA@Example.ORG", password=" Spaces count ")
    for password in ("Spaces count", " spaces count ", " Spaces count  "):
        with pytest.raises(NotAuthenticated):
            obtain(user, password=password)


def test_argon2_and_an_older_hash_is_replaced(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [
        "accounts.hashing.PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    user = UserFactory()
    assert user.password.startswith("argon2$argon2id$")
    assert obtain(user)
    for email in (user.email, "nobody@example.org"):
        with pytest.raises(NotAuthenticated):
            obtain(user, email=email, password=PASSWORD + "!")
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD, hasher="md5"))
    pair = obtain(user)
    user.refresh_from_db()
    assert user.password.startswith("argon2$argon2id$")
    assert tokens.read_access_token(pair.access).user_id == user.pk


# Refusals of a sign-in: one answer, one amount of work, nothing written but the count.

REFUSED = {
    "unknown email": {"email": "nobody@example.org"},
    "wrong password": {"password": "wrong"},
    "empty password": {"password": ""},
    "empty email": {"email": ""},
    "NUL in the email": {"email": "ada@example.org\0"},
    "NUL in the password": {"password": PASSWORD + "\0"},
    "half a pair in the email": {"email": "\ud800@example.org"},
    "half a pair in the password": {"password": "\udfff"},
    "enormous email": {"email": "a" * 500_000 + "@example.org"},
    "enormous password": {"password": "x" * 500_000},
    "disabled": {},
    "no usable password": {},
    "an unknown hash": {},
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_of_a_sign_in_are_one(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {
        "disabled": {"is_active": False},
        "no usable password": {"password": "!"},
        "an unknown hash": {"password": "rot13$gibberish"},
    }
    user = UserFactory(email="ada@example.org")
    User.objects.filter(pk=user.pk).update(**changed.get(case, {}))
    sign_in.password_matches(None, "")  # the decoy is there
    hashed = count_hashes(monkeypatch)
    with statements() as sql, pytest.raises(NotAuthenticated) as refused:
        obtain(user, **REFUSED[case])
    assert refused.value.detail == "The email or the password is wrong."
    assert len(hashed) == 1
    # Are the counters full; the user; count.
    assert [text.split()[0] for text in sql] == ["SELECT", "SELECT", "INSERT"]
    assert TokenFamily.objects.count() == 0
    assert sorted(SignInFailures.objects.values_list("count", flat=True)) == [1, 1]


def count_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return hashed


def test_sign_in_takes_five_queries_and_counts_nothing() -> None:
    user = UserFactory()
    with statements() as sql:
        obtain(user)
    # The counters, the user, the counters again, the user as they are now, the family.
    assert [text.split()[0] for text in sql] == [*["SELECT"] * 4, "INSERT"]
    assert SignInFailures.objects.count() == 0


def test_family_does_not_begin_behind_a_changed_password_or_for_a_disabled_user() -> None:
    user = UserFactory()
    User.objects.filter(pk=user.pk).update(password=make_password("another password"))
    with pytest.raises(NotAuthenticated):
        tokens.issue(user)
    user.refresh_from_db()
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(NotAuthenticated):
        tokens.issue(user)
    assert TokenFamily.objects.count() == 0


# Refreshing.


def test_refresh_rotates_and_keeps_the_end_of_the_family() -> None:
    pair = obtain(UserFactory())
    before = TokenFamily.objects.get()
    with statements() as sql:
        following = tokens.refresh_token(pair.refresh)
    assert [text.split()[0] for text in sql] == ["WITH"]
    family = TokenFamily.objects.get()
    assert family_state() == [(before.pk, 2, False)]
    assert family.expires_at == before.expires_at
    assert claims(following.refresh)["gen"] == 2
    assert claims(following.refresh)["exp"] <= claims(pair.refresh)["exp"]
    assert tokens.read_access_token(following.access) == tokens.read_access_token(pair.access)
    tokens.refresh_token(following.refresh)
    assert family_state() == [(before.pk, 3, False)]


def test_used_refresh_token_ends_the_family_and_no_other() -> None:
    user = UserFactory()
    pair, other = obtain(user), obtain(user)
    newest = tokens.refresh_token(pair.refresh)
    with pytest.raises(NotAuthenticated):
        tokens.refresh_token(pair.refresh)
    first, second = TokenFamily.objects.order_by("id").values_list("id", flat=True)
    assert family_state() == [(first, 2, True), (second, 1, False)]
    with pytest.raises(NotAuthenticated):
        tokens.refresh_token(newest.refresh)
    with pytest.raises(NotAuthenticated):
        access.signed_in(tokens.read_access_token(newest.access))
    assert family_state() == [(first, 2, True), (second, 1, False)]
    assert access.signed_in(tokens.read_access_token(other.access)).user_id == user.pk


def test_generation_from_the_future_is_refused_and_ends_nothing() -> None:
    user = UserFactory()
    pair = obtain(user)
    forged = signed({**claims(pair.refresh), "gen": 7})  # only a leaked key makes one
    with pytest.raises(NotAuthenticated):
        tokens.refresh_token(forged)
    assert [state[1:] for state in family_state()] == [(1, False)]


@pytest.mark.parametrize(
    "change",
    [
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: User.objects.filter(pk=user.pk).delete(),
        lambda user: TokenFamily.objects.update(
            expires_at=datetime.now(UTC) - timedelta(seconds=1)
        ),
        lambda user: TokenFamily.objects.update(revoked_at=datetime.now(UTC)),
        lambda user: TokenFamily.objects.update(user_id=UserFactory().pk),
    ],
    ids=["disabled", "deleted", "expired", "revoked", "another user's"],
)
def test_sign_in_that_has_ended_refreshes_nothing_and_opens_nothing(change: Any) -> None:
    user = UserFactory()
    pair = obtain(user)
    change(user)
    before = family_state()
    with pytest.raises(NotAuthenticated):
        tokens.refresh_token(pair.refresh)
    with pytest.raises(NotAuthenticated):
        access.signed_in(tokens.read_access_token(pair.access))
    assert family_state() == before


def test_tokens_expire_by_the_second(settings: Any) -> None:
    settings.ACCESS_TOKEN_LIFETIME = timedelta(seconds=30)
    user = UserFactory()
    start = datetime(2026, 11, 30, 14, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        pair = obtain(user)
        clock.move_to(start + timedelta(seconds=29))
        tokens.read_access_token(pair.access)
        clock.move_to(start + timedelta(seconds=30))
        with pytest.raises(NotAuthenticated):
            tokens.read_access_token(pair.access)
        clock.move_to(start + timedelta(days=14))
        with pytest.raises(NotAuthenticated):
            tokens.refresh_token(pair.refresh)
    assert [state[1:] for state in family_state()] == [(1, False)]


def test_token_of_a_host_whose_clock_is_a_little_ahead_is_good_at_once() -> None:
    user = UserFactory()
    start = datetime(2026, 11, 30, 14, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        pair = obtain(user)
        clock.move_to(start - timedelta(seconds=20))
        assert tokens.read_access_token(pair.access).user_id == user.pk


# Signing out.


def test_revoke_ends_access_at_once_and_again_is_no_error() -> None:
    user = UserFactory()
    pair, other = obtain(user), obtain(user)
    caller = tokens.read_access_token(pair.access)
    assert access.signed_in(caller).user_id == user.pk
    tokens.revoke_token(pair.refresh)
    revoked_at = TokenFamily.objects.get(pk=caller.family_id).revoked_at
    tokens.revoke_token(pair.refresh)
    assert TokenFamily.objects.get(pk=caller.family_id).revoked_at == revoked_at
    with pytest.raises(NotAuthenticated):
        access.signed_in(caller)
    with pytest.raises(NotAuthenticated):
        tokens.refresh_token(pair.refresh)
    assert access.signed_in(tokens.read_access_token(other.access)).user_id == user.pk


def test_revoke_with_a_used_token_ends_the_family_too() -> None:
    pair = obtain(UserFactory())
    tokens.refresh_token(pair.refresh)
    tokens.revoke_token(pair.refresh)
    assert [state[1:] for state in family_state()] == [(2, True)]


# Forgeries.


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def forgeries(pair: tokens.TokenPair, kind: str) -> dict[str, str]:
    good = claims(getattr(pair, kind))
    header, body, signature = getattr(pair, kind).split(".")
    none = part({"alg": "none", "typ": "JWT"})
    deep = base64.urlsafe_b64encode(b"[" * 1200).decode()
    made = {
        "the other kind": pair.refresh if kind == "access" else pair.access,
        "wrong key": signed(good, "x" * 64),
        "other algorithm": signed(good, algorithm="HS384"),
        "alg none": f"{none}.{body}.",
        "alg none with the signature": f"{none}.{body}.{signature}",
        "alg a list": f"{part({'alg': ['HS256']})}.{body}.{signature}",
        "header no object": f"{part(['HS256'])}.{body}.{signature}",
        "deep header": f"{deep}.{body}.{signature}",
        "header with a huge number": f"{part({'alg': 10**600})}.{body}.{signature}",
        "changed body": f"{header}.{part({**good, 'sub': '1'})}.{signature}",
        "no signature": f"{header}.{body}.",
        "two parts": f"{header}.{body}",
        "four parts": f"{header}.{body}.{signature}.{signature}",
        "empty": "",
        "dots": "..",
        "NUL": "\0",
        "half a pair": "\ud800.\ud800.\ud800",
        "not ASCII": "é.ü.ñ",
        "enormous": "a" * 1_000_000,
    }
    for name in good:
        made[f"without {name}"] = signed({k: v for k, v in good.items() if k != name})
    del made["without iat"]  # nothing depends on it
    numbers = {"sid", "exp", "gen"} & good.keys()
    strange: tuple[Any, ...] = (None, True, -1, 1.5, "1", [], {}, 2**63, float("inf"))
    for name in numbers:
        for value in strange:
            made[f"{name} is {value!r}"] = raw_signed({**good, name: value})
    for value in (
        None,
        True,
        1,
        -1,
        "",
        "-1",
        "+1",
        " 1",
        "1.0",
        "x",
        "\u0661",
        "9" * 19,
        "9" * 400,
    ):
        made[f"sub is {value!r}"] = raw_signed({**good, "sub": value})
    made["body no object"] = raw_signed([good])
    made["expired"] = signed({**good, "exp": 1})
    made["token_type a list"] = raw_signed({**good, "token_type": [kind]})
    return made


def raw_signed(payload: Any) -> str:
    """Signed with our key, whatever it says."""
    return jwt.PyJWS().encode(json.dumps(payload).encode(), django_settings.SECRET_KEY, "HS256")


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # of HS384
@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_forgeries_are_refused_without_a_query(world: World, kind: str) -> None:
    read = (
        [tokens.read_access_token]
        if kind == "access"
        else [tokens.refresh_token, tokens.revoke_token]
    )
    before = family_state()
    made = forgeries(world.admin.tokens, kind)
    assert len(made) > 50
    accepted = []
    for name, forged in made.items():
        for call in read:
            try:
                with statements() as sql:
                    call(forged)
                accepted.append(name)
            except NotAuthenticated:
                assert (name, sql) == (name, [])
    assert accepted == []
    assert family_state() == before


def test_good_token_with_the_largest_ids_is_read() -> None:
    payload = {"sub": str(2**63 - 1), "sid": 2**63 - 1, "exp": 2**40, "token_type": "access"}
    caller = tokens.read_access_token(raw_signed(payload))
    assert caller == access.Caller(2**63 - 1, 2**63 - 1)
    with pytest.raises(NotAuthenticated):
        access.signed_in(caller)


def test_another_secret_key_ends_all_tokens(settings: Any) -> None:
    pair = obtain(UserFactory())
    settings.SECRET_KEY = "another secret, as long as the first one was"
    with pytest.raises(NotAuthenticated):
        tokens.read_access_token(pair.access)
