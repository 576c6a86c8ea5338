"""A cache in a real Redis that hangs, dies and comes back: little time lost, and nothing else."""

from __future__ import annotations

import os
import pickle
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from accounts.throttle import count_request
from scheduler import circuit, redis_cache
from scheduler.circuit import Circuit
from scheduler.errors import Throttled
from scheduler.processes import wait_until
from tests.redis_server import RedisServer, redis_server, used

pytestmark = pytest.mark.serial
# Seconds that a busy machine may take for what takes none.
BUSY = 0.2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("redis")


@pytest.fixture
def redis(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    monkeypatch.setattr(redis_cache, "circuit", Circuit("Redis", "going on"))
    with redis_server(folder) as server, used(server):
        yield server


def seconds(times: int = 1) -> float:
    """How long so many misses take in all."""
    begun = time.monotonic()
    for _ in range(times):
        assert cache.get("there", "missed") == "missed"
    return time.monotonic() - begun


def test_what_is_kept_comes_back(redis: RedisServer) -> None:
    cache.set("there", "æ")
    cache.set_many({"a": "[1]", "b": 2**40}, timeout=60)
    assert cache.get("there") == "æ"
    assert cache.get_many(["a", "b", "c"]) == {"a": "[1]", "b": 2**40}
    assert cache.add("a", 1) is False
    assert cache.incr("b") == 2**40 + 1
    assert cache.delete("there") is True
    assert cache.get("there", "missed") == "missed"
    with pytest.raises(ValueError, match="not found"):
        cache.incr("nothing")


@pytest.mark.parametrize("how", ["hangs", "hangs before the first call", "is killed"])
def test_an_absent_redis_costs_a_tenth_of_a_second_once(
    redis: RedisServer, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    if how != "hangs before the first call":
        cache.set("there", 1)
    if how == "is killed":
        redis.kill()
        assert seconds() < 0.1 + BUSY
        assert seconds(1000) < BUSY
    else:
        with redis.hanging():
            assert redis_cache.WAITS <= seconds() < 0.1 + BUSY
            assert seconds(1000) < BUSY
    assert cache.get_many(["there"]) == {}
    assert cache.set_many({"there": 1}) == []
    assert (cache.set("there", 1), cache.add("there", 1), cache.incr("there")) == (
        *(False, None, None),
    )
    assert cache.delete("there") is False
    assert [record.message[:14] for record in caplog.records] == ["Redis is away,"]


def test_it_is_asked_again_after_a_pause_by_one(
    redis: RedisServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circuit, "PAUSE", 0.3)
    cache.set("there", 1)
    with redis.hanging():
        seconds(3)
        time.sleep(0.35)
        waits: list[float] = []
        threads = [threading.Thread(target=lambda: waits.append(seconds())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(wait >= redis_cache.WAITS for wait in waits) == 1
    assert wait_until(lambda: cache.get("there") == 1, 10)
    _, last = caplog.records
    assert re.match(r"Redis is back; [2-9] calls failed and \d+ were not tried", last.message)


def test_a_redis_that_started_again_costs_nothing(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    cache.set("there", 1)
    redis.kill()
    redis.start()
    assert cache.get("there") is None
    cache.set("there", 2)
    assert cache.get("there") == 2
    assert not caplog.records


def test_a_full_redis_is_no_error(redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    for n in range(64):
        cache.set(f"large {n}", "x" * 1_000_000)
    assert cache.get("large 63")
    assert cache.get("large 0") is None
    assert not caplog.records


def test_requests_are_counted_over_all_threads(redis: RedisServer, settings: Any) -> None:
    settings.REQUESTS_PER_SECOND = 50
    outcomes: Counter[str] = Counter()

    def ask() -> None:
        for _ in range(20):
            try:
                count_request(1)
            except Throttled:
                outcomes["throttled"] += 1
            else:
                outcomes["allowed"] += 1

    # All within one second of the clock.
    time.sleep(1 - time.time() % 1)
    threads = [threading.Thread(target=ask) for _ in range(5)]
    with used(redis, SOCKET_TIMEOUT=5, SOCKET_CONNECT_TIMEOUT=5):  # on a busy machine
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert outcomes == {"allowed": 50, "throttled": 50}


def test_while_redis_is_away_every_request_is_allowed(redis: RedisServer, settings: Any) -> None:
    settings.REQUESTS_PER_SECOND = 1
    with redis.hanging():
        for _ in range(5):
            count_request(1)


def test_no_code_comes_out_of_redis(redis: RedisServer) -> None:
    class Evil:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(redis.folder / "run"),)

    client = cache.client.get_client()  # type: ignore[attr-defined]
    client.set(cache.make_key("evil"), pickle.dumps(Evil()))
    assert cache.get("evil") is None
    assert not (redis.folder / "run").exists()
