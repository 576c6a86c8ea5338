"""How often somebody may ask, and how often signing in may fail.

Requests are counted in the cache: often, and nothing correct depends on it. Failed sign-ins are
counted in PostgreSQL: rarely, and exactly over all processes and all ways in.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from collections import Counter
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.core.cache import cache

from scheduler.db import execute, reads_now, writes
from scheduler.errors import Throttled


def count_request(user_id: int) -> None:
    """Count one request of a user in the current second of this host's clock. No query.

    Raises `Throttled` beyond `REQUESTS_PER_SECOND`. Without Redis each process counts for itself;
    while Redis is away, every request is allowed.
    """
    second = int(time.time())
    if settings.REDIS_URL:
        count = _count(f"requests:{user_id}:{second}")
    else:
        count = _here.count(user_id, second)
    if count is not None and count > settings.REQUESTS_PER_SECOND:
        raise Throttled(retry_after=1)


class _Here:
    """The requests of one second by user, as far as they came to this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._second, self._counts = 0, Counter[int]()

    def count(self, user_id: int, second: int) -> int:
        """Add one and return the sum."""
        with self._lock:
            if second != self._second:
                self._second, self._counts = second, Counter()
            self._counts[user_id] += 1
            return self._counts[user_id]


_here = _Here()


def _count(key: str) -> int | None:
    """Add one and return the sum, atomically; None where the cache is away."""
    for _ in range(2):
        # Most often the first request of this second. Of two at once, one counts on.
        added = cache.add(key, 1, timeout=2)
        if added:
            return 1
        try:
            return None if added is None else cache.incr(key)
        except ValueError:
            continue  # just gone
    return None


# now() is when a transaction began; one that waited for the row would see more than a window left.
_FULL = """
    SELECT ceil(extract(epoch FROM window_ends_at - clock_timestamp())) FROM sign_in_failures
    WHERE window_ends_at > now()
      AND ((key = %(account)s AND count >= %(by_account)s)
        OR (key = %(address)s AND count >= %(by_address)s))
"""

# Always the account's row before the address's (in the order of the keys): two that share both
# cannot wait for each other. A window begins with its first failure and does not grow.
_COUNT = """
    INSERT INTO sign_in_failures AS f (key, count, window_ends_at)
    SELECT key, 1, now() + %(window)s FROM unnest(%(keys)s::varchar[]) AS key ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN f.window_ends_at > now() THEN f.count + 1 ELSE 1 END,
      window_ends_at = CASE WHEN f.window_ends_at > now() THEN f.window_ends_at
                            ELSE excluded.window_ends_at END
    RETURNING key, count, ceil(extract(epoch FROM window_ends_at - clock_timestamp()))
"""


def counted_check(*, email: str, address: str | None, check: Callable[[], bool]) -> bool:
    """Run `check` of a password, counting its failure for the account and for the address.

    An exact limit without reservations: what counts is the order in which checks end, not the
    order in which they begin. Of 50 guesses at once only those that end before the counters are
    full are answered; the rest, right ones too, raise `Throttled` and so teach nothing. Successes
    are never counted, so any number of them at once lock nobody out. Two queries.
    """
    check_sign_in(email, address)
    passed = check()
    if passed:
        check_sign_in(email, address)
    else:
        count_failed_sign_in(email, address)
    return passed


@reads_now
def check_sign_in(email: str, address: str | None) -> None:
    """Raise `Throttled` when the account's or the address's counter is full. One query."""
    params = {
        "account": _account_key(email),
        "address": _address_key(address),
        "by_account": settings.SIGN_IN_FAILURES_BY_ACCOUNT,
        "by_address": settings.SIGN_IN_FAILURES_BY_ADDRESS,
    }
    waits = [int(seconds) for (seconds,) in execute(_FULL, params)]
    if waits:
        raise _throttled(max(waits))


def count_failed_sign_in(email: str, address: str | None) -> None:
    """Count a failure for both keys at once, in a transaction of its own. One query.

    Raises `Throttled`, after counting, when a counter was full already: then the caller must not
    learn what their guess was worth.
    """
    limits = {
        _account_key(email): settings.SIGN_IN_FAILURES_BY_ACCOUNT,
        _address_key(address): settings.SIGN_IN_FAILURES_BY_ADDRESS,
    }
    keys = [key for key in limits if key is not None]
    # The refusal is raised outside of the transaction, which would take the count back with it.
    waits = [wait for key, count, wait in _count_failures(keys) if count > limits[key]]
    if waits:
        raise _throttled(max(waits))


@writes
def _count_failures(keys: list[str]) -> list[tuple[str, int, int]]:
    rows = execute(_COUNT, {"keys": keys, "window": settings.SIGN_IN_WINDOW})
    return [(key, count, math.ceil(wait)) for key, count, wait in rows]


def _throttled(seconds: int) -> Throttled:
    return Throttled("Too many failed sign-ins; try again later.", retry_after=max(1, seconds))


def _account_key(email: str) -> str:
    # A hash: the key has a bound, and the table tells nobody which unknown emails were tried.
    return "account:" + _digest(email.lower())


def _address_key(address: str | None) -> str | None:
    """None where a failure has no address of its own: a signed-in user's wrong password."""
    if address is None:
        return None
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "address:" + _digest(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return f"address:{found.ipv4_mapped}"
        # One line has a whole /64 to take addresses from.
        return f"address:{ipaddress.ip_network((int(found), 64), strict=False)}"
    return f"address:{found}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
