"""Safe repeats: one key, one effect, and the same answer however often it is asked for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NoReturn, TypeVar

import orjson
from django.core.serializers.json import DjangoJSONEncoder

from accounts.access import Access
from scheduler.db import RunAgain, execute, writes
from scheduler.errors import IdempotencyKeyReused, Invalid, NotFound, PermissionDenied, Refusal

T = TypeVar("T")
KEPT = timedelta(hours=24)
# What a header can bear, whichever API it comes by: no space at its ends.
KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")
UNFIT_KEY = "From 1 to 255 printable ASCII characters."


@writes
def once(
    access: Access,
    *,
    key: str | None,
    request: Mapping[str, Any],
    call: Callable[[], T],
    keep: Callable[[T], object],
    restore: Callable[[dict[str, Any]], T],
) -> tuple[T, bool]:
    """Run `call`, or give back what it gave before for this caller, hospital and `key`.

    Returns the result, and whether it is a replay. `request` says in plain values what is asked,
    the same from both APIs; `keep` turns a result into what JSON can hold, `restore` turns it back.
    A twin that still runs holds the row: this call waits for it, then finds its answer. A call
    that is refused takes the row with it, so its repeat is tried afresh.

    Raises `IdempotencyKeyReused` for the same key with another request, and what `call` raises.
    """
    if key is None:
        return call(), False
    digest = hashlib.sha256(
        json.dumps(request, sort_keys=True, cls=DjangoJSONEncoder).encode()
    ).hexdigest()
    row = {"hospital": access.hospital_id, "user": access.user_id, "key": key}
    inserted = execute(
        "INSERT INTO idempotency_keys (hospital_id, user_id, key, request_hash, created_at)"
        " VALUES (%(hospital)s, %(user)s, %(key)s, %(digest)s, now())"
        " ON CONFLICT (hospital_id, user_id, key) DO UPDATE"
        " SET request_hash = excluded.request_hash, answer = NULL,"
        " created_at = excluded.created_at"
        # An answer older than promised is as if it were gone; the purge may not have come by yet.
        # (A difference, since Citus takes nothing here that depends on the session's zone.)
        " WHERE excluded.created_at - idempotency_keys.created_at > %(kept)s"
        " RETURNING 1",
        row | {"digest": digest, "kept": KEPT},
    )
    if not inserted:
        found = execute(
            "SELECT request_hash, answer FROM idempotency_keys"
            " WHERE hospital_id = %(hospital)s AND user_id = %(user)s AND key = %(key)s",
            row,
        )
        if not found:
            raise RunAgain  # purged between the two statements
        request_hash, answer = found[0]
        if request_hash != digest:
            _refuse_reuse(call)
        return restore(json.loads(answer) if isinstance(answer, str) else answer), True
    result = call()
    execute(
        "UPDATE idempotency_keys SET answer = %(answer)s::jsonb"
        " WHERE hospital_id = %(hospital)s AND user_id = %(user)s AND key = %(key)s",
        row | {"answer": orjson.dumps(keep(result)).decode()},
    )
    return result, False


def _refuse_reuse(call: Callable[[], object]) -> NoReturn:
    """Raise `IdempotencyKeyReused`, or what the contract ranks before it.

    Whatever `call` wrote goes with the transaction.
    """
    try:
        call()
    except (NotFound, PermissionDenied, Invalid):
        raise
    except Refusal:
        pass
    raise IdempotencyKeyReused
