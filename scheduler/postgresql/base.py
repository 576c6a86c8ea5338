"""Django's PostgreSQL backend, with connections that do not wait for ever, and prepared statements.

The server ends a statement that takes too long, unless it is the server that hangs (a stopped
process, a host that went away without a word): then only the client can end the wait.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from threading import Lock
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base, operations
from django.db.backends.postgresql.psycopg_any import IsolationLevel
from psycopg._preparing import PrepareManager
from psycopg.abc import RV, PQGen
from psycopg.adapt import Dumper
from psycopg.errors import IdleInTransactionSessionTimeout, _WaitTimeout
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.numeric import Int8Dumper, IntNumericDumper

# Seconds more than the statement timeout, which has the better message. With a new connection
# after it (3 s at most) that is still less than the 10 s in which every caller gets an answer.
GRACE = 1.0
# The primary can answer instead, so nobody waits long for a replica.
REPLICA_ANSWERS_WITHIN = 1.0
# Statements that a connection keeps. We have fewer; each takes some 100 KB of the server.
MOST_PREPARED = 300
# Transactions of a connection whose statements are planned each time; see `begin_write`.
FIRST_WRITES = 10


class Statements(PrepareManager):
    """The prepared statements of a connection, kept when a transaction is rolled back.

    psycopg would drop them all then, in case one names a table that was made in it. Ours name
    none, and whoever was refused a slot looks at the calendar next: to plan its reads anew takes
    twenty times as long as to run them.
    """

    def clear(self) -> bool:
        return False


class Connection(psycopg.Connection[Any]):
    """A connection that breaks when an answer takes longer than `answers_within` seconds."""

    answers_within: float | None = None
    # How many transactions that write it has seen.
    writes = 0
    # When it is too old, by time.monotonic().
    close_at: float | None = None
    # Of a replica: how far in the primary's log it is known to be (scheduler/replica.py).
    replayed = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepared = Statements()
        self.prepared, self.planned = Prepared(self), Planned(self)

    @property
    def is_too_old(self) -> bool:
        return self.close_at is not None and self.close_at <= time.monotonic()

    @property
    def has_server(self) -> bool:
        try:
            # A server's farewell is what the first reads, and that nothing follows the second.
            self.pgconn.consume_input()
            self.pgconn.consume_input()
        except psycopg.OperationalError:
            return False
        return True

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Raise `psycopg.OperationalError`, the connection closed, where no answer came."""
        try:
            return super().wait(gen, interval, timeout or self.answers_within)
        except _WaitTimeout:
            if timeout is not None:
                raise
            self.close()
            raise psycopg.OperationalError("The database did not answer in time.") from None
        except IdleInTransactionSessionTimeout as error:
            # Our process stood still for too long. To psycopg that is an internal error.
            self.close()
            raise psycopg.OperationalError(str(error)) from None


class Idle:
    """The connections to one database that no thread of this process has, the last used first.

    A thread takes one for a request, and gives it back after it. So there are as many as there
    were requests at a time; they outlive threads, which the web server ends when they had nothing
    to do; and who comes next finds plans made and data in the processor's cache.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._connections: deque[Connection] = deque()

    def take(self) -> Connection | None:
        """One whose server is still there, as far as this end knows."""
        while True:
            with self._lock:
                if not self._connections:
                    return None
                taken = self._connections.pop()
            if not taken.is_too_old and taken.has_server:
                return taken
            taken.close()

    def give(self, connection: Connection) -> None:
        """Keep it for the next. One that only a burst needed ends when it is too old."""
        unused = None
        with self._lock:
            self._connections.append(connection)
            if self._connections[0].is_too_old:
                unused = self._connections.popleft()
        if unused:
            unused.close()


idle: defaultdict[str, Idle] = defaultdict(Idle)  # by the database's alias


class WholeNumberDumper(Int8Dumper):
    """Sends an int as bigint, and as numeric what is too large for one (no row will have it).

    By its size, as psycopg has it, one statement would be prepared in many forms.
    """

    def get_key(self, obj: Any, format: Any) -> type:
        return self.cls if -(2**63) <= obj < 2**63 else IntNumericDumper

    def upgrade(self, obj: Any, format: Any) -> Dumper:
        return self if self.get_key(obj, format) is self.cls else IntNumericDumper(int)


class Prepared(psycopg.Cursor[Any]):
    """The cursor for our own statements: PostgreSQL parses and plans each once per connection.

    Planning a read of partitioned tables takes longer than running it.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.adapters.register_dumper(int, WholeNumberDumper)
        self.adapters.register_loader("timestamptz", TimestamptzLoader)

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """Several statements, apart by ";": one trip, each with the params that it names.

        The rows are those of the last. BEGIN goes with the first statement of a transaction.
        """
        # None of ours has one within a literal.
        *ahead, last = query.split(";")
        connection = self.connection
        if not ahead and (
            connection.autocommit or connection.pgconn.transaction_status != TransactionStatus.IDLE
        ):
            return super().execute(query, params, **options)
        with connection.pipeline():
            for each in ahead:
                super().execute(each, params, **options)
            super().execute(last, params, **options)
        return self


class Planned(psycopg.ClientCursor[Any]):
    """The cursor for our own statements that are planned for their values, each time."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.adapters.register_loader("timestamptz", TimestamptzLoader)


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """A prepared statement with its values, too, for who counts and explains statements."""
        last = super().last_executed_query(cursor, sql, params)
        return last or self.compose_sql(sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
    isolation_level = IsolationLevel.READ_COMMITTED

    def connect(self) -> None:
        kept = idle[self.alias].take()
        if kept is None:
            super().connect()
            self.connection.close_at = self.close_at
        else:
            self.connection, self.close_at, self.autocommit = kept, kept.close_at, True
            self.in_atomic_block = self.needs_rollback = self.closed_in_transaction = False
            self.errors_occurred = False
            self.savepoint_ids, self.atomic_blocks, self.run_on_commit = [], [], []

    def close_if_unusable_or_obsolete(self) -> None:
        """At the end of a request, the next one of any thread may have the connection."""
        super().close_if_unusable_or_obsolete()
        if self.connection is None:
            return
        if self.connection.pgconn.transaction_status == TransactionStatus.IDLE:
            idle[self.alias].give(self.connection)
            self.connection = None
        else:
            self.close()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Raises `OperationalError` where the server can't be reached within `connect_timeout`."""
        made = Connection.connect(**conn_params)
        made.prepare_threshold, made.prepared_max = 0, MOST_PREPARED
        made.answers_within = (settings.DB_STATEMENT_TIMEOUT or None) and (
            settings.DB_STATEMENT_TIMEOUT + GRACE
        )
        if self.alias == "replica":
            made.answers_within = REPLICA_ANSWERS_WITHIN
        return made

    def begin_write(self) -> None:
        """Choose how the statements of this transaction, and checks of its keys, are planned.

        With one plan for all values PostgreSQL's part of a booking takes half as long. But to
        make those plans, for all partitions, takes as long as fifty bookings, under the locks of
        the first one. So a connection's first writes are planned for their values: one that
        seldom writes never waits for plans that it would not earn back. PostgreSQL's own choice
        (`auto`) weighs the cost of all partitions, and would never take that plan.
        """
        self.connection.writes += 1
        if not self.writes_often:
            with self.wrap_database_errors:
                self.connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")

    @property
    def writes_often(self) -> bool:
        """Whether this connection's writes are prepared, with one plan for all values."""
        return bool(self.connection.writes > FIRST_WRITES)

    def run(self, sql: str, params: Any) -> list[tuple[Any, ...]]:
        """Run one of our own statements, prepared, and return its rows, if it has any."""
        self.ensure_connection()
        cursor = self.connection.prepared
        self._prepare_cursor(cursor).execute(sql, params)  # type: ignore[attr-defined]
        return _rows(cursor)

    def run_once(self, sql: str, params: Any) -> list[tuple[Any, ...]]:
        """The same, planned for its values, which stand in its text. Of several, the last's."""
        self.ensure_connection()
        cursor = self.connection.planned
        self._prepare_cursor(cursor).execute(sql, params)  # type: ignore[attr-defined]
        while cursor.nextset():
            pass
        return _rows(cursor)


def _rows(cursor: psycopg.Cursor[Any]) -> list[tuple[Any, ...]]:
    # Cheaper to ask than `description`, which names every column.
    return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []
