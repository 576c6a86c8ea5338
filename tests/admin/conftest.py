"""The admin as its people use it: pages are opened, filled in and sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.access import Access
from appointments.queries import AppointmentRow
from appointments.services import book_appointment
from doctors.models import Doctor
from patients.models import Patient
from tests.factories.doctors import ShiftFactory
from tests.factories.patients import PatientFactory
from tests.world import World

# A Wednesday in New York; the Monday after it has a shift.
NOW = dt.datetime(2026, 11, 25, 15, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 11, 30)
MODELS = (
    "accounts/user",
    "accounts/membership",
    "hospitals/hospital",
    "doctors/doctor",
    "doctors/shift",
    "patients/patient",
    "appointments/appointment",
)


class Admin:
    """A signed-in platform admin's browser, as far as forms need one."""

    def __init__(self, world: World) -> None:
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(world.root.user)

    def get(self, path: str) -> Any:
        return self.client.get(f"/admin/{path}")

    def form(self, path: str) -> dict[str, Any]:
        """What the page's form would send untouched."""
        form = self.get(path).context["adminform"].form
        values = {name: form[name].value() for name in form.fields}
        return {name: value for name, value in values.items() if value not in (None, False)}

    def opened(self, path: str) -> dict[str, Any]:
        """The same, with what its fields remember of the page: a browser sends that, too."""
        form = self.get(path).context["adminform"].form
        kept = {
            form[name].html_initial_name: "" if form[name].initial is None else form[name].initial
            for name, field in form.fields.items()
            if field.show_hidden_initial
        }
        return self.form(path) | kept

    def send(self, path: str, values: dict[str, Any] | None = None, **changes: Any) -> Any:
        """Change these fields of the page's form and save it."""
        sent = (self.form(path) if values is None else values) | changes
        sent = {name: value for name, value in sent.items() if value not in (None, False)}
        return self.client.post(f"/admin/{path}", sent)

    def errors(self, response: Any) -> dict[str, list[str]]:
        """What a page that was not saved says, by field; the rest under ""."""
        assert response.status_code == 200
        errors = response.context["adminform"].form.errors
        return {name.replace("__all__", ""): list(texts) for name, texts in errors.items()}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world(clock: None, world: World) -> World:
    return world


@pytest.fixture
def admin(world: World) -> Admin:
    return Admin(world)


@pytest.fixture
def doctor(world: World) -> Doctor:
    """A doctor who is there on Monday from nine to five."""
    doctor = world.doctor_rows[0]
    ShiftFactory(doctor=doctor, date=MONDAY)
    return doctor


@pytest.fixture
def patient(world: World) -> Patient:
    return PatientFactory(hospital=world.hospital, name="Jane Doe")  # type: ignore[no-any-return]


@pytest.fixture
def access(world: World) -> Access:
    return world.root.access


@pytest.fixture
def appointment(access: Access, doctor: Doctor, patient: Patient) -> AppointmentRow:
    """Jane Doe on Monday at nine."""
    return book_appointment(
        access, doctor_id=doctor.pk, patient_id=patient.pk, starts_at=f"{MONDAY}T09:00"
    )


@pytest.fixture
def pages(world: World, doctor: Doctor, patient: Patient, appointment: AppointmentRow) -> list[str]:
    here = world.hospital.pk
    shift = f"doctors/shift/{here}-{doctor.pk}-{MONDAY}"
    member = f"accounts/membership/{here}-{world.staff.member_id}"
    objects = [
        f"accounts/user/{world.staff.user.pk}",
        member,
        f"hospitals/hospital/{here}",
        f"doctors/doctor/{here}-{doctor.pk}",
        shift,
        f"patients/patient/{here}-{patient.pk}",
        f"appointments/appointment/{here}-{appointment.id}",
    ]
    return [
        "",
        *(f"{model}/" for model in MODELS),
        *(f"{model}/?hospital={here}" for model in MODELS),
        *(f"{model}/?hospital={here}&q=a" for model in MODELS),
        f"doctors/shift/?hospital={here}&doctor_id={doctor.pk}",
        f"appointments/appointment/?hospital={here}&doctor_id={doctor.pk}&status=booked",
        f"appointments/appointment/?hospital={here}&patient_id={patient.pk}&start=",
        *(f"{model}/add/?hospital={here}" for model in MODELS),
        *(f"{page}/change/" for page in objects),
        *(f"{page}/history/" for page in objects),
        f"{shift}/delete/",
        f"{member}/delete/",
        f"doctors/doctor/choices/{here}/?term=own",
        f"patients/patient/choices/{here}/?term=jane",
        "autocomplete/?app_label=doctors&model_name=doctor&field_name=hospital&term=gen",
    ]
