"""The Monday of tests/appointments, on a clock that runs."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection

from scheduler.postgresql import base
from tests.appointments.scene import NOW, Scene, make_scene
from tests.world import make_world


@pytest.fixture(params=["first writes", "frequent writes"])
def planned(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every connection's writes planned for their values; then with one plan for all."""
    first = 0 if request.param == "frequent writes" else 1_000_000
    monkeypatch.setattr(base, "FIRST_WRITES", first)


@pytest.fixture
def scene(transactional_db: None) -> Iterator[Scene]:
    """Written and committed, so that every thread sees it."""
    connection.close()  # with the patience of the test before
    with time_machine.travel(NOW, tick=True):
        yield make_scene(make_world())
