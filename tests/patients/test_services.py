"""Adding and changing patients."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from hospitals.models import ScheduleStamp
from patients.models import Patient, PatientSearchKey
from patients.queries import PatientRow, get_patient
from patients.search import keys
from patients.services import PatientChanges, create_patient, patient_errors, update_patient
from scheduler.errors import Invalid, NotFound, VersionConflict
from tests.factories.patients import PatientFactory
from tests.world import World

BORN = date(1980, 5, 17)
FACTS: dict[str, Any] = {
    "name": "Ada Byrd",
    "date_of_birth": BORN,
    "phone": "+1 555 0100",
    "email": "Ada@example.org",
    "mrn": "A-1",
}


def written_keys(patient: Patient | PatientRow) -> set[str]:
    rows = PatientSearchKey.objects.filter(hospital=patient.hospital_id, patient_id=patient.id)
    return set(rows.values_list("key", flat=True))


def stamp(world: World) -> int:
    return ScheduleStamp.objects.get(hospital=world.hospital, doctor_id=0).stamp


def codes(errors: Any) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in errors]


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor"])
def test_everybody_adds_patients(world: World, who: str) -> None:
    made = create_patient(world[who].access, **FACTS | {"name": " Ada Byrd "})
    patient = Patient.objects.get(hospital=world.hospital, id=made.id)
    assert {name: getattr(patient, name) for name in FACTS} == FACTS
    assert patient.version == 1
    assert written_keys(patient) == keys(patient)


def test_creating_costs_four_queries(world: World, django_assert_num_queries: Any) -> None:
    # a savepoint; the hospital's zone, the mrn, the patient, the keys; release
    with django_assert_num_queries(1 + 4 + 1):
        create_patient(world.staff.access, **FACTS)


def test_all_but_name_and_birth_may_be_empty(world: World) -> None:
    for _ in range(2):  # two without an mrn are no twins
        made = create_patient(world.staff.access, name="Ada Byrd", date_of_birth=BORN)
    assert (made.phone, made.email, made.mrn) == ("", "", "")
    assert Patient.objects.filter(hospital=world.hospital).count() == 2


def test_an_mrn_is_unique_in_its_hospital(world: World) -> None:
    create_patient(world.staff.access, **FACTS)
    with pytest.raises(Invalid) as refused:
        create_patient(world.staff.access, **FACTS)
    assert codes(refused.value.errors) == [("mrn", "unique")]
    create_patient(world.stranger.access, **FACTS)
    assert Patient.objects.count() == 2


TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": ""}, [("name", "blank")]),
        ({"name": "x" * 201, "mrn": "x" * 65}, [("name", "max_length"), ("mrn", "max_length")]),
        ({"name": "a\0", "mrn": "\ud800"}, [("name", "invalid"), ("mrn", "invalid")]),
        ({"date_of_birth": TODAY}, []),
        ({"date_of_birth": TODAY + timedelta(1)}, [("date_of_birth", "in_future")]),
        ({"date_of_birth": date(1849, 12, 31)}, [("date_of_birth", "invalid")]),
        ({"date_of_birth": date(1850, 1, 1)}, []),
        ({"email": "ada"}, [("email", "invalid")]),
        ({"email": "ada@" + "x" * 260}, [("email", "max_length")]),
        ({"email": "ada.o'neil+1@xn--bcher-kva.example"}, []),
        ({"phone": "+1 (555) 010-0100 x12"}, []),
        ({"phone": "030/12345.6"}, []),
        ({"phone": "555 0100 ext. 7"}, []),
        ({"phone": "call me"}, [("phone", "invalid")]),
        ({"phone": "+"}, [("phone", "invalid")]),
        ({"phone": "٠١٢٣"}, [("phone", "invalid")]),
        ({"phone": "1" * 41}, [("phone", "max_length")]),
    ],
)
def test_values_of_a_patient(values: PatientChanges, expected: list[tuple[str, str]]) -> None:
    assert codes(patient_errors(values, today=TODAY)) == expected


def test_the_hospitals_own_date_decides_who_is_born(world: World) -> None:
    # 03:00 UTC on the 30th is the 29th in New York and the 30th in Paris.
    with time_machine.travel("2026-11-30T03:00:00Z", tick=False):
        with pytest.raises(Invalid) as refused:
            create_patient(world.staff.access, name="New Born", date_of_birth=TODAY)
        assert codes(refused.value.errors) == [("date_of_birth", "in_future")]
        create_patient(world.stranger.access, name="New Born", date_of_birth=TODAY)
    assert Patient.objects.count() == 1


def test_update_writes_the_next_version_and_the_keys(world: World) -> None:
    patient = create_patient(world.staff.access, **FACTS)
    before = stamp(world)
    changed = update_patient(
        world.doctor.access,
        patient.id,
        expected_version=1,
        changes={"name": "Ada-Lou Byrd", "phone": ""},
    )
    patient = get_patient(world.staff.access, patient.id)
    assert (patient.name, patient.phone, patient.mrn) == ("Ada-Lou Byrd", "", "A-1")
    assert patient.version == changed.version == 2
    assert written_keys(patient) == keys(patient)
    assert stamp(world) == before + 1


def test_only_a_new_name_makes_schedules_old(world: World) -> None:
    patient = PatientFactory(hospital=world.hospital)
    before = stamp(world)
    update_patient(
        world.staff.access,
        patient.id,
        expected_version=None,
        changes={"name": patient.name, "email": "new@example.org"},
    )
    assert stamp(world) == before


def test_what_changes_nothing_writes_nothing(world: World) -> None:
    patient = create_patient(world.staff.access, **FACTS)
    same = update_patient(
        world.staff.access,
        patient.id,
        expected_version=1,
        changes={"name": " Ada Byrd", "mrn": "A-1", "date_of_birth": BORN},
    )
    assert same.version == 1
    patient = get_patient(world.staff.access, patient.id)
    assert patient.version == 1


def test_update_refuses_in_the_contracts_order(world: World) -> None:
    patient = create_patient(world.staff.access, **FACTS)
    elsewhere = PatientFactory(hospital=world.other_hospital)
    twin = PatientFactory(hospital=world.hospital, mrn="A-2")
    bad: PatientChanges = {"name": "", "mrn": twin.mrn, "date_of_birth": date(1000, 1, 1)}
    for absent in (elsewhere.pk, 2**70):
        with pytest.raises(NotFound):
            update_patient(world.staff.access, absent, expected_version=9, changes=bad)
    with pytest.raises(Invalid) as refused:
        update_patient(world.staff.access, patient.id, expected_version=9, changes=bad)
    assert codes(refused.value.errors) == [
        ("name", "blank"),
        ("date_of_birth", "invalid"),
        ("mrn", "unique"),
    ]
    with pytest.raises(VersionConflict) as stale:
        update_patient(world.staff.access, patient.id, expected_version=9, changes={"name": "Eve"})
    assert stale.value.members == {"current": patient}
    patient = get_patient(world.staff.access, patient.id)
    assert ({name: getattr(patient, name) for name in FACTS}, patient.version) == (FACTS, 1)
    assert written_keys(patient) == keys(patient)
