"""Alive, and ready: two questions that need no login."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from scheduler import health


@pytest.fixture(autouse=True)
def static_files(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def answer(path: str) -> tuple[int, str]:
    response = Client().get(path)
    body = response.json()
    return response.status_code, body.get("status") if response.status_code == 200 else body["code"]


@pytest.mark.django_db
def test_alive_and_ready(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert answer("/healthz") == (200, "alive")
        assert answer("/readyz") == (200, "ready")


@pytest.mark.parametrize("where", ["closed", "silent"])
def test_not_ready_while_the_database_is_away(
    where: str, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "closed":
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
    else:
        port = silent_port
    params = {"host": "127.0.0.1", "port": port, "user": "x", "dbname": "x"}
    monkeypatch.setattr(connection, "get_connection_params", lambda: params)
    begun = time.perf_counter()
    assert answer("/readyz") == (503, "unavailable")
    assert time.perf_counter() - begun < 3
    assert answer("/healthz") == (200, "alive")


@pytest.mark.django_db
def test_not_ready_before_the_last_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_last_migrations", lambda: ["accounts.9999_later"])
    assert answer("/readyz") == (503, "unavailable")


@pytest.mark.django_db
def test_any_other_method() -> None:
    response = Client().post("/readyz")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.django_db
def test_a_probe_may_know_the_address_alone() -> None:
    for path in ("/healthz", "/readyz"):
        assert Client().get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200
