"""One appointment, and pages of them in order of time: filters, cursors, and who sees which."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from accounts.access import Access
from appointments.queries import AppointmentRow, appointments, get_appointment
from scheduler.errors import Invalid, NotFound
from scheduler.pages import Page
from tests.appointments.scene import MONDAY, TUESDAY, Scene, make_place, shift
from tests.factories.patients import PatientFactory
from tests.rows import nothing_written, refused

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def ask(scene: Scene, access: Access | None = None, **values: Any) -> Page[AppointmentRow]:
    return appointments(access or scene.staff, **({"size": 50} | values))


def ids(page: Page[AppointmentRow]) -> list[int]:
    return [row.id for row in page.rows]


@pytest.fixture
def rows(scene: Scene) -> dict[str, AppointmentRow]:
    """Booked in no order of time."""
    for doctor in (scene.doctor, scene.colleague):
        shift(doctor, TUESDAY, "00:00", "24:00")
    return {
        "late": scene.book("23:00", day=TUESDAY),
        "colleague's": scene.book("10:00", doctor=scene.colleague),
        "early": scene.book("09:00"),
        "arrived": scene.change(scene.book("10:00", patient=scene.other_patient), status="arrived"),
        "cancelled": scene.cancel(scene.book("11:00")),
        "again": scene.book("11:00", patient=scene.other_patient),
        "midnight": scene.book("00:00", day=TUESDAY, doctor=scene.colleague),
    }


ORDER = ["early", "colleague's", "arrived", "cancelled", "again", "midnight", "late"]


def test_in_order_of_time_then_id_with_the_cancelled_ones(
    scene: Scene, rows: dict[str, AppointmentRow]
) -> None:
    with nothing_written(scene.hospital):
        page = ask(scene)
    assert page == Page(
        rows=tuple(rows[name] for name in ORDER),
        keys=tuple((rows[name].starts_at, rows[name].id) for name in ORDER),
        has_next=False,
        has_previous=False,
    )


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"status": "booked"}, ["early", "colleague's", "again", "midnight", "late"]),
        ({"status": "cancelled"}, ["cancelled"]),
        ({"status": "noshow"}, []),
        ({"doctor_id": "colleague"}, ["colleague's", "midnight"]),
        ({"patient_id": "other_patient"}, ["arrived", "again"]),
        ({"patient_id": "patient", "doctor_id": "doctor"}, ["early", "cancelled", "late"]),
        ({"start": TUESDAY}, ["midnight", "late"]),
        ({"end": MONDAY}, ORDER[:5]),
        ({"start": MONDAY, "end": MONDAY, "status": "arrived"}, ["arrived"]),
        ({"start": TUESDAY, "end": TUESDAY, "doctor_id": "doctor"}, ["late"]),
        ({"start": TUESDAY + DAY}, []),
        ({"start": date(1900, 1, 1), "end": date(2200, 12, 31)}, ORDER),
    ],
)
def test_filters(
    scene: Scene, rows: dict[str, AppointmentRow], values: dict[str, Any], names: list[str]
) -> None:
    values = {
        name: getattr(scene, value).pk if name.endswith("_id") else value
        for name, value in values.items()
    }
    assert ids(ask(scene, **values)) == [rows[name].id for name in names]


def test_dates_are_those_of_the_hospitals_clock(clock: time_machine.Traveller) -> None:
    for timezone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"):
        place = make_place(timezone)
        day = TUESDAY + DAY
        shift(place.doctor, day, "00:00", "24:00")
        first = place.book(f"{day}T00:00")
        last = place.book(f"{day}T23:00", place.new_patient())
        for start, end, expected in (
            (day, day, (first, last)),
            (day, None, (first, last)),
            (None, day, (first, last)),
            (day + DAY, None, ()),
            (None, TUESDAY, ()),
        ):
            assert appointments(place.access, start=start, end=end, size=9).rows == expected


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"start": TUESDAY, "end": MONDAY}, [("from", "after_to")]),
        ({"start": date.min}, [("from", "out_of_range")]),
        ({"end": date.max}, [("to", "out_of_range")]),
        ({"doctor_id": 0}, [("doctor", "not_found")]),
        ({"patient_id": 2**63 - 1}, [("patient", "not_found")]),
        ({"doctor_id": -1, "patient_id": 0}, [("doctor", "not_found"), ("patient", "not_found")]),
    ],
)
def test_what_is_invalid(
    scene: Scene, values: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    for access in (scene.staff, scene.as_doctor):
        with refused(scene.hospital, Invalid) as info:
            ask(scene, access, **values)
        assert [(e.field, e.code) for e in info.value.errors] == errors


def test_another_hospitals_doctor_and_patient_do_not_exist(scene: Scene) -> None:
    patient = PatientFactory(hospital=scene.world.other_hospital)
    with refused(scene.hospital, Invalid) as info:
        ask(scene, doctor_id=scene.world.other_doctor.pk, patient_id=patient.pk)
    assert [(e.field, e.code) for e in info.value.errors] == [
        ("doctor", "not_found"),
        ("patient", "not_found"),
    ]


# -- pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
def test_pages_there_and_back(scene: Scene, rows: dict[str, AppointmentRow], size: int) -> None:
    expected = [rows[name].id for name in ORDER]
    there = [ask(scene, size=size)]
    while there[-1].next is not None:
        there.append(ask(scene, size=size, after=there[-1].next))
    assert [ids(page) for page in there] == [
        expected[n : n + size] for n in range(0, len(expected), size)
    ]
    assert [page.has_previous for page in there] == [n > 0 for n in range(len(there))]
    # Backwards, each page ends where the one after it begins.
    back = [there[-1]]
    while back[-1].previous is not None:
        back.append(ask(scene, size=size, after=back[-1].previous))
    assert [id_ for page in reversed(back) for id_ in ids(page)] == expected


def test_a_page_reads_on_from_its_row_whatever_happens_meanwhile(
    scene: Scene, rows: dict[str, AppointmentRow]
) -> None:
    first = ask(scene, size=3)
    scene.cancel(rows["arrived"])
    before = scene.book("09:00", doctor=scene.colleague, patient=scene.other_patient)
    second = ask(scene, size=3, after=first.next)
    assert ids(second) == [rows[name].id for name in ORDER[3:6]]
    assert before.id not in ids(second)


def test_a_page_of_filtered_rows(scene: Scene, rows: dict[str, AppointmentRow]) -> None:
    page = ask(scene, size=1, patient_id=scene.other_patient.pk)
    assert ids(page) == [rows["arrived"].id]
    page = ask(scene, size=1, patient_id=scene.other_patient.pk, after=page.next)
    assert (ids(page), page.has_next, page.has_previous) == ([rows["again"].id], False, True)


# -- who ----------------------------------------------------------------------------------------


def test_who_sees_which(scene: Scene, rows: dict[str, AppointmentRow]) -> None:
    everything = [rows[name].id for name in ORDER]
    colleagues = [rows["colleague's"].id, rows["midnight"].id]
    assert {who: ids(ask(scene, person.access)) for who, person in scene.world.people.items()} == {
        "root": everything,
        "admin": everything,
        "staff": everything,
        "doctor": [id_ for id_ in everything if id_ not in colleagues],
        "colleague": colleagues,
        "stranger": [],
    }
    # A doctor who asks for a colleague's gets none, and is not refused.
    assert ids(ask(scene, scene.as_doctor, doctor_id=scene.colleague.pk)) == []
    assert ids(ask(scene, scene.as_colleague, patient_id=scene.other_patient.pk)) == []


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor", "colleague", "stranger"])
def test_who_sees_one(scene: Scene, who: str) -> None:
    row, access = scene.book("09:00"), scene.world[who].access
    if who in ("colleague", "stranger"):
        with refused(scene.hospital, NotFound):
            get_appointment(access, row.id)
    else:
        with nothing_written(scene.hospital):
            assert get_appointment(access, row.id) == row


@pytest.mark.parametrize("id_", [0, -1, 2**63 - 1, 2**70])
def test_an_absent_one(scene: Scene, id_: int) -> None:
    with refused(scene.hospital, NotFound):
        get_appointment(scene.staff, id_)


def test_a_cancelled_one_is_still_there(scene: Scene) -> None:
    row = scene.book("09:00")
    scene.cancel(row)
    assert get_appointment(scene.as_doctor, row.id) == replace(row, status="cancelled", version=2)
