"""Remove what has expired: sign-ins, counters of failed ones, answers kept for safe repeats."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from scheduler.db import execute, take_all_the_time, writes

BATCH = 1000

# Each statement removes one batch and skips what somebody is using: a lock is never waited for,
# and none is held for long. A revoked sign-in stays until it expires, so that a used token is
# told from an unknown one. Keys are kept for 24 hours by contract. WITH, since a sub-select may be
# run once for each row that it is compared with, and would find another batch each time.
_SIGN_INS = """
    WITH old AS (
      SELECT id FROM token_families WHERE expires_at < now()
      LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
    DELETE FROM token_families f USING old WHERE f.id = old.id
    RETURNING 1
"""
_COUNTERS = """
    WITH old AS (
      SELECT key FROM sign_in_failures WHERE window_ends_at < now()
      LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
    DELETE FROM sign_in_failures f USING old WHERE f.key = old.key
    RETURNING 1
"""
_HOSPITALS = """
    SELECT DISTINCT hospital_id FROM idempotency_keys
    WHERE created_at < now() - interval '24 hours'
"""
# Of one hospital: rows of several are not locked by one statement (docs/citus.md).
_KEYS = """
    WITH old AS (
      SELECT user_id, key FROM idempotency_keys
      WHERE hospital_id = %(hospital)s AND created_at < now() - interval '24 hours'
      LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
    DELETE FROM idempotency_keys k USING old
    WHERE k.hospital_id = %(hospital)s AND k.user_id = old.user_id AND k.key = old.key
    RETURNING 1
"""


class Command(BaseCommand):
    help = "Removes expired sign-ins, sign-in counters and idempotency keys. Run it every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        removed = {
            "sign-ins": purge(_SIGN_INS),
            "counters of failed sign-ins": purge(_COUNTERS),
            "idempotency keys": sum(purge(_KEYS, hospital=id_) for id_ in _hospitals()),
        }
        for noun, count in removed.items():
            self.stdout.write(f"{noun}: {count} removed")


def _hospitals() -> list[int]:
    """Those with keys that have expired. Where nobody purged for weeks, these are many to read."""
    with transaction.atomic():
        take_all_the_time()
        return [id_ for (id_,) in execute(_HOSPITALS)]


def purge(statement: str, **params: int) -> int:
    """Run a statement that removes a batch until it finds less; each batch is a transaction."""
    total = 0
    while True:
        removed = _remove(statement, params)
        total += removed
        if removed < BATCH:
            return total


@writes
def _remove(statement: str, params: dict[str, int]) -> int:
    return len(execute(statement, params | {"batch": BATCH}))
