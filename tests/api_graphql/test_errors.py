"""Refusals in `errors[]`: codes, fields, members; and nothing of what went wrong inside."""

from __future__ import annotations

import logging

import pytest
from django.db import IntegrityError, OperationalError
from graphql import GraphQLError

from api_graphql import hospital_type, mutations
from api_graphql.errors import ALWAYS, formatted
from hospitals.queries import row_of
from scheduler.errors import FieldError, Invalid, Refusal, Unavailable, VersionConflict
from tests.api_graphql.stage import MONDAY, post

BOOK = "mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) { id } }"
CHANGE = "mutation ($input: ChangeAppointmentInput!) { changeAppointment(input: $input) { id } }"
SET = "mutation ($input: SetAvailabilityInput!) { setAvailability(input: $input) { date } }"


def booking(stage, **more):
    return {
        "hospitalId": stage.hospital_id,
        "doctorId": stage.doctor_ids[0],
        "patientId": str(stage.patients[0].pk),
        "startsAt": f"{MONDAY}T11:00",
        **more,
    }


def entry(refusal):
    return formatted(GraphQLError("", original_error=refusal))


def test_every_refusal_has_its_code():
    for kind in Refusal.__subclasses__():
        refusal = kind([]) if kind is Invalid else kind()
        found = entry(refusal)
        assert found["extensions"].pop("code") == kind.code.upper()
        assert found["message"] == refusal.detail
        members = {name.replace("retry_after", "retryAfter") for name in ALWAYS.get(kind.code, {})}
        assert set(found["extensions"]) == members


def test_fields_are_in_camel_case():
    refusal = Invalid([FieldError("days.0.starts_at", "in_past", "No."), FieldError("a", "b", "c")])
    assert entry(refusal) == {
        "message": "No. c",
        "extensions": {
            "code": "INVALID",
            "errors": [
                {"field": "days.0.startsAt", "code": "in_past", "detail": "No."},
                {"field": "a", "code": "b", "detail": "c"},
            ],
        },
    }


def test_rows_within_refusals(stage):
    row = stage.rows[0]
    found = entry(VersionConflict(current=row))["extensions"]["current"]
    selected = (
        "id hospitalId doctorId startsAt endsAt date time duration status reason version"
        " patient { id name }"
    )
    assert (
        found == stage.read("staff", f"appointment(id: {row.id}) {{ {selected} }}")["appointment"]
    )
    hospital = row_of(stage.world.hospital)
    found = entry(VersionConflict(current=hospital))["extensions"]["current"]
    assert found == stage.read("staff", "id name address timezone opens closes version")


def test_alternatives(stage):
    answer = stage.ask("staff", BOOK, input=booking(stage, startsAt=f"{MONDAY}T09:00"))
    assert answer.codes == ["SLOT_TAKEN"]
    assert (answer.status, answer.data) == (200, {"bookAppointment": None})
    first = answer.errors[0]["extensions"]["alternatives"][0]
    assert first == {
        "doctorId": stage.doctor_ids[0],
        "date": "2026-11-30",
        "time": "10:00",
        "startsAt": "2026-11-30T10:00:00-05:00",
        "duration": 60,
    }


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"doctorId": "x"}, [("doctorId", "invalid")]),
        ({"doctorId": "0"}, [("doctorId", "not_found")]),
        ({"patientId": "9" * 30}, [("patientId", "not_found")]),
        (
            {"patientId": "-1", "doctorId": "1.5"},
            [("patientId", "not_found"), ("doctorId", "invalid")],
        ),
        ({"reason": None}, [("reason", "null")]),
        ({"reason": "x" * 501}, [("reason", "max_length")]),
        ({"startsAt": "soon"}, [("startsAt", "invalid")]),
        ({"specialty": ""}, [("specialty", "blank")]),
        ({"idempotencyKey": ""}, [("idempotencyKey", "invalid")]),
        ({"idempotencyKey": " b"}, [("idempotencyKey", "invalid")]),
        ({"idempotencyKey": "x" * 256}, [("idempotencyKey", "invalid")]),
    ],
)
def test_invalid_values(stage, more, expected):
    answer = stage.ask("staff", BOOK, input=booking(stage, **more))
    assert (answer.status, answer.codes) == (200, ["INVALID"])
    assert sorted(answer.fields) == sorted(expected)
    assert answer.errors[0]["path"] == ["bookAppointment"]


def test_null_is_absent_where_rest_takes_null(stage):
    answer = stage.ask(
        "staff", BOOK, input=booking(stage, doctorId=None, specialty=None, idempotencyKey=None)
    )
    assert answer.errors == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"startsAt": 5}, [("startsAt", "invalid")]),
        ({"patientId": None}, [("patientId", "null")]),
        ({"patientId": ...}, [("patientId", "required")]),
        ({"note": "1"}, [("note", "unknown_field")]),
        ({"reason": ["x"]}, [("reason", "invalid")]),
    ],
)
def test_variables_that_do_not_fit(stage, more, expected):
    given = {name: value for name, value in booking(stage, **more).items() if value is not ...}
    answer = stage.ask("staff", BOOK, input=given)
    assert (answer.status, answer.codes) == (400, ["INVALID"])
    assert answer.fields == expected


def test_variables_in_lists_that_do_not_fit(stage):
    days = [
        {"date": "2026-12-01", "shifts": []},
        {"date": "2026-12-02", "shifts": [{"start": "09:00", "end": "9"}]},
    ]
    given = {"hospitalId": "1", "doctorId": "1", "days": days}
    answer = stage.ask("staff", SET, input=given)
    assert answer.fields == [("days.1.shifts.0.end", "invalid")]
    assert answer.errors[0]["message"] == "A time is written as 09:00."


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ('{ hospital(id: 1) { schedules(doctorIds: [1], from: "x", to: "2026-12-01") { date } } }',
         [("from", "invalid")]),
        ("{ hospital { id } }", [("id", "required")]),
        ("{ hospital(id: null) { id } }", [("id", "null")]),
        ("{ hospital(id: 1, name: 2) { id } }", [("name", "unknown_field")]),
        ("{ hospitals(first: 1.5) { nodes { id } } }", [("first", "invalid")]),
        ('mutation { setAvailability(input: {hospitalId: 1, doctorId: 1, days: ['
         '{date: "2026-12-01", shifts: [{start: "09:00", end: "25:00"}]}]}) { date } }',
         [("days.0.shifts.0.end", "invalid")]),
        ('mutation { createPatient(input: {hospitalId: 1, name: "A"}) { id } }',
         [("dateOfBirth", "required")]),
        ("query ($id: ID!) { hospital(id: $id) { id } }", [("id", "required")]),
        ("mutation { changeAppointment(input: {hospitalId: 1, id: 1}) { id } }",
         [("expectedVersion", "required")]),
    ],
)  # fmt: skip
def test_documents_that_do_not_fit_name_the_field(stage, document, expected):
    answer = stage.ask("staff", document)
    assert (answer.status, set(answer.codes)) == (400, {"INVALID"})
    assert answer.fields == expected


def test_what_services_call_otherwise_has_the_schemas_name(stage):
    dates = 'from: "2026-11-30", to: "2026-12-01"'
    other = stage.world.other_doctor.pk
    for field, name in (
        (f'schedules(doctorIds: ["x"], {dates}) {{ date }}', "doctorIds.0"),
        (f"schedules(doctorIds: [], {dates}) {{ date }}", "doctorIds"),
        (f"openings(doctorIds: [{other}], {dates}) {{ date }}", "doctorIds"),
        (f"appointments(doctorId: {other}) {{ nodes {{ id }} }}", "doctorId"),
        ('appointments(patientId: "x") { nodes { id } }', "patientId"),
        ('doctors(availableFrom: "2026-11-30") { nodes { id } }', "availableTo"),
        ("doctors(first: 0) { nodes { id } }", "first"),
        ("patients(first: 201) { nodes { id } }", "first"),
        ('patients(after: "x") { nodes { id } }', "after"),
        (f"openings(limit: 0, {dates}) {{ date }}", "limit"),
    ):
        answer = stage.ask("staff", f"{{ hospital(id: {stage.hospital_id}) {{ {field} }} }}")
        assert answer.codes == ["INVALID"]
        assert [found for found, _ in answer.fields] == [name]


def test_no_suggestions(stage):
    for document in ("{ m }", "{ hospital(ids: 1) { id } }", "{ ... on Hospitl { id } }"):
        answer = stage.ask("staff", document)
        assert "mean" not in str(answer.body)
    given = {"hospitalId": "1", "id": "1", "expectedVersion": 1, "status": "BOOKE"}
    assert "mean" not in str(stage.ask("staff", CHANGE, input=given).body)


def test_a_secret_does_not_come_back(stage):
    document = "mutation ($input: AddMemberInput!) { addMember(input: $input) { id } }"
    answer = stage.ask("admin", document, input={"email": "a@b.c", "password": "a secret"})
    assert answer.codes[0] == "INVALID"
    assert "secret" not in str(answer.body)


def test_a_mistake_of_ours_says_nothing_of_itself(stage, monkeypatch, caplog):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(hospital_type, "get_doctor", broken)
    with caplog.at_level(logging.ERROR, "api_graphql.errors"):
        answer = stage.ask(
            "staff", f"{{ hospital(id: {stage.hospital_id}) {{ name doctor(id: 1) {{ id }} }} }}"
        )
    assert (answer.status, answer.codes) == (200, ["INTERNAL"])
    assert answer.data == {"hospital": {"name": "General", "doctor": None}}
    assert "secret" not in str(answer.body)
    assert "ZeroDivisionError" in caplog.text


def test_a_mistake_outside_of_fields(stage, monkeypatch, caplog):
    monkeypatch.setattr("api_graphql.view.check_cost", lambda *_: 1 / 0)
    answer = post({"query": "{ __typename }"})
    assert (answer.status, answer.codes) == (500, ["INTERNAL"])
    assert "ZeroDivisionError" in caplog.text


def test_an_absent_database_is_in_the_log(stage, monkeypatch, caplog):
    def away(*_args, **_kwargs):
        raise OperationalError("no route to host")

    monkeypatch.setattr(hospital_type, "get_doctor", away)
    answer = stage.ask(
        "staff", f"{{ hospital(id: {stage.hospital_id}) {{ doctor(id: 1) {{ id }} }} }}"
    )
    assert answer.codes == ["UNAVAILABLE"]
    assert caplog.messages == ["unavailable: no route to host"]


@pytest.mark.parametrize("error", [OperationalError, IntegrityError])
def test_the_database_is_away(stage, monkeypatch, error):
    def away(*_args, **_kwargs):
        raise error("server closed the connection: secret")

    monkeypatch.setattr(mutations, "update_doctor", away)
    document = "mutation ($input: UpdateDoctorInput!) { updateDoctor(input: $input) { id } }"
    given = {"hospitalId": stage.hospital_id, "id": stage.doctor_ids[0]}
    answer = stage.ask("admin", document, input=given)
    assert answer.codes == ["UNAVAILABLE"]
    assert "secret" not in str(answer.body)
    wait = answer.errors[0]["extensions"]["retryAfter"]
    assert answer.response.headers["Retry-After"] == str(wait)


def test_an_unknown_outcome_is_said():
    found = entry(Unavailable(retry_after=1, outcome="unknown"))["extensions"]
    assert found == {"code": "UNAVAILABLE", "retryAfter": 1, "outcome": "unknown"}


def test_one_refused_mutation_does_not_hide_another(stage):
    document = (
        "mutation ($a: BookAppointmentInput!, $b: BookAppointmentInput!) {"
        " a: bookAppointment(input: $a) { time } b: bookAppointment(input: $b) { time }"
        " c: bookAppointment(input: $a) { time } }"
    )
    answer = stage.ask(
        "staff", document, a=booking(stage), b=booking(stage, startsAt=f"{MONDAY}T12:00")
    )
    assert answer.data == {"a": {"time": "11:00"}, "b": {"time": "12:00"}, "c": None}
    assert (answer.codes, answer.errors[0]["path"]) == (["SLOT_TAKEN"], ["c"])
