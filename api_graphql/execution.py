"""graphql-core's executor, with projections where it meets plain data, and a deadline."""

from __future__ import annotations

from typing import Any, cast

from graphql import (
    ExecutionContext,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLList,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationType,
    get_named_type,
)
from graphql.pyutils import Path

from api_graphql.peers import Connection, HospitalNode, Node
from api_graphql.projection import Projection, compile_projection
from api_graphql.shapes import ROOTS

# For each document: a bound against one that is asked with every mixture of its directives.
MOST_PROJECTIONS = 64
Projections = dict[tuple[Any, ...], Projection | None]


class ProjectingContext(ExecutionContext):
    """Executes one document. `projections` are those of the document, kept with it."""

    projections: Projections
    # The variables that its directives ask: with other values it selects other fields.
    directive_variables: tuple[str, ...] = ()
    # Whether fields are resolved one by one all the same.
    plainly = False

    def run(self) -> ExecutionResult:
        """Execute the operation: what graphql-core's `execute` does once its context stands."""
        try:
            data = cast(
                "dict[str, Any] | None", self.execute_operation(self.operation, self.root_value)
            )
        except GraphQLError as error:
            self.collected_errors.add(error, None)
            data = None
        return self.build_response(data, self.collected_errors.errors)

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_nodes: list[FieldNode], path: Path
    ) -> Any:
        # A mutation that has begun gives its answer; those that follow it are not begun.
        if source is None or self.operation.operation != OperationType.MUTATION:
            late = self.context_value.lateness()
            field = parent_type.fields.get(field_nodes[0].name.value)
            if late is not None and field is not None:
                error = GraphQLError(
                    late.detail, field_nodes, path=path.as_list(), original_error=late
                )
                self.handle_field_error(error, field.type, path)
                return None
        return super().execute_field(parent_type, source, field_nodes, path)

    def complete_list_value(
        self,
        return_type: GraphQLList[Any],
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,
    ) -> Any:
        if type(result) is list and result and isinstance(result[0], Node):
            nodes: list[Node] = result
            # A hospital that was only named has no row yet.
            if not isinstance(nodes[0], HospitalNode) or nodes[0].row is not None:
                item_type = get_named_type(return_type)
                projection = self._projection(item_type, field_nodes, many=True)
                if projection is not None:
                    rows = [node.row for node in nodes]
                    return projection(rows, nodes[0].peers, self.context_value)
        return super().complete_list_value(return_type, field_nodes, info, path, result)

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,
    ) -> Any:
        if type(result) is Connection:
            projection = self._projection(return_type, field_nodes, many=False)
            if projection is not None:
                return projection(result, result.peers, self.context_value)
        elif type(result) is Node:
            projection = self._projection(return_type, field_nodes, many=True)
            if projection is not None:
                return projection([result.row], result.peers, self.context_value)[0]
        return super().complete_object_value(return_type, field_nodes, info, path, result)

    def _projection(
        self, type_: Any, field_nodes: list[FieldNode], *, many: bool
    ) -> Projection | None:
        if self.plainly or type_.name not in ROOTS:
            return None
        key = (
            type_.name,
            *(id(node) for node in field_nodes),
            *(self.variable_values.get(name) for name in self.directive_variables),
        )
        try:
            return self.projections[key]
        except KeyError:
            pass
        projection = compile_projection(
            self.schema, self.fragments, self.variable_values, type_, field_nodes, many=many
        )
        if len(self.projections) >= MOST_PROJECTIONS:
            self.projections.clear()
        self.projections[key] = projection
        return projection
