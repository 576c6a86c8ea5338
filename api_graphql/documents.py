"""Documents: read, limited and validated once, then kept; and the list of persisted ones."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import orjson
from django.conf import settings
from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    VariableNode,
    specified_rules,
    validate,
)
from graphql.language.parser import nested_too_deeply_error

from api_graphql.cost import Cost, Pricing
from api_graphql.execution import Projections
from api_graphql.limits import BoundedParser, check_spread
from api_graphql.naming import name_in_document, walk
from api_graphql.schema import schema
from scheduler.errors import FieldError, Invalid

PERSISTED = Path(__file__).parent / "persisted.json"
# By length: a parsed document takes some hundred times its text.
KEPT_CHARACTERS = 256 * 1024
MOST_ERRORS = 20
NOT_FOUND = "PersistedQueryNotFound"  # Apollo's clients look for this word


@dataclass(slots=True)
class Document:
    """A document that fits the schema, and what was found out about it."""

    ast: DocumentNode
    directive_variables: tuple[str, ...]
    projections: Projections = field(default_factory=dict)
    costs: dict[int, Cost] = field(default_factory=dict)

    def cost(self, operation: OperationDefinitionNode) -> Cost:
        if id(operation) not in self.costs:
            fragments = {
                each.name.value: each
                for each in self.ast.definitions
                if isinstance(each, FragmentDefinitionNode)
            }
            pricing = Pricing(schema.graphql_schema, fragments)
            self.costs[id(operation)] = pricing.cost(_root(operation), operation.selection_set)
        return self.costs[id(operation)]


class InvalidDocument(Exception):
    """A document that does not fit the schema, or no document."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        self.errors = errors
        super().__init__(errors)


class _Kept:
    """The documents last asked for, by their texts."""

    def __init__(self) -> None:
        self.documents: OrderedDict[str, Document] = OrderedDict()
        self.characters = 0
        self.lock = threading.Lock()

    def get(self, text: str) -> Document | None:
        with self.lock:
            document = self.documents.get(text)
            if document is not None:
                self.documents.move_to_end(text)
            return document

    def add(self, text: str, document: Document) -> None:
        with self.lock:
            if text not in self.documents:
                self.documents[text] = document
                self.characters += len(text)
            while self.characters > KEPT_CHARACTERS:
                old, _ = self.documents.popitem(last=False)
                self.characters -= len(old)

    def clear(self) -> None:
        with self.lock:
            self.documents.clear()
            self.characters = 0


kept = _Kept()


def find(body: Mapping[str, Any]) -> Document:
    """The document that a request means, by its text or by its hash.

    Raises `Invalid` and `InvalidDocument`.
    """
    text = body.get("query")
    digest = _digest(body)
    if digest is not None and text is None:
        text = persisted().get(digest)
        if text is None:
            raise Invalid([], NOT_FOUND)
    if not isinstance(text, str) or not text:
        raise Invalid([FieldError("query", "required", "Send the document as a text in `query`.")])
    if digest is not None and digest != hashlib.sha256(text.encode()).hexdigest():
        detail = "The hash is not that of the document."
        raise Invalid([FieldError("extensions.persistedQuery", "no_match", detail)])
    if settings.GRAPHQL_PERSISTED_ONLY and text not in _persisted_texts():
        raise Invalid([FieldError("query", "not_persisted", "Only known documents run here.")])
    return read(text)


def read(text: str) -> Document:
    """The document of a text. Raises `Invalid` and `InvalidDocument`."""
    document = kept.get(text)
    if document is None:
        document = _parsed(text)
        kept.add(text, document)
    return document


def _parsed(text: str) -> Document:
    parser = BoundedParser(text)
    try:
        ast = parser.parse_document()
    except GraphQLError as error:
        raise InvalidDocument([error]) from None
    except RecursionError:
        raise InvalidDocument([nested_too_deeply_error(parser)]) from None
    check_spread(ast)
    errors = validate(
        schema.graphql_schema, ast, _rules(), max_errors=MOST_ERRORS, hide_suggestions=True
    )
    if errors:
        raise InvalidDocument([name_in_document(error, ast) for error in errors])
    for each in ast.definitions:
        if isinstance(each, OperationDefinitionNode) and not _root(each):
            raise InvalidDocument([GraphQLError("There are no subscriptions here.", each)])
    return Document(ast, tuple(sorted(set(_directive_variables(ast)))))


def _root(operation: OperationDefinitionNode) -> GraphQLObjectType:
    return cast(GraphQLObjectType, schema.graphql_schema.get_root_type(operation.operation))


def _rules() -> list[Any]:
    if settings.GRAPHQL_INTROSPECTION:
        return list(specified_rules)
    return [*specified_rules, NoSchemaIntrospectionCustomRule]


# -- persisted documents ----------------------------------------------------------------------


@lru_cache(maxsize=1)
def persisted() -> dict[str, str]:
    """The known documents by the SHA-256 of their texts: those that the web app sends."""
    known: dict[str, str] = orjson.loads(PERSISTED.read_bytes())
    return known


@lru_cache(maxsize=1)
def _persisted_texts() -> frozenset[str]:
    return frozenset(persisted().values())


def _digest(body: Mapping[str, Any]) -> str | None:
    """The hash that a request names a document by, in any of the usual three places."""
    extensions = body.get("extensions")
    apollo = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    digest = apollo.get("sha256Hash") if isinstance(apollo, dict) else None
    for name in ("documentId", "id"):
        digest = digest if digest is not None else body.get(name)
    return digest.removeprefix("sha256:").lower() if isinstance(digest, str) else None


def _directive_variables(ast: DocumentNode) -> Iterator[str]:
    for node, around in walk(ast):
        if isinstance(node, VariableNode) and any(
            isinstance(outer, DirectiveNode) for outer in around
        ):
            yield node.name.value
