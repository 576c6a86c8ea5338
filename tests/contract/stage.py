"""What the table of cases plays on: a hospital with one appointment of each doctor, at noon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from appointments.queries import AppointmentRow
from appointments.services import book_appointment
from tests.clients import Answer, GraphQLClient, RestClient
from tests.factories.accounts import PASSWORD
from tests.factories.doctors import ShiftFactory
from tests.factories.patients import PatientFactory
from tests.world import World, make_world

MONDAY = date(2026, 11, 30)
# 07:30 in New York, before the shifts of that day.
NOW = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Stage:
    """Both doctors work from nine to five on `MONDAY`; at 09:00 each sees a patient."""

    api: type[RestClient] | type[GraphQLClient]
    world: World
    patient: Any
    other_patient: Any
    appointment: AppointmentRow
    colleagues: AppointmentRow

    @property
    def hospital_id(self) -> int:
        return self.world.hospital.pk

    @property
    def doctor_id(self) -> int:
        return self.world.doctor_rows[0].pk

    @property
    def colleague_id(self) -> int:
        return self.world.doctor_rows[1].pk

    def as_(self, who: str) -> RestClient | GraphQLClient:
        """A client that speaks for one of the six people, or for `nobody`."""
        return self.api(None if who == "nobody" else self.world[who].tokens.access)

    def call(self, who: str, name: str, /, **args: Any) -> Answer:
        """Make a call in the hospital, with the arguments of `usual` where none are given."""
        return self.as_(who).call(name, **{**self.usual(name), **args})

    def usual(self, name: str) -> dict[str, Any]:
        """Arguments with which the call succeeds for whoever may make it."""
        here = {"hospital_id": self.hospital_id}
        mine = {**here, "id": self.appointment.id}
        free = f"{MONDAY}T11:00"
        days = {"from": str(MONDAY), "to": str(MONDAY)}
        born = {"name": "Ada Byron", "date_of_birth": "1990-12-10"}
        usual: dict[str, dict[str, Any]] = {
            "me": {},
            "hospitals": {},
            "doctor": {**here, "id": self.doctor_id},
            "schedules": {**here, "doctor": [self.doctor_id], **days},
            "openings": {**here, **days},
            "availability": {**here, "doctor_id": self.doctor_id, **days},
            "patient": {**here, "id": self.patient.pk},
            "appointment": mine,
            "history": mine,
            "member": {**here, "id": self.world.staff.member_id},
            "obtain_token": {"email": self.world.staff.user.email, "password": PASSWORD},
            "refresh_token": {"refresh": self.world.staff.tokens.refresh},
            "revoke_token": {"refresh": self.world.staff.tokens.refresh},
            "change_password": {"current": PASSWORD, "new": "another long password"},
            "set_availability": {
                **here,
                "doctor_id": self.doctor_id,
                "days": [
                    {"date": str(MONDAY), "shifts": [{"start": "08:00", "end": "17:00"}]},
                ],
            },
            "book_appointment": {
                **here,
                "doctor_id": self.doctor_id,
                "patient_id": self.patient.pk,
                "starts_at": free,
            },
            "change_appointment": {**mine, "expected_version": 1, "starts_at": free},
            "cancel_appointment": {**mine, "expected_version": 1},
            "create_patient": {**here, **born},
            "update_patient": {**here, "id": self.patient.pk, "phone": "+1 212 555 0100"},
            "create_doctor": {**here, "name": "Dr New", "specialty": "Urology"},
            "update_doctor": {**here, "id": self.doctor_id, "specialty": "Urology"},
            "create_hospital": {
                "name": "New",
                "address": "",
                "timezone": "Asia/Kolkata",
                "opens": "08:00",
                "closes": "00:00",
            },
            "update_hospital": {**here, "address": "1 Main St"},
            "add_member": {
                **here,
                "email": "new@example.org",
                "name": "New",
                "role": "staff",
                "password": "a long new password",
            },
            "change_member": {**here, "id": self.world.staff.member_id, "role": "admin"},
            "remove_member": {**here, "id": self.world.staff.member_id},
        }
        return usual.get(name, here)


def make_stage(api: type[RestClient] | type[GraphQLClient]) -> Stage:
    """Write the stage to the database. The clock must stand at `NOW`."""
    world = make_world()
    patients = [PatientFactory(hospital=world.hospital, name=f"Pat {n}") for n in range(2)]
    rows = []
    for doctor, patient in zip(world.doctor_rows, patients, strict=True):
        ShiftFactory(doctor=doctor, date=MONDAY)
        rows.append(
            book_appointment(
                world.staff.access,
                doctor_id=doctor.pk,
                patient_id=patient.pk,
                starts_at=f"{MONDAY}T09:00",
            )
        )
    return Stage(api, world, *patients, *rows)
