"""What the tests of this API play on: two doctors of one hospital, each with two booked slots."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client

from appointments.queries import AppointmentRow
from appointments.services import book_appointment, change_appointment
from patients.models import Patient
from tests.factories.doctors import ShiftFactory
from tests.factories.patients import PatientFactory
from tests.world import World, make_world

MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)
# 07:30 in New York, before the shifts of that day.
NOW = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)


class Answered:
    """An answer, taken apart."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status: int = response.status_code
        self.body: dict[str, Any] = json.loads(response.content) if response.content else {}
        self.data: Any = self.body.get("data")
        self.errors: list[dict[str, Any]] = self.body.get("errors", [])

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What is wrong with which field, of the first error."""
        errors = self.errors[0]["extensions"].get("errors", [])
        return [(error["field"], error["code"]) for error in errors]


def post(body: Any, *, token: str | None = None, **headers: str) -> Answered:
    """Send a body, JSON unless it is bytes already."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    client = Client(raise_request_exception=False)
    content_type = sent.pop("Content-Type", "application/json")
    return Answered(client.generic("POST", "/graphql/", data, content_type, headers=sent))


@dataclass(frozen=True)
class Stage:
    """Both doctors work from nine to five on Monday and Tuesday; they see Pat 0 at nine on one of
    the days, Pat 1 at ten on the other. The first appointment was edited once."""

    world: World
    patients: tuple[Patient, ...]
    rows: tuple[AppointmentRow, ...]

    @property
    def hospital_id(self) -> str:
        return str(self.world.hospital.pk)

    @property
    def doctor_ids(self) -> list[str]:
        return [str(row.pk) for row in self.world.doctor_rows]

    def ask(self, who: str, document: str, /, **variables: Any) -> Answered:
        """Run a document as one of the six people, or as `nobody`."""
        token = None if who == "nobody" else self.world[who].tokens.access
        return post({"query": document, "variables": variables}, token=token)

    def read(self, who: str, selected: str, /, **variables: Any) -> Any:
        """What is selected of the hospital, without an error."""
        answer = self.ask(who, f'{{ hospital(id: "{self.hospital_id}") {{ {selected} }} }}')
        assert answer.errors == []
        return answer.data["hospital"]


def make_stage() -> Stage:
    """Write the stage to the database. The clock must stand at `NOW`."""
    world = make_world()
    staff = world.staff.access
    patients = tuple(
        PatientFactory(hospital=world.hospital, name=f"Pat {n}", phone=f"555 010{n}")
        for n in range(2)
    )
    rows = []
    for number, doctor in enumerate(world.doctor_rows):
        for day in (MONDAY, TUESDAY):
            ShiftFactory(doctor=doctor, date=day)
            first = (day == MONDAY) == (number == 0)
            rows.append(
                book_appointment(
                    staff,
                    doctor_id=doctor.pk,
                    patient_id=patients[0 if first else 1].pk,
                    starts_at=f"{day}T{'09:00' if first else '10:00'}",
                )
            )
    rows[0] = change_appointment(staff, rows[0].id, expected_version=1, changes={"reason": "Knee"})
    return Stage(world, patients, tuple(rows))


def write(stage: Stage, who: str, field: str, selected: str = "", /, **given: Any) -> Answered:
    """Run one mutation with its input as a variable."""
    kind = field[0].upper() + field[1:] + "Input"
    document = f"mutation ($input: {kind}!) {{ {field}(input: $input) {selected} }}"
    return stage.ask(who, document, input={"hospitalId": stage.hospital_id, **given})


BOOKED = "{ id doctor { name } patient { name } time status reason version }"


def book(stage: Stage, who: str = "staff", **more: Any) -> Answered:
    """Book the first patient with the first doctor, on Monday at eleven."""
    given = {
        "doctorId": stage.doctor_ids[0],
        "patientId": str(stage.patients[0].pk),
        "startsAt": f"{MONDAY}T11:00",
        **more,
    }
    return write(stage, who, "bookAppointment", BOOKED, **given)
