"""Listing doctors, and the shifts that make their availability."""

from datetime import date
from typing import Any

import pytest

from doctors.queries import DayShifts, availability, doctors, get_doctor, row_of, specialties
from scheduler.errors import Invalid, NotFound
from tests.factories.doctors import DoctorFactory, ShiftFactory
from tests.world import World

MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)


def names(world: World, **question: Any) -> list[str]:
    return [row.name for row in doctors(world.staff.access, size=50, **question).rows]


def test_doctors_are_those_of_the_hospital(world: World) -> None:
    gone = DoctorFactory(hospital=world.hospital, name="Dr Gone", active=False)
    other = DoctorFactory(hospital=world.hospital, name="Dr Zoë Ash", specialty="Neurology")
    assert names(world) == ["Dr Colleague", "Dr Own", "Dr Zoë Ash"]
    assert names(world, active=False) == ["Dr Gone"]
    assert names(world, active=None) == ["Dr Colleague", "Dr Gone", "Dr Own", "Dr Zoë Ash"]
    assert names(world, specialty="Neurology") == ["Dr Zoë Ash"]
    assert names(world, specialty="neurology") == []
    assert names(world, search="zoe") == ["Dr Zoë Ash"]
    assert names(world, search="oë zo") == ["Dr Zoë Ash"]
    assert names(world, only=[other.pk, gone.pk, world.other_doctor.pk]) == ["Dr Zoë Ash"]
    assert names(world, only=[]) == []


def test_a_page_of_doctors_costs_one_query(world: World, django_assert_num_queries: Any) -> None:
    DoctorFactory.create_batch(50, hospital=world.hospital)
    with django_assert_num_queries(1):
        first = doctors(world.staff.access, size=20)
    assert (len(first.rows), first.has_next, first.has_previous) == (20, True, False)


def test_get_doctor(world: World) -> None:
    own = world.doctor.row
    assert own is not None
    assert get_doctor(world.staff.access, own.pk) == row_of(own)
    for absent in (world.other_doctor.pk, 0, -1, 2**70):
        with pytest.raises(NotFound):
            get_doctor(world.staff.access, absent)


def test_specialties_are_those_of_active_doctors(world: World) -> None:
    for specialty, active in (("Urology", True), ("Urology", True), ("Oncology", False)):
        DoctorFactory(hospital=world.hospital, specialty=specialty, active=active)
    DoctorFactory(hospital=world.other_hospital, specialty="Dermatology")
    assert specialties(world.staff.access) == ["Cardiology", "Urology"]


def test_availability_has_the_dates_with_shifts(
    world: World, django_assert_num_queries: Any
) -> None:
    own = world.doctor.row
    assert own is not None
    for day, start, end in ((TUESDAY, 780, 1440), (TUESDAY, 540, 720), (MONDAY, 480, 720)):
        ShiftFactory(doctor=own, date=day, start_minute=start, end_minute=end)
    ShiftFactory(doctor=world.other_doctor)
    access = world.colleague.access  # a colleague may see it too
    with django_assert_num_queries(1):  # the doctor with their shifts
        found = availability(access, own.pk, start=MONDAY, end=date(2026, 12, 31))
    assert found == [
        DayShifts(MONDAY, ((480, 720),)),
        DayShifts(TUESDAY, ((540, 720), (780, 1440))),
    ]
    assert availability(access, own.pk, start=TUESDAY, end=TUESDAY) == found[1:]
    assert availability(access, own.pk, start=date(2020, 1, 1), end=date(2020, 12, 31)) == []


def test_availability_refuses(world: World) -> None:
    own = world.doctor.row
    assert own is not None
    access = world.staff.access
    # Absent before invalid.
    with pytest.raises(NotFound):
        availability(access, world.other_doctor.pk, start=TUESDAY, end=MONDAY)
    with pytest.raises(NotFound):
        availability(access, world.other_doctor.pk, start=MONDAY, end=TUESDAY)
    with pytest.raises(Invalid) as backwards:
        availability(access, own.pk, start=TUESDAY, end=MONDAY)
    assert [(e.field, e.code) for e in backwards.value.errors] == [("from", "after_to")]
    with pytest.raises(Invalid) as long:
        availability(access, own.pk, start=date(2026, 1, 1), end=date(2027, 1, 2))
    assert [(e.field, e.code) for e in long.value.errors] == [("to", "too_many_days")]
    assert availability(access, own.pk, start=date(2026, 1, 1), end=date(2027, 1, 1)) == []
