"""The address a request came from, by which failed sign-ins are counted."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings


def client_address(meta: Mapping[str, Any]) -> str:
    """The client's address by a request's WSGI variables (`request.META`).

    `TRUSTED_PROXIES` = n says that n proxies of ours each append the address they saw to
    X-Forwarded-For: then the n-th from the right is the client's, and whatever stands to its left
    was written by the client. A header that is shorter or holds something else there did not come
    through our proxies, and counts for nothing.
    """
    remote = str(meta.get("REMOTE_ADDR") or "")
    proxies: int = settings.TRUSTED_PROXIES
    if proxies < 1:
        return remote
    seen = str(meta.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    if len(seen) < proxies:
        return remote
    return _address(seen[-proxies].strip()) or remote


def _address(text: str) -> str | None:
    """`text` as an IP address, without the port that some proxies write; None if it is none."""
    host = text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        host = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
