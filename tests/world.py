"""Two hospitals and six people with fixed meaning, for every test that is about rights."""

from __future__ import annotations

from dataclasses import dataclass

from accounts import tokens
from accounts.access import Access, Caller, SignedIn
from accounts.models import Role, User
from doctors.models import Doctor
from hospitals.models import Hospital
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.doctors import DoctorFactory
from tests.factories.hospitals import HospitalFactory

PEOPLE = ("root", "admin", "staff", "doctor", "colleague", "stranger")


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in.

    `access` is their standing in their own hospital (root's in `World.hospital`), and
    `member_id` their membership there (root has none). `row` is the doctor they are.
    """

    user: User
    tokens: tokens.TokenPair
    caller: Caller
    signed_in: SignedIn
    access: Access
    member_id: int | None
    row: Doctor | None = None


@dataclass(frozen=True)
class World:
    """`hospital` is everybody's but the stranger's, who is the admin of `other_hospital`.

    Everybody's password is `tests.factories.accounts.PASSWORD`.
    """

    hospital: Hospital
    other_hospital: Hospital
    other_doctor: Doctor
    root: Person
    admin: Person
    staff: Person
    doctor: Person
    colleague: Person
    stranger: Person

    def __getitem__(self, name: str) -> Person:
        """A person by name, as tables of cases have it."""
        if name not in PEOPLE:
            raise KeyError(name)
        person: Person = getattr(self, name)
        return person

    @property
    def people(self) -> dict[str, Person]:
        return {name: self[name] for name in PEOPLE}

    @property
    def doctor_rows(self) -> tuple[Doctor, Doctor]:
        """The rows of `doctor` and `colleague`."""
        assert self.doctor.row is not None
        assert self.colleague.row is not None
        return self.doctor.row, self.colleague.row


def make_world() -> World:
    """Write a world to the database; it can be made more than once.

    The tokens begin at the clock that stands then: freeze it first, and for no more than their
    ten minutes.
    """
    hospital = HospitalFactory(name="General", timezone="America/New_York")
    other_hospital = HospitalFactory(name="Elsewhere", timezone="Europe/Paris")
    own, colleague, other = (
        DoctorFactory(hospital=where, name=name, specialty="Cardiology")
        for where, name in (
            (hospital, "Dr Own"),
            (hospital, "Dr Colleague"),
            (other_hospital, "Dr Other"),
        )
    )
    return World(
        hospital=hospital,
        other_hospital=other_hospital,
        other_doctor=other,
        root=person("Root", hospital, None),
        admin=person("Admin", hospital, Role.ADMIN),
        staff=person("Staff", hospital, Role.STAFF),
        doctor=person("Doctor", hospital, Role.DOCTOR, own),
        colleague=person("Colleague", hospital, Role.DOCTOR, colleague),
        stranger=person("Stranger", other_hospital, Role.ADMIN),
    )


def person(name: str, hospital: Hospital, role: Role | None, row: Doctor | None = None) -> Person:
    """Make somebody who has signed in; without a role, a platform admin."""
    user = UserFactory(name=name, is_superuser=role is None)
    member = role and MembershipFactory(
        hospital=hospital, user=user, role=role, doctor_id=row and row.pk
    )
    pair = tokens.issue(user)
    caller = tokens.read_access_token(pair.access)
    return Person(
        user=user,
        tokens=pair,
        caller=caller,
        signed_in=SignedIn(user.pk, caller.family_id, is_superuser=role is None),
        access=Access(user.pk, hospital.pk, role or Role.ADMIN, row and row.pk),
        member_id=member.pk if member else None,
        row=row,
    )
