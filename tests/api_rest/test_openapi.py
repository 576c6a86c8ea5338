"""The OpenAPI document and its page: complete, fresh, and from this host alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from api_rest.errors import TABLE
from api_rest.urls import urlpatterns
from tests.api_rest.client import Rest

COMMITTED = Path(__file__).parents[2] / "api_rest" / "openapi.yaml"
# As GraphQL names the same calls, where it has them.
OPERATIONS = {
    "me", "hospitals", "hospital", "doctors", "doctor", "specialties", "schedules", "openings",
    "patients", "patient", "appointments", "appointment", "members", "member", "obtainToken",
    "refreshToken", "revokeToken", "changePassword", "setAvailability", "setAvailabilityOfDay",
    "bookAppointment", "changeAppointment", "cancelAppointment", "createPatient", "updatePatient",
    "createDoctor", "updateDoctor", "createHospital", "updateHospital", "addMember",
    "changeMember", "removeMember", "availability", "appointmentHistory",
}  # fmt: skip


@pytest.fixture(scope="module")
def document() -> Any:
    return yaml.safe_load(COMMITTED.read_text())


def _operations(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_committed_document_is_fresh_and_valid(tmp_path: Path) -> None:
    written = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(written))
    assert written.read_text() == COMMITTED.read_text(), "run make schema"
    validate_schema(SchemaGenerator().get_schema(public=True))


def test_every_route_and_method_is_in_it(document: Any) -> None:
    routes = {
        ("/api/v1/" + re.sub(r"<str:(\w+)>", r"{\1}", str(pattern.pattern)), method)
        for pattern in urlpatterns
        if hasattr(pattern.callback, "cls")
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(pattern.callback.cls, method)
    }
    assert {(path, method) for path, method, _ in _operations(document)} == routes
    assert {operation["operationId"] for *_, operation in _operations(document)} == OPERATIONS


def test_every_operation_says_what_it_refuses(document: Any) -> None:
    for path, method, operation in _operations(document):
        codes = {
            code
            for response in operation["responses"].values()
            for code in re.findall(r"`(\w+)`", response["description"])
        }
        assert codes <= set(TABLE)
        expected = {"invalid", "unavailable", "not_acceptable", "too_large"}
        if operation["security"]:
            expected |= {"not_authenticated", "throttled"}
        if "{" in path:
            expected.add("not_found")
        if "requestBody" in operation:
            expected.add("unsupported_media_type")
        assert expected <= codes, (path, method)
        for status, response in operation["responses"].items():
            assert response["headers"]["Server-Timing"], (path, method, status)
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"]


def test_every_code_of_the_contract_is_in_it(document: Any) -> None:
    codes = {
        code
        for schema in document["components"]["schemas"].values()
        for code in schema.get("properties", {}).get("code", {}).get("enum", ())
    }
    # The method is in the path of an operation: no operation can have the wrong one.
    assert codes == set(TABLE) - {"method_not_allowed"}


def test_bounds_and_headers(document: Any) -> None:
    paths = document["paths"]
    book = paths["/api/v1/hospitals/{hospital_id}/appointments"]["post"]
    assert [parameter["name"] for parameter in book["parameters"]] == [
        "hospital_id",
        "Idempotency-Key",
    ]
    assert {"ETag", "Location", "Idempotency-Replayed"} <= set(book["responses"]["201"]["headers"])
    size = next(
        parameter["schema"]
        for parameter in paths["/api/v1/hospitals"]["get"]["parameters"]
        if parameter["name"] == "page_size"
    )
    assert size == {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
    change = paths["/api/v1/hospitals/{hospital_id}/appointments/{appointment_id}"]["patch"]
    assert "If-Match" in [parameter["name"] for parameter in change["parameters"]]
    schemas = document["components"]["schemas"]
    for name in ("BookingInput", "PatientChanges", "DayInput", "ShiftInput"):
        assert schemas[name]["additionalProperties"] is False
    assert schemas["BookingInput"]["required"] == ["patient_id", "starts_at"]
    assert "required" not in schemas["PatientChanges"]
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    assert document["components"]["securitySchemes"] == {"bearer": bearer}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("application/vnd.oai.openapi", "application/vnd.oai.openapi"),
        ("application/yaml, application/json;q=0.5", "application/yaml"),
        ("text/yaml", "text/yaml"),
    ],
)
def test_it_is_served_without_a_login(document: Any, accept: str, media_type: str) -> None:
    answer = Rest()("GET", "schema", headers={"Accept": accept})
    assert (answer.status, answer.headers["Content-Type"]) == (200, media_type)
    assert yaml.safe_load(answer.body) == document
    if "json" in media_type:
        assert answer.json == document


def test_other_media_types_and_methods() -> None:
    Rest()("GET", "schema", headers={"Accept": "image/png"}).refused("not_acceptable")
    for path in ("schema", "docs"):
        assert Rest()("POST", path).refused("method_not_allowed")


def test_the_page_is_ours_alone() -> None:
    answer = Rest().get("docs")
    assert answer.status == 200
    page = answer.body.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "http" not in policy
    assert not re.search(r"https?:", page)
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert "<style" not in page
    files = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
    assert len(files) == 4
    for name in files:
        assert finders.find(name), name
    script = Path(str(finders.find("api_rest/docs.js"))).read_text()
    assert "http" not in script
