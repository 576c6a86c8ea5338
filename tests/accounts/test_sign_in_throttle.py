"""Failed sign-ins and requests are counted; successful sign-ins are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db.models import F
from django.test import RequestFactory

from accounts import access, services, throttle, tokens
from accounts.address import client_address
from accounts.admin_login import ThrottledBackend
from accounts.models import SignInFailures, TokenFamily, User
from scheduler.errors import Invalid, NotAuthenticated, Throttled
from tests.accounts.sql import statements
from tests.factories.accounts import PASSWORD, UserFactory
from tests.world import World

pytestmark = pytest.mark.django_db
HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.SIGN_IN_FAILURES_BY_ACCOUNT = 3
    settings.SIGN_IN_FAILURES_BY_ADDRESS = 5
    settings.SIGN_IN_WINDOW = timedelta(seconds=300)


def sign_in(email: str, password: str = PASSWORD, address: str = HERE) -> tokens.TokenPair:
    return tokens.obtain_token(email=email, password=password, address=address)


def fail(email: str, *, times: int = 1, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(NotAuthenticated):
            sign_in(email, "wrong", address)


def counts() -> dict[str, int]:
    return dict(SignInFailures.objects.order_by("key").values_list("key", "count"))


def let_windows_end() -> None:
    SignInFailures.objects.update(window_ends_at=F("window_ends_at") - timedelta(seconds=301))


# By account.


@pytest.mark.parametrize("exists", [True, False])
def test_full_account_is_refused_also_the_right_password_and_also_an_unknown(exists: bool) -> None:
    email = UserFactory(email="ada@example.org").email if exists else "nobody@example.org"
    fail(email, times=3)
    before = counts()
    for address in (HERE, THERE):
        with statements() as sql, pytest.raises(Throttled) as refused:
            sign_in(email.upper(), address=address)
        assert len(sql) == 1  # neither the user nor a hash
        assert 299 <= refused.value.members["retry_after"] <= 300
    assert sorted(before.values()) == [3, 3]
    assert counts() == before
    assert TokenFamily.objects.count() == 0
    assert sign_in(UserFactory().email)  # another account, from the same address


def test_window_begins_with_the_first_failure_and_ends() -> None:
    user = UserFactory()
    fail(user.email)
    ends = SignInFailures.objects.values_list("window_ends_at", flat=True)
    first = set(ends)
    fail(user.email, times=2)
    assert set(ends.all()) == first
    let_windows_end()
    assert sign_in(user.email)
    fail(user.email)
    assert sorted(counts().values()) == [1, 1]


def test_successes_are_not_counted_and_do_not_reset() -> None:
    user = UserFactory()
    for _ in range(10):
        sign_in(user.email)
    assert counts() == {}
    fail(user.email, times=2)
    sign_in(user.email)
    assert sorted(counts().values()) == [2, 2]
    fail(user.email)
    with pytest.raises(Throttled):
        sign_in(user.email)


def test_right_password_that_ends_after_the_limit_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Guesses sent all at once: the order in which they end decides."""
    user = UserFactory()

    def meanwhile() -> bool:
        fail(user.email, times=3)
        return True

    with pytest.raises(Throttled):
        throttle.counted_check(email=user.email, address=HERE, check=meanwhile)

    let_windows_end()

    def meanwhile_wrong() -> bool:
        meanwhile()
        return False

    with pytest.raises(Throttled):  # the same answer: the guess was worth nothing
        throttle.counted_check(email=user.email, address=HERE, check=meanwhile_wrong)
    assert sorted(counts().values()) == [4, 4]


# By address.


def test_full_address_is_refused_for_every_account_and_counts_against_none() -> None:
    users = UserFactory.create_batch(6)
    for user in users[:5]:
        fail(user.email)
    before = counts()
    with pytest.raises(Throttled):
        sign_in(users[5].email)
    assert counts() == before
    assert sign_in(users[5].email, address=THERE)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("unix:", "", False),
        ("\0", "\ud800" * 5000, False),
    ],
)
def test_addresses_that_are_one(one: str, other: str, same: bool) -> None:
    fail("a@example.org", address=one)
    fail("b@example.org", address=other)
    by_address = [n for key, n in counts().items() if key.startswith("address:")]
    assert by_address == ([2] if same else [1, 1])


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", HERE),
        (0, None, HERE),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "10.9.9.9,203.0.113.9, 172.16.0.1", "203.0.113.9"),
        (2, "203.0.113.9", HERE),
        (1, None, HERE),
        (1, "", HERE),
        (1, "somebody", HERE),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "[", HERE),
    ],
)
def test_address_is_the_one_that_a_trusted_proxy_saw(
    settings: Any, proxies: int, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    meta = {"REMOTE_ADDR": HERE}
    if forwarded is not None:
        meta["HTTP_X_FORWARDED_FOR"] = forwarded
    assert client_address(meta) == address


def test_address_of_nobody_knows_whom() -> None:
    assert client_address({}) == ""


# All ways in.


def admin_form(email: str, password: str) -> AdminAuthenticationForm:
    request = RequestFactory().post("/admin/login/", REMOTE_ADDR=HERE)
    return AdminAuthenticationForm(request, {"username": email, "password": password})


def test_admin_login_shares_the_counters_and_says_so() -> None:
    user = UserFactory(is_superuser=True)
    assert admin_form(user.email.upper(), PASSWORD).is_valid()
    fail(user.email)
    for _ in range(2):
        form = admin_form(user.email, "wrong")
        assert not form.is_valid()
        assert "correct email and password" in str(form.errors)
    assert sorted(counts().values()) == [3, 3]
    form = admin_form(user.email, PASSWORD)
    assert form.errors == {"__all__": ["Too many failed sign-ins; try again later."]}
    with pytest.raises(Throttled):
        sign_in(user.email)


def test_admin_login_is_for_active_platform_admins() -> None:
    user = UserFactory()
    form = admin_form(user.email, PASSWORD)
    assert not form.is_valid()
    assert "staff account" in str(form.errors)
    assert counts() == {}  # the password was right
    backend = ThrottledBackend()
    assert backend.get_user(user.pk) == user
    User.objects.update(is_active=False, is_superuser=True)
    assert backend.get_user(user.pk) is None
    assert not admin_form(user.email, PASSWORD).is_valid()
    assert sorted(counts().values()) == [1, 1]


def test_backend_without_request_or_credentials() -> None:
    user = UserFactory()
    assert authenticate(username=user.email, password=PASSWORD) == user
    assert authenticate(username=user.email, password=None) is None
    assert authenticate(username=None, password="x") is None
    assert counts() == {}
    fail(user.email, times=3)
    with pytest.raises(ValidationError):
        authenticate(username=user.email, password=PASSWORD)


def test_wrong_current_password_counts_for_the_account(world: World) -> None:
    caller, email = world.staff.signed_in, world.staff.user.email
    for _ in range(3):
        with pytest.raises(Invalid):
            services.change_password(caller, current="wrong", new="something quite new")
    assert list(counts().values()) == [3]
    with pytest.raises(Throttled):
        services.change_password(caller, current=PASSWORD, new="something quite new")
    with pytest.raises(Throttled):
        sign_in(email, address=THERE)
    assert list(counts().values()) == [3]


# Requests.


def test_requests_are_counted_by_user_and_second(world: World, settings: Any) -> None:
    settings.REQUESTS_PER_SECOND = 3
    start = datetime(2026, 11, 30, 14, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        throttle.count_request(1)
        throttle.count_request(1)
        throttle.count_request(1)
        with pytest.raises(Throttled) as refused:
            throttle.count_request(1)
        assert refused.value.members == {"retry_after": 1}
        throttle.count_request(2)
        clock.shift(1)
        throttle.count_request(1)


def test_both_doors_count(world: World, settings: Any) -> None:
    settings.REQUESTS_PER_SECOND = 2
    with time_machine.travel(datetime.now(UTC), tick=False):
        access.signed_in(world.staff.caller)
        access.access_to(world.staff.caller, world.hospital.pk)
        with pytest.raises(Throttled):
            access.signed_in(world.staff.caller)
        with pytest.raises(Throttled):
            access.access_to(world.staff.caller, world.hospital.pk)
        access.signed_in(world.admin.caller)
