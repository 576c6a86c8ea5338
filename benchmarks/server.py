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

STARTS_WITHIN = 30.0  # seconds


@contextmanager
def serving(*, workers: int, **environment: str) -> Iterator[int]:
    """Serve the product with granian; yields the port. Raises `RuntimeError` if it won't start."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", "4", "--log-level", "error", "scheduler.wsgi:application"),
    ]
    # Nobody is throttled here, and nobody is served but us.
    environment = {"REQUESTS_PER_SECOND": "1000000", **environment}
    server = subprocess.Popen(command, env={**os.environ, **environment})  # noqa: S603
    try:
        _wait_until_ready(port, server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/readyz")
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
