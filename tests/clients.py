"""The two APIs behind one interface: the same call, the same plain answer.

An answer is (code, data): code "ok" or the contract's error code in lower case; data in REST's
spelling with numbers for ids, whichever API gave it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from django.test import Client

HOSPITAL = "id name address timezone opens closes version"
DOCTOR = "id name specialty active version"
PATIENT = "id name dateOfBirth phone email mrn version"
MEMBER = "id user { id email name } role doctorId"
APPOINTMENT = (
    "id hospitalId doctor { id } patient { id name } startsAt endsAt date time duration status"
    " reason version"
)
OPENING = "doctor { id } date time startsAt duration"
SHIFTS = "date shifts { start end }"
HISTORY = "type at by { id name } version changes"
SLOT = "time startsAt duration bookable appointment { id patient { id name } status version }"
PAIR = "access refresh"


@dataclass(frozen=True)
class Call:
    """How one call is made over each API.

    `rest`: method and path; what the path and `query` do not take goes into the body. `graphql`:
    the field with its arguments as variables, and what is selected of it; a field of a hospital
    stands in that hospital.
    """

    method: str
    path: str
    field: str
    select: str = ""
    query: tuple[str, ...] = ()
    mutation: bool = False
    inside: str = "hospital"
    connection: bool = False
    key: str = ""


def _query(path: str, field: str, select: str = "", **more: Any) -> Call:
    return Call("GET", path, field, select, **more)


def _change(method: str, path: str, field: str, select: str = "") -> Call:
    return Call(method, path, field, select, mutation=True)


_H = "hospitals/{hospital_id}"
PAGE = ("page_size",)
CALLS = {
    "me": _query(
        "me",
        "me",
        "id email name isSuperuser memberships { hospital { id name timezone } role doctorId }",
        inside="",
    ),
    "hospitals": _query(
        "hospitals",
        "hospitals",
        HOSPITAL,
        query=("search", *PAGE),
        inside="",
        connection=True,
    ),
    "hospital": _query(_H, "", HOSPITAL),
    "doctors": _query(
        f"{_H}/doctors",
        "doctors",
        DOCTOR,
        query=("search", "specialty", "available_from", "available_to", "active", *PAGE),
        connection=True,
    ),
    "doctor": _query(f"{_H}/doctors/{{id}}", "doctor", DOCTOR),
    "specialties": _query(f"{_H}/specialties", "specialties"),
    "schedules": _query(
        f"{_H}/schedules",
        "schedules",
        f"doctor {{ id }} date availableSlots {{ {SLOT} }}",
        query=("doctor", "from", "to"),
        key="schedules",
    ),
    "openings": _query(
        f"{_H}/openings",
        "openings",
        OPENING,
        query=("from", "to", "specialty", "doctor", "time_from", "time_to", "limit"),
    ),
    "availability": _query(
        f"{_H}/doctors/{{doctor_id}}/availability",
        "availability",
        SHIFTS,
        query=("from", "to"),
        inside="doctor",
    ),
    "patients": _query(
        f"{_H}/patients", "patients", PATIENT, query=("search", *PAGE), connection=True
    ),
    "patient": _query(f"{_H}/patients/{{id}}", "patient", PATIENT),
    "appointments": _query(
        f"{_H}/appointments",
        "appointments",
        APPOINTMENT,
        query=("doctor", "patient", "from", "to", "status", *PAGE),
        connection=True,
    ),
    "appointment": _query(f"{_H}/appointments/{{id}}", "appointment", APPOINTMENT),
    "history": _query(
        f"{_H}/appointments/{{id}}/history", "history", HISTORY, inside="appointment"
    ),
    "members": _query(f"{_H}/members", "members", MEMBER, query=PAGE, connection=True),
    "member": _query(f"{_H}/members/{{id}}", "member", MEMBER),
    "obtain_token": _change("POST", "auth/token", "obtainToken", PAIR),
    "refresh_token": _change("POST", "auth/token/refresh", "refreshToken", PAIR),
    "revoke_token": _change("POST", "auth/token/revoke", "revokeToken"),
    "change_password": _change("POST", "me/password", "changePassword"),
    "set_availability": _change(
        "PUT", f"{_H}/doctors/{{doctor_id}}/availability", "setAvailability", SHIFTS
    ),
    "book_appointment": _change("POST", f"{_H}/appointments", "bookAppointment", APPOINTMENT),
    "change_appointment": _change(
        "PATCH", f"{_H}/appointments/{{id}}", "changeAppointment", APPOINTMENT
    ),
    "cancel_appointment": _change(
        "DELETE", f"{_H}/appointments/{{id}}", "cancelAppointment", APPOINTMENT
    ),
    "create_patient": _change("POST", f"{_H}/patients", "createPatient", PATIENT),
    "update_patient": _change("PATCH", f"{_H}/patients/{{id}}", "updatePatient", PATIENT),
    "create_doctor": _change("POST", f"{_H}/doctors", "createDoctor", DOCTOR),
    "update_doctor": _change("PATCH", f"{_H}/doctors/{{id}}", "updateDoctor", DOCTOR),
    "create_hospital": _change("POST", "hospitals", "createHospital", HOSPITAL),
    "update_hospital": _change("PATCH", _H, "updateHospital", HOSPITAL),
    "add_member": _change("POST", f"{_H}/members", "addMember", MEMBER),
    "change_member": _change("PATCH", f"{_H}/members/{{id}}", "changeMember", MEMBER),
    "remove_member": _change("DELETE", f"{_H}/members/{{id}}", "removeMember"),
}


@dataclass(frozen=True)
class Answer:
    """What came out. `members` are an error's further members; `replayed` a safe repeat's mark."""

    code: str
    data: Any = None
    members: dict[str, Any] | None = None
    replayed: bool = False
    has_next: bool = False


class RestClient:
    """REST, through Django's test client."""

    name = "rest"

    def __init__(self, token: str | None = None) -> None:
        self.token = token

    def call(self, name: str, /, **args: Any) -> Answer:
        """Make a call. `expected_version` and `idempotency_key` are its headers."""
        spec = CALLS[name]
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        if (version := args.pop("expected_version", None)) is not None:
            headers["If-Match"] = f'"{version}"'
        if (key := args.pop("idempotency_key", None)) is not None:
            headers["Idempotency-Key"] = key
        in_path = set(re.findall(r"{(\w+)}", spec.path))
        path = "/api/v1/" + spec.path.format(**{n: args[n] for n in in_path})
        rest = {n: v for n, v in args.items() if n not in in_path}
        if spec.query or spec.method == "GET":
            query = {n: _in_query(v) for n, v in rest.items()}
            response = Client(raise_request_exception=False).get(path, query, headers=headers)
        else:
            response = Client(raise_request_exception=False).generic(
                spec.method, path, json.dumps(rest), "application/json", headers=headers
            )
        answer = json.loads(response.content) if response.content else None
        if response.status_code >= 400:
            assert answer["status"] == response.status_code
            code = answer.pop("code")
            return Answer(code, members=_plain(answer))
        data, has_next = answer, False
        if spec.connection:
            data, has_next = answer["results"], answer["next"] is not None
        elif isinstance(answer, dict) and "results" in answer:
            data = answer["results"]
        elif spec.key:
            data = answer[spec.key]
        return Answer(
            "ok",
            _plain(data),
            replayed=response.headers.get("Idempotency-Replayed") == "true",
            has_next=has_next,
        )


class GraphQLClient:
    """GraphQL, through Django's test client."""

    name = "graphql"

    def __init__(self, token: str | None = None) -> None:
        self.token = token

    def call(self, name: str, /, **args: Any) -> Answer:
        """Make a call, all of whose arguments stand in the document as literals."""
        spec = CALLS[name]
        document = _mutation(spec, args) if spec.mutation else _read(spec, args)
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        response = Client(raise_request_exception=False).post(
            "/graphql/", {"query": document}, "application/json", headers=headers
        )
        answer = json.loads(response.content)
        if answer.get("errors"):
            extensions = dict(answer["errors"][0]["extensions"])
            code = extensions.pop("code").lower()
            return Answer(code, members=_plain(extensions))
        data: Any = answer["data"]
        while isinstance(data, dict) and "found" in data:
            data = data["found"]
        has_next = False
        if spec.connection:
            has_next = data["pageInfo"]["hasNextPage"]
            data = [edge["node"] for edge in data["edges"]]
        if data is True:
            data = None  # REST answers 204
        replayed = answer.get("extensions", {}).get("replayed", False)
        return Answer("ok", _plain(data), replayed=replayed, has_next=has_next)


CLIENTS = (RestClient, GraphQLClient)

# Arguments that GraphQL calls otherwise.
_RENAMED = {"doctor": "doctorIds", "page_size": "first"}
_IDS = {"doctorIds"}
_ENUMS = {"status", "role"}


def _read(spec: Call, args: dict[str, Any]) -> str:
    args = dict(args)
    selected = spec.select and f"{{ {spec.select} }}"
    if spec.connection:
        selected = f"{{ edges {{ node {selected} }} pageInfo {{ hasNextPage }} }}"
    if spec.inside == "":
        return f"{{ found: {spec.field}{_arguments(args)} {selected} }}"
    hospital = json.dumps(str(args.pop("hospital_id")))
    if not spec.field:
        return f"{{ found: hospital(id: {hospital}) {selected} }}"
    if spec.inside in ("doctor", "appointment"):
        id_ = json.dumps(str(args.pop("doctor_id" if spec.inside == "doctor" else "id")))
        field = f"{spec.field}{_arguments(args)} {selected}"
        inner = f"found: {spec.inside}(id: {id_}) {{ found: {field} }}"
    else:
        if spec.field == "appointments":
            args = {
                {"doctor": "doctor_id", "patient": "patient_id"}.get(n, n): v
                for n, v in args.items()
            }
        inner = f"found: {spec.field}{_arguments(args)} {selected}"
    return f"{{ found: hospital(id: {hospital}) {{ {inner} }} }}"


def _mutation(spec: Call, args: dict[str, Any]) -> str:
    selected = spec.select and f"{{ {spec.select} }}"
    plain = spec.field in ("obtainToken", "refreshToken", "revokeToken", "changePassword")
    arguments = _arguments(args) if plain else f"(input: {_literal('', args)})"
    return f"mutation {{ found: {spec.field}{arguments} {selected} }}"


def _arguments(args: dict[str, Any]) -> str:
    if not args:
        return ""
    pairs = ((_camel(_RENAMED.get(name, name)), value) for name, value in args.items())
    return "(" + ", ".join(f"{name}: {_literal(name, value)}" for name, value in pairs) + ")"


def _literal(name: str, value: Any) -> str:
    """A GraphQL literal: enum names bare, keys in camelCase, ids as strings."""
    if isinstance(value, dict):
        inner = (f"{_camel(n)}: {_literal(_camel(n), v)}" for n, v in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(name, item) for item in value) + "]"
    if name in _ENUMS and isinstance(value, str):
        return value.upper()
    if (name == "id" or name.endswith("Id") or name in _IDS) and value is not None:
        return json.dumps(str(value))
    return json.dumps(value)


def _in_query(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.title() for other in others)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m[1].lower(), name)


def _plain(value: Any, key: str = "") -> Any:
    """One spelling for both: snake_case, numbers for ids, lower-case enums, no empty slots."""
    if isinstance(value, dict):
        plain = {_snake(name): _plain(inner, _snake(name)) for name, inner in value.items()}
        if set(plain.get("doctor") or ()) == {"id"}:
            plain["doctor_id"] = plain.pop("doctor")["id"]
        if plain.get("appointment", ...) is None and "bookable" in plain:
            # Nobody's, or not to be seen: REST tells these apart, GraphQL does not.
            del plain["appointment"]
        return plain
    if isinstance(value, list):
        return [_plain(item, key) for item in value]
    if isinstance(value, str):
        if (key == "id" or key.endswith("_id")) and value.isdigit():
            return int(value)
        if key in ("status", "role", "type"):
            return value.lower()
        if key == "field":
            return ".".join(_snake(part) for part in value.split("."))
    return value
