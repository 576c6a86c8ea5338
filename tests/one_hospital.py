"""Whether a statement could run on tables that are spread over machines by `hospital_id`.

PostgreSQL's own parser reads it. A statement may touch distributed tables when each of them is
held to one hospital, the same for all of them, by equality in WHERE, in a join or in the row that
is written. docs/citus.md says what Citus refuses, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from pglast import ast, parse_sql
from pglast.enums import (
    A_Expr_Kind,
    BoolExprType,
    JoinType,
    LockClauseStrength,
    SetOperation,
)

from scheduler.partitioning import CreatePartitionedModel, ReferenceTable

COLUMN = "hospital_id"
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|s|%)")
_ADVISORY = re.compile(r"pg_(try_)?advisory_")
# Citus writes a row on every copy of its shard, so these would differ there.
_VOLATILE = {"clock_timestamp", "gen_random_uuid", "nextval", "random", "timeofday"}
# ON CONFLICT is stricter: Citus takes functions there only where they are immutable.
_STABLE = {"now", "statement_timestamp", "transaction_timestamp"}


@dataclass(frozen=True)
class Value:
    """A constant, or the parameter of that number or name."""

    constant: Any = None
    parameter: int | str | None = None


@dataclass(frozen=True)
class Column:
    relation: int
    name: str


Term = Value | Column | None
Outputs = list[tuple[str | None, Term]]


@dataclass(frozen=True)
class Finding:
    """What is wrong with a statement as it is written, and which values name its hospital."""

    faults: tuple[str, ...]
    several: tuple[str, ...]  # the tables that are not held to one hospital
    hospitals: tuple[Value, ...]


def _operations() -> Iterator[Any]:
    for migration in MigrationLoader(None).disk_migrations.values():
        yield from migration.operations


@lru_cache
def distributed_tables() -> frozenset[str]:
    """The tables that the migrations distribute by hospital."""
    return frozenset(
        str(operation.options["db_table"])
        for operation in _operations()
        if isinstance(operation, CreatePartitionedModel)
    )


@lru_cache
def reference_tables() -> frozenset[str]:
    """The tables that are whole on every machine."""
    return frozenset(one.table for one in _operations() if isinstance(one, ReferenceTable))


@lru_cache
def citus_tables() -> frozenset[str]:
    """All that Citus knows: those, the reference tables, and local ones with a key to one."""
    references = reference_tables()
    tied = {
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.remote_field and field.remote_field.model._meta.db_table in references
    }
    return distributed_tables() | references | tied


@lru_cache
def _columns_of(table: str) -> tuple[str, ...]:
    return tuple(
        field.column
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table == table
        for field in model._meta.concrete_fields
    )


def faults(
    sql: str,
    params: Sequence[Any] | Mapping[str, Any] | None = None,
    *,
    several_hospitals: bool = False,
) -> list[str]:
    """What Citus would refuse, or would have to ask every shard for, in sentences.

    `several_hospitals` lets a statement ask all shards, and looks for the rest alone.
    """
    found = _finding(sql, params is not None)
    if several_hospitals:
        return list(found.faults)
    said = [*found.faults, *(f"{table} is not held to one hospital." for table in found.several)]
    named = {
        str(value.constant if value.parameter is None else params[value.parameter])  # type: ignore
        for value in found.hospitals
    }
    if len(named) > 1:
        said.append(f"It speaks of the hospitals {', '.join(sorted(named))}.")
    return said


@lru_cache(maxsize=5000)
def _finding(sql: str, has_params: bool) -> Finding:
    names: list[int | str] = []

    def numbered(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        names.append(match[1] or len(names))
        return f"${len(names)}"

    text = _PLACEHOLDER.sub(numbered, sql) if has_params else sql
    reader = _Reader(names)
    for raw in parse_sql(text):
        reader.read(raw.stmt)
    return reader.finding()


@dataclass
class _Scope:
    outer: _Scope | None = None
    relations: dict[str, int] = field(default_factory=dict)
    queries: dict[str, Outputs] = field(default_factory=dict)

    def chain(self) -> Iterator[_Scope]:
        scope: _Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer

    @property
    def own(self) -> set[int]:
        return set(self.relations.values())


class _Reader:
    """Collects the relations of a statement, and which of their columns are held equal to what."""

    def __init__(self, parameters: list[int | str]) -> None:
        self.parameters = parameters
        self.tables: list[str | None] = []
        self.outputs: dict[int, Outputs] = {}
        self.holds: list[tuple[Term, Column]] = []
        self.locked: set[int] = set()
        self.faults: list[str] = []

    def finding(self) -> Finding:
        known: dict[Column, Value] = {}
        before = -1
        while before != len(known):
            before = len(known)
            for source, column in self.holds:
                value = source if isinstance(source, Value) else known.get(source)  # type: ignore[arg-type]
                if value is not None:
                    known.setdefault(column, value)
        hospitals, several = [], []
        for number, table in enumerate(self.tables):
            if table not in distributed_tables():
                continue
            value = known.get(Column(number, COLUMN))
            if value is None:
                several.append(str(table))
                if number in self.locked:
                    self.faults.append(f"It locks rows of {table} across hospitals.")
            else:
                hospitals.append(value)
        return Finding(tuple(self.faults), tuple(several), tuple(hospitals))

    def read(self, node: Any) -> None:
        if isinstance(node, ast.CreateTrigStmt | ast.RuleStmt):
            self.faults.append("It makes a trigger or a rule.")
        elif isinstance(node, ast.SelectStmt | ast.InsertStmt | ast.UpdateStmt | ast.DeleteStmt):
            self._query(node, _Scope())
        elif isinstance(node, ast.MergeStmt):
            self.faults.append("MERGE is not read by this check.")

    # -- queries ---------------------------------------------------------------------------

    def _query(self, node: Any, outer: _Scope) -> Outputs:
        scope = _Scope(outer)
        for cte in (node.withClause and node.withClause.ctes) or ():
            scope.queries[cte.ctename] = _renamed(
                self._query(cte.ctequery, scope), cte.aliascolnames
            )
        if isinstance(node, ast.SelectStmt):
            return self._select(node, scope)
        if isinstance(node, ast.InsertStmt):
            self._insert(node, scope)
        else:
            self._change(node, scope)
        returning = node.returningClause and node.returningClause.exprs
        if node.relation.relname in citus_tables() and _calls(returning, _STABLE | _VOLATILE):
            self.faults.append("RETURNING calls a function that is not immutable.")
        self._walk(returning, scope)
        return self._targets(returning, scope)

    def _select(self, node: Any, scope: _Scope) -> Outputs:
        if node.op != SetOperation.SETOP_NONE:
            self._query(node.larg, scope)
            self._query(node.rarg, scope)
            return []
        for item in node.fromClause or ():
            self._from(item, scope)
        if node.lockingClause:
            self.locked |= scope.own
            self._share(node.lockingClause, {self.tables[number] for number in scope.own})
        self._condition(node.whereClause, scope, scope.own)
        for name in node:
            if name not in {"fromClause", "withClause"}:
                self._walk(getattr(node, name), scope)
        return self._targets(node.targetList, scope)

    def _share(self, clauses: Any, tables: set[str | None]) -> None:
        # Citus locks the whole table twice then, sharing it and as a writer; two do at once.
        shared = {LockClauseStrength.LCS_FORSHARE, LockClauseStrength.LCS_FORKEYSHARE}
        if tables & reference_tables() and any(one.strength in shared for one in clauses):
            self.faults.append("Two of it at once are a deadlock: it shares a reference table.")

    def _insert(self, node: Any, scope: _Scope) -> None:
        table = node.relation.relname
        columns = [target.name for target in node.cols or ()]
        place = columns.index(COLUMN) if COLUMN in columns else None
        if node.onConflictClause:
            self._on_conflict(node.onConflictClause, table, scope)
        if table in citus_tables() and node.selectStmt and node.selectStmt.lockingClause:
            self.faults.append("INSERT locks the rows that it reads.")
        values = node.selectStmt and node.selectStmt.valuesLists
        if values:
            self._walk(values, scope)
            rows = [[(None, self._term(item, scope)) for item in row] for row in values]
        else:
            rows = [self._query(node.selectStmt, scope)] if node.selectStmt else []
        for row in rows:
            written = self._relation(table)
            if place is not None and place < len(row):
                self.holds.append((row[place][1], Column(written, COLUMN)))
            scope.relations[table] = written

    def _on_conflict(self, node: Any, table: str, scope: _Scope) -> None:
        inner = _Scope(scope)
        self._check_changes(node.targetList, table)
        if table in distributed_tables() and _calls(node, _STABLE | _VOLATILE):
            self.faults.append("ON CONFLICT calls a function that is not immutable.")
        self._walk(node, inner)

    def _change(self, node: Any, scope: _Scope) -> None:
        table = node.relation.relname
        self._from(node.relation, scope)
        if isinstance(node, ast.UpdateStmt):
            self._check_changes(node.targetList, table)
            if table in distributed_tables() and _calls(node.targetList, _VOLATILE):
                self.faults.append("UPDATE calls a volatile function.")
            self._walk(node.targetList, scope)
            others = node.fromClause
        else:
            others = node.usingClause
        for item in others or ():
            self._from(item, scope)
        self._condition(node.whereClause, scope, scope.own)
        self._walk(node.whereClause, scope)

    def _check_changes(self, targets: Any, table: str) -> None:
        if table in distributed_tables() and COLUMN in {target.name for target in targets or ()}:
            self.faults.append(f"It changes {table}.{COLUMN}.")

    def _targets(self, targets: Any, scope: _Scope) -> Outputs:
        outputs: Outputs = []
        for target in targets or ():
            if _is_star(target.val):
                outputs += self._star(target.val, scope)
            else:
                term = self._term(target.val, scope)
                own = term.name if isinstance(term, Column) else None
                outputs.append((target.name or own, term))
        return outputs

    def _star(self, node: Any, scope: _Scope) -> Outputs:
        alias = node.fields[0].sval if len(node.fields) > 1 else None
        outputs: Outputs = []
        for name, number in scope.relations.items():
            if alias in (None, name):
                outputs += [(column, Column(number, column)) for column in self._columns(number)]
        return outputs

    # -- relations -------------------------------------------------------------------------

    def _relation(self, table: str | None) -> int:
        self.tables.append(table)
        return len(self.tables) - 1

    def _from(self, item: Any, scope: _Scope) -> set[int]:
        """The relations that an item of FROM brings into the scope."""
        if isinstance(item, ast.JoinExpr):
            return self._join(item, scope)
        if isinstance(item, ast.RangeVar):
            alias = item.alias.aliasname if item.alias else item.relname
            for seen in scope.chain():
                if item.relname in seen.queries and not item.schemaname:
                    return {self._derived(alias, seen.queries[item.relname], scope)}
            number = self._relation(item.relname)
            scope.relations[alias] = number
            return {number}
        outputs: Outputs = []
        if isinstance(item, ast.RangeSubselect):
            outputs = self._query(item.subquery, scope)
        else:
            self._walk(item, scope)
        if not item.alias:
            return set()
        outputs = _renamed(outputs, item.alias.colnames)
        return {self._derived(item.alias.aliasname, outputs, scope)}

    def _derived(self, alias: str, outputs: Outputs, scope: _Scope) -> int:
        number = self._relation(None)
        scope.relations[alias] = number
        self.outputs[number] = outputs
        self.holds += [(term, Column(number, name)) for name, term in outputs if name and term]
        return number

    def _join(self, item: Any, scope: _Scope) -> set[int]:
        left, right = self._from(item.larg, scope), self._from(item.rarg, scope)
        # The condition of an outer join says nothing about rows of the side that is kept.
        into = {
            JoinType.JOIN_INNER: left | right,
            JoinType.JOIN_LEFT: right,
            JoinType.JOIN_RIGHT: left,
        }.get(item.jointype, set())
        self._condition(item.quals, scope, into)
        self._walk(item.quals, scope)
        for name in item.usingClause or ():
            columns = [
                [Column(number, name.sval) for number in side if self._has(number, name.sval)]
                for side in (left, right)
            ]
            for one in columns[0]:
                for other in columns[1]:
                    self._hold(one, other, into)
        return left | right

    def _has(self, number: int, column: str) -> bool:
        return column in self._columns(number)

    def _columns(self, number: int) -> tuple[str, ...]:
        table = self.tables[number]
        if table is not None:
            return _columns_of(table)
        return tuple(name for name, _ in self.outputs.get(number, []) if name)

    # -- conditions ------------------------------------------------------------------------

    def _condition(self, node: Any, scope: _Scope, into: set[int]) -> None:
        """Note what a condition holds equal, for the columns of the relations `into`."""
        if isinstance(node, ast.BoolExpr) and node.boolop == BoolExprType.AND_EXPR:
            for part in node.args:
                self._condition(part, scope, into)
        elif (
            isinstance(node, ast.A_Expr)
            and node.kind == A_Expr_Kind.AEXPR_OP
            and node.name[-1].sval == "="
        ):
            pairs = [(node.lexpr, node.rexpr)]
            if isinstance(node.lexpr, ast.RowExpr) and isinstance(node.rexpr, ast.RowExpr):
                pairs = list(zip(node.lexpr.args, node.rexpr.args, strict=True))
            for one, other in pairs:
                self._hold(self._term(one, scope), self._term(other, scope), into)

    def _hold(self, one: Term, other: Term, into: set[int]) -> None:
        for source, column in ((one, other), (other, one)):
            if source is not None and isinstance(column, Column) and column.relation in into:
                self.holds.append((source, column))

    def _term(self, node: Any, scope: _Scope) -> Term:
        if isinstance(node, ast.TypeCast):
            return self._term(node.arg, scope)
        if isinstance(node, ast.ParamRef):
            return Value(parameter=self.parameters[node.number - 1])
        if isinstance(node, ast.A_Const) and not node.isnull:
            value = node.val
            return Value(constant=value.ival if isinstance(value, ast.Integer) else str(value))
        if isinstance(node, ast.ColumnRef) and not _is_star(node):
            names = [part.sval for part in node.fields]
            return self._column(names[-2] if len(names) > 1 else None, names[-1], scope)
        return None

    def _column(self, alias: str | None, name: str, scope: _Scope) -> Term:
        for seen in scope.chain():
            if alias is not None:
                if alias in seen.relations:
                    return Column(seen.relations[alias], name)
                continue
            having = [number for number in seen.relations.values() if self._has(number, name)]
            if having:
                return Column(having[0], name)
        return None

    def _walk(self, node: Any, scope: _Scope) -> None:
        """Read the queries within an expression; notice what is called."""
        if isinstance(node, tuple | list):
            for part in node:
                self._walk(part, scope)
        elif isinstance(node, ast.SelectStmt):
            self._query(node, scope)
        elif isinstance(node, ast.Node):
            if isinstance(node, ast.FuncCall) and _ADVISORY.match(node.funcname[-1].sval):
                self.faults.append("It takes an advisory lock.")
            for name in node:
                self._walk(getattr(node, name), scope)


def _renamed(outputs: Outputs, names: Any) -> Outputs:
    """The outputs under the names of an alias, `AS x (hospital_id, …)`."""
    given = [name.sval for name in names or ()]
    outputs = outputs + [(None, None)] * (len(given) - len(outputs))
    return [
        (given[place] if place < len(given) else name, term)
        for place, (name, term) in enumerate(outputs)
    ]


def _is_star(node: Any) -> bool:
    return isinstance(node, ast.ColumnRef) and isinstance(node.fields[-1], ast.A_Star)


def _calls(node: Any, names: set[str]) -> bool:
    """Whether an expression calls one of these functions, or asks for the time in SQL's words."""
    if isinstance(node, tuple | list):
        return any(_calls(part, names) for part in node)
    if isinstance(node, ast.FuncCall) and node.funcname[-1].sval in names:
        return True
    if isinstance(node, ast.SQLValueFunction) and "now" in names:
        return True
    return isinstance(node, ast.Node) and any(_calls(getattr(node, name), names) for name in node)
