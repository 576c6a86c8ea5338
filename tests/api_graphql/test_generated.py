"""Documents made from the grammar: whatever they ask, the answer has a form that was promised."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, nodes

from api_graphql.schema import schema
from scheduler.errors import Refusal
from tests.api_graphql.stage import post

_ID = re.compile(r'\b(\w*[iI]d): (?:"[^"\\]*"|-?\d+)')
CODES = {kind.code.upper() for kind in Refusal.__subclasses__()}
SCALARS = {
    "Date": st.one_of(st.dates().map(str), st.text(max_size=5)).map(nodes.String),
    "Time": st.one_of(st.times().map(lambda t: f"{t:%H:%M}"), st.text(max_size=5)).map(
        nodes.String
    ),
}


def check_generated(stage, examples):
    """Half of the ids that are asked for are those of the stage."""
    ids = [stage.hospital_id, *stage.doctor_ids, str(stage.rows[0].id), str(stage.patients[0].pk)]
    people = ["root", "admin", "staff", "doctor", "stranger", "nobody"]
    seen = set()

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(from_schema(schema.graphql_schema, custom_scalars=SCALARS), st.sampled_from(people),
           st.lists(st.sampled_from([*ids, None]), min_size=8, max_size=8))  # fmt: skip
    def check(document, who, wanted):
        chosen = iter(wanted)

        def id_(found):
            mine = next(chosen, None)
            return found[0] if mine is None else f'{found[1]}: "{mine}"'

        document = _ID.sub(id_, document)
        token = None if who == "nobody" else stage.world[who].tokens.access
        answer = post({"query": document}, token=token)
        assert answer.status in (200, 400, 401), (document, answer.body)
        assert set(answer.codes) <= CODES, (document, answer.body)
        assert answer.errors or answer.data is not None
        seen.add((answer.status, *answer.codes[:1]))

    check()
    return seen


def test_generated_documents(stage):
    seen = check_generated(stage, 100)
    assert (200,) in seen


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_ten_thousand_generated_documents(stage):
    seen = check_generated(stage, 10_000)
    assert {(200,), (200, "NOT_FOUND"), (200, "INVALID"), (400, "INVALID")} <= seen
