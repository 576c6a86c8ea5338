"""One stage, two APIs."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.clients import CLIENTS
from tests.contract.stage import NOW, Stage, make_stage


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def stage(request: Any, db: None) -> Iterator[Stage]:
    """The stage, once over each API."""
    with time_machine.travel(NOW, tick=False):
        yield make_stage(request.param)
