"""A server that hangs: the client ends the wait, and comes back by itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.db import connection

from scheduler.db import execute, reads, writes
from scheduler.errors import Unavailable


@contextmanager
def stopped_backend() -> Iterator[None]:
    """Stop the server process behind this thread's connection, as a hang would."""
    pid = execute("SELECT pg_backend_pid()")[0][0]
    try:
        os.kill(pid, signal.SIGSTOP)
    except PermissionError:
        pytest.skip("the server's processes belong to another user")
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    connection.ensure_connection()
    monkeypatch.setattr(connection.connection, "answers_within", 1.5)


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_a_read_goes_on_with_a_new_connection():
    with stopped_backend():
        assert reads(lambda: execute("SELECT 1"))() == [(1,)]


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_a_write_that_hangs_runs_again_and_writes_once():
    def add() -> None:
        execute("INSERT INTO sign_in_failures VALUES ('hang', 1, now())")

    with stopped_backend():
        writes(add)()
    assert execute("SELECT count(*) FROM sign_in_failures WHERE key = 'hang'") == [(1,)]


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_where_nothing_helps_the_caller_is_told_soon(monkeypatch):
    connection.ensure_connection()
    monkeypatch.setattr(connection, "get_new_connection", _refuse)
    begun = time.monotonic()
    with stopped_backend(), pytest.raises(Unavailable) as refused:
        reads(lambda: execute("SELECT 1"))()
    assert time.monotonic() - begun < 5
    assert refused.value.members == {"retry_after": 2}


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
def test_a_write_whose_process_stood_still_runs_again():
    stood_still = []

    def add() -> None:
        execute("INSERT INTO sign_in_failures VALUES ('still', 1, now())")
        if not stood_still:
            execute("SET idle_in_transaction_session_timeout = 100")
            stood_still.append(True)
            time.sleep(0.5)
            execute("SELECT 1")

    writes(add)()
    assert execute("SELECT count(*) FROM sign_in_failures WHERE key = 'still'") == [(1,)]


@pytest.mark.django_db
@pytest.mark.parametrize(("timeout", "patience"), [(5, 6), (0, None)])
def test_patience_is_a_little_longer_than_the_server_s(settings, timeout, patience):
    """Without a limit there (a migration builds an index for minutes) there is none here."""
    settings.DB_STATEMENT_TIMEOUT = timeout
    made = connection.get_new_connection(connection.get_connection_params())
    with closing(made):
        assert made.answers_within == patience


def _refuse(_params: object) -> None:
    raise connection.Database.OperationalError("nobody there")
