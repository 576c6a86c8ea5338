"""Members of a hospital: who is added, changed and removed, and the admin that always stays."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import queries, tokens
from accounts.access import access_to
from accounts.models import Membership, Role, User
from accounts.services import add_member, change_member, remove_member
from scheduler.errors import Invalid, NotFound, PermissionDenied
from scheduler.pages import decode_cursor, encode_cursor
from tests.accounts.sql import statements
from tests.factories.accounts import PASSWORD, MembershipFactory, UserFactory
from tests.factories.doctors import DoctorFactory
from tests.world import World

pytestmark = pytest.mark.django_db
NEW: dict[str, Any] = {
    "email": "new@example.org",
    "name": "New",
    "role": "staff",
    "doctor_id": None,
    "password": "seven green bottles",
}
NOT_ADMINS = ("staff", "doctor", "colleague")


def written() -> list[object]:
    """All that a call about members may write."""
    return [
        *User.objects.order_by("id").values_list(),
        *Membership.objects.order_by("id").values_list(),
    ]


def codes(refused: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in refused.value.errors]


def member_of(world: World, who: str) -> queries.Member:
    person = world[who]
    return queries.Member(
        id=person.member_id or 0,
        user_id=person.user.pk,
        email=person.user.email,
        name=person.user.name,
        role=person.access.role,
        doctor_id=person.access.doctor_id,
    )


# Reading.


@pytest.mark.parametrize("who", ["root", "admin"])
def test_members_by_name(world: World, who: str) -> None:
    with statements() as sql:
        page = queries.members(world[who].access, after=None, size=50)
    assert len(sql) == 1
    names = ("admin", "colleague", "doctor", "staff")
    assert page.rows == tuple(member_of(world, name) for name in names)
    assert (page.next, page.previous) == (None, None)


def test_pages_of_members_who_have_one_name(world: World) -> None:
    for _ in range(4):
        MembershipFactory(hospital=world.hospital, user=UserFactory(name="Doctor"))
    access, seen, after = world.admin.access, [], None
    while True:
        page = queries.members(access, after=after, size=3)
        seen += [(row.name, row.id) for row in page.rows]
        if page.next is None:
            break
        after = decode_cursor(encode_cursor(page.next), kinds=(str, int))
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == 8
    assert page.previous is not None
    back = queries.members(access, after=page.previous, size=3)
    assert [(row.name, row.id) for row in back.rows] == seen[3:6]


@pytest.mark.parametrize("who", ["root", "admin"])
def test_one_member(world: World, who: str) -> None:
    access = world[who].access
    with statements() as sql:
        member = queries.get_member(access, world.doctor.member_id or 0)
    assert len(sql) == 1
    assert member == member_of(world, "doctor")


# Rights: not found comes before denied, denied before invalid.


def calls(world: World, member_id: int) -> dict[str, Any]:
    return {
        "get": lambda access: queries.get_member(access, member_id),
        "change": lambda access: change_member(access, member_id, changes={"role": "nurse"}),
        "remove": lambda access: remove_member(access, member_id),
    }


@pytest.mark.parametrize("call", ["get", "change", "remove"])
def test_member_of_another_hospital_is_not_there(world: World, call: str) -> None:
    before = written()
    for who in ("root", "admin", *NOT_ADMINS):
        for member_id in (world.stranger.member_id or 0, 0, -1, 2**63, 10**30):
            with pytest.raises(NotFound):
                calls(world, member_id)[call](world[who].access)
    with pytest.raises(NotFound):
        calls(world, world.admin.member_id or 0)[call](world.stranger.access)
    assert written() == before


@pytest.mark.parametrize("who", NOT_ADMINS)
def test_members_are_for_admins_alone(world: World, who: str) -> None:
    access, before = world[who].access, written()
    for call in calls(world, world[who].member_id or 0).values():
        with pytest.raises(PermissionDenied):
            call(access)
    with pytest.raises(PermissionDenied):
        queries.members(access, after=None, size=50)
    with pytest.raises(PermissionDenied):
        add_member(access, **{**NEW, "email": "nonsense"})
    assert written() == before


# Adding.


@pytest.mark.parametrize("who", ["root", "admin"])
def test_new_email_makes_a_user_who_can_sign_in(world: World, who: str) -> None:
    with statements() as sql:
        member = add_member(world[who].access, **{**NEW, "email": " New@Example.org "})
    # The user; insert user; insert membership.
    assert len(sql) == 3
    user = User.objects.get(email="new@example.org")
    assert (user.name, user.is_superuser, user.is_active) == ("New", False, True)
    assert member == queries.get_member(world.admin.access, member.id)
    assert member == queries.Member(member.id, user.pk, user.email, "New", "staff", None)
    pair = tokens.obtain_token(email="NEW@example.org", password=NEW["password"], address="")
    caller = tokens.read_access_token(pair.access)
    assert access_to(caller, world.hospital.pk).role == Role.STAFF


def test_user_of_another_hospital_gets_a_second_role_and_keeps_their_name(world: World) -> None:
    person = world.stranger
    with statements() as sql:
        member = add_member(
            world.admin.access, email=person.user.email.upper(), name="Renamed", role="admin"
        )
    # The user; are they a member; insert membership.
    assert len(sql) == 3
    assert (member.user_id, member.name, member.role) == (person.user.pk, "Stranger", "admin")
    assert User.objects.get(pk=person.user.pk).name == "Stranger"
    assert access_to(person.caller, world.hospital.pk).role == Role.ADMIN
    assert access_to(person.caller, world.other_hospital.pk).role == Role.ADMIN


def test_known_email_needs_neither_name_nor_password(world: World) -> None:
    for password in (None, ""):
        user = UserFactory()
        member = add_member(
            world.admin.access, email=user.email, name=None, role="staff", password=password
        )
        assert member.user_id == user.pk


def test_doctor_names_a_doctor_of_the_hospital(world: World) -> None:
    doctor = DoctorFactory(hospital=world.hospital)
    with statements() as sql:
        member = add_member(world.admin.access, **{**NEW, "role": "doctor", "doctor_id": doctor.pk})
    # The user; the doctor; insert user; insert membership.
    assert len(sql) == 4
    assert (member.role, member.doctor_id) == ("doctor", doctor.pk)


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"email": ""}, [("email", "blank")]),
        ({"email": "  "}, [("email", "blank")]),
        ({"email": "nonsense"}, [("email", "invalid")]),
        ({"email": "a@example.org\0"}, [("email", "invalid")]),
        ({"email": "a@\ud800.org"}, [("email", "invalid")]),
        ({"email": "a@bücher.example"}, [("email", "invalid")]),
        ({"email": "a" * 250 + "@example.org"}, [("email", "max_length")]),
        ({"name": None}, [("name", "required")]),
        ({"name": " "}, [("name", "blank")]),
        ({"name": "A\0"}, [("name", "invalid")]),
        ({"name": "A\udfff"}, [("name", "invalid")]),
        ({"name": "x" * 201}, [("name", "max_length")]),
        ({"password": None}, [("password", "required")]),
        ({"password": ""}, [("password", "required")]),
        ({"password": "short"}, [("password", "password_too_short")]),
        ({"password": "new@example.org"}, [("password", "password_too_similar")]),
        ({"password": "x" * 1001}, [("password", "max_length")]),
        ({"password": "seven green \0"}, [("password", "invalid")]),
        ({"role": "nurse"}, [("role", "invalid_choice")]),
        ({"role": ""}, [("role", "invalid_choice")]),
        ({"role": "ADMIN"}, [("role", "invalid_choice")]),
        ({"role": "doctor"}, [("doctor_id", "required")]),
        ({"role": "doctor", "doctor_id": 0}, [("doctor_id", "not_found")]),
        ({"role": "doctor", "doctor_id": 2**63}, [("doctor_id", "not_found")]),
        ({"role": "doctor", "doctor_id": "theirs"}, [("doctor_id", "not_found")]),
        ({"role": "staff", "doctor_id": "own"}, [("doctor_id", "not_allowed")]),
        ({"role": "admin", "doctor_id": "own"}, [("doctor_id", "not_allowed")]),
        ({"email": "member"}, [("email", "unique")]),
        ({"email": "member", "password": None}, [("email", "unique")]),
        ({"email": "stranger"}, [("password", "not_allowed")]),
        (
            {"name": "", "password": "short", "role": "doctor"},
            [("name", "blank"), ("password", "password_too_short"), ("doctor_id", "required")],
        ),
        ({"email": "x", "role": "x"}, [("email", "invalid"), ("role", "invalid_choice")]),
    ],
)
def test_refused_additions_write_nothing(
    world: World, change: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    stand_ins = {
        "theirs": world.other_doctor.pk,
        "own": world.doctor_rows[0].pk,
        "member": world.staff.user.email,
        "stranger": world.stranger.user.email,
    }
    change = {name: stand_ins.get(value, value) for name, value in change.items()}
    before = written()
    with pytest.raises(Invalid) as refused:
        add_member(world.admin.access, **{**NEW, **change})
    assert codes(refused) == errors
    assert written() == before


# Changing.


def test_change_of_role_takes_effect_at_once(world: World) -> None:
    member_id = world.staff.member_id or 0
    with statements() as sql:
        member = change_member(world.admin.access, member_id, changes={"role": "admin"})
    # Lock; update.
    assert len(sql) == 2
    assert member == queries.get_member(world.admin.access, member_id)
    assert member.role == "admin"
    assert access_to(world.staff.caller, world.hospital.pk).role == Role.ADMIN


def test_doctor_who_becomes_staff_loses_the_doctor(world: World) -> None:
    member_id = world.doctor.member_id or 0
    member = change_member(world.admin.access, member_id, changes={"role": "staff"})
    assert (member.role, member.doctor_id) == ("staff", None)
    own = world.doctor_rows[0].pk
    member = change_member(
        world.root.access, member_id, changes={"role": "doctor", "doctor_id": own}
    )
    assert (member.role, member.doctor_id) == ("doctor", own)
    assert access_to(world.doctor.caller, world.hospital.pk) == world.doctor.access


def test_doctor_may_become_another_doctor_and_no_change_writes_nothing(world: World) -> None:
    member_id, (_, colleague) = world.doctor.member_id or 0, world.doctor_rows
    member = change_member(world.admin.access, member_id, changes={"doctor_id": colleague.pk})
    assert (member.role, member.doctor_id) == ("doctor", colleague.pk)
    for changes in ({}, {"role": "doctor"}, {"doctor_id": colleague.pk}):
        with statements() as sql:
            assert change_member(world.admin.access, member_id, changes=changes) == member
        assert [text for text in sql if not text.startswith("SELECT")] == []


@pytest.mark.parametrize(
    ("who", "changes", "errors"),
    [
        ("staff", {"role": "nurse"}, [("role", "invalid_choice")]),
        ("staff", {"role": "doctor"}, [("doctor_id", "required")]),
        ("staff", {"role": "doctor", "doctor_id": "theirs"}, [("doctor_id", "not_found")]),
        ("staff", {"doctor_id": "own"}, [("doctor_id", "not_allowed")]),
        ("doctor", {"doctor_id": None}, [("doctor_id", "required")]),
        ("doctor", {"doctor_id": 2**63}, [("doctor_id", "not_found")]),
        ("doctor", {"role": "staff", "doctor_id": "own"}, [("doctor_id", "not_allowed")]),
        ("admin", {"role": "staff"}, [("role", "last_admin")]),
        ("admin", {"role": "doctor", "doctor_id": "own"}, [("role", "last_admin")]),
        ("admin", {"role": "nurse"}, [("role", "invalid_choice")]),
        (
            "admin",
            {"role": "doctor", "doctor_id": "theirs"},
            [("doctor_id", "not_found"), ("role", "last_admin")],
        ),
    ],
)
@pytest.mark.parametrize("by", ["root", "admin"])
def test_refused_changes_write_nothing(
    world: World, by: str, who: str, changes: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    stand_ins = {"theirs": world.other_doctor.pk, "own": world.doctor_rows[0].pk}
    changes = {name: stand_ins.get(value, value) for name, value in changes.items()}
    before = written()
    with pytest.raises(Invalid) as refused:
        change_member(world[by].access, world[who].member_id or 0, changes=changes)  # type: ignore[arg-type]
    assert codes(refused) == errors
    assert written() == before


# Removing.


def test_removed_member_is_out_at_once_and_the_user_stays(world: World) -> None:
    with statements() as sql:
        remove_member(world.admin.access, world.staff.member_id or 0)
    # Lock; delete.
    assert len(sql) == 2
    with pytest.raises(NotFound):
        access_to(world.staff.caller, world.hospital.pk)
    with pytest.raises(NotFound):
        remove_member(world.admin.access, world.staff.member_id or 0)
    pair = tokens.obtain_token(email=world.staff.user.email, password=PASSWORD, address="192.0.2.1")
    assert tokens.read_access_token(pair.access).user_id == world.staff.user.pk


@pytest.mark.parametrize("by", ["root", "admin"])
@pytest.mark.parametrize("others", ["none", "disabled", "of another hospital"])
def test_last_admin_stays(world: World, by: str, others: str) -> None:
    if others == "disabled":
        user = UserFactory(is_active=False)
        MembershipFactory(hospital=world.hospital, user=user, role=Role.ADMIN)
    if others == "of another hospital":
        MembershipFactory(hospital=world.other_hospital, role=Role.ADMIN)
    before = written()
    with pytest.raises(Invalid) as refused:
        remove_member(world[by].access, world.admin.member_id or 0)
    assert codes(refused) == [("member", "last_admin")]
    with pytest.raises(Invalid) as refused:
        change_member(world[by].access, world.admin.member_id or 0, changes={"role": "staff"})
    assert codes(refused) == [("role", "last_admin")]
    assert written() == before


def test_admin_goes_where_another_stays_also_a_disabled_one(world: World) -> None:
    second = MembershipFactory(hospital=world.hospital, role=Role.ADMIN)
    disabled = MembershipFactory(
        hospital=world.hospital, user=UserFactory(is_active=False), role=Role.ADMIN
    )
    remove_member(world.admin.access, disabled.pk)
    change_member(world.admin.access, world.admin.member_id or 0, changes={"role": "staff"})
    with pytest.raises(Invalid):
        remove_member(world.root.access, second.pk)
    assert Membership.objects.filter(hospital=world.hospital, role="admin").get() == second
