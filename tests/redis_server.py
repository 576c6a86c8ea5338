"""A Redis of the tests' own, to be stopped and killed; skipped where there is none to start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import override_settings
from django_redis.pool import ConnectionFactory

from scheduler import redis_cache
from scheduler.circuit import Circuit
from scheduler.processes import end_with_parent, wait_until


@dataclass
class RedisServer:
    """`redis-server` as production runs it (nothing kept), on a socket in `folder`."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder}/redis"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                *("redis-server", "--port", "0", "--unixsocket", f"{self.folder}/redis"),
                *("--dir", str(self.folder), "--save", "", "--appendonly", "no"),
                *("--maxmemory", "16mb", "--maxmemory-policy", "allkeys-lru"),
            ],
            stdout=subprocess.DEVNULL,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
        assert wait_until(lambda: (self.folder / "redis").exists(), 10)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It takes connections, and answers nobody."""
        assert self.process
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()
        (self.folder / "redis").unlink(missing_ok=True)


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    if not shutil.which("redis-server"):
        pytest.skip("no redis-server on this machine (Debian and Ubuntu: apt install redis-server)")
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def used(server: RedisServer, **options: float) -> Iterator[None]:
    """Make it the cache, with these options beside the product's own.

    Asked from the first: that another one hung in the test before this one is forgotten.
    """
    ConnectionFactory._pools.clear()  # django-redis keeps them by URL, whatever their options
    default = {
        "BACKEND": "scheduler.redis_cache.RedisCache",
        "LOCATION": server.url,
        "OPTIONS": {**redis_cache.OPTIONS, **options},
    }
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(CACHES={"default": default}, REDIS_URL=server.url),
    ):
        patch.setattr(redis_cache, "circuit", Circuit("Redis", "going on without a cache"))
        yield
