"""Redis as a cache that may go away at any moment, and takes nothing with it but time.

Nothing correct depends on what is here: every question has an answer for "Redis is away" (a miss,
nothing counted, nothing kept), and nobody waits for that answer more than once in a while.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import orjson
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django_redis.cache import RedisCache as DjangoRedisCache
from django_redis.exceptions import ConnectionInterrupted
from django_redis.serializers.base import BaseSerializer
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from scheduler.circuit import Circuit

T = TypeVar("T")

# Seconds. To connect and to be answered are two waits, so a call costs 100 ms at most.
WAITS = 0.05


# One for the process: each thread has a cache object of its own, and all ask the same Redis.
circuit = Circuit("Redis", "going on without a cache")


class JsonSerializer(BaseSerializer):
    """Values as JSON: whoever may write to Redis gets no code to run here, as with pickles.

    What is no JSON, another program's, reads as None.
    """

    def dumps(self, value: Any) -> bytes:
        return orjson.dumps(value)

    def loads(self, value: bytes) -> Any:
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return None


# For the CACHES setting. One try: a second one would double the wait.
OPTIONS = {
    "SOCKET_CONNECT_TIMEOUT": WAITS,
    "SOCKET_TIMEOUT": WAITS,
    "SERIALIZER": "scheduler.redis_cache.JsonSerializer",
    "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
}


# Numbers up to 2**53, as Lua has them.
_RAISE = """
    local there = redis.call('GET', KEYS[1])
    if not there or tonumber(there) < tonumber(ARGV[1]) then
        redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
    end
"""


class RedisCache(DjangoRedisCache):
    """django-redis's cache behind the circuit, with the calls that this product makes."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return _ask(default, lambda: self.client.get(key, default, version))

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        return _ask({}, lambda: self.client.get_many(list(keys), version))

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        return _ask(False, lambda: self.client.set(key, value, timeout))

    def set_many(self, data: Mapping[str, Any], timeout: Any = DEFAULT_TIMEOUT) -> list[str]:
        _ask(None, lambda: self.client.set_many(dict(data), timeout))
        return []

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool | None:
        """None where Redis is away."""
        added: bool | None = _ask(None, lambda: self.client.add(key, value, timeout))
        return added

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int | None:
        """Raises `ValueError` for an unknown key; None where Redis is away. Atomic."""
        total: int | None = _ask(None, lambda: self.client.incr(key, delta, version))
        return total

    def raise_to(self, key: str, value: int, timeout: int) -> None:
        """Keep the greater of what is there and `value`, atomically; `timeout` in seconds."""
        name = self.make_key(key)
        _ask(None, lambda: self.client.get_client().eval(_RAISE, 1, name, value, timeout))

    def delete(self, key: str, version: int | None = None) -> bool:
        return _ask(False, lambda: bool(self.client.delete(key, version)))


def _ask(away: T, question: Callable[[], T]) -> T:
    if not circuit.may_ask():
        return away
    try:
        answer = question()
    except (RedisError, ConnectionInterrupted) as error:
        circuit.failed(error)
        return away
    except ValueError:
        circuit.worked()
        raise
    circuit.worked()
    return answer
