"""Races about sign-ins and members, with real threads and connections."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from accounts import access, throttle, tokens
from accounts.access import Access
from accounts.models import Membership, Role, SignInFailures, TokenFamily, User
from accounts.services import add_member, change_member, change_password, remove_member
from scheduler.errors import Invalid, NotAuthenticated, Refusal, Throttled
from tests.factories.accounts import PASSWORD, MembershipFactory, UserFactory
from tests.factories.hospitals import HospitalFactory
from tests.world import make_world

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all calls at the same moment; each one's answer, or the refusal that it raised."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def kinds(answers: Sequence[Any]) -> Counter[str]:
    return Counter(type(answer).__name__ for answer in answers)


def test_one_of_many_refreshes_wins_and_the_others_end_the_family() -> None:
    for _ in range(5):
        pair = tokens.issue(UserFactory())
        answers = at_once([lambda pair=pair: tokens.refresh_token(pair.refresh)] * 8)
        assert kinds(answers) == {"TokenPair": 1, "NotAuthenticated": 7}
        (winner,) = (a for a in answers if isinstance(a, tokens.TokenPair))
        family = TokenFamily.objects.latest("id")
        assert family.generation == 2
        assert family.revoked_at is not None
        with pytest.raises(NotAuthenticated):
            tokens.refresh_token(winner.refresh)
        with pytest.raises(NotAuthenticated):
            access.signed_in(tokens.read_access_token(winner.access))


def test_refresh_beside_revoke_never_leaves_the_family_alive() -> None:
    for _ in range(10):
        pair = tokens.issue(UserFactory())
        at_once(
            [
                lambda pair=pair: tokens.refresh_token(pair.refresh),
                lambda pair=pair: tokens.revoke_token(pair.refresh),
            ]
        )
        assert TokenFamily.objects.latest("id").revoked_at is not None


def test_failures_are_counted_exactly() -> None:
    def fail() -> None:
        throttle.count_failed_sign_in("ada@example.org", "192.0.2.1")

    answers = at_once([fail] * 20)
    assert list(SignInFailures.objects.values_list("count", flat=True)) == [20, 20]
    assert kinds(answers) == {"NoneType": 10, "Throttled": 10}


def test_fifty_guesses_at_once_get_no_more_answers_than_the_limit(settings: Any) -> None:
    settings.SIGN_IN_FAILURES_BY_ACCOUNT = 10
    settings.SIGN_IN_WINDOW = timedelta(seconds=300)
    user = UserFactory()

    def guess(number: int) -> tokens.TokenPair:
        return tokens.obtain_token(
            email=user.email, password=f"wrong {number}", address=f"192.0.2.{number}"
        )

    answers = at_once([lambda n=n: guess(n) for n in range(50)])
    assert kinds(answers) == {"NotAuthenticated": 10, "Throttled": 40}
    assert all(a.members["retry_after"] <= 300 for a in answers if isinstance(a, Throttled))
    with pytest.raises(Throttled):
        tokens.obtain_token(email=user.email, password=PASSWORD, address="192.0.2.99")


def test_any_number_of_right_passwords_at_once_are_let_in(settings: Any) -> None:
    settings.SIGN_IN_FAILURES_BY_ACCOUNT = 3
    settings.SIGN_IN_FAILURES_BY_ADDRESS = 3
    user = UserFactory()

    def sign_in() -> tokens.TokenPair:
        return tokens.obtain_token(email=user.email, password=PASSWORD, address="192.0.2.1")

    assert kinds(at_once([sign_in] * 30)) == {"TokenPair": 30}
    assert SignInFailures.objects.count() == 0


def test_sign_in_beside_a_change_of_password_leaves_no_session_of_the_old_one() -> None:
    world = make_world()
    user = world.staff.user
    for number in range(10):
        old, new = (f"password number {n}" for n in (number, number + 1))
        user.set_password(old)
        user.save()

        def sign_in(old: str = old) -> tokens.TokenPair:
            return tokens.obtain_token(email=user.email, password=old, address="192.0.2.1")

        def change(old: str = old, new: str = new) -> None:
            change_password(world.staff.signed_in, current=old, new=new)

        at_once([sign_in, sign_in, change])
        alive = TokenFamily.objects.filter(user=user, revoked_at=None)
        assert list(alive.values_list("id", flat=True)) == [world.staff.caller.family_id]
        SignInFailures.objects.all().delete()


@pytest.mark.parametrize("way", ["demote", "remove", "one of each"])
def test_two_admins_who_put_each_other_out_leave_one(way: str) -> None:
    def demote(by: Access, member_id: int) -> Any:
        return change_member(by, member_id, changes={"role": "staff"})

    first_way = remove_member if way == "remove" else demote
    second_way = demote if way == "demote" else remove_member
    for _ in range(10):
        hospital = HospitalFactory()
        one, two = MembershipFactory.create_batch(2, hospital=hospital, role=Role.ADMIN)
        first, second = (Access(m.user_id, hospital.pk, Role.ADMIN) for m in (one, two))
        answers = at_once(
            [
                lambda a=first, m=two.pk: first_way(a, m),
                lambda a=second, m=one.pk: second_way(a, m),
            ]
        )
        assert kinds(answers)["Invalid"] == 1
        (refusal,) = (a for a in answers if isinstance(a, Invalid))
        assert [error.code for error in refusal.errors] == ["last_admin"]
        assert Membership.objects.filter(hospital=hospital, role=Role.ADMIN).count() == 1


def test_one_new_email_added_many_times_at_once_makes_one_user_and_one_member() -> None:
    world = make_world()

    def add() -> Any:
        return add_member(
            world.admin.access,
            email="new@example.org",
            name="New",
            role="staff",
            password="seven green bottles",
        )

    answers = at_once([add] * 8)
    assert kinds(answers) == {"Member": 1, "Invalid": 7}
    refused = [a.errors[0] for a in answers if isinstance(a, Invalid)]
    assert {(e.field, e.code) for e in refused} <= {
        ("email", "unique"),
        ("password", "not_allowed"),
    }
    assert User.objects.filter(email="new@example.org").count() == 1
    assert Membership.objects.filter(user__email="new@example.org").count() == 1


def test_new_email_added_to_two_hospitals_at_once_makes_one_user() -> None:
    world = make_world()

    def add(by: Access) -> Any:
        return add_member(
            by,
            email="new@example.org",
            name="New",
            role="staff",
            password="seven green bottles",
        )

    answers = at_once([lambda: add(world.admin.access), lambda: add(world.stranger.access)])
    assert kinds(answers) == {"Member": 1, "Invalid": 1}
    (refusal,) = (a for a in answers if isinstance(a, Invalid))
    assert [(e.field, e.code) for e in refusal.errors] == [("password", "not_allowed")]
    assert User.objects.filter(email="new@example.org").count() == 1
