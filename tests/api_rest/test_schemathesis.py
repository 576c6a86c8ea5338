"""The served OpenAPI document against the served API, with made-up requests, good and bad.

Ids are often those of rows that are there, so that requests come past the door.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api_rest.errors import TABLE
from tests.api_rest.conftest import Scene
from tests.api_rest.test_openapi import OPERATIONS

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 40


@pytest.fixture
def schema(db: None) -> Iterator[Any]:
    # As Django's own test client does: the connection, with the test's transaction, stays.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema", WSGIHandler())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _known_ids(scene: Scene) -> dict[str, Any]:
    return {
        "hospital_id": scene.world.hospital.pk,
        "doctor_id": scene.own.pk,
        "patient_id": scene.patient.pk,
        "appointment_id": scene.appointment.id,
        "member_id": scene["staff"].member_id,
        "date": "2026-12-01",
        "doctor": scene.own.pk,
        "patient": scene.patient.pk,
        "starts_at": "2026-11-30T11:00",
        "If-Match": '"1"',
        "from": "2026-11-30",
        "to": "2026-12-02",
        "available_from": "2026-11-30",
        "available_to": "2026-12-02",
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", sorted(OPERATIONS))
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_as_documented(
    schema: Any, scene: Scene, name: str, mode: GenerationMode
) -> None:
    operation = schema.find_operation_by_id(name)
    known, people = _known_ids(scene), ("root", "admin", "doctor")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        who=st.sampled_from(people),
        use=st.sets(st.sampled_from(sorted(known))),
    )
    def check(case: Any, who: str, use: set[str]) -> None:
        # The path's always: made-up ids of hospitals say the same 404 each time.
        for name in case.path_parameters or {}:
            case.path_parameters[name] = known[name]
        for part in (case.query, case.headers, case.body):
            for name in use & set(part) if isinstance(part, dict | type(case.headers)) else ():
                part[name] = known[name]
        token = scene[who].tokens.access
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)
        if response.status_code >= 400:
            assert json.loads(response.content)["code"] in TABLE

    check()
