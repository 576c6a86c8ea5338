"""Who is let in where, and what each role may do there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from accounts import queries
from accounts.access import Access, Aside, Caller, SignedIn, access_and, access_to, signed_in
from accounts.models import Membership, Role, User
from scheduler import replica
from scheduler.errors import NotAuthenticated, NotFound, PermissionDenied
from tests.accounts.sql import statements
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.hospitals import HospitalFactory
from tests.world import PEOPLE, World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", PEOPLE)
def test_door_of_the_hospital(world: World, who: str) -> None:
    person = world[who]
    with statements() as sql:
        if who == "stranger":
            with pytest.raises(NotFound):
                access_to(person.caller, world.hospital.pk)
        else:
            assert access_to(person.caller, world.hospital.pk) == person.access
    assert len(sql) == 1


@pytest.mark.parametrize("who", PEOPLE)
def test_door_of_the_other_hospital(world: World, who: str) -> None:
    person, other = world[who], world.other_hospital.pk
    if who in ("root", "stranger"):
        expected = Access(person.user.pk, other, Role.ADMIN)
        assert access_to(person.caller, other) == expected
    else:
        with pytest.raises(NotFound):
            access_to(person.caller, other)


# Fails where it is computed.
_FAILING = Aside("(SELECT h.id / %(nothing)s::bigint)::text", {"nothing": 0})
_ITS_NAME = Aside("(SELECT name FROM hospitals WHERE id = %(hospital)s)", {})


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_read_together_with_the_rights(world: World, who: str) -> None:
    person = world[who]
    with statements() as sql:
        if who == "stranger":
            with pytest.raises(NotFound):
                access_and(person.caller, world.hospital.pk, _FAILING)
        else:
            found = access_and(person.caller, world.hospital.pk, _ITS_NAME)
            assert found == (person.access, world.hospital.name)
    assert len(sql) == 1


def test_with_a_replica_nothing_is_read_together_with_the_rights(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The rows that follow might come from the replica, which may be older than this value.
    monkeypatch.setattr(replica, "is_configured", lambda: True)
    staff = world["staff"]
    assert access_and(staff.caller, world.hospital.pk, _ITS_NAME) == (staff.access, None)


@pytest.mark.parametrize("hospital_id", [0, -1, 2**31, 2**63 - 1, 2**63, 10**30])
@pytest.mark.parametrize("who", ["root", "admin"])
def test_hospital_that_is_not_there(world: World, who: str, hospital_id: int) -> None:
    with pytest.raises(NotFound):
        access_to(world[who].caller, hospital_id)


@pytest.mark.parametrize("who", PEOPLE)
def test_signed_in_says_who(world: World, who: str) -> None:
    person = world[who]
    with statements() as sql:
        caller = signed_in(person.caller)
    assert len(sql) == 1
    assert caller == person.signed_in
    if who == "root":
        caller.require_platform_admin()
    else:
        with pytest.raises(PermissionDenied):
            caller.require_platform_admin()


@pytest.mark.parametrize(
    "caller",
    [
        lambda world: replace(world.admin.caller, user_id=world.staff.user.pk),
        lambda world: replace(world.admin.caller, family_id=world.staff.caller.family_id),
        lambda world: Caller(0, 0),
        lambda world: Caller(2**63 - 1, 2**63 - 1),
    ],
    ids=["another's family", "another's user", "nobody", "the largest ids"],
)
def test_callers_whose_sign_in_is_not_theirs(world: World, caller: Any) -> None:
    with pytest.raises(NotAuthenticated):
        signed_in(caller(world))
    with pytest.raises(NotAuthenticated):
        access_to(caller(world), world.hospital.pk)


def test_rights_are_those_of_this_moment(world: World) -> None:
    person, hospital_id = world.admin, world.hospital.pk
    Membership.objects.filter(pk=person.member_id).update(role=Role.STAFF)
    assert access_to(person.caller, hospital_id).role == Role.STAFF
    Membership.objects.filter(pk=person.member_id).delete()
    with pytest.raises(NotFound):
        access_to(person.caller, hospital_id)
    User.objects.filter(pk=person.user.pk).update(is_superuser=True)
    assert access_to(person.caller, hospital_id).role == Role.ADMIN
    User.objects.filter(pk=person.user.pk).update(is_active=False)
    with pytest.raises(NotAuthenticated):
        access_to(person.caller, hospital_id)
    with pytest.raises(NotAuthenticated):
        signed_in(person.caller)


# The contract's table, role by role.

MAY = {
    #            books with own, colleague · sets own, colleague's · settings, doctors, members
    "root": (True, True, True, True, True),
    "admin": (True, True, True, True, True),
    "staff": (True, True, True, True, False),
    "doctor": (True, False, True, False, False),
    "colleague": (False, True, False, True, False),
}


@pytest.mark.parametrize("who", MAY)
def test_table_of_rights(world: World, who: str) -> None:
    access = world[who].access
    own, colleague = (doctor.pk for doctor in world.doctor_rows)
    found = (
        allowed(access.require_booking_with, own),
        allowed(access.require_booking_with, colleague),
        allowed(access.require_availability_of, own),
        allowed(access.require_availability_of, colleague),
        allowed(access.require_hospital_admin),
    )
    assert found == MAY[who]
    assert access.may_see_appointments_of(own) == MAY[who][0]
    assert access.may_see_appointments_of(colleague) == MAY[who][1]
    mine = {"doctor": own, "colleague": colleague}.get(who)
    assert access.only_doctor_id == mine


def allowed(rule: Any, *args: int) -> bool:
    try:
        rule(*args)
    except PermissionDenied:
        return False
    return True


# Who am I.


def test_me_of_a_doctor(world: World) -> None:
    person = world.doctor
    with statements() as sql:
        me = queries.me(person.signed_in)
    assert len(sql) == 1
    assert me == queries.Me(
        id=person.user.pk,
        email=person.user.email,
        name="Doctor",
        is_superuser=False,
        memberships=(
            queries.MyMembership(
                hospital_id=world.hospital.pk,
                hospital_name="General",
                timezone="America/New_York",
                role="doctor",
                doctor_id=world.doctor_rows[0].pk,
            ),
        ),
    )


def test_me_lists_roles_by_the_hospitals_names() -> None:
    user = UserFactory()
    hospitals = [HospitalFactory(name=name) for name in ("Zeta", "Alpha", "Alpha")]
    for hospital in hospitals:
        MembershipFactory(user=user, hospital=hospital)
    MembershipFactory(hospital=hospitals[0])
    zeta, *alphas = (hospital.pk for hospital in hospitals)
    me = queries.me(SignedIn(user.pk, 0, is_superuser=False))
    assert [m.hospital_id for m in me.memberships] == [*alphas, zeta]


def test_me_of_a_platform_admin_and_of_nobody(world: World) -> None:
    me = queries.me(world.root.signed_in)
    assert (me.is_superuser, me.memberships) == (True, ())
    with pytest.raises(NotAuthenticated):
        queries.me(SignedIn(0, 0, is_superuser=True))
