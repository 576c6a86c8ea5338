"""Conditional requests: ETags out, If-Match and If-None-Match in, and when an answer is packed."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import orjson
from cachetools import TTLCache
from django.http import HttpRequest, HttpResponse

from api_rest.negotiation import quality
from appointments.cache import SECONDS
from scheduler.errors import Invalid

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_TAGS = re.compile(rf"\s*{_TAG.pattern}\s*(?:,\s*{_TAG.pattern}\s*)*")
_VERSION = re.compile(r'"([1-9][0-9]{0,9})"')
# No row has this version: what bears it conflicts with every row.
NO_VERSION = -1
# Below this, packing costs more than it saves.
LEAST_TO_PACK = 1024


def expected_version(request: HttpRequest, *, current: Callable[[], int]) -> int | None:
    """The version that `If-Match` names; None where there is no such header, or `*`.

    A tag that is weak or no version matches no row. Of several tags the one that `current()`
    (asked only then) says is meant. Raises `Invalid` for what is no list of tags.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    if not _TAGS.fullmatch(header):
        raise Invalid.field("If-Match", "invalid", 'Write the version in quotes: If-Match: "7"')
    versions = {int(found[1]) for tag in _TAG.findall(header) if (found := _VERSION.fullmatch(tag))}
    if len(versions) > 1:
        now = current()
        return now if now in versions else NO_VERSION
    return versions.pop() if versions else NO_VERSION


def unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """The 304 for a GET whose `If-None-Match` names this tag, packed or not; None otherwise."""
    header = request.META.get("HTTP_IF_NONE_MATCH")
    if header is None or request.method not in ("GET", "HEAD"):
        return None
    wanted = f'"{etag}"'
    if header.strip() not in ("*", wanted) and wanted not in (
        tag.removeprefix("W/") for tag in _TAG.findall(header)
    ):
        return None
    response = HttpResponse(status=304)
    del response.headers["Content-Type"]
    response.headers["ETag"] = wanted
    return private(response)


def one(
    request: HttpRequest,
    data: Mapping[str, Any],
    *,
    version: int | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A single object. Its ETag is its version; where it has none, a hash if it was asked for."""
    body = orjson.dumps(data)
    response = HttpResponse(body, status=status, content_type="application/json", headers=headers)
    if version is not None or request.method in ("GET", "HEAD"):
        etag = str(version) if version is not None else _digest(body)
        if not_modified := unchanged(request, etag):
            return not_modified
        response.headers["ETag"] = f'"{etag}"'
    return private(response)


def created(
    request: HttpRequest, data: Mapping[str, Any], *, replayed: bool = False
) -> HttpResponse:
    """The 201 for a new object of the collection that the request was sent to."""
    headers = {"Location": request.build_absolute_uri(f"{request.path}/{data['id']}")}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    return one(request, data, version=data.get("version"), status=201, headers=headers)


def many(request: HttpRequest, data: Mapping[str, Any]) -> HttpResponse:
    """A list, or another large answer, packed where the client takes that.

    Its ETag is a hash of the answer.
    """
    body = orjson.dumps(data)
    if request.method not in ("GET", "HEAD"):
        return _large(_packed(body, gzipped=_takes_gzip(request)))
    etag = _digest(body)
    if not_modified := unchanged(request, etag):
        return not_modified
    return _large(_packed(body, gzipped=_takes_gzip(request)), etag)


def many_known_by(
    etag: str, request: HttpRequest, make: Callable[[], Mapping[str, Any]]
) -> HttpResponse:
    """The answer to a GET that is known by what it depends on: `etag`, see `Question`.

    Asked for again, it is neither made nor packed again, whoever asks.
    """
    if not_modified := unchanged(request, etag):
        return not_modified
    key = (etag, _takes_gzip(request))
    with _keeping:
        body = _kept.get(key)
    if body is None:
        body = _packed(orjson.dumps(make()), gzipped=key[1])
        if len(body.data) <= LONGEST_KEPT:
            with _keeping:
                _kept[key] = body
    return _large(body, etag)


@dataclass(frozen=True, slots=True)
class _Body:
    data: bytes
    large: bool
    gzipped: bool


# Of this process, at most 16 MB: some 2 000 weeks of ten doctors. Six weeks of fifty, unpacked,
# would push out most others.
LONGEST_KEPT = 500_000
_kept: TTLCache[tuple[str, bool], _Body] = TTLCache(
    16_000_000, SECONDS, getsizeof=lambda body: len(body.data)
)
_keeping = Lock()


def forget_answers() -> None:
    """Forget all answers that this process keeps."""
    with _keeping:
        _kept.clear()


def _packed(body: bytes, *, gzipped: bool) -> _Body:
    large = len(body) >= LEAST_TO_PACK
    if large and gzipped:
        return _Body(gzip.compress(body, compresslevel=1, mtime=0), large, gzipped=True)
    return _Body(body, large, gzipped=False)


def _takes_gzip(request: HttpRequest) -> bool:
    return quality(request.META.get("HTTP_ACCEPT_ENCODING"), "gzip", absent=0) > 0


def _large(body: _Body, etag: str | None = None) -> HttpResponse:
    response = HttpResponse(body.data, content_type="application/json")
    if body.large:
        response.headers["Vary"] = "Authorization, Accept-Encoding"
    if body.gzipped:
        response.headers["Content-Encoding"] = "gzip"
    if etag is not None:
        response.headers["ETag"] = f'W/"{etag}"' if body.gzipped else f'"{etag}"'
    return private(response)


def no_content() -> HttpResponse:
    """The 204 of what was done and has nothing to say."""
    response = HttpResponse(status=204)
    del response.headers["Content-Type"]
    return private(response)


def private(response: HttpResponse) -> HttpResponse:
    """Mark an answer as its caller's alone, to be asked for again each time."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers.setdefault("Vary", "Authorization")
    return response


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=12).hexdigest()
