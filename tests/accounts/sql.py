"""Counting statements without the ones that begin and end a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

_FRAMES = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements of the block, filled in when it ends, also by an exception."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        try:
            yield found
        finally:
            found += [
                query["sql"]
                for query in connection.queries[captured.initial_queries :]
                if not query["sql"].startswith(_FRAMES)
            ]
