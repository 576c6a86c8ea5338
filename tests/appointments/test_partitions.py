"""Every statement of every read and write stays within one partition of each table."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.access import access_to
from appointments.availability import set_availability, update_doctor, update_hospital
from appointments.openings import answer_openings, ask_openings, free_doctor_ids
from appointments.queries import appointments, get_appointment, history
from appointments.safe_repeats import book_once, create_patient_once
from appointments.schedules import answer_schedules, ask_schedules
from appointments.services import book_appointment
from doctors.models import Shift
from doctors.queries import availability, doctors, get_doctor, specialties
from doctors.services import create_doctor
from patients.queries import get_patient, patients
from patients.services import create_patient, update_patient
from scheduler.db import execute
from scheduler.errors import Refusal
from scheduler.partitioning import PARTITIONS
from tests.accounts.sql import statements
from tests.appointments.crowd import make_crowd
from tests.appointments.scene import MONDAY, TUESDAY, Scene, at, ranges

pytestmark = pytest.mark.django_db

PARTITION = re.compile(r"(.+)_(\d\d)")


def nodes(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, dict):
        yield plan
        plan = list(plan.values())
    if isinstance(plan, list):
        for part in plan:
            yield from nodes(part)


def partitions_of(sql: str) -> dict[str, set[str]]:
    """The partitions that the plans of a trip's statements read or write, by table."""
    found: dict[str, set[str]] = defaultdict(set)
    for statement in sql.split(";"):
        (plan,) = execute(f"EXPLAIN (FORMAT JSON) {statement.replace('%', '%%')}")[0]
        for node in nodes(json.loads(plan) if isinstance(plan, str) else plan):
            match = PARTITION.fullmatch(node.get("Relation Name", ""))
            if match:
                found[match[1]].add(match[2])
    return found


def locked() -> set[tuple[str, str]]:
    """The partitions that this transaction has opened, for whatever reason: also to check keys."""
    rows = execute(
        "SELECT DISTINCT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
        " WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND c.relispartition"
    )
    matches = (PARTITION.fullmatch(name) for (name,) in rows)
    return {(match[1], match[2]) for match in matches if match}


def test_this_test_would_notice(scene: Scene) -> None:
    by_id_alone = "SELECT * FROM appointments WHERE id = 1"
    execute(by_id_alone)
    assert len({number for table, number in locked() if table == "appointments"}) == PARTITIONS
    assert len(partitions_of(by_id_alone)["appointments"]) == PARTITIONS


def repeat(scene: Scene) -> None:
    for _ in range(2):
        book_once(
            scene.staff,
            key="k",
            doctor_id=scene.doctor.pk,
            specialty=None,
            patient_id=scene.patient.pk,
            starts_at=at("09:00"),
            reason="",
        )


def many(scene: Scene) -> list[int]:
    return make_crowd(scene, 10, 7).ids


WEEK: dict[str, Any] = {"start": MONDAY, "end": MONDAY + timedelta(days=7)}
READS: dict[str, Callable[[Scene, list[int]], Any]] = {
    "access": lambda s, ids: access_to(s.world.staff.caller, s.hospital.pk),
    "schedules": lambda s, ids: answer_schedules(
        ask_schedules(s.staff, doctor_ids=[s.doctor.pk, *ids], **WEEK)
    ),
    "openings": lambda s, ids: answer_openings(ask_openings(s.staff, **WEEK, doctor_ids=ids)),
    "openings of all": lambda s, ids: answer_openings(ask_openings(s.staff, **WEEK)),
    "free doctors": lambda s, ids: free_doctor_ids(s.staff, **WEEK),
    "list": lambda s, ids: appointments(
        s.staff,
        size=50,
        after=appointments(s.staff, size=5).next,
    ),
    "list, filtered": lambda s, ids: appointments(
        s.staff,
        size=50,
        doctor_id=ids[0],
        patient_id=s.patient.pk,
        start=MONDAY,
        end=TUESDAY,
        status="booked",
    ),
    "list of one doctor": lambda s, ids: appointments(s.staff, size=50, doctor_id=ids[0]),
    "list of one patient": lambda s, ids: appointments(s.staff, size=50, patient_id=s.patient.pk),
    "list, a doctor's": lambda s, ids: appointments(s.as_doctor, size=50, start=MONDAY),
    "one": lambda s, ids: get_appointment(s.staff, appointments(s.staff, size=1).rows[0].id),
    "history": lambda s, ids: history(s.staff, appointments(s.staff, size=1).rows[0].id),
    "doctors": lambda s, ids: doctors(s.staff, search="dr", specialty="Oncology", size=5),
    "doctors, some": lambda s, ids: doctors(s.staff, only=ids, active=None, size=50),
    "one doctor": lambda s, ids: get_doctor(s.staff, s.doctor.pk),
    "specialties": lambda s, ids: specialties(s.staff),
    "availability": lambda s, ids: availability(s.staff, ids[0], start=MONDAY, end=TUESDAY),
    "patients": lambda s, ids: patients(s.staff, search="ada mo", size=50),
    "one patient": lambda s, ids: get_patient(s.staff, s.patient.pk),
}


def _clear(scene: Scene) -> None:
    Shift.objects.filter(hospital=scene.hospital).delete()
    update_hospital(
        scene.world.admin.access, expected_version=None, changes={"timezone": "America/Chicago"}
    )


WRITES: dict[str, Callable[[Scene], Any]] = {
    "book": lambda s: s.book(),
    "book any": lambda s: book_appointment(s.staff, patient_id=s.patient.pk, starts_at=at("09:00")),
    "book twice": lambda s: (s.book(), s.book(patient=s.other_patient)),
    "book off hours": lambda s: s.book("14:00"),
    "book a busy patient": lambda s: (s.book(), s.book(doctor=s.colleague)),
    "book with a key": repeat,
    "change": lambda s: s.change(
        s.change(s.book(), starts_at=at("10:00"), doctor_id=s.colleague.pk), status="arrived"
    ),
    "cancel": lambda s: s.cancel(s.book(), reason="x"),
    "set availability": lambda s: set_availability(
        s.staff,
        s.doctor.pk,
        days=[(MONDAY, []), (TUESDAY, ranges("09:00-12:00", "13:00-17:00"))],
    ),
    "set it in the way": lambda s: (
        s.book(),
        set_availability(s.staff, s.doctor.pk, days=[(MONDAY, [])]),
    ),
    "change a doctor": lambda s: update_doctor(
        s.world.admin.access, s.doctor.pk, expected_version=1, changes={"active": False}
    ),
    "add a doctor": lambda s: create_doctor(
        s.world.admin.access, name="Dr New", specialty="Oncology"
    ),
    "change a hospital": lambda s: update_hospital(
        s.world.admin.access, expected_version=None, changes={"name": "Saint Mary"}
    ),
    "change its zone": _clear,
    "add a patient": lambda s: create_patient(
        s.staff, name="Cy New", date_of_birth=MONDAY.replace(1990), mrn="7", phone="555 0100"
    ),
    "add a patient with a key": lambda s: create_patient_once(
        s.staff,
        key="k",
        values={
            "name": "Cy New",
            "date_of_birth": MONDAY.replace(1990),
            "phone": "",
            "email": "",
            "mrn": "",
        },
    ),
    "change a patient": lambda s: update_patient(
        s.staff, s.patient.pk, expected_version=1, changes={"name": "Ada Fern", "mrn": "8"}
    ),
}


@pytest.fixture(autouse=True)
def _no_generic_plans(db: None) -> None:
    # The check of a foreign key is a prepared statement. Once in a session, at its sixth run,
    # PostgreSQL tries what a plan for all partitions would cost, and opens them for that.
    execute("SET LOCAL plan_cache_mode = force_custom_plan")


@pytest.fixture
def of_hospital(scene: Scene) -> str:
    """The number of the partitions in which all rows of the hospital are."""
    ((name,),) = execute(
        "SELECT tableoid::regclass::text FROM doctors WHERE hospital_id = %s AND id = %s",
        (scene.hospital.pk, scene.doctor.pk),
    )
    return name[-2:]


def assert_one_partition(found: list[str], before: set[tuple[str, str]], number: str) -> None:
    assert found
    opened = {entry for entry in locked() - before if entry[1] != number}
    assert opened == set()
    for sql in found:
        for table, numbers in partitions_of(sql).items():
            assert numbers == {number}, (table, numbers, sql)


@pytest.mark.parametrize("name", READS)
def test_reads(scene: Scene, of_hospital: str, name: str) -> None:
    scene.book()
    ids = many(scene)
    before = locked()
    with statements() as found:
        READS[name](scene, ids)
    assert_one_partition(found, before, of_hospital)


@pytest.mark.parametrize("name", WRITES)
def test_writes(scene: Scene, of_hospital: str, name: str) -> None:
    before = locked()
    with statements() as found:
        try:
            WRITES[name](scene)
        except Refusal as refusal:
            assert refusal.code in {  # noqa: PT017
                "slot_taken",
                "slot_unavailable",
                "patient_busy",
                "availability_in_use",
            }
    assert_one_partition(found, before, of_hospital)
