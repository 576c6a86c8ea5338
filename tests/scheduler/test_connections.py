"""Connections to PostgreSQL end with the thread that made them."""

from __future__ import annotations

from threading import Thread

import pytest

from scheduler.db import execute
from scheduler.processes import wait_until


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_ends_leaves_no_connection(no_collector: None) -> None:
    """The web server ends threads that had nothing to do, and the collector comes by seldom."""
    backends: list[int] = []
    thread = Thread(target=lambda: backends.append(execute("SELECT pg_backend_pid()")[0][0]))
    thread.start()
    thread.join()

    def gone() -> bool:
        found = execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (backends[0],))
        return not found

    assert backends[0] != execute("SELECT pg_backend_pid()")[0][0]
    assert wait_until(gone, 5)
