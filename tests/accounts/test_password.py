"""Changing one's password ends every other sign-in."""

from __future__ import annotations

import pytest

from accounts import access, tokens
from accounts.models import SignInFailures, TokenFamily, User
from accounts.services import change_password
from scheduler.errors import Invalid, NotAuthenticated
from tests.accounts.sql import statements
from tests.factories.accounts import PASSWORD
from tests.world import World

pytestmark = pytest.mark.django_db
NEW = "seven green bottles"


def obtain(world: World, password: str) -> tokens.TokenPair:
    return tokens.obtain_token(email=world.staff.user.email, password=password, address="192.0.2.1")


def written() -> list[object]:
    """All that a change of a password may write."""
    return [
        *User.objects.order_by("id").values_list("id", "password"),
        *TokenFamily.objects.order_by("id").values_list("id", "revoked_at"),
    ]


def test_new_password_signs_in_and_the_old_one_does_not(world: World) -> None:
    with statements() as sql:
        change_password(world.staff.signed_in, current=PASSWORD, new=NEW)
    # The user; the counter, twice; the password; the other sign-ins.
    assert [text.split()[0] for text in sql] == ["SELECT", "SELECT", "SELECT", "UPDATE", "UPDATE"]
    with pytest.raises(NotAuthenticated):
        obtain(world, PASSWORD)
    assert obtain(world, NEW)


def test_every_other_sign_in_of_the_user_ends_and_nobody_elses(world: World) -> None:
    other = obtain(world, PASSWORD)
    change_password(world.staff.signed_in, current=PASSWORD, new=NEW)
    assert access.signed_in(world.staff.caller) == world.staff.signed_in
    assert tokens.refresh_token(world.staff.tokens.refresh)
    with pytest.raises(NotAuthenticated):
        access.signed_in(tokens.read_access_token(other.access))
    with pytest.raises(NotAuthenticated):
        tokens.refresh_token(other.refresh)
    assert access.signed_in(world.admin.caller)
    assert TokenFamily.objects.filter(revoked_at=None).count() == 6


@pytest.mark.parametrize(
    ("current", "new", "errors"),
    [
        ("wrong", NEW, [("current", "wrong_password")]),
        ("", NEW, [("current", "wrong_password")]),
        (PASSWORD + "\0", NEW, [("current", "wrong_password")]),
        (PASSWORD, "short", [("new", "password_too_short")]),
        (PASSWORD, "", [("new", "password_too_short")]),
        (PASSWORD, "1qaz2wsx3edc", [("new", "password_too_common")]),
        (PASSWORD, "staffstaff@example", [("new", "password_too_similar")]),
        (PASSWORD, "password", [("new", "password_too_short"), ("new", "password_too_common")]),
        (PASSWORD, NEW + "\0", [("new", "invalid")]),
        (PASSWORD, NEW + "\ud800", [("new", "invalid")]),
        (PASSWORD, "x" * 1001, [("new", "max_length")]),
        ("wrong", "short", [("current", "wrong_password"), ("new", "password_too_short")]),
    ],
)
def test_refusals_name_each_field_and_write_nothing(
    world: World, current: str, new: str, errors: list[tuple[str, str]]
) -> None:
    User.objects.filter(pk=world.staff.user.pk).update(email="staffstaff@example.org")
    obtain_other = tokens.issue(User.objects.get(pk=world.staff.user.pk))
    before = written()
    with pytest.raises(Invalid) as refused:
        change_password(world.staff.signed_in, current=current, new=new)
    assert [(error.field, error.code) for error in refused.value.errors] == errors
    assert written() == before
    wrong = errors[0][1] == "wrong_password"
    assert list(SignInFailures.objects.values_list("count", flat=True)) == ([1] if wrong else [])
    assert access.signed_in(tokens.read_access_token(obtain_other.access))


def test_user_who_was_disabled_meanwhile(world: World) -> None:
    User.objects.filter(pk=world.staff.user.pk).update(is_active=False)
    before = written()
    with pytest.raises(NotAuthenticated):
        change_password(world.staff.signed_in, current=PASSWORD, new=NEW)
    assert written() == before
    assert SignInFailures.objects.count() == 0
