"""Relay connections over keyset pages."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import graphene
from graphql import GraphQLResolveInfo

from api_graphql.peers import Connection, Node
from api_graphql.shapes import page_cursor
from scheduler.errors import FieldError, Invalid
from scheduler.pages import DEFAULT_SIZE, MAX_SIZE, Cursor, Page, decode_cursor, encode_cursor

BY_NAME = (str, int)
BY_TIME = (dt.datetime, int)


class Edge(NamedTuple):
    cursor: str
    node: Node


class PageInfo(graphene.ObjectType):
    """Where a page lies in its list."""

    has_next_page = graphene.Boolean(required=True)
    has_previous_page = graphene.Boolean(required=True)
    start_cursor = graphene.String()
    end_cursor = graphene.String()

    @staticmethod
    def resolve_has_next_page(page: Page[Any], _info: GraphQLResolveInfo) -> bool:
        return page.has_next

    @staticmethod
    def resolve_has_previous_page(page: Page[Any], _info: GraphQLResolveInfo) -> bool:
        return page.has_previous

    @staticmethod
    def resolve_start_cursor(page: Page[Any], _info: GraphQLResolveInfo) -> str | None:
        return page_cursor(page, 0)

    @staticmethod
    def resolve_end_cursor(page: Page[Any], _info: GraphQLResolveInfo) -> str | None:
        return page_cursor(page, -1)


def connection_of(type_: type[graphene.ObjectType]) -> type[graphene.ObjectType]:
    """The type of a page of `type_`, with its edges."""
    name = type_.__name__
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {
            "__doc__": f"One {name} of a page, and where it stands in the list.",
            "cursor": graphene.String(required=True),
            "node": graphene.Field(type_, required=True),
        },
    )

    def resolve_nodes(connection: Connection, _info: GraphQLResolveInfo) -> list[Node]:
        return connection.nodes

    def resolve_edges(connection: Connection, _info: GraphQLResolveInfo) -> list[Edge]:
        keys = connection.page.keys
        return [
            Edge(encode_cursor(Cursor(key)), node)
            for key, node in zip(keys, connection.nodes, strict=True)
        ]

    def resolve_page_info(connection: Connection, _info: GraphQLResolveInfo) -> Page[Any]:
        return connection.page

    members = {
        "__doc__": f"A page of a list of {name}, as Relay's cursor specification has it.",
        "edges": graphene.List(graphene.NonNull(edge), required=True),
        "nodes": graphene.List(
            graphene.NonNull(type_), required=True, description="The edges' nodes alone."
        ),
        "page_info": graphene.Field(PageInfo, required=True),
        "resolve_nodes": staticmethod(resolve_nodes),
        "resolve_edges": staticmethod(resolve_edges),
        "resolve_page_info": staticmethod(resolve_page_info),
    }
    return type(f"{name}Connection", (graphene.ObjectType,), members)


def page_arguments() -> dict[str, Any]:
    """The arguments of a field that is a connection."""
    return {
        "first": graphene.Int(description=f"From 1 to {MAX_SIZE}; {DEFAULT_SIZE} where absent."),
        "after": graphene.String(description="A cursor: the page begins behind it."),
    }


def read_page(
    first: int | None, after: str | None, kinds: tuple[type, ...]
) -> tuple[Cursor | None, int]:
    """Where a page begins, and its size. Raises `Invalid`."""
    errors = []
    size = DEFAULT_SIZE if first is None else first
    if not 1 <= size <= MAX_SIZE:
        errors.append(FieldError("first", "out_of_range", f"From 1 to {MAX_SIZE}."))
    cursor = None
    if after is not None:
        try:
            cursor = decode_cursor(after, kinds=kinds, field="after")
            if cursor.backwards:
                raise Invalid.field("after", "invalid", "This is not a cursor of this list.")
        except Invalid as invalid:
            errors += invalid.errors
    if errors:
        raise Invalid(errors)
    return cursor, size
