"""The next bookable slots across doctors, and which doctors have one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from random import Random
from typing import Any

import pytest
import time_machine

from accounts.access import Access
from appointments.availability import set_availability, update_doctor
from appointments.models import Appointment
from appointments.openings import all_openings, answer_openings, ask_openings, free_doctor_ids
from appointments.queries import AppointmentRow
from appointments.services import book_appointment
from appointments.slots import Slot
from doctors.models import Doctor, Shift
from hospitals.models import Hospital
from hospitals.wall_time import wall, zone
from scheduler.errors import Invalid
from tests.accounts.sql import statements
from tests.appointments.scene import (
    HOUR,
    MONDAY,
    TUESDAY,
    Scene,
    make_place,
    new_york,
    openings,
    ranges,
    shift,
)
from tests.factories.doctors import DoctorFactory
from tests.rows import nothing_written, refused

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WEDNESDAY = TUESDAY + DAY


def ask(scene: Scene, access: Access | None = None, **values: Any) -> list[tuple[int, str]]:
    asked: dict[str, Any] = {"start": MONDAY, "end": MONDAY, "limit": 200} | values
    found = answer_openings(ask_openings(access or scene.staff, **asked))
    return [(doctor_id, text[:16]) for doctor_id, text in openings(found)]


def monday(doctor: Doctor, *clocks: str) -> list[tuple[int, str]]:
    return [(doctor.pk, f"{MONDAY}T{clock}") for clock in clocks]


def test_the_earliest_first_then_by_doctor(scene: Scene) -> None:
    shift(scene.colleague, MONDAY, "08:00", "09:00")
    shift(scene.doctor, TUESDAY, "23:00", "24:00")
    scene.book("10:00")
    assert ask(scene, end=TUESDAY) == [
        (scene.colleague.pk, "2026-11-30T08:00"),
        (scene.doctor.pk, "2026-11-30T09:00"),
        (scene.colleague.pk, "2026-11-30T09:00"),
        (scene.colleague.pk, "2026-11-30T10:00"),
        (scene.doctor.pk, "2026-11-30T11:00"),
        (scene.colleague.pk, "2026-11-30T11:00"),
        (scene.doctor.pk, "2026-12-01T23:00"),
    ]


def test_an_opening_is_a_whole_slot(scene: Scene) -> None:
    question = ask_openings(scene.staff, start=MONDAY, end=MONDAY, limit=1)
    with nothing_written(scene.hospital):
        (found,) = answer_openings(question)
    assert found.doctor_id == scene.doctor.pk
    assert found.slot == Slot(
        MONDAY,
        "09:00",
        new_york("09:00"),
        new_york("09:00") + HOUR,
        "2026-11-30T09:00:00-05:00",
    )


def test_every_role_sees_them_all(scene: Scene) -> None:
    scene.book("09:00")
    expected = ask(scene)
    for who in ("root", "admin", "doctor", "colleague"):
        assert ask(scene, scene.world[who].access) == expected
    assert ask(scene, scene.world.stranger.access) == []


def test_only_what_is_ahead(scene: Scene, clock: time_machine.Traveller) -> None:
    clock.move_to(new_york("10:00"))
    assert ask(scene, start=MONDAY - 20 * DAY, end=TUESDAY, doctor_ids=[scene.doctor.pk]) == (
        monday(scene.doctor, "11:00")
    )
    assert ask(scene, start=MONDAY - 20 * DAY, end=MONDAY - DAY) == []
    clock.move_to(new_york("00:00", TUESDAY))
    assert ask(scene) == []


def test_of_a_specialty(scene: Scene) -> None:
    other = scene.new_doctor("09:00-10:00", specialty="Neurology")
    assert ask(scene, specialty="Neurology") == monday(other, "09:00")
    assert ask(scene, specialty="neurology") == []
    assert ask(scene, specialty="") == []
    assert ask(scene, specialty="Neurology", doctor_ids=[scene.doctor.pk]) == []
    assert ask(scene, specialty="Cardiology", doctor_ids=[other.pk, scene.doctor.pk]) == (
        monday(scene.doctor, "09:00", "10:00", "11:00")
    )


def test_of_named_doctors(scene: Scene) -> None:
    assert ask(scene, doctor_ids=[scene.colleague.pk] * 2) == (
        monday(scene.colleague, "09:00", "10:00", "11:00")
    )
    Doctor.objects.filter(id=scene.colleague.pk).update(active=False)
    assert ask(scene, doctor_ids=[scene.colleague.pk]) == []  # exists, but is not active
    assert ask(scene) == monday(scene.doctor, "09:00", "10:00", "11:00")
    for absent in (0, -1, 2**63 - 1, scene.world.other_doctor.pk):
        with refused(scene.hospital, Invalid) as info:
            ask(scene, doctor_ids=[scene.doctor.pk, absent])
        assert [(e.field, e.code) for e in info.value.errors] == [("doctor", "not_found")]


@pytest.mark.parametrize(
    ("time_from", "time_to", "clocks"),
    [
        (None, None, ["09:00", "10:00", "11:00"]),
        (time(10), None, ["10:00", "11:00"]),
        (time(10, 1), None, ["11:00"]),
        (None, time(10), ["09:00"]),
        (None, time(10, 1), ["09:00", "10:00"]),
        (time(10), time(11), ["10:00"]),
        (time(10), time(10), []),
        (time(0), time(0), ["09:00", "10:00", "11:00"]),  # until midnight at the day's end
        (time(11), time(0), ["11:00"]),
        (time(12), time(23, 59), []),
    ],
)
def test_the_time_of_day(
    scene: Scene, time_from: time | None, time_to: time | None, clocks: list[str]
) -> None:
    found = ask(scene, doctor_ids=[scene.doctor.pk], time_from=time_from, time_to=time_to)
    assert found == monday(scene.doctor, *clocks)


def test_the_last_hour_of_a_day(scene: Scene) -> None:
    shift(scene.doctor, TUESDAY, "22:00", "24:00")
    for time_to, clocks in ((time(23), ["22:00"]), (time(0), ["22:00", "23:00"])):
        assert ask(scene, start=TUESDAY, end=TUESDAY, time_from=time(20), time_to=time_to) == [
            (scene.doctor.pk, f"{TUESDAY}T{clock}") for clock in clocks
        ]


def test_limit(scene: Scene) -> None:
    days = [MONDAY + n * DAY for n in range(1, 10)]
    for day in days:
        shift(scene.doctor, day, "00:00", "24:00")
    found = answer_openings(ask_openings(scene.staff, start=MONDAY, end=days[-1]))
    assert len(found) == 20
    assert len(ask(scene, end=days[-1], limit=1)) == 1
    assert len(ask(scene, end=days[-1], limit=200)) == 200
    assert len(ask(scene, end=days[-1] - DAY, limit=200)) == 6 + 8 * 24


@pytest.mark.parametrize("limit", [1, 2, 5, 9, 30])
def test_only_the_days_that_are_needed(
    scene: Scene, clock: time_machine.Traveller, limit: int
) -> None:
    clock.move_to(new_york("10:30"))
    for n in range(12):
        shift(scene.doctor, WEDNESDAY + n * DAY, "08:00", "12:00")
    for n in (0, 1, 3):  # a full day, and parts of others
        for hour in range(8, 12 - n):
            scene.book(f"{hour:02}:00", day=WEDNESDAY + n * DAY, patient=scene.new_patient())
    end = WEDNESDAY + 11 * DAY
    asked = {"start": MONDAY, "end": end, "doctor_ids": [scene.doctor.pk], "limit": limit}
    for window in ({}, {"time_from": time(9)}, {"time_to": time(11)}):
        question = ask_openings(scene.staff, **asked, **window)
        with statements() as found:
            answer = answer_openings(question)
        assert len(found) == 1
        assert answer == all_openings(question)[:limit]


def test_a_day_on_which_clocks_change_is_looked_at_alone(clock: time_machine.Traveller) -> None:
    day = date(2027, 3, 14)  # without the hour from 2
    place = make_place("America/New_York")
    for n in range(-1, 3):
        shift(place.doctor, day + n * DAY, "01:00", "04:00")

    def ask_night(start: date, limit: int) -> tuple[list[str], int]:
        question = ask_openings(place.access, start=start, end=day + 2 * DAY, limit=limit)
        with statements() as found:
            answer = answer_openings(question)
        return [opening.slot.text[:16] for opening in answer], len(found)

    assert ask_night(day, 3) == (["2027-03-14T01:00", "2027-03-14T03:00", "2027-03-15T01:00"], 2)
    assert ask_night(day - DAY, 3) == ([f"2027-03-13T0{hour}:00" for hour in (1, 2, 3)], 1)
    texts, asked = ask_night(day - DAY, 9)
    assert (texts[3:5], texts[8], asked) == (
        ["2027-03-14T01:00", "2027-03-14T03:00"],
        "2027-03-16T01:00",
        3,
    )


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("America/New_York", "2027-03-12T13:20Z"),
        ("Australia/Lord_Howe", "2027-04-01T20:00Z"),
        ("America/Havana", "2027-11-05T12:00Z"),
        ("Asia/Kathmandu", "2027-06-01T03:00:01Z"),
    ],
)
def test_found_hour_by_hour_they_are_those_of_whole_calendars(
    clock: time_machine.Traveller, name: str, now: str
) -> None:
    clock.move_to(now)
    today = date.fromisoformat(now[:10])
    rng = Random(name)
    place = make_place("UTC")
    doctors = [place.doctor, DoctorFactory(hospital=place.hospital)]
    # Booked while the hospital had another clock: there, some begin off the hour.
    for n in range(1, 9):
        for doctor in doctors:
            shift(doctor, today + n * DAY, "00:00", "24:00")
            for hour in rng.sample(range(24), 8):
                book_appointment(
                    place.access,
                    doctor_id=doctor.pk,
                    patient_id=place.new_patient().pk,
                    starts_at=f"{today + n * DAY}T{hour:02}:00Z",
                )
    Shift.objects.all().delete()
    Hospital.objects.update(timezone=name)
    for row in Appointment.objects.all():
        shown, found = wall(row.starts_at, zone(name)), Appointment.objects.filter(id=row.pk)
        found.update(date=shown.date(), time=shown.time())
        if shown.minute and shown.hour == 23:  # a calendar looks at it on its own date alone
            found.update(status="cancelled")
    for n in range(9):
        for doctor in doctors:
            shift(doctor, today + n * DAY, "00:00", "05:30")
            shift(doctor, today + n * DAY, "05:30", "24:00")
    for window in ({}, {"time_from": time(1), "time_to": time(9, 30)}):
        question = ask_openings(place.access, start=today, end=today + 8 * DAY, limit=200, **window)
        every = all_openings(question)
        assert len(every) > 40
        for limit in (1, 3, 20, 200):
            some = replace(question, limit=limit)
            assert answer_openings(some) == every[:limit]


BAD: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"start": TUESDAY}, ("from", "after_to")),
    ({"end": MONDAY + 42 * DAY}, ("to", "too_many_days")),
    ({"start": date(1899, 12, 31)}, ("from", "out_of_range")),
    ({"end": date.max}, ("to", "out_of_range")),
    ({"limit": 0}, ("limit", "out_of_range")),
    ({"limit": -1}, ("limit", "out_of_range")),
    ({"limit": 201}, ("limit", "out_of_range")),
    ({"time_from": time(10), "time_to": time(9)}, ("time_from", "after_to")),
    ({"doctor_ids": range(1, 102)}, ("doctor", "too_many")),
]


@pytest.mark.parametrize(("values", "error"), BAD)
def test_what_is_invalid(scene: Scene, values: dict[str, Any], error: tuple[str, str]) -> None:
    with refused(scene.hospital, Invalid) as info:
        ask(scene, **values)
    assert [(e.field, e.code) for e in info.value.errors] == [error]


def test_42_days_are_allowed(scene: Scene) -> None:
    last = MONDAY + 41 * DAY
    shift(scene.colleague, last, "09:00", "10:00")
    assert ask(scene, end=last)[-1] == (scene.colleague.pk, f"{last}T09:00")


def test_the_night_the_clocks_go_back(clock: time_machine.Traveller) -> None:
    day = date(2027, 11, 7)
    place = make_place("America/New_York")
    shift(place.doctor, day, "00:00", "04:00")
    place.book("2027-11-07T01:00-04:00")

    def ask_night(**values: Any) -> list[tuple[int, str]]:
        return openings(answer_openings(ask_openings(place.access, start=day, end=day, **values)))

    assert ask_night() == [
        (place.doctor.pk, "2027-11-07T00:00:00-04:00"),
        (place.doctor.pk, "2027-11-07T01:00:00-05:00"),
        (place.doctor.pk, "2027-11-07T02:00:00-05:00"),
        (place.doctor.pk, "2027-11-07T03:00:00-05:00"),
    ]
    assert ask_night(time_from=time(1), time_to=time(2)) == [
        (place.doctor.pk, "2027-11-07T01:00:00-05:00")
    ]
    # Between the two the first has begun, though the clock shows the same again.
    clock.move_to("2027-11-07T05:59Z")
    assert ask_night(limit=1) == [(place.doctor.pk, "2027-11-07T01:00:00-05:00")]
    clock.move_to("2027-11-07T06:00Z")
    assert ask_night(limit=1) == [(place.doctor.pk, "2027-11-07T02:00:00-05:00")]


# -- doctors with an opening ----------------------------------------------------------------------


def test_free_doctors(scene: Scene, clock: time_machine.Traveller) -> None:
    scene.new_doctor()  # without a shift
    full = scene.new_doctor("11:00-12:00")
    scene.book("11:00", doctor=full)
    idle = scene.new_doctor("09:00-12:00", active=False)

    def free(start: date, end: date) -> set[int]:
        return free_doctor_ids(scene.as_doctor, start=start, end=end)

    assert free(MONDAY, MONDAY) == {scene.doctor.pk, scene.colleague.pk}
    assert idle.pk not in free(MONDAY - 41 * DAY, MONDAY)
    assert free(TUESDAY, TUESDAY) == set()
    clock.move_to(new_york("10:59"))
    assert free(MONDAY - DAY, TUESDAY) == {scene.doctor.pk, scene.colleague.pk}
    clock.move_to(new_york("11:00"))
    assert free(MONDAY - DAY, TUESDAY) == set()


@pytest.mark.parametrize(
    ("start", "end", "error"),
    [
        (TUESDAY, MONDAY, ("available_from", "after_to")),
        (MONDAY, MONDAY + 42 * DAY, ("available_to", "too_many_days")),
        (date.min, MONDAY, ("available_from", "out_of_range")),
    ],
)
def test_dates_that_are_invalid(
    scene: Scene, start: date, end: date, error: tuple[str, str]
) -> None:
    with refused(scene.hospital, Invalid) as info:
        free_doctor_ids(scene.staff, start=start, end=end)
    assert [(e.field, e.code) for e in info.value.errors] == [error]


# -- ETag ---------------------------------------------------------------------------------------


def etag(scene: Scene, access: Access | None = None, **values: Any) -> str:
    asked: dict[str, Any] = {"start": MONDAY, "end": TUESDAY} | values
    return ask_openings(access or scene.staff, **asked).etag


MOVES: list[Callable[[Scene, AppointmentRow], object]] = [
    lambda scene, row: scene.book("11:00", doctor=scene.colleague),
    lambda scene, row: scene.cancel(row),
    lambda scene, row: set_availability(
        scene.staff, scene.colleague.pk, days=[(TUESDAY, ranges("08:00-12:00"))]
    ),
    lambda scene, row: scene.new_doctor("09:00-10:00"),
    lambda scene, row: update_doctor(
        scene.world.admin.access,
        scene.colleague.pk,
        expected_version=None,
        changes={"active": False},
    ),
    lambda scene, row: update_doctor(
        scene.world.admin.access,
        scene.colleague.pk,
        expected_version=None,
        changes={"specialty": "Neurology"},
    ),
]


@pytest.mark.parametrize("specialty", [None, "Cardiology"])
@pytest.mark.parametrize("move", MOVES)
def test_what_moves_the_etag(
    scene: Scene, move: Callable[[Scene, AppointmentRow], object], specialty: str | None
) -> None:
    row = scene.book("09:00")
    before = etag(scene, specialty=specialty)
    assert etag(scene, specialty=specialty) == before
    move(scene, row)
    assert etag(scene, specialty=specialty) != before


def test_what_leaves_the_etag(scene: Scene) -> None:
    neurologist = scene.new_doctor("09:00-10:00", specialty="Neurology")
    inactive = scene.new_doctor("09:00-10:00", active=False)
    of_cardiology = etag(scene, specialty="Cardiology")
    of_the_doctor = etag(scene, doctor_ids=[scene.doctor.pk])
    scene.book("09:00", doctor=neurologist)
    set_availability(scene.staff, inactive.pk, days=[(MONDAY, [])])
    assert etag(scene, specialty="Cardiology") == of_cardiology
    scene.book("10:00", doctor=scene.colleague)
    assert etag(scene, doctor_ids=[scene.doctor.pk]) == of_the_doctor
    assert etag(scene, specialty="Cardiology") != of_cardiology


def test_the_etag_is_of_the_question(scene: Scene, clock: time_machine.Traveller) -> None:
    found = [
        etag(scene),
        etag(scene, end=MONDAY),
        etag(scene, specialty="Cardiology"),
        etag(scene, time_from=time(9)),
        etag(scene, time_to=time(9)),
        etag(scene, limit=19),
        etag(scene, doctor_ids=[scene.doctor.pk]),
    ]
    assert len(set(found)) == len(found)
    clock.move_to(new_york("07:59"))
    assert etag(scene) == found[0]
    clock.move_to(new_york("08:00"))
    assert etag(scene) != found[0]
