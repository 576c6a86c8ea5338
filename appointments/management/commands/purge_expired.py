"""Remove what has expired: sign-ins, counters of failed ones, answers kept for safe repeats."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from scheduler.db import execute, writes

BATCH = 1000

# Each statement removes one batch and skips what somebody is using: a lock is never waited for,
# and none is held for long. A revoked sign-in stays until it expires, so that a used token is
# told from an unknown one. Keys are kept for 24 hours by contract.
_STATEMENTS = {
    "sign-ins": """
        DELETE FROM token_families WHERE id IN (
          SELECT id FROM token_families WHERE expires_at < now()
          LIMIT %s FOR UPDATE SKIP LOCKED)
        RETURNING 1
    """,
    "counters of failed sign-ins": """
        DELETE FROM sign_in_failures WHERE key IN (
          SELECT key FROM sign_in_failures WHERE window_ends_at < now()
          LIMIT %s FOR UPDATE SKIP LOCKED)
        RETURNING 1
    """,
    "idempotency keys": """
        DELETE FROM idempotency_keys WHERE (hospital_id, user_id, key) IN (
          SELECT hospital_id, user_id, key FROM idempotency_keys
          WHERE created_at < now() - interval '24 hours'
          LIMIT %s FOR UPDATE SKIP LOCKED)
        RETURNING 1
    """,
}


class Command(BaseCommand):
    help = "Removes expired sign-ins, sign-in counters and idempotency keys. Run it every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        for noun, statement in _STATEMENTS.items():
            self.stdout.write(f"{noun}: {purge(statement)} removed")


def purge(statement: str) -> int:
    """Run a statement that removes a batch until it finds less; each batch is a transaction."""
    total = 0
    while True:
        removed = _remove(statement)
        total += removed
        if removed < BATCH:
            return total


@writes
def _remove(statement: str) -> int:
    return len(execute(statement, (BATCH,)))
