"""No encoding that a client names keeps a request from its answer."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections

CODECS = ("base64", "rot13", "hex", "undefined", "idna", "punycode", "utf-7", "utf-16",
          "unicode_escape", "utf-99")  # fmt: skip


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Iterator[WSGIHandler]:
    """What the web server calls, without the garbage collector's settings of a server.

    Nor does a request look after the connection, which other tests may have left open.
    """
    for name in ("freeze", "set_threshold"):
        monkeypatch.setattr(f"gc.{name}", lambda *_: None)
    request_started.disconnect(close_old_connections)
    yield importlib.import_module("scheduler.wsgi").application
    request_started.connect(close_old_connections)


def call(
    application: WSGIHandler, method: str, path: str, query: str, body: bytes, content_type: str
) -> tuple[int, str]:
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "localhost",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    answer = application(environ, lambda status, *_: said.append(status))  # type: ignore[arg-type]
    return int(said[0][:3]), b"".join(answer).decode()


@pytest.mark.parametrize("codec", CODECS)
def test_every_way_in_answers(application: WSGIHandler, codec: str) -> None:
    json, text = f"application/json; charset={codec}", f"text/plain; charset={codec}"
    query = "search=%2B2AA-\\ud800"
    assert call(application, "POST", "/api/v1/auth/token", "", b"{}", json)[0] == 400
    assert call(application, "GET", "/api/v1/hospitals", query, b"", text)[0] == 401
    assert call(application, "POST", "/graphql/", query, b"{}", text)[0] == 415
    assert call(application, "GET", "/admin/login/", query, b"", text)[0] == 200
    assert call(application, "GET", "/nowhere", query, b"", text)[0] == 404
    form = urlencode({"username": "a@x.test", "password": "wrong"}).encode()
    kind = f"application/x-www-form-urlencoded; charset={codec}"
    assert call(application, "POST", "/admin/login/", "", form, kind)[0] == 403  # no CSRF token


def test_asgi_reads_it_as_utf_8() -> None:
    asgi: Any = importlib.import_module("scheduler.asgi").application
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": "q=é".encode(),
        "headers": [(b"content-type", b"text/plain; charset=base64")],
    }
    request, refused = asgi.create_request(scope, BytesIO())
    assert refused is None
    assert request.GET["q"] == "é"
