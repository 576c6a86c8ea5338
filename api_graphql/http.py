"""What HTTP asks before any document is read, and how answers are written."""

from __future__ import annotations

import gzip
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from api_graphql.errors import entry_of, retry_after
from scheduler.errors import (
    FieldError,
    Invalid,
    MethodNotAllowed,
    NotAcceptable,
    Refusal,
    TooLarge,
    UnsupportedMediaType,
)

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
# What HTTP says of a whole request. A document that ran answers 200, whatever its fields met.
STATUSES: Final[Mapping[str, int]] = {
    "invalid": 400,
    "not_authenticated": 401,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "too_large": 413,
    "unsupported_media_type": 415,
    "throttled": 429,
    "unavailable": 503,
}
# Below this, packing costs more than it saves.
LEAST_TO_PACK = 1024


def quality(header: str | None, offered: str, *, absent: float = 1) -> float:
    """How much the client wants `offered`, a media type or an encoding: 0 is not at all.

    The most specific range that matches decides. `absent` is the answer without a header.
    """
    if not header or not header.strip():
        return absent
    ranks = {offered: 3, f"{offered.partition('/')[0]}/*": 2, "*/*": 1, "*": 1}
    best, found = 0, 0.0
    for item in header.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        if ranks.get(name, 0) > best:
            best, found = ranks[name], 1.0
            for parameter in parameters:
                if parameter.startswith("q="):
                    found = _number(parameter[2:])
    return found


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 1.0


def answer_type(request: HttpRequest) -> str | None:
    """The media type of the answer: the newer one only for who names it. None: neither will do."""
    accept = request.headers.get("Accept")
    older = quality(accept, JSON)
    newer = quality(accept, GRAPHQL, absent=0)
    if newer > 0 and newer >= older and GRAPHQL in (accept or "").lower():
        return GRAPHQL
    if older > 0:
        return JSON
    return GRAPHQL if newer > 0 else None


def wants_page(request: HttpRequest) -> bool:
    """Whether this is a browser that asks for something to look at."""
    return request.method in ("GET", "HEAD") and quality(
        request.headers.get("Accept"), "text/html", absent=0
    ) > quality(request.headers.get("Accept"), JSON, absent=0)


def read_body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent.

    Raises what HTTP refuses, in its order (405, 406, 413, 415), then `Invalid`. orjson refuses
    broken UTF-8, half surrogates, infinity and deep nesting.
    """
    if request.method != "POST":
        raise MethodNotAllowed(allow="GET, HEAD, POST")
    if answer_type(request) is None:
        raise NotAcceptable(f"The answer can only be {JSON} or {GRAPHQL}.")
    if _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLarge
    media_type, _, parameters = request.headers.get("Content-Type", "").lower().partition(";")
    charset = parameters.strip().removeprefix("charset=").strip('"')
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if media_type.strip() != JSON or charset not in ("", "utf-8") or encoding != "identity":
        raise UnsupportedMediaType
    try:
        body = orjson.loads(request.body)
    except UnreadablePostError:
        raise _body("The body could not be read.") from None
    except orjson.JSONDecodeError as error:
        raise _body(f"The body is not JSON: {error}") from None
    if isinstance(body, list):
        raise _body("Send one document at a time; several fields of it may be asked for at once.")
    if not isinstance(body, dict):
        raise _body("The body must be a JSON object.")
    for name, types, kind in (
        ("query", (str, type(None)), "a text"),
        ("operationName", (str, type(None)), "a text"),
        ("variables", (dict, type(None)), "an object"),
        ("extensions", (dict, type(None)), "an object"),
    ):
        if not isinstance(body.get(name), types):
            raise Invalid([FieldError(name, "invalid", f"{name} must be {kind}.")])
    return body


def _length(request: HttpRequest) -> int:
    """How many bytes the body has; of one without a length, no more than may be read."""
    if text := request.META.get("CONTENT_LENGTH"):
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 2**63
    chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    if not chunked or not request.META.get("wsgi.input_terminated"):
        return 0
    # Django reads no body without a length. Read it here, and give it one.
    data = request.META["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    request.META["CONTENT_LENGTH"] = str(len(data))
    request._stream = io.BytesIO(data)
    return len(data)


def _body(detail: str) -> Invalid:
    return Invalid([FieldError("body", "invalid", detail)])


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer for a request of which nothing was done."""
    response = errors_only(request, [entry_of(refusal)], STATUSES[refusal.code])
    if isinstance(refusal, MethodNotAllowed):
        response.headers["Allow"] = refusal.members["allow"]
    return response


def errors_only(
    request: HttpRequest, entries: Sequence[Mapping[str, Any]], status: int
) -> HttpResponse:
    response = written(request, {"errors": entries}, status)
    response._has_been_logged = True  # type: ignore[attr-defined]
    if status == STATUSES["not_authenticated"]:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def written(request: HttpRequest, answer: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """An answer as JSON, in the media type that was asked for; nobody may keep it."""
    body = orjson.dumps(answer)
    response = HttpResponse(status=status, content_type=answer_type(request) or JSON)
    if len(body) >= LEAST_TO_PACK and quality(
        request.headers.get("Accept-Encoding"), "gzip", absent=0
    ):
        body = gzip.compress(body, compresslevel=1, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.content = body
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Authorization, Accept, Accept-Encoding"
    wait = retry_after(answer.get("errors", ()))
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response
