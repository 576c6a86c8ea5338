"""PostgreSQL as this product uses it: one way to write, one way to read."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.db import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.models import BooleanField, Model, QuerySet
from django.db.models.expressions import RawSQL

from scheduler import replica
from scheduler.errors import Refusal, Unavailable
from scheduler.replica import PRIMARY, REPLICA

P = ParamSpec("P")
T = TypeVar("T")
Row = TypeVar("Row", bound=Model)

TRIES = 3
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
# None: the client's own word, the server said nothing. The others: it is shutting down.
CONNECTION_LOST = {None, "57P01", "57P02"}


class RunAgain(Exception):
    """What a service call read before its locks no longer holds: run all of it again."""


_writing: ContextVar[bool] = ContextVar("writing", default=False)
_database: ContextVar[str] = ContextVar("database", default=PRIMARY)


def is_writing() -> bool:
    """Whether we are within a call that `writes`: what is read there may be undone."""
    return _writing.get()


def writes(call: Callable[P, T]) -> Callable[P, T]:
    """Make `call` one READ COMMITTED transaction: all of it, or nothing.

    A deadlock, `RunAgain`, or a constraint that fired although the check had passed (another way
    in was quicker) runs the whole call again, at most three times, so that its check can name
    the reason. Inside another such call it joins that one's transaction. Nothing is run again once
    COMMIT was sent: then a lost connection raises `Unavailable` with `outcome="unknown"`.
    A database that cannot be reached or is too slow raises `Unavailable`.
    """

    @functools.wraps(call)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if _writing.get():
            return call(*args, **kwargs)
        replica.note_write()
        token = _writing.set(True)
        try:
            return _run_in_transaction(functools.partial(call, *args, **kwargs))
        except Refusal as refusal:
            refusal.complete()
            raise
        finally:
            _writing.reset(token)

    return run


def _run_in_transaction(call: Callable[[], T]) -> T:
    for attempt in range(1, TRIES + 1):
        committing = False
        try:
            with transaction.atomic():
                connection.begin_write()  # type: ignore[attr-defined]
                result = call()
                committing = True
            return result
        except (IntegrityError, RunAgain):
            if attempt == TRIES:
                raise
        except (OperationalError, InterfaceError) as error:
            if committing:
                raise Unavailable(
                    "The connection broke while committing; repeat with the same key.",
                    retry_after=1,
                    outcome="unknown",
                ) from error
            if not _worth_repeating(error, attempt):
                raise unavailable(error) from error
        # Two callers that met should not meet again at the same moment.
        time.sleep(random.uniform(0, 0.02 * attempt))  # noqa: S311 (jitter, not a secret)
    raise AssertionError("unreachable")


def reads(call: Callable[P, T]) -> Callable[P, T]:
    """Make `call` a read of one hospital, from the replica where that is new enough.

    Whatever goes wrong there, the primary is asked instead, as `reads_now` does.
    """
    now = reads_now(call)

    @functools.wraps(call)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if _database.get() == REPLICA:  # within another read, which will catch what we raise
            return call(*args, **kwargs)
        if connection.in_atomic_block or not replica.is_chosen():
            return now(*args, **kwargs)
        token = _database.set(REPLICA)
        try:
            return call(*args, **kwargs)
        except Exception as error:  # also a refusal: what is missing there may be here
            replica.give_up(error)
        finally:
            _database.reset(token)
        return now(*args, **kwargs)

    return run


def reads_now(call: Callable[P, T]) -> Callable[P, T]:
    """Make `call` a read from the primary, run again once when its kept connection had died.

    For what is decided upon: who somebody is, and what they may do. A database that cannot be
    reached or is too slow raises `Unavailable`.
    """

    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or not _worth_repeating(error, 1):
                raise unavailable(error) from error
        try:
            return call(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            raise unavailable(error) from error

    @functools.wraps(call)
    def run_there(*args: P.args, **kwargs: P.kwargs) -> T:
        token = _database.set(PRIMARY)
        try:
            return run(*args, **kwargs)
        finally:
            _database.reset(token)

    return run_there


class Router:
    """Django's own queries go where the read around them goes; writes to the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return _database.get()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY


def _worth_repeating(error: Exception, attempt: int) -> bool:
    if attempt == TRIES:
        return False
    if sqlstate(error) in {SERIALIZATION_FAILURE, DEADLOCK}:
        return True
    # A kept connection had died, or hung: nothing of this call is left at the server, and a new
    # connection may do.
    _drop_broken_connection()
    return attempt == 1 and sqlstate(error) in CONNECTION_LOST


def sqlstate(error: BaseException) -> str | None:
    """The five characters that PostgreSQL named the error with, where it did."""
    return getattr(error.__cause__, "sqlstate", None)


def unavailable(error: BaseException) -> Unavailable:
    """The refusal for a database that is away or slow; drops a connection that is broken."""
    _drop_broken_connection()
    refusal = Unavailable(retry_after=2)
    refusal.__cause__ = error  # for the log
    return refusal


def _drop_broken_connection() -> None:
    if connection.connection is not None and connection.connection.closed:
        connection.close()


Rows = list[tuple[Any, ...]]
# Part of a WHERE, and the values for each %s in it.
Condition = tuple[str, Sequence[Any]]


def execute(sql: str, params: Sequence[Any] | dict[str, Any] = ()) -> Rows:
    """Run one statement and return its rows, if it has any.

    Several, apart by ";", are one trip: each sees what was committed before it began, and the
    rows are those of the last. They are prepared, with one plan for all values; whole numbers are
    bigint there, so add `::int` where PostgreSQL wants one. What a call that `writes` sends is so
    where its connection writes often, else planned for its values.
    """
    if is_writing() and not connection.writes_often:  # type: ignore[attr-defined]
        return execute_once(sql, params)
    return connections[_database.get()].run(sql, params)  # type: ignore[attr-defined,no-any-return]


def execute_once(sql: str, params: Sequence[Any] | dict[str, Any] = ()) -> Rows:
    """The same for what is run once, or in many forms: planned for its own values each time."""
    return connections[_database.get()].run_once(sql, params)  # type: ignore[attr-defined,no-any-return]


def matching(rows: QuerySet[Row, Row], conditions: Iterable[Condition]) -> QuerySet[Row, Row]:
    """Django's own query with conditions of ours, which call its table by its full name."""
    return rows.filter(
        *(RawSQL(sql, params, BooleanField()) for sql, params in conditions)  # noqa: S611 (ours)
    )


def take_all_the_time() -> None:
    """Let the statements of this transaction, and this connection, take as long as they need."""
    execute_once("SET LOCAL statement_timeout = 0")
    connection.connection.answers_within = None
