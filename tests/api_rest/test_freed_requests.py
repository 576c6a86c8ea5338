"""A request is freed with its answer: the collector, which comes by seldom, finds nothing to do.

Else the bodies of some hundred requests, a megabyte each and from anybody, would lie about.
"""

from __future__ import annotations

import json
import weakref
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import resolve

from tests.api_rest.conftest import Scene

CALLS: dict[str, tuple[str, str, Any, int]] = {
    "a list": ("GET", "{path}/doctors", None, 200),
    "its head": ("HEAD", "{path}/doctors", None, 200),
    "a calendar": (
        "GET",
        "{path}/schedules?doctor={doctor}&from=2026-11-30&to=2026-11-30",
        None,
        200,
    ),
    "an absent hospital": ("GET", "hospitals/999999", None, 404),
    "a write": ("POST", "{path}/patients", {"name": "A", "date_of_birth": "1980-01-01"}, 201),
    "faults of a body": ("POST", "auth/token", {"email": "a" * 1000}, 400),
    "faults of a long list": ("PUT", "{path}/doctors/{doctor}/availability", {"days": [{}]}, 400),
    "a forged token": ("POST", "auth/token/refresh", {"refresh": "a.b.c"}, 401),
    "another method": ("DELETE", "me", {"email": "a"}, 405),
}


@pytest.mark.parametrize("call", CALLS)
def test_nothing_of_a_request_stays(scene: Scene, no_collector: None, call: str) -> None:
    method, path, body, status = CALLS[call]
    path = "/api/v1/" + path.format(path=scene.path, doctor=scene.own.pk)
    view, args, kwargs = resolve(path.partition("?")[0])
    for _ in range(2):  # what is kept for good is made by the first
        request = RequestFactory().generic(
            method,
            path,
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {scene['staff'].tokens.access}"},
        )
        response = view(request, *args, **kwargs)
        assert response.status_code == status
        left = weakref.ref(request)
        del request, response
        assert left() is None
