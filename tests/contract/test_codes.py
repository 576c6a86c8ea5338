"""Every code of the contract, provoked over both APIs, with nothing written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection
from django.test import Client

from hospitals.models import Hospital
from scheduler.db import execute
from scheduler.errors import Refusal
from tests.clients import CLIENTS, GraphQLClient, RestClient
from tests.contract.stage import MONDAY, NOW, Stage, make_stage
from tests.rows import snapshot


@dataclass(frozen=True)
class Case:
    """`args` of the stage, after `prepare` has set it, make `who`'s call end with `code`."""

    code: str
    what: str
    call: str
    args: Callable[[Stage], dict[str, Any]] = field(default=lambda stage: {})
    who: str = "staff"
    prepare: Callable[[Stage], object] = field(default=lambda stage: None)
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code}: {self.what}"


def at(hour: str) -> Callable[[Stage], dict[str, Any]]:
    return lambda stage: {"starts_at": f"{MONDAY}T{hour}", "patient_id": stage.other_patient.pk}


def booked(stage: Stage, **args: Any) -> None:
    assert stage.call("staff", "book_appointment", **args).code == "ok"


CASES = [
    Case("not_authenticated", "no token", "hospital", who="nobody"),
    Case("not_authenticated", "wrong password", "obtain_token", lambda s: {"password": "wrong"}),
    Case("not_authenticated", "forged", "refresh_token", lambda s: {"refresh": "forged"}),
    Case("permission_denied", "a colleague's slot", "book_appointment", who="colleague"),
    Case("not_found", "no such patient", "patient", lambda s: {"id": 10**12}),
    Case("not_found", "a malformed id", "patient", lambda s: {"id": "x1"}),
    Case("not_found", "another hospital's doctor", "doctor", lambda s: {"id": _foreign(s)}),
    Case("not_found", "a colleague's appointment", "appointment", who="colleague"),
    Case(
        "invalid",
        "not a time",
        "book_appointment",
        lambda s: {"starts_at": "soon"},
        fields=("starts_at",),
    ),
    Case(
        "invalid",
        "another hospital's doctor in the body",
        "book_appointment",
        lambda s: {"doctor_id": _foreign(s)},
        fields=("doctor_id",),
    ),
    Case(
        "invalid",
        "the range runs backwards",
        "schedules",
        lambda s: {"from": "2026-12-02"},
        fields=("from",),
    ),
    Case(
        "invalid",
        "outside the hours",
        "set_availability",
        lambda s: {
            "days": [{"date": str(MONDAY), "shifts": [{"start": "12:00", "end": "09:00"}]}],
        },
        fields=("days.0.shifts.0.end",),
    ),
    Case(
        "invalid",
        "the past",
        "set_availability",
        lambda s: {"days": [{"date": "2026-11-29", "shifts": []}]},
        fields=("days.0.date",),
    ),
    Case(
        "invalid",
        "the last admin",
        "remove_member",
        lambda s: {"id": s.world.admin.member_id},
        who="admin",
        fields=("member",),
    ),
    Case("slot_taken", "a live appointment is there", "book_appointment", at("09:00")),
    Case(
        "slot_taken",
        "moved there",
        "change_appointment",
        lambda s: _to_ten(s),
        prepare=lambda s: _fill_ten(s),
    ),
    Case("slot_unavailable", "no shift", "book_appointment", at("18:00")),
    Case("slot_unavailable", "not on the hour", "book_appointment", at("11:30")),
    Case("slot_in_past", "it has begun", "book_appointment", at("07:00")),
    Case(
        "patient_busy",
        "with a colleague",
        "book_appointment",
        prepare=lambda s: booked(s, doctor_id=s.colleague_id),
    ),
    Case(
        "availability_in_use",
        "the shift is cleared",
        "set_availability",
        lambda s: {"days": [{"date": str(MONDAY), "shifts": []}]},
    ),
    Case(
        "availability_in_use",
        "the doctor leaves",
        "update_doctor",
        lambda s: {"active": False},
        who="admin",
    ),
    Case(
        "invalid_transition",
        "not arrived yet",
        "change_appointment",
        lambda s: {"status": "fulfilled", "starts_at": f"{MONDAY}T09:00"},
    ),
    Case(
        "invalid_transition",
        "cancelled twice",
        "cancel_appointment",
        lambda s: {"expected_version": 2},
        prepare=lambda s: s.call("staff", "cancel_appointment"),
    ),
    Case("version_conflict", "stale", "change_appointment", lambda s: {"expected_version": 9}),
    Case("version_conflict", "stale", "cancel_appointment", lambda s: {"expected_version": 9}),
    Case("version_conflict", "stale", "update_patient", lambda s: {"expected_version": 9}),
    Case(
        "version_conflict",
        "stale",
        "update_doctor",
        lambda s: {"expected_version": 9},
        who="admin",
    ),
    Case(
        "version_conflict",
        "stale",
        "update_hospital",
        lambda s: {"expected_version": 9},
        who="admin",
    ),
    Case(
        "idempotency_key_reused",
        "for another time",
        "book_appointment",
        lambda s: {"starts_at": f"{MONDAY}T13:00", "idempotency_key": "k"},
        prepare=lambda s: booked(s, idempotency_key="k"),
    ),
]


def _foreign(stage: Stage) -> int:
    return stage.world.other_doctor.pk


def _fill_ten(stage: Stage) -> None:
    booked(stage, starts_at=f"{MONDAY}T10:00", patient_id=stage.other_patient.pk)


def _to_ten(stage: Stage) -> dict[str, Any]:
    return {"starts_at": f"{MONDAY}T10:00"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_refusal(stage, case):
    case.prepare(stage)
    before = snapshot(stage.world.hospital)
    answer = stage.call(case.who, case.call, **case.args(stage))
    assert answer.code == case.code, answer
    before.pop("sign_in_failures", None)  # a wrong password is counted, and stays so
    if case.fields:
        assert tuple(error["field"] for error in answer.members["errors"]) == case.fields
    after = snapshot(stage.world.hospital)
    after.pop("sign_in_failures", None)
    assert after == before


# All that is wrong with one input, by field: whoever mends it learns of everything at once.
FAULTS = [
    ("create_doctor", "admin", {"name": "", "specialty": ""}, "name blank, specialty blank"),
    ("update_doctor", "admin", {"name": "", "active": None}, "active null, name blank"),
    ("create_patient", "staff", {"name": "", "mrn": None}, "mrn null, name blank"),
    ("create_hospital", "root", {"name": "", "address": None}, "address null, name blank"),
    (
        "book_appointment",
        "staff",
        {"doctor_id": 0, "patient_id": -1, "starts_at": "x", "reason": "x" * 501},
        "doctor_id not_found, patient_id not_found, reason max_length, starts_at invalid",
    ),
    ("book_appointment", "staff", {"patient_id": 10**30}, "patient_id not_found"),
    (
        "add_member",
        "admin",
        {"email": "x", "name": "", "role": "staff", "password": "q7-x"},
        "email invalid, name blank, password password_too_short",
    ),
    ("obtain_token", "nobody", {"email": "", "password": "\0"}, "email blank, password invalid"),
    ("refresh_token", "nobody", {"refresh": ""}, "refresh blank"),
    ("revoke_token", "nobody", {"refresh": "\0"}, "refresh invalid"),
    ("change_password", "staff", {"current": "", "new": ""}, "current blank, new blank"),
    ("openings", "staff", {"specialty": "\0"}, "specialty invalid"),
    ("openings", "staff", {"specialty": "x" * 101}, "specialty max_length"),
    (
        "set_availability",
        "staff",
        {"days": [{"date": str(MONDAY), "shifts": [{"start": "06:00", "end": "22:00"}]}]},
        "days.0.shifts.0.end outside_opening_hours, days.0.shifts.0.start outside_opening_hours",
    ),
]


@pytest.mark.parametrize(("call", "who", "args", "faults"), FAULTS)
def test_every_fault_of_an_input_is_named(stage, call, who, args, faults):
    Hospital.objects.filter(id=stage.world.hospital.pk).update(opens="07:00", closes="21:00")
    before = snapshot(stage.world.hospital)
    answer = stage.call(who, call, **args)
    assert answer.code == "invalid"
    assert snapshot(stage.world.hospital) == before
    found = sorted(f"{error['field']} {error['code']}" for error in answer.members["errors"])
    assert ", ".join(found) == faults


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30])
def test_a_number_that_is_no_id_is_not_found(stage, number):
    before = snapshot(stage.world.hospital)
    for call, argument in (("appointments", "doctor"), ("book_appointment", "doctor_id")):
        answer = stage.call("staff", call, **{argument: number})
        assert answer.code == "invalid"
        assert snapshot(stage.world.hospital) == before
        assert [error["code"] for error in answer.members["errors"]] == ["not_found"]


def test_a_lost_race_offers_others(stage):
    answer = stage.call("staff", "book_appointment", **at("09:00")(stage))
    offered = answer.members["alternatives"]
    same, other = stage.doctor_id, stage.colleague_id
    assert [(o["doctor_id"], o["time"]) for o in offered] == [
        (same, "10:00"),
        (same, "11:00"),
        (other, "10:00"),
    ]
    assert set(offered[0]) == {"doctor_id", "date", "time", "starts_at", "duration"}


def test_a_stale_edit_shows_what_is_now(stage):
    answer = stage.call("staff", "change_appointment", expected_version=9)
    now = stage.call("staff", "appointment").data
    assert answer.members["current"] == now


def test_throttled(stage, settings):
    settings.REQUESTS_PER_SECOND = 0
    answer = stage.call("staff", "hospital")
    assert (answer.code, answer.members["retry_after"]) == ("throttled", 1)


def test_precondition_required_over_rest(db):
    with time_machine.travel(NOW, tick=False):
        stage = make_stage(RestClient)
        for call in ("change_appointment", "cancel_appointment"):
            assert stage.call("staff", call, expected_version=None).code == "precondition_required"


def test_precondition_required_over_graphql(db):
    with time_machine.travel(NOW, tick=False):
        stage = make_stage(GraphQLClient)
        for call in ("change_appointment", "cancel_appointment"):
            assert stage.call("staff", call, expected_version=None).code == "invalid"


@pytest.mark.serial
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("api", CLIENTS, ids=lambda api: api.name)
def test_unavailable_while_a_lock_is_held(api):
    facts = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with time_machine.travel(NOW, tick=False):
        stage = make_stage(api)
        execute("SET lock_timeout = '200ms'")
        with psycopg.connect(**{n: facts[n] for n in names if facts.get(n)}) as other:
            other.execute(
                "SELECT 1 FROM schedule_stamps WHERE hospital_id = %s FOR UPDATE",
                (stage.world.hospital.pk,),
            )
            before = snapshot(stage.world.hospital)
            answer = stage.call("staff", "book_appointment")
        execute("SET lock_timeout = '3s'")
    assert answer.code == "unavailable"
    assert answer.members["retry_after"] == 2
    assert snapshot(stage.world.hospital) == before


# What HTTP refuses, the same at both: method, path, headers, body, status, code.
HTTP = [
    ("PUT", {}, b"{}", "application/json", "method_not_allowed"),
    ("POST", {"Accept": "text/csv"}, b"{}", "application/json", "not_acceptable"),
    ("POST", {}, b"{}", "text/plain", "unsupported_media_type"),
    ("POST", {}, b'{"a": "' + b"x" * 1_100_000 + b'"}', "application/json", "too_large"),
    ("POST", {}, b"{bad", "application/json", "invalid"),
]


@pytest.mark.parametrize("path", ["/api/v1/auth/token", "/graphql/"])
@pytest.mark.parametrize(("method", "headers", "body", "kind", "code"), HTTP)
def test_what_http_refuses(db, path, method, headers, body, kind, code):
    client = Client(raise_request_exception=False)
    response = client.generic(method, path, body, kind, headers=headers)
    answer = response.json()
    found = answer["code"] if "code" in answer else answer["errors"][0]["extensions"]["code"]
    assert found.lower() == code


def test_every_code_has_a_case():
    def codes(kind: type[Refusal]) -> set[str]:
        return {c.code for c in kind.__subclasses__()}

    here = {case.code for case in CASES} | {case[4] for case in HTTP}
    assert here | {"throttled", "precondition_required", "unavailable"} == codes(Refusal)
