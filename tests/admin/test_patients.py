"""Patients are found, added and changed as through both APIs."""

from typing import Any

import pytest

from patients.models import Patient, PatientSearchKey
from tests.factories.patients import PatientFactory
from tests.world import World

from .conftest import Admin
from .test_hospitals_and_doctors import stamp

NEW = {"name": "John Roe", "date_of_birth": "1970-02-03", "phone": "+1 555 0100", "mrn": "M1"}


def add(world: World) -> str:
    return f"patients/patient/add/?hospital={world.hospital.pk}"


def page(patient: Patient) -> str:
    return f"patients/patient/{patient.hospital_id}-{patient.pk}/change/"


def test_adding(world: World, admin: Admin) -> None:
    response = admin.send(add(world), NEW, _addanother="1")
    assert response.headers["Location"] == f"/admin/{add(world)}"
    patient = Patient.objects.get(hospital=world.hospital)
    assert (patient.name, f"{patient.date_of_birth}", patient.version) == (
        "John Roe",
        "1970-02-03",
        1,
    )
    keys = PatientSearchKey.objects.filter(patient_id=patient.pk).values_list("key", flat=True)
    assert {"n:john", "n:roe", "m:m1", "d:1970-02-03"} < set(keys)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": None}, {"name"}),
        ({"date_of_birth": "2027-01-01"}, {"date_of_birth"}),
        ({"date_of_birth": "1800-01-01"}, {"date_of_birth"}),
        ({"date_of_birth": "yesterday"}, {"date_of_birth"}),
        ({"date_of_birth": "01/02/1970"}, {"date_of_birth"}),  # the second of January, or not
        ({"phone": "call me", "email": "nobody"}, {"phone", "email"}),
        ({"mrn": "TAKEN"}, {"mrn"}),
    ],
)
def test_adding_refused(
    world: World, admin: Admin, changes: dict[str, Any], fields: set[str]
) -> None:
    PatientFactory(hospital=world.hospital, mrn="TAKEN")
    assert set(admin.errors(admin.send(add(world), NEW, **changes))) == fields
    assert Patient.objects.filter(hospital=world.hospital).count() == 1


def test_adding_another_after_a_change(world: World, admin: Admin, patient: Patient) -> None:
    response = admin.send(page(patient), name="Jane Poe", _addanother="1")
    assert response.headers["Location"] == f"/admin/{add(world)}"


def test_changing(world: World, admin: Admin, patient: Patient) -> None:
    before = stamp(world.hospital.pk)
    assert admin.send(page(patient), name="Jane Poe").status_code == 302
    patient.refresh_from_db()
    assert (patient.name, patient.version) == ("Jane Poe", 2)
    assert stamp(world.hospital.pk) == before + 1
    rows = admin.get(f"patients/patient/?hospital={world.hospital.pk}&q=poe").context["cl"]
    assert rows.result_list == [patient]


def test_a_stale_page(admin: Admin, patient: Patient) -> None:
    seen = admin.form(page(patient))
    admin.send(page(patient), phone="555 0100")
    message = admin.errors(admin.send(page(patient), seen, name="Other"))[""][0]
    assert "It is now: name “Jane Doe”, date of birth “1980-05-17”, phone “555 0100”" in message
    patient.refresh_from_db()
    assert (patient.name, patient.version) == ("Jane Doe", 2)


@pytest.mark.parametrize("version", [None, "x", "2"])
def test_a_page_without_its_version(admin: Admin, patient: Patient, version: str | None) -> None:
    sent = admin.send(page(patient), name="Other", expected_version=version)
    assert list(admin.errors(sent)) == ["expected_version" if version != "2" else ""]
    patient.refresh_from_db()
    assert patient.name == "Jane Doe"
