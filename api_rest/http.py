"""What HTTP asks before any rule of ours: what is accepted, how long bodies are, and JSON."""

from __future__ import annotations

import io
from typing import IO, Any

import orjson
from django.conf import settings
from django.http import HttpRequest
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from api_rest.negotiation import quality
from scheduler.errors import Invalid, NotAcceptable, TooLarge, UnsupportedMediaType

JSON = "application/json"
WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")


class JsonRenderer(BaseRenderer):
    """Says to REST framework what answers are; the views write them themselves."""

    media_type = JSON
    format = "json"

    def render(self, data: Any, *_: Any) -> bytes:
        return orjson.dumps(data)


class JsonParser(BaseParser):
    """One JSON object. orjson refuses broken UTF-8, half surrogates, infinity and deep nesting."""

    media_type = JSON

    def parse(self, stream: IO[Any], *_: Any) -> dict[str, Any]:
        try:
            data = orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise Invalid.field("body", "invalid", f"The body is not JSON: {error}") from None
        if not isinstance(data, dict):
            raise Invalid.field("body", "invalid", "The body must be a JSON object.")
        return data


def refuse_unreadable(request: HttpRequest) -> None:
    """Raise what HTTP refuses after the method: 406, 413, 415, in this order."""
    if quality(request.META.get("HTTP_ACCEPT"), JSON) <= 0:
        raise NotAcceptable
    length = _body_length(request)
    if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLarge
    if length and request.method in WITH_BODY:
        media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
        if media_type != JSON or encoding != "identity":
            raise UnsupportedMediaType


def _body_length(request: HttpRequest) -> int:
    """How many bytes the body has, which may be read for it."""
    if text := request.META.get("CONTENT_LENGTH"):
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 2**63
    if "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return 0
    if not request.META.get("wsgi.input_terminated"):
        return 0  # this server can't say where a chunked body ends, so nobody may read it
    # Django reads no body without a length. Read it here, and give it one.
    data = request.META["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    request.META["CONTENT_LENGTH"] = str(len(data))
    request._stream = io.BytesIO(data)
    return len(data)
