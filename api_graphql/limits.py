"""How large a document and its variables may be: judged while it is read, before it is validated.

A bomb is refused at the token that goes too far, so that it costs no more than what it was allowed.
What a document may ask for in all is another question: see cost.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TokenKind,
    ValueNode,
    VariableDefinitionNode,
)
from graphql.language.parser import Parser

from scheduler.errors import FieldError, Invalid

# A year of availability written into the document takes some 10,000 tokens and 3,300 values.
MOST = {
    "characters": 64 * 1024,
    "tokens": 12_000,
    "comments": 200,
    "names": 4_000,
    "values": 4_000,
    "values in a list": 400,
    "variables": 100,
    "operations": 10,
    "fragments": 30,
    "fragment spreads": 60,
    "fields": 500,
    "fields with fragments spread": 1_000,
    "root fields": 20,
    "aliases": 50,
    # Each stands in the answer as often as there are rows.
    "letters in an alias": 64,
    "repeated fields": 20,
    "directives": 50,
    "levels of depth": 15,
}
# Of variables. A year of availability with as many shifts as a date can have: 54,000 values.
MOST_VALUES, MOST_IN_A_LIST, MOST_LEVELS = 60_000, 400, 12


def too_many(what: str) -> Invalid:
    return Invalid([], f"The document has more than {MOST[what]:,} {what}.")


class BoundedParser(Parser):
    """graphql-core's parser, counting. Raises `Invalid` at what is too much."""

    def __init__(self, text: str) -> None:
        if len(text) > MOST["characters"]:
            raise too_many("characters")
        super().__init__(text, max_lexical_tokens=MOST["tokens"], max_comments=MOST["comments"])
        self.counts: Counter[str] = Counter()
        self.depth = 0

    def count(self, what: str) -> None:
        self.counts[what] += 1
        if self.counts[what] > MOST[what]:
            raise too_many(what)

    def parse_name(self) -> NameNode:
        self.count("names")
        return super().parse_name()

    def parse_operation_definition(self) -> OperationDefinitionNode:
        self.count("operations")
        return super().parse_operation_definition()

    def parse_fragment_definition(self) -> FragmentDefinitionNode:
        self.count("fragments")
        return super().parse_fragment_definition()

    def parse_variable_definition(self) -> VariableDefinitionNode:
        self.count("variables")
        return super().parse_variable_definition()

    def parse_selection_set(self) -> SelectionSetNode:
        self.depth += 1
        if self.depth > MOST["levels of depth"]:
            raise too_many("levels of depth")
        selections = super().parse_selection_set()
        self.depth -= 1
        return selections

    def parse_selection(self) -> SelectionNode:
        selection = super().parse_selection()
        if isinstance(selection, FragmentSpreadNode):
            self.count("fragment spreads")
        return selection

    def parse_field(self) -> FieldNode:
        # Counted before what is below it is read.
        self.count("fields")
        node = super().parse_field()
        if node.alias:
            self.count("aliases")
            if len(node.alias.value) > MOST["letters in an alias"]:
                raise too_many("letters in an alias")
        return node

    def parse_directive(self, is_const: bool) -> DirectiveNode:
        self.count("directives")
        return super().parse_directive(is_const)

    def parse_value_literal(self, is_const: bool) -> ValueNode:
        self.count("values")
        return super().parse_value_literal(is_const)

    def parse_list(self, is_const: bool) -> ListValueNode:
        self._enter_nesting()
        start = self._lexer.token
        length = 0

        def value() -> ValueNode:
            nonlocal length
            length += 1
            if length > MOST["values in a list"]:
                raise too_many("values in a list")
            if self._lexer.token.kind is TokenKind.BRACKET_L:
                raise Invalid([], "No argument takes a list of lists.")
            return self.parse_value_literal(is_const)

        values = self.any(TokenKind.BRACKET_L, value, TokenKind.BRACKET_R)
        self._nesting_depth -= 1
        return ListValueNode(values=values, loc=self.loc(start))


@dataclass(slots=True)
class Spread:
    """What a selection set amounts to with its fragments spread."""

    depth: int = 0
    fields: int = 0
    root_fields: int = 0
    seen: set[str] = field(default_factory=set)
    repeated: int = 0


def check_spread(document: DocumentNode) -> None:
    """Raise `Invalid` for what is too much only once its fragments are spread."""
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    known: dict[str, Spread] = {}
    repeated = 0
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            continue
        spread = _spread(definition.selection_set, fragments, known)
        repeated += spread.repeated
        found = {
            "levels of depth": spread.depth,
            "fields with fragments spread": spread.fields,
            "repeated fields": repeated,
        }
        if isinstance(definition, OperationDefinitionNode):
            found["root fields"] = spread.root_fields
        for what, number in found.items():
            if number > MOST[what]:
                raise too_many(what)


def _spread(
    selections: SelectionSetNode,
    fragments: dict[str, FragmentDefinitionNode],
    known: dict[str, Spread],
    into: Spread | None = None,
) -> Spread:
    """`into`: an inline fragment belongs to the selection set around it.

    Each fragment is walked once, however often it is spread. A cycle ends where it meets itself;
    validation names it.
    """
    found = into or Spread()
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            name = (selection.alias or selection.name).value
            found.repeated += name in found.seen
            found.seen.add(name)
            found.fields += 1
            found.root_fields += 1
            found.depth = max(found.depth, 1)
            if selection.selection_set:
                below = _spread(selection.selection_set, fragments, known)
                found.fields += below.fields
                found.repeated += below.repeated
                found.depth = max(found.depth, 1 + below.depth)
        elif isinstance(selection, FragmentSpreadNode):
            fragment = fragments.get(selection.name.value)
            if fragment is None:
                continue
            if fragment.name.value not in known:
                known[fragment.name.value] = Spread()
                spread = _spread(fragment.selection_set, fragments, known)
                known[fragment.name.value] = spread
            spread = known[fragment.name.value]
            found.fields += spread.fields
            found.root_fields += spread.root_fields
            found.depth = max(found.depth, spread.depth)
        elif isinstance(selection, InlineFragmentNode):
            _spread(selection.selection_set, fragments, known, found)
    return found


def check_variables(variables: dict[str, Any]) -> None:
    """Raise `Invalid` for variables with more than any call takes, or nested deeper."""
    left = MOST_VALUES
    level: list[Any] = [variables]
    for _ in range(MOST_LEVELS):
        below: list[Any] = []
        for value in level:
            inner = list(value.values()) if isinstance(value, dict) else value
            if isinstance(value, list) and len(value) > MOST_IN_A_LIST:
                raise _variables(f"have a list of more than {MOST_IN_A_LIST} values")
            left -= len(inner)
            if left < 0:
                raise _variables(f"hold more than {MOST_VALUES:,} values")
            below += [each for each in inner if isinstance(each, dict | list)]
        if not below:
            return
        level = below
    raise _variables(f"are nested in more than {MOST_LEVELS} levels")


def _variables(what: str) -> Invalid:
    detail = f"The variables {what}."
    return Invalid([FieldError("variables", "too_many", detail)], detail)
