"""Doctors, patients and members: how each of their fields is resolved, one by one.

Resolvers get nodes (peers.py) and read a row's attribute where nothing else is said. What has no
arguments stands in shapes.py too, which answers most requests without coming by here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import graphene
from graphql import GraphQLResolveInfo

from accounts.access import Access
from api_graphql.connections import BY_TIME, connection_of, page_arguments, read_page
from api_graphql.peers import HospitalNode, Node, for_peers
from api_graphql.rows import MINUTE_TEXTS
from api_graphql.scalars import Date, Role, Time
from appointments.together import appointments_of_doctors
from doctors.queries import DoctorRow
from doctors.together import availabilities, doctors_by_id


def from_row(name: str, _default: Any, node: Any, _info: GraphQLResolveInfo) -> Any:
    """The default resolver: an attribute of the node's row, or of a plain value."""
    return getattr(node.row if isinstance(node, Node) else node, name)


class RowType(graphene.ObjectType):
    class Meta:
        abstract = True

    @classmethod
    def __init_subclass_with_meta__(cls, **options: Any) -> None:
        super().__init_subclass_with_meta__(**{"default_resolver": from_row, **options})


def list_of(type_: Any, **options: Any) -> graphene.List:
    return graphene.List(graphene.NonNull(type_), required=True, **options)


def doctor_of(node: Node, info: GraphQLResolveInfo) -> Node:
    """The doctor that a row names."""

    def load(access: Access, rows: list[Any]) -> dict[int, DoctorRow]:
        return doctors_by_id(access, {row.doctor_id for row in rows})

    found: Node = for_peers(info, node, node.row.doctor_id, load)
    return found


class Shift(RowType):
    """A range of a doctor's availability within one date, in the hospital's wall time."""

    start = graphene.Field(Time, required=True)
    end = graphene.Field(Time, required=True, description="00:00 is midnight at the day's end.")

    @staticmethod
    def resolve_start(shift: tuple[int, int], _info: GraphQLResolveInfo) -> str:
        return MINUTE_TEXTS[shift[0]]

    @staticmethod
    def resolve_end(shift: tuple[int, int], _info: GraphQLResolveInfo) -> str:
        return MINUTE_TEXTS[shift[1]]


class Availability(RowType):
    """A date on which a doctor has shifts."""

    date = graphene.Field(Date, required=True)
    shifts = list_of(Shift)


class Doctor(RowType):
    """A doctor of one hospital."""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    specialty = graphene.String(required=True)
    active = graphene.Boolean(required=True)
    version = graphene.Int(required=True)
    hospital = graphene.Field("api_graphql.hospital_type.Hospital", required=True)
    appointments = graphene.Field(
        "api_graphql.appointment_types.AppointmentConnection",
        required=True,
        from_=graphene.Argument(Date, name="from"),
        to=graphene.Argument(Date),
        **page_arguments(),
        description="Those that the caller may see, in order of time.",
    )
    availability = list_of(
        Availability,
        from_=graphene.Argument(Date, name="from", required=True),
        to=graphene.Argument(Date, required=True),
        description="The dates that have shifts, of at most 366 days.",
    )

    @staticmethod
    def resolve_hospital(node: Node, info: GraphQLResolveInfo) -> HospitalNode:
        return hospital_of(node, info)

    @staticmethod
    def resolve_appointments(
        node: Node,
        info: GraphQLResolveInfo,
        from_: dt.date | None = None,
        to: dt.date | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Any:
        cursor, size = read_page(first, after, BY_TIME)

        def load(access: Access, rows: list[DoctorRow]) -> Any:
            ids = [row.id for row in rows]
            return appointments_of_doctors(
                access, ids, start=from_, end=to, after=cursor, size=size
            )

        return for_peers(info, node, node.row.id, load)

    @staticmethod
    def resolve_availability(
        node: Node, info: GraphQLResolveInfo, from_: dt.date, to: dt.date
    ) -> Any:
        def load(access: Access, rows: list[DoctorRow]) -> Any:
            return availabilities(access, [row.id for row in rows], start=from_, end=to)

        return for_peers(info, node, node.row.id, load)


def hospital_of(node: Node, _info: GraphQLResolveInfo) -> HospitalNode:
    """The node's hospital, one node for all of its peers of that hospital."""
    nodes = node.peers.loaded.setdefault("hospitals", {})
    access = cast(Access, node.access)
    id_ = access.hospital_id
    if id_ not in nodes:
        others = next(iter(nodes.values()), None)
        peers = others.peers if others is not None else None
        nodes[id_] = HospitalNode(id_, peers, access=access)
    found: HospitalNode = nodes[id_]
    return found


class Patient(RowType):
    """A patient of one hospital."""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    date_of_birth = graphene.Field(Date, required=True)
    phone = graphene.String(required=True)
    email = graphene.String(required=True)
    mrn = graphene.String(required=True, description="The hospital's medical record number.")
    version = graphene.Int(required=True)


class MemberUser(RowType):
    """Who a member is."""

    id = graphene.ID(required=True)
    email = graphene.String(required=True)
    name = graphene.String(required=True)

    @staticmethod
    def resolve_id(node: Node, _info: GraphQLResolveInfo) -> int:
        return int(node.row.user_id)


class Member(RowType):
    """A user's role in a hospital; the id is the membership's."""

    id = graphene.ID(required=True)
    user = graphene.Field(MemberUser, required=True)
    role = graphene.Field(Role, required=True)
    doctor_id = graphene.ID(description="The doctor that a member of that role is.")

    @staticmethod
    def resolve_user(node: Node, _info: GraphQLResolveInfo) -> Node:
        return node


DoctorConnection = connection_of(Doctor)
MemberConnection = connection_of(Member)
PatientConnection = connection_of(Patient)
