"""What every test has: a cheap password hasher, an empty cache, and the six people."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db.backends.postgresql.operations import DatabaseOperations
from graphql import GraphQLObjectType

from api_rest.etags import forget_answers
from appointments.days import forget_kept
from scheduler.postgresql.base import idle
from tests import watch
from tests.emptying import by_deleting
from tests.world import World, make_world


def pytest_configure() -> None:
    watch.begin()


@pytest.fixture(autouse=True)
def one_hospital_at_a_time() -> Iterator[None]:
    """Fail a test in which the product sent a statement that concerns several hospitals."""
    yield
    found = watch.take()
    assert not found, "\n".join(found)


@pytest.fixture(autouse=True, scope="session")
def emptied_by_deleting() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", by_deleting)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Connections that a request gave back end before the database does."""
    yield
    while unused := idle["default"].take():
        unused.close()


@pytest.fixture
def no_collector() -> Iterator[None]:
    """What goes round in circles stays: the collector, which comes by seldom, does not come."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


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
    forget_kept()
    forget_answers()
    yield
    cache.clear()


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how much of the contract the table of cases has held both APIs to."""
    passed = terminalreporter.stats.get("passed", [])
    cases = sum(report.nodeid.startswith("tests/contract/") for report in passed)
    if cases:
        from api_graphql.schema import schema
        from scheduler.errors import Refusal
        from tests.contract.test_parity import routes

        fields = sum(
            len(kind.fields)
            for name, kind in schema.graphql_schema.type_map.items()
            if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
        )
        codes = len({kind.code for kind in Refusal.__subclasses__()})
        terminalreporter.write_line(
            f"The contract: {len(routes())} routes, {fields} fields of the schema, {codes} codes,"
            f" {cases} cases passed."
        )
