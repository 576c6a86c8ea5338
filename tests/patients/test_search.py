"""By what patients are found, and what a search costs."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st

from patients.models import Patient
from patients.queries import get_patient, patients, row_of
from patients.search import KEY_LENGTH, keys
from scheduler.errors import Invalid, NotFound
from tests.factories.patients import PatientFactory
from tests.world import World

PEOPLE: list[dict[str, Any]] = [
    {
        "name": "José Álvarez",
        "date_of_birth": date(1980, 2, 3),
        "phone": "+1 555 0100",
        "mrn": "MR-17",
    },
    {"name": "Anne-Marie O'Brien", "phone": "(555) 010-0200", "email": "Anne@example.org"},
    {"name": "Josef Brien", "date_of_birth": date(1980, 2, 4), "mrn": "17"},
    {"name": "Zoë Groß", "phone": "030 12345 x100", "mrn": "A B 5"},
]


@pytest.fixture
def people(world: World) -> World:
    for facts in PEOPLE:
        PatientFactory(hospital=world.hospital, **facts)
    PatientFactory(hospital=world.other_hospital, name="José Elsewhere", mrn="MR-17")
    return world


def found(world: World, search: str) -> set[str]:
    rows = patients(world.staff.access, search=search, size=50).rows
    return {row.name.split()[0] for row in rows}


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("jose", {"José", "Josef"}),
        ("JOSÉ", {"José", "Josef"}),
        ("josef", {"Josef"}),
        ("alv", {"José"}),
        ("lvarez", set()),  # the beginning of a word, not its middle
        ("marie", {"Anne-Marie"}),
        ("anne-m", {"Anne-Marie"}),
        ("o'bri", {"Anne-Marie"}),
        ("o\u2019brien", {"Anne-Marie"}),
        ("brien", {"Anne-Marie", "Josef"}),
        ("brien, josef", {"Josef"}),
        ("jose brien", {"Josef"}),
        ("jose jose", {"José", "Josef"}),
        ("gross zoe", {"Zoë"}),
        ("gross nobody", set()),
        ("MR-17", {"José"}),
        ("mr-17", {"José"}),
        ("mr-1", set()),  # the whole mrn
        ("17", {"Josef"}),
        ("a b 5", {"Zoë"}),
        ("anne@example.org", {"Anne-Marie"}),
        ("anne@example", set()),  # the whole email
        ("0100", {"José"}),
        ("100", {"José", "Zoë"}),
        ("00", {"José", "Anne-Marie", "Zoë"}),
        ("9", set()),
        ("+1 555 0100", {"José"}),
        ("555-0100", {"José"}),
        ("15550100", {"José"}),
        ("555 010 0200", {"Anne-Marie"}),
        ("jose 0100", {"José"}),
        ("1980-02-03", {"José"}),
        ("josef 1980-02-04", {"Josef"}),
        ("1980-02", set()),
        ("%", set()),
        ("n:jose", set()),
        ("  ", {"José", "Anne-Marie", "Josef", "Zoë"}),
    ],
)
def test_search(people: World, search: str, expected: set[str]) -> None:
    assert found(people, search) == expected


def test_pages_of_a_search_go_by_name_then_id(world: World) -> None:
    made = [PatientFactory(hospital=world.hospital, name=f"Jo {n}") for n in "BAACB"]
    PatientFactory(hospital=world.hospital, name="Eve")
    order = [made[n].pk for n in (1, 2, 0, 4, 3)]
    seen, after = [], None
    while True:
        page = patients(world.staff.access, search="jo", after=after, size=2)
        seen += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert seen == order
    back = patients(world.staff.access, search="jo", after=page.previous, size=2)
    assert [row.id for row in back.rows] == order[2:4]


@pytest.mark.parametrize("search", ["", "jo", "jo 1980-02-03", "+1 555 0100"])
def test_a_search_is_one_query_in_one_partition(people: World, search: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        patients(people.staff.access, search=search, size=50)
    assert len(queries) == 1
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    touched = re.findall(r"on (patients_\d\d|patient_search_keys_\d\d)\b", plan)
    assert {name[-2:] for name in touched} == {touched[0][-2:]}


def test_a_search_without_bounds_is_invalid(world: World) -> None:
    for search in ("x" * 201, "a\0", " ".join("abcdefghijk")):
        with pytest.raises(Invalid):
            patients(world.staff.access, search=search, size=50)


@given(
    name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200),
    email=st.text(st.characters(exclude_categories=["Cs"]), max_size=254),
)
@example(name="", email="\x1d")  # nothing but what separates words
def test_keys_fit_their_column(name: str, email: str) -> None:
    patient = Patient(name=name, date_of_birth=date(1980, 1, 1), email=email, phone="", mrn="")
    made = keys(patient)
    assert all(2 < len(key) <= KEY_LENGTH for key in made)
    assert "d:1980-01-01" in made


def test_get_patient(people: World) -> None:
    patient = Patient.objects.get(name="Zoë Groß")
    assert get_patient(people.doctor.access, patient.pk) == row_of(patient)
    for absent in (Patient.objects.get(name="José Elsewhere").pk, 2**70):
        with pytest.raises(NotFound):
            get_patient(people.staff.access, absent)
