"""Requests that are read as UTF-8, whatever encoding their Content-Type names.

Django decodes the query string with any codec that Python knows. Many of these give no text
(base64, rot13) or half surrogates (utf-7), and it does so before any middleware could answer.
"""

from __future__ import annotations

from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest


def _nothing_named(request: object) -> None:
    """Django's own default, which is UTF-8."""


def _not_taken(request: object, named: str | None) -> None:
    pass


_ENCODING = property(_nothing_named, _not_taken)


class Utf8WsgiRequest(WSGIRequest):
    encoding = _ENCODING


class Utf8AsgiRequest(ASGIRequest):
    encoding = _ENCODING
