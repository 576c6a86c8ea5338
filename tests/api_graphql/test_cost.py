"""What a document may ask for in all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from graphql import OperationDefinitionNode
from graphql.execution.values import get_variable_values

from api_graphql.cost import MOST
from api_graphql.documents import read
from api_graphql.schema import schema
from tests.api_graphql.stage import post

DOCTOR = "id name specialty active version hospital { id name address timezone opens closes }"
APPOINTMENT = (
    "id hospitalId doctorId startsAt endsAt date time duration status reason version"
    f" doctor {{ {DOCTOR} }} patient {{ id name dateOfBirth phone email mrn version }}"
)
CALENDAR = (
    "query ($d: [ID!]!, $f: Date!, $t: Date!) { hospital(id: 1) {"
    " id name schedules(doctorIds: $d, from: $f, to: $t) {"
    f" doctor {{ {DOCTOR} }} date availableSlots {{ time startsAt duration bookable"
    f" appointment {{ {APPOINTMENT} }} }} }} }} }}"
)


def cost(document, **variables):
    found = read(document)
    operation = found.ast.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    coerced = get_variable_values(schema.graphql_schema, operation.variable_definitions, variables)
    assert isinstance(coerced, dict), coerced
    return found.cost(operation).of(coerced)


def calendar(doctors, days):
    start = date(2026, 11, 30)
    return {
        "d": [str(n) for n in range(1, doctors + 1)],
        "f": str(start),
        "t": str(start + timedelta(days=days - 1)),
    }


@pytest.mark.parametrize("size", [(100, 21), (50, 42), (100, 1), (1, 42)])
def test_every_calendar_of_rest_is_allowed_with_all_fields(size):
    assert cost(CALENDAR, **calendar(*size)) < MOST * 0.9


def test_the_formula():
    assert cost("{ me { id name } }") == 501 + 2
    assert cost("{ hospital(id: 1) { id } }") == 501 + 1
    # A page: `first` times what is below it.
    assert cost("{ hospitals { nodes { id name } } }") == 501 + 50 * 3
    assert cost("{ hospitals(first: 7) { edges { cursor node { id } } } }") == 501 + 7 * 4
    assert cost("query ($n: Int) { hospitals(first: $n) { nodes { id } } }", n=9) == 501 + 9 * 2
    # Ten doctors times seven days.
    document = CALENDAR[: CALENDAR.index(" doctor {")] + " date } } }"
    assert cost(document, **calendar(10, 7)) == 501 + 2 + 501 + 70
    # Doctors' lists are read together.
    assert (
        cost("{ hospital(id: 1) { doctors(first: 3) { nodes { appointments(first: 5) {"
             " nodes { id } } } } } }")
        == 501 + 501 + 3 * (1 + 21 + 5 * 2)
    )  # fmt: skip
    # A fragment costs where it stands.
    assert cost("{ hospitals(first: 2) { ...A } } fragment A on HospitalConnection {"
                " nodes { ... on Hospital { id } } }") == 501 + 2 * 2  # fmt: skip


def test_sizes_that_are_refused_later_count_as_the_largest():
    assert cost("{ hospitals(first: 100000) { nodes { id } } }") == 501 + 200 * 2
    assert cost("{ hospitals(first: -5) { nodes { id } } }") == 501 + 2
    assert cost(CALENDAR, **calendar(100, 42)) == cost(CALENDAR, **calendar(100, 21))
    assert cost(CALENDAR, **{**calendar(1, 1), "t": "2000-01-01"}) > 0


CHAIN = (
    "hospitals(first: %d) { nodes { doctors(first: %d) { nodes { appointments(first: %d) {"
    " nodes { patient { name } } } } } } }"
)


def test_the_default_pages_of_the_usual_chain_are_allowed():
    assert cost("{" + CHAIN % (50, 50, 50) + "}") < MOST


@pytest.mark.parametrize(
    "document",
    [
        "{" + CHAIN % (200, 200, 200) + "}",
        "{ hospital(id: 1) { doctors(first: 200) { nodes { appointments(first: 200) { nodes {"
        " doctor { appointments(first: 200) { nodes { id } } } } } } } } }",
        "{ hospitals(first: 200) { nodes { "
        + " ".join(f"a{n}: specialties" for n in range(11))
        + " } } }",
        "mutation { "
        + " ".join(f'a{n}: obtainToken(email: "a", password: "b") {{ access }}' for n in range(20))
        + " }",
    ],
)
def test_too_much_at_once_is_refused(db, document):
    answer = post({"query": document})
    assert (answer.status, answer.codes) == (400, ["INVALID"])
    assert "costs" in answer.errors[0]["message"]


def test_variables_decide(db):
    document = (
        "query ($n: Int) { hospital(id: 1) { doctors(first: $n) { nodes {"
        " appointments(first: $n) { nodes { doctor { appointments(first: $n) { nodes { id } } }"
        " } } } } } }"
    )
    assert post({"query": document, "variables": {"n": 200}}).codes == ["INVALID"]
    assert post({"query": document, "variables": {"n": 5}}).codes == ["NOT_AUTHENTICATED"]
