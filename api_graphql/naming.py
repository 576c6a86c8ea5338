"""Which field of the input an error of graphql-core is about: it says so in its sentences alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLError,
    ListValueNode,
    Node,
    ObjectFieldNode,
)

from scheduler.errors import FieldError, Invalid

_MISSING = re.compile(r"(?:Field '(?:\w+\.)?|argument ')(\w+)' of (?:required )?type .* provided\.")
_VARIABLE = re.compile(r"Variable '\$(\w+)'")
_AT = re.compile(r" at '(\w+)((?:\.\w+|\[\d+\])+)'; ")
_UNKNOWN = re.compile(r"Unknown argument|is not defined by type")
_NULL = re.compile(r"must not be null|found null|not to be None")


def walk(node: Node, around: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Every node of a document, with those around it."""
    yield node, around
    for key in node.keys:
        inner = getattr(node, key, None)
        for each in inner if isinstance(inner, list | tuple) else (inner,):
            if isinstance(each, Node):
                yield from walk(each, (*around, node))


def name_in_document(error: GraphQLError, document: DocumentNode) -> GraphQLError:
    """A validation's error, as an `Invalid` that names the argument or field it is about."""
    about = error.nodes[0] if error.nodes else None
    names: list[str] = []
    for node, around in walk(document):
        if node is about:
            names = _names((*around, node))
            break
    return _named(error, names, error.message)


def name_in_variables(error: GraphQLError) -> GraphQLError:
    """An error of coercing variables, likewise; without the value, which may be a secret."""
    inner = error.original_error
    message = inner.message if isinstance(inner, GraphQLError) else error.message
    names: list[str] = []
    place = _AT.search(error.message)
    variable = _VARIABLE.match(error.message)
    if place:
        names = re.findall(r"\w+", place[2])
    elif variable and not (_UNKNOWN.search(message) or (inner and _MISSING.search(message))):
        names = [variable[1]]
    return _named(error, names, message)


def _names(nodes: Sequence[Node]) -> list[str]:
    """The path of a node: the names of arguments and fields, and places in lists."""
    names: list[str] = []
    for outer, inner in pairwise(nodes):
        if isinstance(outer, ListValueNode):
            names.append(str(next(n for n, value in enumerate(outer.values) if value is inner)))
        if isinstance(inner, ArgumentNode | ObjectFieldNode):
            names.append(inner.name.value)
    return names[1:] if len(names) > 1 and names[0] == "input" else names


def _named(error: GraphQLError, names: list[str], message: str) -> GraphQLError:
    code = "invalid"
    if missing := _MISSING.search(message):
        names = [*(name for name in names if name != "input"), missing[1]]
        code = "required"
    elif _UNKNOWN.search(message):
        code = "unknown_field"
        field = re.search(r"Field '(\w+)' is not defined", message)
        if field and names[-1:] != [field[1]]:
            names = [*names, field[1]]
    elif _NULL.search(message):
        code = "null"
    elif error.message.startswith("Variable") and "required type" in error.message:
        code = "required"
    errors = [FieldError(".".join(names), code, message)] if names else []
    return GraphQLError(message, error.nodes, original_error=Invalid(errors, message))
