"""Django's PostgreSQL backend, with connections that do not wait for ever.

The server ends a statement that takes too long, unless it is the server that hangs (a stopped
process, a host that went away without a word): then only the client can end the wait.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel
from psycopg.abc import RV, PQGen
from psycopg.errors import IdleInTransactionSessionTimeout, _WaitTimeout

# A little more than the statement timeout, which has the better message; with a new connection
# after it (3 s at most) still less than the 10 s in which every caller gets an answer.
ANSWERS_WITHIN = 6.0  # seconds
# The primary can answer instead, so nobody waits long for a replica.
REPLICA_ANSWERS_WITHIN = 1.0


class Connection(psycopg.Connection[Any]):
    """A connection that breaks when an answer takes longer than `answers_within` seconds."""

    answers_within: float | None = ANSWERS_WITHIN
    # Of a replica: how far in the primary's log it is known to be (scheduler/replica.py).
    replayed = 0

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


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Raises `OperationalError` where the server can't be reached within `connect_timeout`."""
        self.isolation_level = IsolationLevel.READ_COMMITTED
        made = Connection.connect(**conn_params)
        if self.alias == "replica":
            made.answers_within = REPLICA_ANSWERS_WITHIN
        return made
