"""The calendar: slots of doctors and days, who sees whose patients, and what moves its ETag."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.access import Access
from appointments.availability import set_availability, update_doctor, update_hospital
from appointments.days import MOST_MADE, MOST_MADE_BYTES, DoctorDay
from appointments.queries import AppointmentRow
from appointments.schedules import answer_schedules, ask_schedules
from appointments.slots import Booking, Slot
from doctors.models import Doctor
from doctors.services import create_doctor
from patients.services import create_patient, update_patient
from scheduler.errors import Invalid
from tests.appointments.scene import (
    HOUR,
    MONDAY,
    TUESDAY,
    Scene,
    at,
    make_place,
    new_york,
    ranges,
    shift,
)
from tests.rows import nothing_written, refused

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def ask(
    scene: Scene,
    *doctors: Doctor,
    start: date = MONDAY,
    end: date = MONDAY,
    access: Access | None = None,
) -> list[DoctorDay]:
    return answer_schedules(
        ask_schedules(
            access or scene.staff,
            doctor_ids=[doctor.pk for doctor in doctors],
            start=start,
            end=end,
        )
    )


def slot(clock: str, day: date = MONDAY) -> Slot:
    starts_at = new_york(clock, day)
    return Slot(day, clock, starts_at, starts_at + HOUR, f"{day}T{clock}:00-05:00")


def booking(row: AppointmentRow) -> Booking:
    return Booking(
        row.date.toordinal(),
        int(row.starts_at.timestamp()),
        int(row.ends_at.timestamp()),
        row.id,
        row.patient_id,
        row.patient_name,
        row.status,
        row.version,
    )


# -- what it says -------------------------------------------------------------------------------


def test_every_doctor_and_day_in_the_order_asked(scene: Scene) -> None:
    shift(scene.doctor, TUESDAY, "22:00", "24:00")
    row = scene.book("10:00")
    question = ask_schedules(
        scene.staff,
        doctor_ids=[scene.colleague.pk, scene.doctor.pk, scene.colleague.pk],
        start=MONDAY - DAY,
        end=TUESDAY,
    )
    assert (question.hospital.id, question.hospital.name, question.hospital.timezone) == (
        *(scene.hospital.pk, "General", "America/New_York"),
    )
    with nothing_written(scene.hospital):
        days = answer_schedules(question)
    free = [(slot(clock), True, None) for clock in ("09:00", "10:00", "11:00")]
    assert days == [
        DoctorDay(scene.colleague.pk, MONDAY - DAY, True, []),
        DoctorDay(scene.colleague.pk, MONDAY, True, free),
        DoctorDay(scene.colleague.pk, TUESDAY, True, []),
        DoctorDay(scene.doctor.pk, MONDAY - DAY, True, []),
        DoctorDay(
            scene.doctor.pk,
            MONDAY,
            True,
            [free[0], (slot("10:00"), False, booking(row)), free[2]],
        ),
        DoctorDay(
            scene.doctor.pk,
            TUESDAY,
            True,
            [(slot("22:00", TUESDAY), True, None), (slot("23:00", TUESDAY), True, None)],
        ),
    ]


@pytest.mark.parametrize("statuses", [["arrived"], ["arrived", "fulfilled"], ["noshow"]])
def test_a_live_appointment_fills_its_slot_whatever_its_status(
    scene: Scene, statuses: list[str]
) -> None:
    row = scene.book("09:00")
    for status in statuses:
        row = scene.change(row, status=status)
    (day,) = ask(scene, scene.doctor)
    assert day.slots[0] == (slot("09:00"), False, booking(row))


def test_a_cancelled_one_does_not(scene: Scene) -> None:
    scene.cancel(scene.book("09:00"))
    (day,) = ask(scene, scene.doctor)
    assert day.slots[0] == (slot("09:00"), True, None)


def test_a_slot_is_bookable_until_it_begins(scene: Scene, clock: time_machine.Traveller) -> None:
    row = scene.book("10:00")
    for now, expected in (
        ("08:59", [True, False, True]),
        ("09:00", [False, False, True]),
        ("11:00", [False, False, False]),
    ):
        clock.move_to(new_york(now))
        (day,) = ask(scene, scene.doctor)
        assert [bookable for _, bookable, _ in day.slots] == expected
    assert [found for *_, found in day.slots] == [None, booking(row), None]


def test_an_inactive_doctors_slots_are_not_bookable(scene: Scene) -> None:
    scene.book("10:00")
    Doctor.objects.filter(id=scene.doctor.pk).update(active=False)
    (day,) = ask(scene, scene.doctor)
    assert [(s.time, bookable) for s, bookable, _ in day.slots] == [
        ("09:00", False),
        ("10:00", False),
        ("11:00", False),
    ]


def test_adjoining_shifts_and_shifts_off_the_hour(scene: Scene) -> None:
    shift(scene.doctor, TUESDAY, "08:30", "10:15")
    shift(scene.doctor, TUESDAY, "10:15", "12:00")
    shift(scene.doctor, TUESDAY, "13:00", "13:59")
    (day,) = ask(scene, scene.doctor, start=TUESDAY, end=TUESDAY)
    assert [s.time for s, *_ in day.slots] == ["09:00", "11:00"]


def test_an_appointment_outside_every_shift_is_not_shown(
    scene: Scene, clock: time_machine.Traveller
) -> None:
    """The shifts of a day may change when it is over; the list of appointments still has it."""
    scene.book("09:00")
    clock.move_to(new_york("11:30"))
    set_availability(scene.staff, scene.doctor.pk, days=[(MONDAY, ranges("10:00-12:00"))])
    (day,) = ask(scene, scene.doctor)
    assert day.slots == [(slot("10:00"), False, None), (slot("11:00"), False, None)]


def test_what_is_made_of_a_day_is_kept_for_the_makers_that_came_last() -> None:
    day = DoctorDay(1, MONDAY, True, [])
    calls: list[int] = []

    def maker(number: int) -> Callable[[DoctorDay], bytes]:
        def make(_day: DoctorDay) -> bytes:
            calls.append(number)
            return b"%d" % number

        return make

    makers = [maker(number) for number in range(MOST_MADE + 1)]
    for _ in range(2):
        assert [day.as_made_by(make) for make in makers[1:]] == [b"1", b"2", b"3", b"4"]
    assert calls == [1, 2, 3, 4]
    assert day.as_made_by(makers[0]) == b"0"
    assert day.as_made_by(makers[2]) == b"2"
    assert day.as_made_by(makers[1]) == b"1"  # the oldest had made room
    assert calls == [1, 2, 3, 4, 0, 1]
    assert day == DoctorDay(1, MONDAY, True, [])


def test_what_is_kept_of_a_day_is_bounded_in_bytes() -> None:
    """A document may ask for each value of a day fifty times, and there are 20,000 days."""
    day = DoctorDay(1, MONDAY, True, [])
    half = MOST_MADE_BYTES // 2

    def maker(size: int) -> Callable[[DoctorDay], bytes]:
        return lambda _day: b"1" * size

    too_large, first, second, third = map(maker, (MOST_MADE_BYTES + 1, half, half, 1))
    assert len(day.as_made_by(first)) == half
    assert len(day.as_made_by(too_large)) == MOST_MADE_BYTES + 1
    assert [make for make, _ in day.made] == [first]
    day.as_made_by(second)
    assert [make for make, _ in day.made] == [first, second]
    day.as_made_by(third)
    assert [make for make, _ in day.made] == [second, third]


# -- who sees what --------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["root", "admin", "staff", "doctor", "colleague"])
def test_who_sees_the_patient(scene: Scene, who: str) -> None:
    row = scene.book("09:00")
    other = scene.book("09:00", doctor=scene.colleague, patient=scene.other_patient)
    days = ask(scene, scene.doctor, scene.colleague, access=scene.world[who].access)
    # `visible` decides whether an adapter may render the booking; that it is busy all may know.
    assert [day.visible for day in days] == [who != "colleague", who != "doctor"]
    assert [day.slots[0] for day in days] == [
        (slot("09:00"), False, booking(row)),
        (slot("09:00"), False, booking(other)),
    ]


def test_a_stranger_is_told_that_there_is_no_such_doctor(scene: Scene) -> None:
    with refused(scene.hospital, Invalid) as info:
        ask(scene, scene.doctor, access=scene.world.stranger.access)
    assert [(e.field, e.code) for e in info.value.errors] == [("doctor", "not_found")]


# -- invalid ------------------------------------------------------------------------------------


def test_limits(scene: Scene) -> None:
    doctors = [scene.new_doctor() for _ in range(101)]
    last = MONDAY + 41 * DAY
    assert len(ask(scene, *doctors[:50], end=last)) == 2100
    assert len(ask(scene, *doctors[:100], end=MONDAY + 20 * DAY)) == 2100
    assert len(ask(scene, *doctors[:50], *doctors[:50], end=last)) == 2100  # named twice
    for found, end, error in (
        (doctors, MONDAY, ("doctor", "too_many")),
        (doctors[:1], last + DAY, ("to", "too_many_days")),
        (doctors[:51], last, ("to", "too_many_doctor_days")),
        (doctors[:100], MONDAY + 21 * DAY, ("to", "too_many_doctor_days")),
    ):
        with pytest.raises(Invalid) as info:
            ask(scene, *found, end=end)
        assert [(e.field, e.code) for e in info.value.errors] == [error]


@pytest.mark.parametrize(
    ("start", "end", "error"),
    [
        (TUESDAY, MONDAY, ("from", "after_to")),
        (date(1899, 12, 31), date(1900, 1, 1), ("from", "out_of_range")),
        (date(2200, 12, 31), date(2201, 1, 1), ("to", "out_of_range")),
        (date.min, date.max, ("from", "out_of_range")),
    ],
)
def test_dates_that_are_invalid(
    scene: Scene, start: date, end: date, error: tuple[str, str]
) -> None:
    with refused(scene.hospital, Invalid) as info:
        ask(scene, scene.doctor, start=start, end=end)
    assert [(e.field, e.code) for e in info.value.errors] == [error]


def test_doctors_that_are_invalid(scene: Scene) -> None:
    with refused(scene.hospital, Invalid) as info:
        ask(scene)
    assert [(e.field, e.code) for e in info.value.errors] == [("doctor", "required")]
    for absent in (0, -1, 2**63 - 1, scene.world.other_doctor.pk):
        with refused(scene.hospital, Invalid) as info:
            ask_schedules(
                scene.staff, doctor_ids=[scene.doctor.pk, absent], start=MONDAY, end=MONDAY
            )
        assert [(e.field, e.code) for e in info.value.errors] == [("doctor", "not_found")]


# -- ETag ---------------------------------------------------------------------------------------


def etag(scene: Scene, **values: Any) -> str:
    asked: dict[str, Any] = {
        "access": scene.staff,
        "doctor_ids": [scene.doctor.pk],
        "start": MONDAY,
        "end": MONDAY,
    }
    asked |= values
    return ask_schedules(asked.pop("access"), **asked).etag


def _book(scene: Scene, row: AppointmentRow) -> None:
    scene.book("10:00", patient=scene.other_patient)


MOVES: list[Callable[[Scene, AppointmentRow], object]] = [
    _book,
    lambda scene, row: scene.cancel(row),
    lambda scene, row: scene.change(row, status="arrived"),
    lambda scene, row: scene.change(row, reason="x"),  # the appointment's version shows
    lambda scene, row: scene.change(row, starts_at=at("11:00")),
    lambda scene, row: scene.change(row, doctor_id=scene.colleague.pk),
    lambda scene, row: set_availability(
        scene.staff, scene.doctor.pk, days=[(MONDAY, ranges("08:00-12:00"))]
    ),
    lambda scene, row: update_doctor(
        scene.world.admin.access,
        scene.doctor.pk,
        expected_version=None,
        changes={"name": "Dr New"},
    ),
    lambda scene, row: update_patient(
        scene.staff, scene.patient.pk, expected_version=None, changes={"name": "Ada Fern"}
    ),
    lambda scene, row: update_hospital(
        scene.world.admin.access, expected_version=None, changes={"name": "Saint Mary"}
    ),
]


@pytest.mark.parametrize("move", MOVES)
def test_what_moves_the_etag(scene: Scene, move: Callable[[Scene, AppointmentRow], object]) -> None:
    row = scene.book("09:00")
    before, twice = etag(scene), etag(scene)
    assert before == twice
    move(scene, row)
    assert etag(scene) != before


STAYS: list[Callable[[Scene, AppointmentRow], object]] = [
    lambda scene, row: scene.book("10:00", doctor=scene.colleague),
    lambda scene, row: scene.change(row, status="booked", reason=""),  # changes nothing
    lambda scene, row: set_availability(
        scene.staff, scene.doctor.pk, days=[(MONDAY, ranges("09:00-12:00"))]
    ),
    lambda scene, row: set_availability(scene.staff, scene.colleague.pk, days=[(MONDAY, [])]),
    lambda scene, row: update_doctor(
        scene.world.admin.access,
        scene.colleague.pk,
        expected_version=None,
        changes={"active": False},
    ),
    lambda scene, row: update_patient(
        scene.staff, scene.patient.pk, expected_version=None, changes={"phone": "555 0100"}
    ),
    lambda scene, row: create_patient(scene.staff, name="Cy New", date_of_birth=date(1990, 1, 1)),
    lambda scene, row: create_doctor(
        scene.world.admin.access, name="Dr New", specialty="Cardiology"
    ),
]


@pytest.mark.parametrize("stay", STAYS)
def test_what_leaves_the_etag(
    scene: Scene, stay: Callable[[Scene, AppointmentRow], object]
) -> None:
    row = scene.book("09:00")
    before = etag(scene)
    stay(scene, row)
    assert etag(scene) == before


def test_a_refused_booking_leaves_the_etag(scene: Scene) -> None:
    scene.book("09:00")
    before = etag(scene)
    for _ in range(2):
        with pytest.raises(Exception, match=r"fills that time"):
            scene.book("09:00", patient=scene.other_patient)
    assert etag(scene) == before


def test_the_etag_is_of_the_question(scene: Scene) -> None:
    both = [scene.doctor.pk, scene.colleague.pk]
    found = [
        etag(scene),
        etag(scene, doctor_ids=both),
        etag(scene, doctor_ids=both[::-1]),  # the answer's order is another
        etag(scene, end=TUESDAY),
        etag(scene, start=TUESDAY, end=TUESDAY),
    ]
    assert len(set(found)) == len(found)
    assert etag(scene, doctor_ids=[scene.doctor.pk] * 2) == found[0]


def test_the_etag_is_of_what_the_caller_may_see(scene: Scene) -> None:
    of = {name: etag(scene, access=scene.world[name].access) for name in scene.world.people
          if name != "stranger"}  # fmt: skip
    assert of["root"] == of["admin"] == of["staff"]
    assert len({of["staff"], of["doctor"], of["colleague"]}) == 3


@pytest.mark.parametrize(
    ("timezone", "hours"),
    [
        ("America/New_York", ["2026-11-30T13:00Z", "2026-11-30T14:00Z"]),
        ("Asia/Kolkata", ["2026-11-30T12:30Z", "2026-11-30T13:30Z"]),
        ("Asia/Kathmandu", ["2026-11-30T13:15Z", "2026-11-30T14:15Z"]),
        # The repeated hour: the clock shows the same, but another slot has begun.
        ("America/New_York", ["2027-11-07T05:00Z", "2027-11-07T06:00Z"]),
        ("Australia/Lord_Howe", ["2027-04-03T14:00Z", "2027-04-03T15:30Z"]),
    ],
)
def test_the_etag_moves_when_the_hour_does(
    clock: time_machine.Traveller, timezone: str, hours: list[str]
) -> None:
    place = make_place(timezone)
    shift(place.doctor, MONDAY, "00:00", "24:00")

    def ask_at(now: datetime) -> str:
        clock.move_to(now)
        question = ask_schedules(
            place.access, doctor_ids=[place.doctor.pk], start=MONDAY, end=MONDAY
        )
        return question.etag

    found = []
    for hour in hours:
        begins = datetime.fromisoformat(hour)
        before = ask_at(begins - timedelta(microseconds=1))
        found += [before, ask_at(begins)]
        assert ask_at(begins + timedelta(minutes=29, seconds=59)) == found[-1]
        assert found[-1] != before
    assert len(set(found)) == (3 if timezone != "Australia/Lord_Howe" else 4)
    assert found[1] != found[3]
