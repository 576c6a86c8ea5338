"""Which hospitals a user sees, and how a name is searched."""

from typing import Any

import pytest

from accounts.access import Access
from hospitals.name_search import fold
from hospitals.queries import get_hospital, hospitals, row_of
from scheduler.errors import Invalid, NotFound
from tests.factories.accounts import MembershipFactory
from tests.factories.hospitals import HospitalFactory
from tests.world import World


def test_a_user_sees_the_hospitals_of_their_roles_and_a_platform_admin_all(world: World) -> None:
    HospitalFactory(name="Beyond")
    seen = {
        who: [row.name for row in hospitals(world[who].signed_in, size=50).rows]
        for who in ("root", "staff", "stranger")
    }
    assert seen == {
        "root": ["Beyond", "Elsewhere", "General"],
        "staff": ["General"],
        "stranger": ["Elsewhere"],
    }


def test_pages_go_by_name_then_id(world: World, django_assert_num_queries: Any) -> None:
    made = [HospitalFactory(name=name) for name in ("B", "A", "B", "C")]
    for hospital in made:
        MembershipFactory(hospital=hospital, user=world.staff.user)
    caller = world.staff.signed_in
    with django_assert_num_queries(1):  # one join with the caller's memberships
        first = hospitals(caller, size=2)
    assert [row.id for row in first.rows] == [made[1].pk, made[0].pk]
    second = hospitals(caller, after=first.next, size=2)
    assert [row.id for row in second.rows] == [made[2].pk, made[3].pk]
    back = hospitals(caller, after=second.previous, size=2)
    assert back.rows == first.rows


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("saint", ["Hôpital Saint-Élie"]),
        ("elie HOP", ["Hôpital Saint-Élie"]),
        ("Élie", ["Hôpital Saint-Élie"]),
        ("œuvre", ["OEUVRE 50%"]),
        ("%", ["OEUVRE 50%"]),
        ("_", []),
        ("general elie", []),
        ("  ", ["General", "Hôpital Saint-Élie", "OEUVRE 50%"]),
    ],
)
def test_every_word_of_a_search_is_in_the_name(world: World, search: str, found: list[str]) -> None:
    for name in ("Hôpital Saint-Élie", "OEUVRE 50%"):
        MembershipFactory(hospital=HospitalFactory(name=name), user=world.staff.user)
    rows = hospitals(world.staff.signed_in, search=search, size=50).rows
    assert [row.name for row in rows] == found


@pytest.mark.parametrize("search", ["x" * 201, "a\0", "a\ud800", "a b c d e f g h i j k"])
def test_a_search_without_bounds_is_invalid(world: World, search: str) -> None:
    with pytest.raises(Invalid) as refused:
        hospitals(world.root.signed_in, search=search, size=50)
    assert [error.field for error in refused.value.errors] == ["search"]


def test_fold() -> None:
    assert fold("José O\u2019Brien ŁUKASZ Straße Ørsted") == "jose o'brien lukasz strasse orsted"
    assert fold("たけだ が") == "たけだ が"  # a mark of Japanese is no accent


def test_get_hospital(world: World) -> None:
    assert get_hospital(world.staff.access) == row_of(world.hospital)
    with pytest.raises(NotFound):
        get_hospital(Access(1, 10**15, world.staff.access.role))
