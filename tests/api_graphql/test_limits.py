"""Bombs: refused before anything runs, and quickly."""

from __future__ import annotations

import json
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import get_introspection_query

from api_graphql.documents import read
from api_graphql.limits import MOST, MOST_IN_A_LIST, MOST_VALUES, check_variables
from appointments.availability import MOST_SHIFTS
from tests.api_graphql.stage import post

CALENDAR = (
    "query ($d: [ID!]!) { hospital(id: 1) {"
    ' schedules(doctorIds: $d, from: "2026-11-30", to: "2026-12-01") { date } } }'
)


def names(prefix, count, *, of="{}"):
    return " ".join(of.format(f"{prefix}{n}") for n in range(count))


def fragments(count, body):
    """Each spreads the next one, twice."""
    chain = " ".join(
        f"fragment F{n} on Hospital {{ ...F{n + 1} ...F{n + 1} }}" for n in range(count)
    )
    return f"{chain} fragment F{count} on Hospital {{ {body} }}"


def nested(levels):
    inner = "{ doctor { appointments { nodes "
    return "{ hospital(id: 1) { doctor(id: 1) { appointments { nodes " + inner * levels + "{ id }"


BOMBS = {
    "aliases": "{ " + names("a", 3_000, of="{}: __typename") + " }",
    "a few aliases too many": "{ me { " + names("a", MOST["aliases"] + 1, of="{}: id") + " } }",
    "a long alias": "{ me { " + "a" * (MOST["letters in an alias"] + 1) + ": id } }",
    "root fields": "{ " + "me { id } " * (MOST["root fields"] + 1) + "}",
    "root fields by a fragment": "{ ...A ...A } fragment A on Query { "
    + names("a", 15, of="{}: __typename")
    + " }",
    "fields": "{ me { " + "id " * 20_000 + "} }",
    "one field many times": "{ me { " + "id " * 100 + "} }",
    "depth": nested(4) + " }" * 18,
    "great depth": nested(1000),
    "braces": "{" * 50_000,
    "brackets": "{ hospitals(search: " + "[" * 30_000,
    "depth by fragments": "{ hospital(id: 1) { doctor(id: 1) { ...A } } }"
    + " fragment A on Doctor { appointments { nodes { doctor { appointments { nodes {"
    + " ...B } } } } } }"
    + " fragment B on Appointment { doctor { appointments { nodes { doctor { appointments {"
    + " nodes { patient { id } } } } } } } }",
    "directives": "{ me { id " + "@include(if: true) " * 3_000 + "} }",
    "fragments that double": "{ hospital(id: 1) { ...F0 } } " + fragments(25, "id name"),
    "many fragments": "{ me { id } } " + names("F", 5_000, of="fragment {} on User {{ id }}"),
    "many spreads": "{ me { ...A " + "...A " * 5_000 + "} } fragment A on User { id }",
    "a cycle": "{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }",
    "many operations": names("Q", 5_000, of="query {} {{ me {{ id }} }}"),
    "many variables": "query (" + names("$v", 5_000, of="{}: Int") + ") { me { id } }",
    "a list": CALENDAR.replace("$d,", json.dumps(list(range(1, 10_000))) + ","),
    "lists in a list": CALENDAR.replace("$d,", str([[n] * 100 for n in range(100)]) + ","),
    "values": "{ me(" + names("a", 10_000, of="{}: 1") + ") { id } }",
    "a long text": '{ hospitals(search: "' + "x" * 100_000 + '") { nodes { id } } }',
    "comments": "{ me { id } }" + "\n#" * 20_000,
    "white space": "{ me { id } }" + " " * 100_000,
    "definitions of types": names("A", 5_000, of="type {} {{ a: Int }}"),
    "introspection in depth": "{ __schema { types { fields { type { fields { type { fields {"
    " type { fields { type { name } } } } } } } } } } }",
}
VARIABLES = {
    "a list": {"d": ["1"] * (MOST_IN_A_LIST + 1)},
    "a long list": {"d": ["1"] * 60_000},
    "lists in a list": {"d": [["1"] * 300] * 300},
    "depth": {"d": json.loads("[" * 500 + "]" * 500)},
    "an object": {"d": {str(n): n for n in range(MOST_VALUES + 1)}},
}


def assert_refused_quickly(body):
    """Refused with INVALID, without a query, within 100 ms of this process's time."""
    spent = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            begun = time.process_time()
            answer = post(body)
            spent.append(time.process_time() - begun)
        assert (answer.status, set(answer.codes)) == (400, {"INVALID"})
        assert len(queries) == 0
    assert min(spent) < 0.1


@pytest.mark.parametrize("bomb", BOMBS)
def test_documents(db, bomb):
    assert_refused_quickly({"query": BOMBS[bomb]})


@pytest.mark.parametrize("bomb", VARIABLES)
def test_variables(db, bomb):
    answer = post({"query": CALENDAR, "variables": VARIABLES[bomb]})
    assert [code for _, code in answer.fields] == ["too_many"]
    assert_refused_quickly({"query": CALENDAR, "variables": VARIABLES[bomb]})


def test_a_year_of_full_days_fits(settings):
    shifts = [
        {"start": f"{n // 2:02}:{n % 2 * 30:02}", "end": f"{n // 2:02}:{n % 2 * 30 + 29:02}"}
        for n in range(MOST_SHIFTS)
    ]
    day = {"date": "2027-01-01", "shifts": shifts}
    variables = {"input": {"hospitalId": "1", "doctorId": "1", "days": [day] * 366}}
    check_variables(variables)
    body = json.dumps({"query": CALENDAR, "variables": variables})
    assert len(body) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_a_batch_is_refused(db):
    assert_refused_quickly([{"query": "{ me { id } }"}] * 5_000)


def test_what_is_refused_says_why(db):
    answer = post({"query": BOMBS["aliases"]})
    assert answer.errors == [
        {
            "message": f"The document has more than {MOST['aliases']} aliases.",
            "extensions": {"code": "INVALID"},
        }
    ]


def test_what_clients_send_is_within_the_limits(settings):
    settings.GRAPHQL_INTROSPECTION = True
    read(get_introspection_query())
    days = ", ".join(
        f'{{date: "2027-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}", shifts: ['
        '{start: "08:00", end: "12:00"}, {start: "13:00", end: "17:00"}]}'
        for n in range(366)
    )
    read(
        'mutation { setAvailability(input: {hospitalId: "1", doctorId: "2", days: ['
        + days
        + "]}) { date } }"
    )
