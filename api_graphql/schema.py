"""The schema: where reads begin. Writes are in mutations.py."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from accounts.queries import MyMembership, me
from api_graphql.ahead import stamps_ahead
from api_graphql.connections import BY_NAME, page_arguments, read_page
from api_graphql.hospital_type import Hospital, HospitalConnection
from api_graphql.mutations import Mutation
from api_graphql.peers import Connection, HospitalNode, Peers
from api_graphql.scalars import Role
from api_graphql.types import RowType, list_of
from appointments.questions import HospitalFacts
from hospitals.queries import hospitals


class Membership(RowType):
    """A role of the caller."""

    hospital = graphene.Field(Hospital, required=True)
    role = graphene.Field(Role, required=True)
    doctor_id = graphene.ID(description="The doctor that the caller is there.")

    @staticmethod
    def resolve_hospital(
        membership: tuple[MyMembership, HospitalNode], _info: GraphQLResolveInfo
    ) -> HospitalNode:
        return membership[1]

    @staticmethod
    def resolve_role(
        membership: tuple[MyMembership, HospitalNode], _info: GraphQLResolveInfo
    ) -> str:
        return membership[0].role

    @staticmethod
    def resolve_doctor_id(
        membership: tuple[MyMembership, HospitalNode], _info: GraphQLResolveInfo
    ) -> int | None:
        return membership[0].doctor_id


class User(RowType):
    """The caller."""

    id = graphene.ID(required=True)
    email = graphene.String(required=True)
    name = graphene.String(required=True)
    is_superuser = graphene.Boolean(
        required=True, description="A platform admin, who may do everything in every hospital."
    )
    memberships = list_of(Membership, description="By the names of the hospitals.")

    @staticmethod
    def resolve_memberships(
        user: Any, _info: GraphQLResolveInfo
    ) -> list[tuple[MyMembership, HospitalNode]]:
        peers = Peers()
        return [
            (each, HospitalNode(each.hospital_id, peers, known=_known(each)))
            for each in user.memberships
        ]


def _known(membership: MyMembership) -> HospitalFacts:
    return HospitalFacts(membership.hospital_id, membership.hospital_name, membership.timezone)


class Query(graphene.ObjectType):
    me = graphene.Field(User, required=True)
    hospitals = graphene.Field(
        HospitalConnection,
        required=True,
        search=graphene.String(description="Words that the name holds."),
        **page_arguments(),
        description="Those in which the caller has a role, by name.",
    )
    hospital = graphene.Field(Hospital, id=graphene.ID(required=True))

    @staticmethod
    def resolve_me(_root: None, info: GraphQLResolveInfo) -> Any:
        return me(info.context.signed_in())

    @staticmethod
    def resolve_hospitals(
        _root: None,
        info: GraphQLResolveInfo,
        search: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection:
        caller = info.context.signed_in()
        cursor, size = read_page(first, after, BY_NAME)
        page = hospitals(caller, search=search, after=cursor, size=size)
        peers = Peers()
        nodes = [HospitalNode(row.id, peers, row=row) for row in page.rows]
        return Connection(page, list(nodes), peers)

    @staticmethod
    def resolve_hospital(_root: None, info: GraphQLResolveInfo, id: str) -> HospitalNode:
        access = info.context.access(id, stamps_ahead(info))
        return HospitalNode(access.hospital_id, access=access)


schema = graphene.Schema(query=Query, mutation=Mutation)
