"""SQL statements: exactly counted, and the same however many parents a list has.

Every document begins with the door: 1 query for the sign-in and the role.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, get_named_type

from accounts.models import Role
from api_graphql.schema import schema
from appointments.services import book_appointment
from tests.accounts.sql import statements
from tests.api_graphql.stage import MONDAY, TUESDAY, write
from tests.factories.accounts import MembershipFactory
from tests.factories.doctors import DoctorFactory, ShiftFactory
from tests.factories.patients import PatientFactory
from tests.world import person

DATES = f'from: "{MONDAY}", to: "{TUESDAY}"'
CALENDAR = f"schedules(doctorIds: $ids, {DATES})"
PATIENT = "patient { name phone }"


@dataclass(frozen=True)
class Case:
    """`covers` names the list fields that `selected` of a hospital reads, in `queries`."""

    covers: tuple[str, ...]
    selected: str
    queries: int
    who: str = "admin"

    def __str__(self) -> str:
        return self.selected


CASES = [
    # The page.
    Case(("Hospital.doctors", "DoctorConnection.nodes"), "doctors { nodes { id name } }", 2),
    Case(("DoctorConnection.edges",), "doctors { edges { node { id } } }", 2),
    # Two dates: stamps and free slots, then the page.
    Case(
        (), f'doctors(availableFrom: "{MONDAY}", availableTo: "{MONDAY}") {{ nodes {{ id }} }}', 4
    ),
    Case(("Hospital.specialties",), "specialties", 2),
    # Shifts with appointments; the door has read the stamps of the first calendar.
    Case(
        ("Hospital.schedules", "DoctorDay.availableSlots"),
        f"{CALENDAR} {{ doctor {{ id }} date availableSlots {{ time appointment {{ id"
        " patient { id name } status version } } }",
        2,
    ),
    # And the doctors.
    Case((), f"{CALENDAR} {{ doctor {{ name }} }}", 3),
    # And the patients.
    Case((), f"{CALENDAR} {{ availableSlots {{ appointment {{ {PATIENT} }} }} }}", 3),
    # And the appointments, doctors, patients and histories.
    Case(
        ("Appointment.history",),
        f"{CALENDAR} {{ availableSlots {{ appointment {{ reason doctor {{ name }} {PATIENT}"
        " history { type } } } }",
        6,
    ),
    # The same, resolved field by field: the doctors' hospital has arguments in it.
    Case(
        (),
        f"{CALENDAR} {{ availableSlots {{ appointment {{ reason {PATIENT} history {{ type }}"
        " doctor { hospital { name specialties } } } } }",
        # days, appointments, patients, histories, doctors, hospital, specialties
        8,
    ),
    Case(("Hospital.openings",), f"openings({DATES}) {{ doctor {{ id }} time }}", 2),
    Case((), f"openings({DATES}) {{ doctor {{ name }} time }}", 3),
    Case(("Hospital.patients", "PatientConnection.nodes"), "patients { nodes { name } }", 2),
    Case(("PatientConnection.edges",), "patients { edges { node { name } } }", 2),
    Case(
        ("Hospital.appointments", "AppointmentConnection.nodes"),
        "appointments { nodes { id patient { name } doctor { id } } }",
        2,
    ),
    # The page, doctors, patients, histories.
    Case(
        ("AppointmentConnection.edges",),
        f"appointments {{ edges {{ node {{ doctor {{ name }} {PATIENT} history {{ type }} }} }} }}",
        5,
    ),
    Case(("Hospital.members", "MemberConnection.nodes"), "members { nodes { user { name } } }", 2),
    Case(("MemberConnection.edges",), "members { edges { node { id } } }", 2),
    # Doctors, their appointments, these patients.
    Case(
        ("Doctor.appointments",),
        f"doctors {{ nodes {{ name appointments {{ nodes {{ time {PATIENT} }} }} }} }}",
        4,
    ),
    # Resolved field by field: appointments of doctors of appointments of doctors, with patients.
    Case(
        (),
        "doctors { nodes { appointments { nodes { doctor { name appointments { nodes {"
        f" {PATIENT} }} }} }} }} }} }} }}",
        # doctors, appointments, doctors, appointments, patients
        6,
    ),
    Case(
        ("Doctor.availability", "Availability.shifts"),
        f"doctors {{ nodes {{ availability({DATES}) {{ date shifts {{ start }} }} }} }}",
        3,
    ),
    # The hospital's row, once for all.
    Case((), "doctors { nodes { hospital { id name } } }", 3),
    Case((), "name timezone doctors { nodes { hospital { name } } }", 3),
]
# Not of a hospital: each has a test of its own below.
OTHERS = {
    "User.memberships",
    "HospitalConnection.nodes",
    "HospitalConnection.edges",
    "Mutation.setAvailability",
}


def list_fields():
    found = set()
    for type_ in schema.graphql_schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_.name.startswith("__"):
            continue
        for name, field in type_.fields.items():
            kind = field.type
            kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
            connection = get_named_type(kind).name.endswith("Connection")
            if (isinstance(kind, GraphQLList) or connection) and type_.name != "Query":
                found.add(f"{type_.name}.{name}")
    return found


def test_every_list_field_has_a_case():
    assert {name for case in CASES for name in case.covers} | OTHERS == list_fields()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_queries_do_not_grow(stage, case):
    document = f"query ($h: ID!) {{ hospital(id: $h) {{ {case.selected} }} }}"
    ids = list(stage.doctor_ids)
    if "$ids" in case.selected:
        document = document.replace("$h: ID!", "$h: ID!, $ids: [ID!]!")
    counts = []
    for _ in range(2):
        variables = {"h": stage.hospital_id}
        if "$ids" in case.selected:
            variables["ids"] = ids
        with statements() as found:
            answer = stage.ask(case.who, document, **variables)
        assert answer.errors == []
        counts.append(len(found))
        if len(counts) == 1:
            ids += _grow(stage)
    assert counts == [case.queries, case.queries]


@pytest.mark.parametrize(
    ("first", "second", "queries"),
    [
        ("$ids", "$ids", 2),  # the stamps with the door, the days; the second's are kept then
        ("$ids", "$one", 3),  # the second's stamps
        ("$one", "$ids", 4),  # and its days
        ("[{0}]", "$ids", 5),  # doctors that stand in the document are not looked for
    ],
)
def test_two_calendars_of_one_hospital(stage, first, second, queries):
    """Each shows its own doctors, whichever of them the door has read ahead."""
    one, *others = map(str, stage.doctor_ids)
    wanted = {"$ids": [one, *others], "$one": [others[0]], "[{0}]": [one]}
    calendars = " ".join(
        f"{name}: schedules(doctorIds: {ids.format(one)}, {DATES}) {{ doctor {{ id }} }}"
        for name, ids in (("a", first), ("b", second))
    )
    parts = {name for name in (first, second) if name.startswith("$")}
    head = ", ".join(["$h: ID!", *(f"{name}: [ID!]!" for name in sorted(parts))])
    variables = {name[1:]: wanted[name] for name in parts}
    with statements() as found:
        answer = stage.ask(
            "staff",
            f"query ({head}) {{ hospital(id: $h) {{ {calendars} }} }}",
            h=stage.hospital_id,
            **variables,
        )
    assert answer.errors == []
    for name, ids in (("a", first), ("b", second)):
        shown = [day["doctor"]["id"] for day in answer.data["hospital"][name]]
        assert list(dict.fromkeys(shown)) == wanted[ids]
    assert len(found) == queries


def _grow(stage):
    """Five times as many doctors and more of everything else; returns the new doctors' ids."""
    ids = []
    for number in range(8):
        doctor = DoctorFactory(hospital=stage.world.hospital, name=f"Dr {number}")
        ids.append(str(doctor.pk))
        for day in (MONDAY, TUESDAY):
            ShiftFactory(doctor=doctor, date=day)
            for hour in ("11:00", "12:00"):
                book_appointment(
                    stage.world.staff.access,
                    doctor_id=doctor.pk,
                    patient_id=PatientFactory(hospital=stage.world.hospital).pk,
                    starts_at=f"{day}T{hour}",
                )
        person(f"Staff {number}", stage.world.hospital, Role.STAFF)
    return ids


def test_hospitals(stage):
    # The sign-in, and the page.
    with statements() as found:
        stage.ask("root", "{ hospitals { edges { node { id name opens } } } }")
    assert len(found) == 2
    # A hospital is read by itself, each in one partition: the roles of all, then of either the
    # doctors, their appointments and the patients (of whom one hospital has none).
    chain = f"doctors {{ nodes {{ appointments {{ nodes {{ {PATIENT} }} }} }} }}"
    for _ in range(2):
        with statements() as found:
            stage.ask("root", f"{{ hospitals {{ nodes {{ name {chain} }} }} }}")
        assert len(found) == 3 + 3 + 2
        _grow(stage)


def test_memberships(stage):
    # The sign-in, and the caller with their roles; for more of the hospitals, roles and rows.
    for selected, queries in (("name", 2), ("address", 4)):
        document = f"{{ me {{ memberships {{ hospital {{ id {selected} }} }} }} }}"
        for _ in range(2):
            with statements() as found:
                answer = stage.ask("staff", document)
            assert answer.errors == []
            assert len(found) == queries
            MembershipFactory(user=stage.world.staff.user)


def test_set_availability_answers_without_a_query(stage):
    document = (
        "mutation ($input: SetAvailabilityInput!) {"
        " setAvailability(input: $input) { date shifts { start end } } }"
    )
    for days in (1, 20):
        given = [
            {"date": f"2027-01-{n + 1:02}", "shifts": [{"start": "09:00", "end": "12:00"}]}
            for n in range(days)
        ]
        with statements() as found:
            answer = stage.ask(
                "staff",
                document,
                input={
                    "hospitalId": stage.hospital_id,
                    "doctorId": stage.doctor_ids[0],
                    "days": given,
                },
            )
        assert answer.data["setAvailability"] == given
        # The door, the doctor, the lock, the hospital; what is there, what is new, who is outside
        # of it, and the stamp.
        assert len(found) == 8


def test_a_booking_knows_its_patients_name(stage):
    """One row is read as plainly as a list of them: what it knows itself is not asked for."""
    found = {}
    for hour, selected in enumerate(("id", "id patient { id name }", f"id {PATIENT}"), 11):
        with statements() as found[selected]:
            answer = write(
                stage,
                "staff",
                "bookAppointment",
                f"{{ {selected} }}",
                doctorId=stage.doctor_ids[0],
                patientId=str(stage.patients[0].pk),
                startsAt=f"{MONDAY}T{hour}:00",
            )
        assert answer.errors == []
    bare, named, whole = map(len, found.values())
    assert (named, whole) == (bare, bare + 1)
