"""Safe repeats: the header that asks for them."""

from __future__ import annotations

from django.http import HttpRequest

from appointments.idempotency import KEY, UNFIT_KEY
from scheduler.errors import Invalid


def idempotency_key(request: HttpRequest) -> str | None:
    """The `Idempotency-Key`, None where there is none. Raises `Invalid`."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise Invalid.field("Idempotency-Key", "invalid", UNFIT_KEY)
    return key
