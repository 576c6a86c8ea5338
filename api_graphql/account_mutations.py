"""Signing in and out, passwords, and members."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from accounts import services, tokens
from accounts.queries import get_member
from accounts.tokens import TokenPair as Pair
from api_graphql import inputs
from api_graphql.identifiers import path_id
from api_graphql.inputs import Given, judged_after, values_of
from api_graphql.peers import with_peers
from api_graphql.types import Member, RowType
from hospitals.text import text_errors
from scheduler.errors import Invalid

# What may be asked without a token.
PUBLIC = frozenset({"obtainToken", "refreshToken", "revokeToken"})


class TokenPair(RowType):
    """An access token, for `Authorization: Bearer …`, and what a new pair is asked for with."""

    access = graphene.String(required=True)
    refresh = graphene.String(required=True)


class AccountMutation:
    """Fields of the schema's `Mutation`: see mutations.py."""

    obtain_token = graphene.Field(
        TokenPair,
        email=graphene.String(required=True),
        password=graphene.String(required=True),
        description="Sign in.",
    )
    refresh_token = graphene.Field(
        TokenPair,
        refresh=graphene.String(required=True),
        description="A new pair. A refresh token that was used before ends its sign-in.",
    )
    revoke_token = graphene.Boolean(
        refresh=graphene.String(required=True),
        description="Sign out: the sign-in's access tokens end at once.",
    )
    change_password = graphene.Boolean(
        current=graphene.String(required=True),
        new=graphene.String(required=True),
        description="Every other session of the caller ends.",
    )
    add_member = graphene.Field(Member, input=inputs.AddMemberInput(required=True))
    change_member = graphene.Field(Member, input=inputs.ChangeMemberInput(required=True))
    remove_member = graphene.Boolean(input=inputs.RemoveMemberInput(required=True))

    @staticmethod
    def resolve_obtain_token(
        _root: None, info: GraphQLResolveInfo, email: str, password: str
    ) -> Pair:
        _require_texts(email=email, password=password)
        return tokens.obtain_token(email=email, password=password, address=info.context.address)

    @staticmethod
    def resolve_refresh_token(_root: None, _info: GraphQLResolveInfo, refresh: str) -> Pair:
        _require_texts(refresh=refresh)
        return tokens.refresh_token(refresh)

    @staticmethod
    def resolve_revoke_token(_root: None, _info: GraphQLResolveInfo, refresh: str) -> bool:
        _require_texts(refresh=refresh)
        tokens.revoke_token(refresh)
        return True

    @staticmethod
    def resolve_change_password(
        _root: None, info: GraphQLResolveInfo, current: str, new: str
    ) -> bool:
        info.context.begin_mutation()
        caller = info.context.signed_in()
        _require_texts(current=current, new=new)
        services.change_password(caller, current=current, new=new)
        return True

    @staticmethod
    def resolve_add_member(_root: None, info: GraphQLResolveInfo, input: Given) -> Any:
        access = info.context.opened(input["hospital_id"])
        with judged_after(access.require_hospital_admin):
            values = values_of(input, nullable=("name", "doctor_id", "password"))
        return with_peers(services.add_member(access, **{"name": None, **values}), access)

    @staticmethod
    def resolve_change_member(_root: None, info: GraphQLResolveInfo, input: Given) -> Any:
        access, id_ = info.context.opened(input["hospital_id"]), path_id(input["id"])
        with judged_after(lambda: get_member(access, id_)):
            changes: Any = values_of(input, nullable=("doctor_id",))
        return with_peers(services.change_member(access, id_, changes=changes), access)

    @staticmethod
    def resolve_remove_member(_root: None, info: GraphQLResolveInfo, input: Given) -> bool:
        access = info.context.opened(input["hospital_id"])
        services.remove_member(access, path_id(input["id"]))
        return True


def _require_texts(**texts: str) -> None:
    """Raise `Invalid` for each that is blank or that nothing could hold."""
    errors = [
        error
        for name, text in texts.items()
        for error in text_errors(name, text, max_length=len(text), required=True)
    ]
    if errors:
        raise Invalid(errors)
