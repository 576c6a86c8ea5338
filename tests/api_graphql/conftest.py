"""The endpoint at its paths, and a stage with a filled calendar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from api_graphql.documents import kept
from tests.api_graphql.stage import NOW, Stage, make_stage


@pytest.fixture(autouse=True)
def site(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.api_graphql.urls"
    # It makes problem+json of every error but the admin's.
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if not m.endswith(".problems")]
    kept.clear()
    yield
    kept.clear()


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    with time_machine.travel(NOW, tick=False):
        yield make_stage()
