"""A server as production runs it, on a free port of this host, for as long as a run lasts."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

STARTS_WITHIN = 30.0  # seconds
THREADS = 16  # of a process, as in the demo and in the Dockerfile; each has a connection


@dataclass(frozen=True)
class Server:
    port: int
    pid: int


@contextmanager
def serving(*, workers: int, **environment: str) -> Iterator[int]:
    """Serve the product with granian; yields the port. Raises `RuntimeError` if it won't start."""
    with serving_app("scheduler.wsgi:application", workers=workers, **environment) as server:
        yield server.port


@contextmanager
def serving_app(
    application: str, *, workers: int, ready: str = "/readyz", **environment: str
) -> Iterator[Server]:
    """Serve a WSGI application with granian. Raises `RuntimeError` if `ready` does not answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", str(THREADS), "--log-level", "error", application),
    ]
    # Nobody is throttled here, and nobody is served but us.
    environment = {
        "REQUESTS_PER_SECOND": "1000000",
        "PYTHONWARNINGS": "ignore:No directory at",  # static files, which nobody asks for
        **environment,
    }
    server = subprocess.Popen(command, env={**os.environ, **environment})  # noqa: S603
    try:
        _wait_until_ready(port, server, ready)
        yield Server(port, server.pid)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_ready(port: int, server: subprocess.Popen[bytes], path: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            if response.status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError("The server did not become ready.")
