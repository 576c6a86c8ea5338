"""Exact numbers of queries, the same for one doctor's day and for fifty doctors' fortnight."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.access import access_to
from appointments.availability import set_availability, update_doctor, update_hospital
from appointments.models import Appointment
from appointments.openings import answer_openings, ask_openings, free_doctor_ids
from appointments.queries import appointments, get_appointment, history
from appointments.safe_repeats import book_once
from appointments.schedules import answer_schedules, ask_schedules
from appointments.services import book_appointment
from doctors.models import Doctor, Shift
from doctors.queries import availability
from scheduler.errors import PatientBusy, SlotTaken, SlotUnavailable
from tests.accounts.sql import statements
from tests.appointments.crowd import Crowd, make_crowd
from tests.appointments.scene import MONDAY, TUESDAY, Scene, at, ranges

pytestmark = pytest.mark.django_db

SIZES = [(1, 1), (50, 14)]  # doctors, days


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]} doctors, {size[1]} days")
def crowd(request: pytest.FixtureRequest, scene: Scene) -> Crowd:
    return make_crowd(scene, *request.param)


# -- reads --------------------------------------------------------------------------------------


def test_a_schedule(scene: Scene, crowd: Crowd) -> None:
    with statements() as asked:
        access = access_to(scene.world.staff.caller, scene.hospital.pk)
        question = ask_schedules(access, doctor_ids=crowd.ids, start=crowd.first, end=crowd.last)
    assert len(asked) == 2  # the caller's rights; the stamps, which are all that a 304 needs
    with statements() as answered:
        days = answer_schedules(question)
    assert len(answered) == 1  # shifts and live appointments with their patients
    assert sum(len(day.slots) for day in days) == crowd.slots
    assert sum(booking is not None for day in days for *_, booking in day.slots) == crowd.booked


def test_openings(scene: Scene, crowd: Crowd) -> None:
    with statements() as asked:
        access = access_to(scene.world.staff.caller, scene.hospital.pk)
        question = ask_openings(
            access, start=crowd.first, end=crowd.last, specialty="Oncology", limit=200
        )
    assert len(asked) == 2  # the caller's rights; the stamps
    with statements() as answered:
        found = answer_openings(question)
    assert len(answered) == 1  # shifts and live appointments
    assert len(found) == min(200, crowd.slots - crowd.booked)


def test_doctors_with_an_opening(scene: Scene, crowd: Crowd) -> None:
    with statements() as found:
        assert free_doctor_ids(scene.staff, start=crowd.first, end=crowd.last) == set(crowd.ids)
    assert len(found) == 2  # the stamps; shifts and live appointments


def test_availability(scene: Scene, crowd: Crowd) -> None:
    with statements() as found:
        days = availability(scene.staff, crowd.ids[0], start=MONDAY, end=MONDAY.replace(2027))
    assert len(found) == 1  # the doctor with their shifts
    assert len(days) == (crowd.last - crowd.first).days + 1


@pytest.mark.parametrize("size", [1, 50, 200])
def test_a_list(scene: Scene, crowd: Crowd, size: int) -> None:
    with statements() as found:
        page = appointments(scene.staff, size=size)
    assert len(found) == 1  # the page with patients and zone
    assert len(page.rows) == min(size, crowd.booked)
    with statements() as found:
        page = appointments(
            scene.staff,
            doctor_id=crowd.ids[0],
            start=crowd.first,
            end=crowd.last,
            status="booked",
            after=page.next,
            size=size,
        )
    assert len(found) == 2  # whether the doctor is here; the page


def test_one_appointment_and_its_history(scene: Scene) -> None:
    row = scene.book()
    for n in range(10):
        row = scene.change(row, reason=str(n))
    with statements() as found:
        get_appointment(scene.staff, row.id)
    assert len(found) == 1  # the appointment with patient and zone
    with statements() as found:
        assert len(history(scene.staff, row.id)) == 11
    assert len(found) == 2  # the appointment; its events with the users' names


# -- writes -------------------------------------------------------------------------------------


def test_booking(scene: Scene, crowd: Crowd) -> None:
    with statements() as found:
        access = access_to(scene.world.staff.caller, scene.hospital.pk)
        book_appointment(
            access,
            doctor_id=crowd.ids[0],
            patient_id=scene.patient.pk,
            starts_at=at("08:00", crowd.first),
        )
    # The caller's rights; what was sent; the locks of the doctor's stamp and of the patient with
    # the check; row, event and stamp.
    assert len(found) == 4


def test_booking_any_doctor(scene: Scene, crowd: Crowd) -> None:
    with statements() as found:
        book_appointment(
            scene.staff,
            specialty="Oncology",
            patient_id=scene.patient.pk,
            starts_at=at("08:00", crowd.first),
        )
    # What was sent; the stamps; shifts and appointments of the day; then as with a named one:
    # locks and check, write.
    assert len(found) == 5


def test_a_refused_booking(scene: Scene, crowd: Crowd) -> None:
    wanted: dict[str, Any] = {"doctor_id": crowd.ids[0], "patient_id": scene.patient.pk}
    for clock, kind in (("09:00", SlotTaken), ("12:00", SlotUnavailable)):
        with statements() as found, pytest.raises(kind):
            book_appointment(scene.staff, **wanted, starts_at=at(clock, crowd.first))
        # What was sent; locks and check; the doctor's specialty; the stamps; the days.
        assert len(found) == 5
    with statements() as found, pytest.raises(SlotTaken):
        book_appointment(
            scene.staff,
            patient_id=scene.patient.pk,
            specialty="Oncology",
            starts_at=at("09:00", crowd.first),
        )
    # What was sent; stamps and days to rank; stamps and days to offer.
    assert len(found) == 5


def test_a_busy_patient(scene: Scene) -> None:
    scene.book(doctor=scene.colleague)
    with statements() as found, pytest.raises(PatientBusy):
        scene.book()
    # What was sent; locks and check; the appointment in the way.
    assert len(found) == 3


def test_booking_with_a_key(scene: Scene) -> None:
    def book() -> object:
        return book_once(
            scene.staff,
            key="k",
            doctor_id=scene.doctor.pk,
            specialty=None,
            patient_id=scene.patient.pk,
            starts_at=at("09:00"),
            reason="",
        )

    with statements() as found:
        book()
    assert len(found) == 2 + 3  # the key's row and its answer, around a booking
    with statements() as found:
        book()
    assert len(found) == 2  # the key is there; its answer


def test_changing(scene: Scene) -> None:
    row = scene.book("09:00")
    with statements() as found:
        row = scene.change(row, reason="x", status="arrived")
    # The appointment; the doctor's stamp, locked; the appointment under it; row, event and stamp.
    assert len(found) == 4
    row = scene.change(row, status="booked")
    with statements() as found:
        row = scene.change(row, starts_at=at("10:00"))
    assert len(found) == 6  # also the patient, locked; the check
    with statements() as found:
        row = scene.change(row, starts_at=at("11:00"), doctor_id=scene.colleague.pk)
    assert len(found) == 7  # also whether that doctor is here
    with statements() as found:
        scene.change(row, reason="x")
    assert len(found) == 3  # nothing to write


def test_cancelling(scene: Scene) -> None:
    row = scene.book("09:00")
    with statements() as found:
        scene.cancel(row, reason="x")
    # The appointment; the doctor's stamp, locked; the appointment under it; row, event and stamp.
    assert len(found) == 4


@pytest.mark.parametrize("days", [1, 366])
def test_setting_availability(scene: Scene, days: int) -> None:
    dates = [TUESDAY + timedelta(days=n) for n in range(days)]

    def put(*texts: str) -> list[str]:
        with statements() as found:
            set_availability(
                scene.staff, scene.doctor.pk, days=[(day, ranges(*texts)) for day in dates]
            )
        return found

    # The doctor; their stamp, locked; the hospital; the shifts there are; the new ones; the
    # doctor's live appointments ahead; the stamp.
    assert len(put("09:00-12:00", "13:00-17:00")) == 7
    assert Shift.objects.filter(doctor_id=scene.doctor.pk, date__gte=TUESDAY).count() == 2 * days
    assert len(put("09:00-12:00", "13:00-18:00")) == 8  # also what goes, deleted
    assert len(put()) == 7  # nothing new
    assert len(put()) == 4  # nothing to do


def test_changing_a_doctor(scene: Scene, crowd: Crowd) -> None:
    def change(**changes: Any) -> list[str]:
        with statements() as found:
            update_doctor(
                scene.world.admin.access,
                scene.doctor.pk,
                expected_version=None,
                changes=changes,  # type: ignore[arg-type]
            )
        return found

    # The doctor; their stamp, locked; the doctor under it; the row; the stamp; the doctor.
    assert len(change(name="Dr New")) == 6
    assert len(change(active=False)) == 7  # also live appointments ahead
    assert len(change(active=False)) == 3  # nothing to write


def test_changing_a_hospital(scene: Scene, crowd: Crowd) -> None:
    Shift.objects.filter(hospital=scene.hospital).delete()
    scene.hospital.refresh_from_db()

    def change(**changes: Any) -> list[str]:
        with statements() as found:
            update_hospital(
                scene.world.admin.access,
                expected_version=None,
                changes=changes,  # type: ignore[arg-type]
            )
        return found

    # The hospital; its stamp, locked; the hospital under it; the row; the stamp; the hospital.
    assert len(change(name="Saint Mary")) == 6
    Appointment.objects.filter(hospital=scene.hospital).update(status="cancelled")
    # Also the ids of the doctors; their stamps, locked; whether anything is planned; the instants
    # of what is past; its new clock.
    assert len(change(timezone="Asia/Tokyo")) == 11
    assert Doctor.objects.filter(hospital=scene.hospital).count() == len(crowd.ids) + 2
