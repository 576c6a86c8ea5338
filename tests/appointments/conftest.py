"""A frozen Monday morning in New York, and who and what is there."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.appointments.scene import NOW, Scene, make_scene
from tests.world import World


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stands at `NOW` until it is moved."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def scene(clock: time_machine.Traveller, world: World) -> Scene:
    return make_scene(world)
