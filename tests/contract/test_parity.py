"""Both APIs say the same, and everything that either offers has a row in the table of calls."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.urls import get_resolver

from tests.clients import CALLS, GraphQLClient, RestClient
from tests.contract.stage import NOW, make_stage

READS = [name for name, call in CALLS.items() if not call.mutation]
WRITES = [name for name, call in CALLS.items() if call.mutation]
# New every time; not the API's doing.
NEW = {"id", "at", "access", "refresh"}


@pytest.mark.parametrize("call", READS)
def test_reads_are_equal(db, call):
    with time_machine.travel(NOW, tick=False):
        stage = make_stage(RestClient)
        args = stage.usual(call)
        token = stage.world.admin.tokens.access
        rest = RestClient(token).call(call, **args)
        graphql = GraphQLClient(token).call(call, **args)
    assert rest.code == "ok"
    assert rest.data == graphql.data
    assert rest.has_next == graphql.has_next


@pytest.mark.parametrize("call", WRITES)
def test_writes_are_equal(db, call):
    answers = []
    for api in (RestClient, GraphQLClient):
        with time_machine.travel(NOW, tick=False):
            stage = make_stage(api)
            who = "root" if call == "create_hospital" else "admin"
            # A user is one for all hospitals, and the first stage stands beside the second.
            own = {"email": f"{api.name}@example.org"} if call == "add_member" else {}
            answers.append(stage.call(who, call, **own))
    rest, graphql = answers
    assert rest.code == "ok"
    assert _without_ids(rest.data) == _without_ids(graphql.data)


def test_a_safe_repeat_is_one_for_both(db):
    with time_machine.travel(NOW, tick=False):
        stage = make_stage(RestClient)
        args = {**stage.usual("book_appointment"), "idempotency_key": "one"}
        token = stage.world.staff.tokens.access
        first = RestClient(token).call("book_appointment", **args)
        again = GraphQLClient(token).call("book_appointment", **args)
    assert (first.replayed, again.replayed) == (False, True)
    assert again.data == first.data


@pytest.mark.parametrize("key", ["a call", "~" * 255, "", " a", "a" * 256, "é", "a\tb"])
def test_a_key_fits_both_or_neither(stage, key):
    answer = stage.call("staff", "book_appointment", idempotency_key=key)
    assert answer.code == ("ok" if key in ("a call", "~" * 255) else "invalid")


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_ids(inner)
            for name, inner in value.items()
            if name not in NEW and not name.endswith("_id") and name != "email"
        }
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    return value


def routes() -> set[str]:
    return {
        re.sub(r"<[^>]*>", "{}", str(pattern.pattern))
        for resolver in get_resolver().url_patterns
        if str(resolver.pattern).startswith("api/v1")
        for pattern in resolver.url_patterns
    } - {"schema", "docs"}


def test_every_route_has_a_call():
    called = {re.sub(r"{\w+}", "{}", call.path) for call in CALLS.values()}
    # The same write for one date; tests/api_rest has its own.
    one_date = {"hospitals/{}/doctors/{}/availability/{}"}
    assert routes() == called | one_date


def test_every_field_of_the_schema_has_a_call():
    from api_graphql.schema import schema

    types = schema.graphql_schema.type_map
    fields = {
        name
        for kind in ("Query", "Mutation", "Hospital")
        for name, field in types[kind].fields.items()
        if kind != "Hospital" or field.args or name == "specialties"
    }
    assert fields == {call.field for call in CALLS.values() if call.inside in ("", "hospital")} - {
        ""
    } | {"hospital"}
