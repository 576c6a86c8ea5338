"""Selections of plain data, each compiled once into a function from rows to the answer's dicts.

Resolving field by field costs some 16 µs a field: tens of milliseconds for a week of ten doctors.
A selection without arguments over the types of shapes.py needs no resolvers: it becomes one
comprehension, with aliases, fragments and directives worked in. Everything else falls back to
graphql-core, whose answer is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, cast

import orjson
from graphql import FieldNode, FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema
from graphql.execution.collect_fields import collect_sub_fields

from api_graphql.context import RequestContext
from api_graphql.loads import NEEDS, load
from api_graphql.peers import Peers
from api_graphql.shapes import NAMES, ROOTS, SHAPES, Below, Shape
from appointments.days import DoctorDay

Values = Mapping[str, Any]


class NotPlain(Exception):
    """Something selected needs a resolver."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A compiled selection. `needs` names what has to be loaded for its rows."""

    root: str
    needs: frozenset[str]
    function: Callable[..., Any]

    def __call__(self, value: Any, peers: Peers, context: RequestContext) -> Any:
        """The answer for `value`: rows, or a connection. `peers` are those of the whole list."""
        if not self.needs:
            if self.root == "day":  # kept with its day, as far as nothing else is read for it
                return [orjson.Fragment(day.as_made_by(self.one_day)) for day in value]
            return self.function(value)
        # Lists below several parents are projected one by one, but loaded together.
        if self not in peers.loaded:
            peers.loaded[self] = load(self.root, self.needs, peers, context)
        return self.function(value, **peers.loaded[self])

    def one_day(self, day: DoctorDay) -> bytes:
        """JSON already: it is kept longer than one answer."""
        return orjson.dumps(self.function([day])[0])

    # One is made for each place of a document, so it is itself alone.
    __hash__ = object.__hash__
    __eq__ = object.__eq__


def compile_projection(
    schema: GraphQLSchema,
    fragments: dict[str, FragmentDefinitionNode],
    variables: dict[str, Any],
    type_: GraphQLObjectType,
    field_nodes: list[FieldNode],
    *,
    many: bool,
) -> Projection | None:
    """Compile what `field_nodes` select of a list of `type_`, or of one value where not `many`.

    `variables` decide directives alone. None where the selection is not plain.
    """
    root = ROOTS[type_.name]
    writer = _Writer(schema, fragments, variables)
    try:
        item = writer.object(SHAPES[root], field_nodes, row="v", parent="v")
    except NotPlain:
        return None
    body, value = (f"[{item} for v in rows]", "rows") if many else (item, "v")
    # The source is ours: expressions of shapes.py, and a client's aliases as literals.
    function = eval(f"lambda {value}, {_PARAMETERS}: {body}", dict(NAMES))  # noqa: S307
    return Projection(root, frozenset(writer.needs), function)


_PARAMETERS = ", ".join(f"{need}=None" for need in NEEDS)


class _Writer:
    """Writes the source of a selection, and notes what it needs."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDefinitionNode],
        variables: dict[str, Any],
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.variables = variables
        self.needs: set[str] = set()
        self.numbers = count(1)

    def object(self, shape: Shape, nodes: list[FieldNode], *, row: str, parent: str) -> str:
        """The source of a dict of what `nodes` select of a row in the variable `row`."""
        type_ = cast(GraphQLObjectType, self.schema.type_map[shape.type])
        fields = collect_sub_fields(self.schema, self.fragments, self.variables, type_, nodes)
        items = [
            f"{name!r}: {self.field(shape, selected, row=row, parent=parent)}"
            for name, selected in fields.items()
        ]
        return "{" + ", ".join(items) + "}"

    def field(self, shape: Shape, nodes: list[FieldNode], *, row: str, parent: str) -> str:
        name = nodes[0].name.value
        if name == "__typename":
            return repr(shape.type)
        if name in shape.leaves:
            return shape.leaves[name].format(r=row, p=parent)
        for below in shape.below.get(name, ()):
            needs = set(self.needs)
            try:
                return self.below(below, nodes, row=row, parent=parent)
            except NotPlain:
                self.needs = needs
        raise NotPlain

    def below(self, below: Below, nodes: list[FieldNode], *, row: str, parent: str) -> str:
        shape = SHAPES[below.shape]
        if below.needs is not None:
            self.needs.add(below.needs)
        source = below.row.format(r=row, p=parent)
        if below.many:
            own = f"v{next(self.numbers)}"
            item = self.object(shape, nodes, row=own, parent=row)
            return f"[{item} for {shape.target.format(r=own)} in {source}]"
        if source.isidentifier():
            written = self.object(shape, nodes, row=source, parent=row)
        else:
            own = f"v{next(self.numbers)}"
            item = self.object(shape, nodes, row=own, parent=row)
            # Of one row; the loop gives it a name.
            written = f"[{item} for {own} in ({source},)][0]"
        if below.null is None:
            return written
        return f"(None if {below.null.format(r=row, p=parent)} else {written})"
