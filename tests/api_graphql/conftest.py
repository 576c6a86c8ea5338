"""A stage with a filled calendar, and no documents kept from one test to the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from api_graphql.documents import kept
from tests.api_graphql.stage import NOW, Stage, make_stage


@pytest.fixture(autouse=True)
def no_documents() -> Iterator[None]:
    kept.clear()
    yield
    kept.clear()


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    with time_machine.travel(NOW, tick=False):
        yield make_stage()
