"""A frozen clock, and a scene: two doctors with shifts, two patients, one appointment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine

from appointments.queries import AppointmentRow
from appointments.services import book_appointment
from doctors.models import Doctor
from patients.models import Patient
from tests.api_rest.client import Rest
from tests.factories.doctors import ShiftFactory
from tests.factories.patients import PatientFactory
from tests.world import Person, World

# Tuesday, ten in the morning in New York.
NOW = "2026-11-24T15:00:00+00:00"
MONDAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def frozen() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def static_files(settings: Any, tmp_path: Path) -> None:
    """Whitenoise warns of a folder that is not there."""
    settings.STATIC_ROOT = tmp_path


@dataclass(frozen=True)
class Scene:
    """`own` is the row of `doctor`, who has `appointment` with `patient` on Monday at ten.

    Both doctors work on that Monday from nine to five.
    """

    world: World
    own: Doctor
    colleague: Doctor
    patient: Patient
    other_patient: Patient
    foreign_patient: Patient
    appointment: AppointmentRow

    def __getitem__(self, name: str) -> Person:
        return self.world[name]

    @property
    def path(self) -> str:
        return f"hospitals/{self.world.hospital.pk}"

    def rest(self, name: str) -> Rest:
        return Rest(self.world[name])


@pytest.fixture
def scene(world: World) -> Scene:
    own, colleague = world.doctor_rows
    for doctor in (own, colleague):
        ShiftFactory(doctor=doctor, date=MONDAY)
    patient = PatientFactory(hospital=world.hospital, name="Ada Byron", mrn="A-1")
    return Scene(
        world=world,
        own=own,
        colleague=colleague,
        patient=patient,
        other_patient=PatientFactory(hospital=world.hospital, name="Bea Cole"),
        foreign_patient=PatientFactory(hospital=world.other_hospital, name="Zoe Zed"),
        appointment=book_appointment(
            world.staff.access,
            doctor_id=own.pk,
            patient_id=patient.pk,
            starts_at="2026-11-30T10:00",
            reason="check-up",
        ),
    )
