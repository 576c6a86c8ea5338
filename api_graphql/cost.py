"""What a document may ask for in all: fields times page sizes, known from its variables beforehand.

A field costs 1, and what is below it as often as there can be such rows: `first` of a connection,
`limit` of openings, doctors times days of schedules, days of an availability. Of what an answer's
length does not show, the usual number counts (8 slots a day). A field that reads for each parent
adds what reading costs: 500 where it is a query of its own, 20 where all parents share one. The
unit is roughly a microsecond.

The largest calendar that REST allows costs a fifth of `MOST` with doctor, patient and status, and
two thirds with all fields.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    type_from_ast,
)
from graphql.execution.values import get_argument_values

from appointments.schedules import MOST_DOCTOR_DAYS
from doctors.queries import MAX_AVAILABILITY_DAYS
from scheduler.errors import Invalid
from scheduler.pages import DEFAULT_SIZE, MAX_SIZE

MOST = 1_000_000
QUERY, SHARED, PASSWORD = 500, 20, 50_000
Arguments = Mapping[str, Any]
Variables = Mapping[str, Any]


def _page(arguments: Arguments) -> int:
    return _within(arguments.get("first"), DEFAULT_SIZE, MAX_SIZE)


def _within(value: Any, default: int, most: int) -> int:
    """A size that was asked for. One that is out of bounds is refused when its field is read."""
    return min(max(default if value is None else value, 1), most)


def _days(arguments: Arguments, most: int) -> int:
    start, end = arguments.get("from_"), arguments.get("to")
    if not isinstance(start, dt.date) or not isinstance(end, dt.date):
        return 1
    return _within((end - start).days + 1, 1, most)


def _calendar(arguments: Arguments) -> int:
    doctors = len(set(arguments.get("doctor_ids", ())))
    return _within(doctors * _days(arguments, MOST_DOCTOR_DAYS), 1, MOST_DOCTOR_DAYS)


# How many rows a field has, where its type does not show it.
SIZES: dict[str, Callable[[Arguments], int]] = {
    "Appointment.history": lambda _: 4,
    "Availability.shifts": lambda _: 2,
    "Doctor.availability": lambda arguments: _days(arguments, MAX_AVAILABILITY_DAYS),
    "DoctorDay.availableSlots": lambda _: 8,
    "Hospital.openings": lambda arguments: _within(arguments.get("limit"), 20, MAX_SIZE),
    "Hospital.schedules": _calendar,
    "Mutation.setAvailability": lambda arguments: _within(
        len(arguments["input"]["days"]), 1, MAX_AVAILABILITY_DAYS
    ),
    "User.memberships": lambda _: 3,
}
# What a field adds by itself, where it has no arguments or other ones than its likes.
READS = {
    "Doctor.appointments": SHARED,
    "Doctor.availability": SHARED,
    "Hospital.specialties": QUERY,
    "Mutation.addMember": PASSWORD,
    "Mutation.changePassword": PASSWORD,
    "Mutation.obtainToken": PASSWORD,
    "Query.me": QUERY,
}


@dataclass(frozen=True, slots=True)
class Priced:
    """A field whose rows depend on variables."""

    own: int
    size: Callable[[Variables], int]
    below: Cost


@dataclass(frozen=True, slots=True)
class Cost:
    """A sum: what is known from the document, and what its variables decide."""

    fixed: int
    open: tuple[Priced, ...] = ()

    def of(self, variables: Variables) -> int:
        """The cost with these variables."""
        return self.fixed + sum(
            each.own + each.size(variables) * each.below.of(variables) for each in self.open
        )


def check_cost(cost: Cost, variables: Variables) -> None:
    """Raise `Invalid` for a document that asks for too much at once."""
    asked = cost.of(variables)
    if asked > MOST:
        detail = f"The document costs {asked:,}, more than {MOST:,}: ask for less at once."
        raise Invalid([], detail)


class Pricing:
    """Prices the selections of one valid document; each fragment once."""

    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.schema = schema
        self.fragments = fragments
        self.known: dict[str, Cost] = {}

    def cost(self, type_: GraphQLObjectType, selections: SelectionSetNode) -> Cost:
        fixed, open_ = 0, list[Priced]()
        for selection in selections.selections:
            found = self._selected(type_, selection)
            fixed += found.fixed
            open_ += found.open
        return Cost(fixed, tuple(open_))

    def _selected(self, type_: GraphQLObjectType, selection: Any) -> Cost:
        if isinstance(selection, FragmentSpreadNode):
            name = selection.name.value
            if name not in self.known:
                fragment = self.fragments[name]
                self.known[name] = self._fragment(type_, fragment)
            return self.known[name]
        if isinstance(selection, InlineFragmentNode):
            return self._fragment(type_, selection)
        return self._field(type_, selection)

    def _fragment(
        self, type_: GraphQLObjectType, fragment: FragmentDefinitionNode | InlineFragmentNode
    ) -> Cost:
        # No type of ours is abstract, so a condition that is valid names the type itself.
        condition = fragment.type_condition
        own = type_from_ast(self.schema, condition) if condition else type_
        return self.cost(own, fragment.selection_set)  # type: ignore[arg-type]

    def _field(self, type_: GraphQLObjectType, node: FieldNode) -> Cost:
        definition = type_.fields.get(node.name.value)
        if definition is None:
            # __typename, __schema and __type: bounded by the limits, and by validation.
            return Cost(1 + _count(node))
        name = f"{type_.name}.{node.name.value}"
        own = 1 + READS.get(name, QUERY if definition.args else 0)
        if node.selection_set is None:
            return Cost(own)
        row_type = cast(GraphQLObjectType, get_named_type(definition.type))
        below = self.cost(row_type, node.selection_set)
        size = SIZES.get(name, _page if "first" in definition.args else None)
        if size is None:
            return Cost(own + below.fixed, below.open)
        if not _asks_variables(node):
            rows = _size(definition, node, size, {})
            return Cost(own + rows * below.fixed, tuple(_times(rows, each) for each in below.open))
        priced = Priced(own, lambda variables: _size(definition, node, size, variables), below)
        return Cost(0, (priced,))


def _times(rows: int, priced: Priced) -> Priced:
    """`rows` such fields."""
    size = priced.size
    return Priced(rows * priced.own, lambda variables: rows * size(variables), priced.below)


def _size(
    definition: GraphQLField,
    node: FieldNode,
    size: Callable[[Arguments], int],
    variables: Variables,
) -> int:
    try:
        return size(get_argument_values(definition, node, dict(variables)))
    except GraphQLError:
        # A variable that is null where the argument may not be: refused when the field is read.
        return 1


def _asks_variables(node: FieldNode) -> bool:
    return any("$" in _text(argument.value) for argument in node.arguments)


def _text(value: Any) -> str:
    location = value.loc
    return str(location.source.body[location.start : location.end])


def _count(node: FieldNode) -> int:
    """How many fields are written below one."""
    stack, found = [node], 0
    while stack:
        selections = stack.pop().selection_set
        for selection in selections.selections if selections else ():
            found += 1
            if not isinstance(selection, FragmentSpreadNode):
                stack.append(selection)  # type: ignore[arg-type]
    return found
