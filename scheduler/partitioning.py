"""How tables are split by hospital: into partitions of one PostgreSQL, or over a Citus cluster.

`PARTITIONING` decides when the migrations run; afterwards only plans are another matter, see
`PLANS` in the settings (docs/citus.md).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

PARTITIONS = 32
CITUS = "citus"
# Tables that refer to one another are distributed in one transaction: shard by shard, then.
ONE_AT_A_TIME = "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'"


class CreatePartitionedModel(migrations.CreateModel):
    """`CreateModel` for a table that is split by hash of `hospital_id`.

    Django's state keeps the plain `id` primary key, which admin, foreign keys and Graphene need;
    the table's key is (hospital_id, id), since a unique key must hold the column it is split by.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table_sql = schema_editor.table_sql
        citus = settings.PARTITIONING == CITUS
        names: list[str] = []

        def split(model: Any) -> tuple[str, Any]:
            sql, params = table_sql(model)
            names.append(model._meta.db_table)
            if " PRIMARY KEY GENERATED" in sql:
                sql = sql.replace(" PRIMARY KEY GENERATED", " GENERATED", 1)
                sql = f'{sql[:-1]}, PRIMARY KEY ("hospital_id", "id"))'
            return sql if citus else f"{sql} PARTITION BY HASH (hospital_id)", params

        schema_editor.table_sql = split  # type: ignore[method-assign]
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            schema_editor.table_sql = table_sql  # type: ignore[method-assign]
        for table in names:
            for statement in _distributed(table) if citus else _partitions(table):
                schema_editor.execute(statement)


def _partitions(table: str) -> list[str]:
    return [
        f'CREATE TABLE "{table}_{number:02}" PARTITION OF "{table}"'
        f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number})"
        for number in range(PARTITIONS)
    ]


def _distributed(table: str) -> list[str]:
    # All bigint, so Citus puts the shards of one hospital, of all tables, on one node.
    return [ONE_AT_A_TIME, f"SELECT create_distributed_table('{table}', 'hospital_id')"]


class ReferenceTable(Operation):
    """Keeps a plain table whole on every node of a Citus cluster; in one PostgreSQL, nothing."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if settings.PARTITIONING == CITUS:
            schema_editor.execute(ONE_AT_A_TIME)
            schema_editor.execute(f"SELECT create_reference_table('{self.table}')")

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        pass  # the table goes with the model

    def describe(self) -> str:
        return f"Keep {self.table} on every node"


class _NotOnCitus(migrations.RunSQL):
    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if settings.PARTITIONING != CITUS:
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if settings.PARTITIONING != CITUS:
            super().database_backwards(app_label, schema_editor, from_state, to_state)


def leave_room(table: str, *, percent: int) -> Operation:
    """The operation that keeps so much of each page of `table` free for new versions of its rows.

    A row that is updated over and over then stays on its page, no index learns of it, and whoever
    reads the page next sweeps out the old versions. A cluster's tables stay as they are.
    """
    ours = [f"{table}_{number:02}" for number in range(PARTITIONS)]
    return _NotOnCitus(
        [f"ALTER TABLE {name} SET (fillfactor = {100 - percent})" for name in ours],
        [f"ALTER TABLE {name} RESET (fillfactor)" for name in ours],
    )


def composite_foreign_key(
    table: str, columns: tuple[str, str], target: str, *, name: str, from_reference: bool = False
) -> Operation:
    """The operation that ties (hospital_id, column) of `table` to (hospital_id, id) of `target`.

    Citus takes no key from a reference table to a distributed one: `from_reference` leaves it out
    there, and the services' check stands alone, of a row that is never removed.
    """
    ours = ", ".join(columns)
    kind = _NotOnCitus if from_reference else migrations.RunSQL
    return kind(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({ours})"
        f" REFERENCES {target} (hospital_id, id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
