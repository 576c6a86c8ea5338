"""Safe repeats: what a replay says, and the keys that both APIs share."""

from __future__ import annotations

import json

from django.test import Client

from appointments.models import Appointment
from tests.api_graphql.stage import MONDAY, book, write


def test_a_repeat_says_so(stage):
    first = book(stage, idempotencyKey="k")
    assert "extensions" not in first.body
    count = Appointment.objects.count()
    again = book(stage, idempotencyKey="k")
    assert again.body["extensions"] == {"replayed": True}
    assert again.data == first.data
    assert Appointment.objects.count() == count
    other = book(stage, idempotencyKey="k", startsAt=f"{MONDAY}T12:00")
    assert other.codes == ["IDEMPOTENCY_KEY_REUSED"]


def rest(stage, path, body):
    headers = {
        "Authorization": f"Bearer {stage.world.staff.tokens.access}",
        "Idempotency-Key": "k",
    }
    response = Client().post(
        f"/api/v1/hospitals/{stage.hospital_id}/{path}",
        json.dumps(body),
        "application/json",
        headers=headers,
    )
    return response.status_code, response.headers.get("Idempotency-Replayed"), response.json()


def test_the_keys_of_bookings_are_those_of_rest(stage):
    booked = book(stage, idempotencyKey="k").data["bookAppointment"]
    body = {
        "doctor_id": int(stage.doctor_ids[0]),
        "patient_id": stage.patients[0].pk,
        "starts_at": f"{MONDAY}T11:00",
    }
    status, replayed, answer = rest(stage, "appointments", body)
    assert (status, replayed, str(answer["id"])) == (201, "true", booked["id"])


def test_the_keys_of_patients_are_those_of_rest(stage):
    body = {"name": "Ada", "date_of_birth": "1990-12-10", "phone": "1"}
    status, replayed, patient = rest(stage, "patients", body)
    assert (status, replayed) == (201, None)
    answer = write(
        stage,
        "staff",
        "createPatient",
        "{ id dateOfBirth version }",
        name="Ada",
        dateOfBirth="1990-12-10",
        phone="1",
        idempotencyKey="k",
    )
    assert answer.body["extensions"] == {"replayed": True}
    assert answer.data["createPatient"] == {
        "id": str(patient["id"]),
        "dateOfBirth": "1990-12-10",
        "version": 1,
    }


def test_a_repeat_tells_nothing_of_what_a_colleague_has_by_now(stage):
    selected = "{ id version history { version changes } }"
    given = {
        "doctorId": stage.doctor_ids[0],
        "patientId": str(stage.patients[0].pk),
        "startsAt": f"{MONDAY}T11:00",
        "idempotencyKey": "k",
    }
    first = write(stage, "doctor", "bookAppointment", selected, **given)
    row = first.data["bookAppointment"]
    assert [entry["version"] for entry in row["history"]] == [1]
    moved = write(
        stage,
        "staff",
        "changeAppointment",
        "{ history { version } }",
        id=row["id"],
        expectedVersion=1,
        doctorId=stage.doctor_ids[1],
        reason="not for the first doctor",
    )
    assert moved.data["changeAppointment"] == {"history": [{"version": 1}, {"version": 2}]}
    again = write(stage, "doctor", "bookAppointment", selected, **given)
    assert again.body["extensions"] == {"replayed": True}
    assert again.data["bookAppointment"] == row | {"history": []}
