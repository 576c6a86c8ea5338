"""What every test has: a cheap password hasher, an empty cache, and the six people."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.world import World, make_world


@pytest.fixture(autouse=True)
def cheap_settings(settings: Any) -> None:
    """Argon2 takes 50 ms by intent; one test in tests/accounts uses it all the same.

    A frozen clock stands in one second, so a second has to bear a whole test's requests.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.REQUESTS_PER_SECOND = 100_000


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def world(db: None) -> World:
    return make_world()
