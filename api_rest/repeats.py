"""Safe repeats: the header that asks for them."""

from __future__ import annotations

import re

from django.http import HttpRequest

from scheduler.errors import Invalid

_KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")


def idempotency_key(request: HttpRequest) -> str | None:
    """The `Idempotency-Key`, None where there is none. Raises `Invalid`."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        detail = "From 1 to 255 printable ASCII characters."
        raise Invalid.field("Idempotency-Key", "invalid", detail)
    return key
