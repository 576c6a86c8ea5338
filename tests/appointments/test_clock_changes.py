"""Booking through the nights when clocks change, and in zones that are not whole hours off."""

from __future__ import annotations

from datetime import date, time

import pytest
import time_machine

from appointments.queries import appointments
from appointments.schedules import answer_schedules, ask_schedules
from appointments.services import change_appointment
from scheduler.errors import Invalid, SlotTaken, SlotUnavailable
from tests.appointments.scene import Place, make_place, openings, shift
from tests.rows import assert_consistent, refused

pytestmark = pytest.mark.django_db

BACK = date(2027, 11, 7)  # New York: 02:00 becomes 01:00
FORWARD = date(2027, 3, 14)  # New York: 02:00 becomes 03:00


@pytest.fixture
def new_york(clock: time_machine.Traveller) -> Place:
    return make_place("America/New_York")


def slots(place: Place, day: date) -> list[tuple[str, str, bool]]:
    """Time, start and `bookable` of each slot of the doctor's day."""
    question = ask_schedules(place.access, doctor_ids=[place.doctor.pk], start=day, end=day)
    (found,) = answer_schedules(question)
    return [(slot.time, slot.text, bookable) for slot, bookable, _ in found.slots]


def test_the_repeated_hour_has_two_slots_and_both_can_be_booked(new_york: Place) -> None:
    shift(new_york.doctor, BACK, "00:00", "03:00")
    first = new_york.book("2027-11-07T01:00")
    second = new_york.book("2027-11-07T01:00-05:00")
    assert new_york.text(first) == "2027-11-07T01:00:00-04:00"
    assert new_york.text(second) == "2027-11-07T01:00:00-05:00"
    assert [(r.date, r.time, r.duration) for r in (first, second)] == [(BACK, time(1), 60)] * 2
    assert first.ends_at == second.starts_at
    assert slots(new_york, BACK) == [
        ("00:00", "2027-11-07T00:00:00-04:00", True),
        ("01:00", "2027-11-07T01:00:00-04:00", False),
        ("01:00", "2027-11-07T01:00:00-05:00", False),
        ("02:00", "2027-11-07T02:00:00-05:00", True),
    ]
    page = appointments(new_york.access, start=BACK, end=BACK, size=50)
    assert page.rows == (first, second)
    assert_consistent()


def test_without_an_offset_the_repeated_hour_is_the_first(new_york: Place) -> None:
    shift(new_york.doctor, BACK, "00:00", "03:00")
    new_york.book("2027-11-07T05:00:00Z")
    other = new_york.new_patient()
    with refused(new_york.hospital, SlotTaken) as info:
        new_york.book("2027-11-07T01:00", other)
    # The slots before and after it are as near; the earlier one first.
    assert openings(info.value.members["alternatives"]) == [
        (new_york.doctor.pk, "2027-11-07T00:00:00-04:00"),
        (new_york.doctor.pk, "2027-11-07T01:00:00-05:00"),
        (new_york.doctor.pk, "2027-11-07T02:00:00-05:00"),
    ]
    assert new_york.text(new_york.book("2027-11-07T01:00-05:00", other)) == (
        "2027-11-07T01:00:00-05:00"
    )


def test_a_shift_over_the_repeated_hour_alone_has_two_slots(new_york: Place) -> None:
    shift(new_york.doctor, BACK, "01:00", "02:00")
    assert slots(new_york, BACK) == [
        ("01:00", "2027-11-07T01:00:00-04:00", True),
        ("01:00", "2027-11-07T01:00:00-05:00", True),
    ]
    new_york.book("2027-11-07T01:00-05:00")
    other = new_york.new_patient()
    with refused(new_york.hospital, SlotTaken):
        new_york.book("2027-11-07T06:00Z", other)
    assert new_york.book("2027-11-07T05:00Z").time == time(1)


def test_the_missing_hour_is_invalid_without_an_offset(new_york: Place) -> None:
    shift(new_york.doctor, FORWARD, "01:00", "05:00")
    for starts_at in ("2027-03-14T02:00", "2027-03-14T02:59:59"):
        with refused(new_york.hospital, Invalid) as info:
            new_york.book(starts_at)
        assert [(e.field, e.code) for e in info.value.errors] == [("starts_at", "invalid")]
    assert slots(new_york, FORWARD) == [
        ("01:00", "2027-03-14T01:00:00-05:00", True),
        ("03:00", "2027-03-14T03:00:00-04:00", True),
        ("04:00", "2027-03-14T04:00:00-04:00", True),
    ]
    # With one it is an instant like any other.
    row = new_york.book("2027-03-14T02:00-05:00")
    assert (row.date, row.time, new_york.text(row)) == (
        *(FORWARD, time(3), "2027-03-14T03:00:00-04:00"),
    )


def test_a_shift_within_the_missing_hour_has_no_slot(new_york: Place) -> None:
    shift(new_york.doctor, FORWARD, "02:00", "03:00")
    assert slots(new_york, FORWARD) == []
    with refused(new_york.hospital, SlotUnavailable) as info:
        new_york.book("2027-03-14T07:00Z")
    assert info.value.members == {"alternatives": []}


def test_clocks_that_go_back_by_half_an_hour(clock: time_machine.Traveller) -> None:
    """Lord Howe: at 02:00 (+11:00) it becomes 01:30 (+10:30)."""
    place = make_place("Australia/Lord_Howe")
    day = date(2027, 4, 4)
    shift(place.doctor, day, "00:00", "04:00")
    assert slots(place, day) == [
        ("00:00", "2027-04-04T00:00:00+11:00", True),
        ("01:00", "2027-04-04T01:00:00+11:00", True),
        ("02:00", "2027-04-04T02:00:00+10:30", True),
        ("03:00", "2027-04-04T03:00:00+10:30", True),
    ]
    rows = [place.book(text) for _, text, _ in slots(place, day)]
    assert [row.time for row in rows] == [time(0), time(1), time(2), time(3)]
    assert [bookable for *_, bookable in slots(place, day)] == [False] * 4
    with refused(place.hospital, SlotUnavailable):
        place.book("2027-04-04T01:30+10:30")  # half an hour that belongs to no slot
    assert_consistent()


def test_clocks_that_go_forward_by_half_an_hour(clock: time_machine.Traveller) -> None:
    """Lord Howe: at 02:00 (+10:30) it becomes 02:30 (+11:00)."""
    place = make_place("Australia/Lord_Howe")
    day = date(2027, 10, 3)
    shift(place.doctor, day, "00:00", "05:00")
    assert slots(place, day) == [
        ("00:00", "2027-10-03T00:00:00+10:30", True),
        ("01:00", "2027-10-03T01:00:00+10:30", True),
        ("03:00", "2027-10-03T03:00:00+11:00", True),
        ("04:00", "2027-10-03T04:00:00+11:00", True),
    ]
    with refused(place.hospital, Invalid):
        place.book("2027-10-03T02:00")
    with refused(place.hospital, SlotUnavailable):
        place.book("2027-10-03T02:30")
    for _, text, _ in slots(place, day):
        place.book(text)
    assert_consistent()


def test_a_zone_of_half_an_hour(clock: time_machine.Traveller) -> None:
    place = make_place("Asia/Kolkata")
    day = date(2026, 12, 1)
    shift(place.doctor, day, "09:00", "11:00")
    with refused(place.hospital, SlotUnavailable):
        place.book("2026-12-01T03:00Z")  # 08:30 there
    row = place.book("2026-12-01T03:30Z")
    assert (row.date, row.time, place.text(row)) == (day, time(9), "2026-12-01T09:00:00+05:30")


def test_a_shift_until_midnight(new_york: Place) -> None:
    day = date(2026, 12, 1)
    shift(new_york.doctor, day, "22:00", "24:00")
    last = new_york.book("2026-12-01T23:00")
    assert (last.date, last.time, last.duration) == (day, time(23), 60)
    assert new_york.book("2026-12-01T22:00").ends_at == last.starts_at
    with refused(new_york.hospital, SlotUnavailable):
        new_york.book("2026-12-02T00:00")
    shift(new_york.doctor, date(2026, 12, 2), "00:00", "01:00")
    first = new_york.book("2026-12-02T00:00")
    assert (first.date, first.time, first.starts_at) == (date(2026, 12, 2), time(0), last.ends_at)


def test_clocks_that_go_back_over_midnight(clock: time_machine.Traveller) -> None:
    """Beirut: Sunday's 00:00 becomes Saturday's 23:00, which comes twice."""
    place = make_place("Asia/Beirut")
    saturday, sunday = date(2027, 10, 30), date(2027, 10, 31)
    shift(place.doctor, saturday, "22:00", "24:00")
    shift(place.doctor, sunday, "00:00", "01:00")
    assert slots(place, saturday) == [
        ("22:00", "2027-10-30T22:00:00+03:00", True),
        ("23:00", "2027-10-30T23:00:00+03:00", True),
        ("23:00", "2027-10-30T23:00:00+02:00", True),
    ]
    assert slots(place, sunday) == [("00:00", "2027-10-31T00:00:00+02:00", True)]
    rows = [place.book(text) for _, text, _ in slots(place, saturday) + slots(place, sunday)]
    assert [(row.date, row.time) for row in rows] == [
        (saturday, time(22)),
        (saturday, time(23)),
        (saturday, time(23)),
        (sunday, time(0)),
    ]
    page = appointments(place.access, start=saturday, end=saturday, size=50)
    assert page.rows == tuple(rows[:3])
    assert_consistent()


def test_clocks_that_skip_midnight(clock: time_machine.Traveller) -> None:
    """Cairo: Friday's 00:00 becomes 01:00."""
    place = make_place("Africa/Cairo")
    day = date(2027, 4, 30)
    shift(place.doctor, day, "00:00", "02:00")
    assert slots(place, day) == [("01:00", "2027-04-30T01:00:00+03:00", True)]
    with refused(place.hospital, Invalid):
        place.book("2027-04-30T00:00")
    assert place.book("2027-04-30T01:00").time == time(1)
    assert_consistent()


def test_moving_within_the_repeated_hour_is_a_move(new_york: Place) -> None:
    shift(new_york.doctor, BACK, "00:00", "03:00")
    row = new_york.book("2027-11-07T01:00")
    moved = change_appointment(
        new_york.access,
        row.id,
        expected_version=1,
        changes={"starts_at": "2027-11-07T01:00-05:00"},
    )
    assert (moved.version, moved.time) == (2, row.time)
    assert new_york.text(moved) == "2027-11-07T01:00:00-05:00"
