"""What the pages ask the database for: few questions, each of one partition, and no counts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from appointments.services import book_appointment
from doctors.models import Doctor
from patients.models import Patient
from tests.accounts.sql import statements
from tests.factories.accounts import MembershipFactory
from tests.factories.doctors import DoctorFactory, ShiftFactory
from tests.factories.patients import PatientFactory
from tests.world import World

from .conftest import MONDAY, Admin

PARTITION = re.compile(
    r"\b(doctors|shifts|patients|patient_search_keys|appointments|appointment_events)_(\d\d)\b"
)
# The session and its user.
SIGNED_IN = 2


def partitions(sql: str) -> dict[str, set[str]]:
    """The partitions that the plan of a statement reads, by table."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    found: dict[str, set[str]] = {}
    for table, number in PARTITION.findall(plan):
        found.setdefault(table, set()).add(number)
    return found


def test_every_page_reads_one_partition_and_counts_nothing(
    admin: Admin, pages: list[str], world: World
) -> None:
    for page in pages:
        with statements() as asked:
            admin.get(page)
        for sql in asked:
            assert {len(numbers) for numbers in partitions(sql).values()} <= {1}, (page, sql)
            assert "COUNT(" not in sql, (page, sql)


def many(make: Callable[[int], Any]) -> None:
    for number in range(60):
        make(number)


# The hospital is read twice where it is chosen: to check it, and to name it in the box.
COUNTS = {
    "accounts/user/": 1,
    "hospitals/hospital/": 1,
    "accounts/membership/?hospital={hospital}": 4,  # … members, their doctors
    "doctors/doctor/?hospital={hospital}": 3,
    "patients/patient/?hospital={hospital}": 3,
    "patients/patient/?hospital={hospital}&q=pat": 3,
    # … the doctor twice, their shifts
    "doctors/shift/?hospital={hospital}&doctor_id={doctor}": 5,
    # … appointments with their patients, their doctors
    "appointments/appointment/?hospital={hospital}": 4,
    # … doctor and patient twice
    "appointments/appointment/?hospital={hospital}&doctor_id={doctor}&patient_id={patient}": 8,
    "doctors/doctor/choices/{hospital}/?term=doc": 1,
    "patients/patient/choices/{hospital}/?term=pat": 1,
}


@pytest.mark.parametrize("page", COUNTS)
@pytest.mark.parametrize("full", [False, True])
def test_a_list_takes_as_many_queries_however_much_it_shows(
    world: World, admin: Admin, doctor: Doctor, patient: Patient, page: str, full: bool
) -> None:
    hospital = world.hospital
    if full:
        many(lambda n: DoctorFactory(hospital=hospital))
        many(lambda n: PatientFactory(hospital=hospital))
        many(lambda n: MembershipFactory(hospital=hospital))
        for n in range(1, 29):
            ShiftFactory(doctor=doctor, date=MONDAY.replace(month=12, day=n))
    book_appointment(
        world.root.access, doctor_id=doctor.pk, patient_id=patient.pk, starts_at=f"{MONDAY}T09:00"
    )
    path = page.format(hospital=hospital.pk, doctor=doctor.pk, patient=patient.pk)
    with statements() as asked:
        assert admin.get(path).status_code == 200
    assert len(asked) == SIGNED_IN + COUNTS[page], "\n".join(asked)


def test_pages_follow_one_another(world: World, admin: Admin) -> None:
    many(lambda n: PatientFactory(hospital=world.hospital, name=f"Pat {n:03}"))
    path = f"patients/patient/?hospital={world.hospital.pk}&q=pat"
    first = admin.get(path)
    assert "1&ndash;50" in first.content.decode()
    following = first.context["cl"].pages["next"]
    second = admin.get(f"patients/patient/{following}").context["cl"]
    assert [row.name for row in second.result_list] == [f"Pat {n:03}" for n in range(50, 60)]
    assert second.pages == {"previous": second.pages["previous"]}


def test_the_last_page_leads_no_further(
    world: World, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.service_admin.LAST_PAGE", 1)
    many(lambda n: PatientFactory(hospital=world.hospital))
    path = f"patients/patient/?hospital={world.hospital.pk}&p=7"
    assert admin.get(path).context["cl"].pages == {}


def test_lists_have_no_rows_of_other_hospitals(world: World, admin: Admin) -> None:
    for hospital, name in ((world.hospital, "Here"), (world.other_hospital, "There")):
        PatientFactory(hospital=hospital, name=name)
    rows = admin.get(f"patients/patient/?hospital={world.hospital.pk}").context["cl"].result_list
    assert [row.name for row in rows] == ["Here"]
    offered = admin.get(f"patients/patient/choices/{world.hospital.pk}/?term=")
    assert [row["text"] for row in offered.json()["results"]] == ["Here, 1980-05-17"]


def test_a_row_is_not_found_under_another_hospital(
    world: World, admin: Admin, patient: Patient
) -> None:
    response = admin.get(f"patients/patient/{world.other_hospital.pk}-{patient.pk}/change/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/admin/"
