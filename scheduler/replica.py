"""Which reads may ask the replica: those of requests that write nothing, where it is new enough.

New enough: it has replayed what this caller wrote last, and everything that is two seconds old.
Both are positions in the primary's write-ahead log, in bytes. Any doubt or error: the primary,
for the rest of the request. Rights are never read here (`reads_now` of scheduler/db.py).

- A request that wrote keeps the position after it in Redis, by user and for all processes, and
  tells it in `X-Consistency-Token`, which any request may send back.
- Of a user whom Redis has forgotten, or never knew, everything up to now counts as written.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import Any, cast

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections
from django.http import HttpRequest, HttpResponse

from scheduler.circuit import Circuit
from scheduler.redis_cache import RedisCache

PRIMARY, REPLICA = "default", "replica"
HEADER = "X-Consistency-Token"
# Seconds. What a request reads may be 2 s old when it is answered, so less when it begins.
OLDEST, SAMPLED_EVERY = 1.5, 0.25
REMEMBERED = 3600
ADMIN = "/admin/"
_TOKEN = re.compile(r"([0-9A-F]{1,8})/([0-9A-F]{1,8})")

circuit = Circuit("The replica", "reading from the primary")


def is_configured() -> bool:
    return REPLICA in connections.settings


@dataclass
class Route:
    """Where one request reads."""

    may_use: bool  # it writes nothing, and who sent it can stand data two seconds old
    token: int = 0  # the position that it asked for
    user_id: int | None = None
    wrote: bool = False
    uses: bool | None = None  # the replica; None: nothing was read yet


_route: ContextVar[Route | None] = ContextVar("route", default=None)


def note_caller(user_id: int) -> None:
    """Say who sent this request."""
    if route := _route.get():
        route.user_id = user_id


def note_query() -> None:
    """Say that this request writes nothing, whatever its method."""
    if route := _route.get():
        route.may_use = True


def note_write() -> None:
    """Say that this request writes: from here on it reads the primary."""
    if route := _route.get():
        route.wrote, route.uses = True, False


def is_chosen() -> bool:
    """Whether the next read asks the replica: decided once a request, then until it writes."""
    route = _route.get()
    if route is None:
        return False
    if route.uses is None and not (route.may_use and route.user_id):
        return False  # not yet
    if route.uses is None:
        route.uses = _is_new_enough(route)
    return route.uses


def give_up(error: Exception) -> None:
    """Read the primary for the rest of the request; for a while all do if the replica is away."""
    if route := _route.get():
        route.uses = False
    if isinstance(error, OperationalError | InterfaceError):
        circuit.failed(error)
        connections[REPLICA].close()


def freshness(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """The middleware: keeps a route for each request, and the position of its writes."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_configured():
            return get_response(request)
        safe = request.method in ("GET", "HEAD") and not request.path.startswith(ADMIN)
        route = Route(may_use=safe)
        if sent := request.headers.get(HEADER):
            match = _TOKEN.fullmatch(sent)
            # One that we cannot read may ask for anything.
            route.token = int(match[1], 16) << 32 | int(match[2], 16) if match else 2**64
        variable = _route.set(route)
        try:
            response = get_response(request)
        finally:
            _route.reset(variable)
        request.read_replica = bool(route.uses)  # type: ignore[attr-defined]
        if route.wrote:
            # In the admin, Django knows who it is.
            user = getattr(request, "_cached_user", None)
            position = _remember(route.user_id or getattr(user, "pk", None))
            if position is not None:
                response.headers[HEADER] = f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"
        return response

    return middleware


def _is_new_enough(route: Route) -> bool:
    if not circuit.may_ask():
        return False
    try:
        wanted = max(route.token, _written_by(route.user_id), floor.position())
    except (DatabaseError, InterfaceError, LookupError):
        return False  # the primary's trouble will be its next reader's
    try:
        answer = _replayed(wanted)
    except (DatabaseError, InterfaceError) as error:
        give_up(error)
        return False
    circuit.worked()
    return answer


def _replayed(wanted: int) -> bool:
    """Whether the replica has got so far. Raises Django's database errors."""
    replica = connections[REPLICA]
    replica.ensure_connection()
    # Kept with the connection: another server may stand behind the next one.
    if replica.connection.replayed < wanted:
        with replica.cursor() as cursor:
            # A former replica that takes writes of its own is none.
            cursor.execute(
                "SELECT CASE WHEN pg_is_in_recovery()"
                " THEN (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint END"
            )
            replica.connection.replayed = cursor.fetchone()[0] or 0
    return bool(replica.connection.replayed >= wanted)


def _position() -> int:
    """Where the primary's log ends now. One query; raises Django's database errors."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint")
        return int(cursor.fetchone()[0])


class Floor:
    """Where the primary's log ended a while ago: who has got so far is not older than `OLDEST`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._samples: list[tuple[float, int]] = []  # when (time.monotonic()), where

    def position(self) -> int:
        """The oldest sample that is young enough. A query four times a second, for all threads."""
        now = time.monotonic()
        with self._lock:
            self._samples = [sample for sample in self._samples if sample[0] > now - OLDEST]
            if self._samples and max(self._samples)[0] > now - SAMPLED_EVERY:
                return min(self._samples)[1]
        sample = (now, _position())
        with self._lock:
            self._samples.append(sample)
            return min(self._samples)[1]


floor = Floor()


def _written_by(user_id: int | None) -> int:
    """The position of a user's last write. Raises `LookupError` where Redis cannot tell."""
    position = cache.get(_key(user_id))
    if position is None:
        position = _position()
        if not cache.add(_key(user_id), position, timeout=REMEMBERED):
            raise LookupError("Redis is away, or somebody was quicker.")
    return int(position)


def _remember(user_id: int | None) -> int | None:
    """Keep where the log ends now as what the user has written; None where that is unknown."""
    try:
        position = _position()
    except (DatabaseError, InterfaceError):
        if user_id is not None:
            cache.delete(_key(user_id))
        return None
    if user_id is not None:
        cast(RedisCache, cache).raise_to(_key(user_id), position, timeout=REMEMBERED)
    return position


def _key(user_id: int | None) -> str:
    return f"wrote:{user_id}"
