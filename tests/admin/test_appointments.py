"""Appointments are booked, moved, edited and cancelled by the rules that hold everywhere."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from accounts.access import Access
from appointments.models import Appointment, AppointmentEvent
from appointments.queries import AppointmentRow, get_appointment, history
from appointments.services import book_appointment, cancel_appointment, change_appointment
from doctors.models import Doctor
from patients.models import Patient
from tests.factories.doctors import ShiftFactory
from tests.factories.patients import PatientFactory
from tests.world import World

from .conftest import MONDAY, Admin
from .test_hospitals_and_doctors import stamp


def add(world: World) -> str:
    return f"appointments/appointment/add/?hospital={world.hospital.pk}"


def page(row: AppointmentRow, verb: str = "change") -> str:
    return f"appointments/appointment/{row.hospital_id}-{row.id}/{verb}/"


def wish(doctor: Doctor, patient: Patient, **changes: Any) -> dict[str, Any]:
    return {
        "doctor_id": doctor.pk,
        "patient_id": patient.pk,
        "date": f"{MONDAY}",
        "time": "09:00",
    } | changes


def written(doctor: Doctor) -> tuple[int, int, int, int]:
    """All that a booking or a change leaves behind."""
    return (
        Appointment.objects.count(),
        AppointmentEvent.objects.count(),
        stamp(doctor.hospital_id, doctor.pk),
        LogEntry.objects.count(),
    )


def test_booking(world: World, admin: Admin, doctor: Doctor, patient: Patient) -> None:
    sent = wish(doctor, patient, time="9:00", reason="Cough")
    response = admin.send(add(world), sent, _continue="1")
    row = Appointment.objects.get()
    address = f"{world.hospital.pk}-{row.pk}"
    assert response.headers["Location"].startswith(f"/admin/appointments/appointment/{address}/")
    assert (row.doctor_id, row.patient_id, row.reason) == (doctor.pk, patient.pk, "Cough")
    assert row.starts_at == dt.datetime(2026, 11, 30, 14, tzinfo=dt.UTC)
    event = AppointmentEvent.objects.get()
    assert (event.type, event.by_id) == ("booked", world.root.user.pk)
    assert stamp(world.hospital.pk, doctor.pk) == 2
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.object_repr) == (address, "Mon 2026-11-30 09:00, Jane Doe")


def test_booking_anybody(world: World, admin: Admin, doctor: Doctor, patient: Patient) -> None:
    sent = wish(doctor, patient, doctor_id="", specialty="Cardiology")
    assert admin.send(add(world), sent).status_code == 302
    assert Appointment.objects.get().doctor_id == doctor.pk


def test_double_booking(
    world: World, admin: Admin, doctor: Doctor, appointment: AppointmentRow
) -> None:
    other = PatientFactory(hospital=world.hospital)
    before = written(doctor)
    response = admin.send(add(world), wish(doctor, other, reason="Cough"))
    assert admin.errors(response) == {
        "": [
            "Another appointment fills that time. Free near it: "
            "Mon 2026-11-30 10:00 with Dr Own; Mon 2026-11-30 11:00 with Dr Own; "
            "Mon 2026-11-30 12:00 with Dr Own."
        ]
    }
    assert written(doctor) == before
    text = response.content.decode()
    assert "Cough</textarea>" in text
    assert f"{other.name}, 1980-05-17</option>" in text


def test_a_busy_patient(
    world: World, admin: Admin, appointment: AppointmentRow, patient: Patient
) -> None:
    colleague = world.doctor_rows[1]
    ShiftFactory(doctor=colleague, date=MONDAY)
    before = written(colleague)
    (message,) = admin.errors(admin.send(add(world), wish(colleague, patient)))[""]
    assert message.startswith("The patient has another appointment at that time.")
    assert f'<a href="/admin/{page(appointment)}">Mon 2026-11-30 09:00</a> Jane Doe' in message
    assert written(colleague) == before


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"time": "08:00"}, "", "not available at that time. Free near it: Mon 2026-11-30 09:00"),
        ({"time": "09:30"}, "", "not available at that time. Free near it"),
        ({"date": "2026-11-24"}, "", "That slot has begun."),
        ({"date": "2026-13-01"}, "date", "Enter a valid date."),
        ({"date": "9999-12-31"}, "date", "less than or equal to 2200-12-31"),
        ({"time": "noon"}, "time", "Write it as 09:00."),
        ({"date": "2027-03-14", "time": "02:00"}, "time", "does not exist"),
        ({"doctor_id": "999999999"}, "doctor_id", "There is no such doctor in this hospital."),
        ({"patient_id": "999999999"}, "patient_id", "There is no such patient in this hospital."),
        ({"patient_id": "x"}, "patient_id", "Enter a whole number."),
        ({"patient_id": "9" * 30}, "patient_id", "less than or equal to"),
        ({"specialty": "Surgery"}, "specialty", "The doctor does not have that specialty."),
        ({"reason": "x" * 501}, "reason", "at most 500 characters"),
        ({"reason": "a\0b"}, "reason", "Null characters are not allowed."),
    ],
)  # fmt: skip
def test_booking_refused(
    world: World,
    admin: Admin,
    doctor: Doctor,
    patient: Patient,
    changes: dict[str, Any],
    field: str,
    text: str,
) -> None:
    before = written(doctor)
    errors = admin.errors(admin.send(add(world), wish(doctor, patient, **changes)))
    assert list(errors) == [field]
    assert text in errors[field][0]
    assert written(doctor) == before


def test_another_hospitals_patient(world: World, admin: Admin, doctor: Doctor) -> None:
    stranger = PatientFactory(hospital=world.other_hospital)
    errors = admin.errors(admin.send(add(world), wish(doctor, stranger)))
    assert errors == {"patient_id": ["There is no such patient in this hospital."]}
    assert not Appointment.objects.exists()


def test_moving(world: World, admin: Admin, access: Access, appointment: AppointmentRow) -> None:
    colleague = world.doctor_rows[1]
    ShiftFactory(doctor=colleague, date=MONDAY)
    sent = admin.send(page(appointment), doctor_id=colleague.pk, time="11:00")
    assert sent.status_code == 302
    row = get_appointment(access, appointment.id)
    assert (row.doctor_id, f"{row.time:%H:%M}", row.version) == (colleague.pk, "11:00", 2)
    assert [entry.type for entry in history(access, row.id)] == ["booked", "moved"]
    text = admin.get(page(appointment)).content.decode()
    assert "doctor: Dr Own → Dr Colleague" in text


def test_moving_onto_another(
    world: World, admin: Admin, access: Access, doctor: Doctor, appointment: AppointmentRow
) -> None:
    other = PatientFactory(hospital=world.hospital)
    book_appointment(access, doctor_id=doctor.pk, patient_id=other.pk, starts_at=f"{MONDAY}T10:00")
    before = written(doctor)
    (message,) = admin.errors(admin.send(page(appointment), time="10:00"))[""]
    assert message.startswith("Another appointment fills that time. Free near it: Mon 2026-11-30")
    assert written(doctor) == before
    assert get_appointment(access, appointment.id) == appointment


def test_editing_the_reason_alone(
    admin: Admin, access: Access, appointment: AppointmentRow
) -> None:
    assert admin.send(page(appointment), reason=" two\r\nlines ").status_code == 302
    row = get_appointment(access, appointment.id)
    assert (row.reason, row.version) == (" two\nlines ", 2)
    assert admin.send(page(appointment)).status_code == 302
    assert get_appointment(access, appointment.id).version == 2


def test_a_form_s_line_ends_are_not_counted(
    admin: Admin, access: Access, appointment: AppointmentRow
) -> None:
    """As long as a text may be over the APIs; a browser sends two characters for each end."""
    text = "x\n" * 250
    change_appointment(access, appointment.id, expected_version=1, changes={"reason": text})
    sent = admin.form(page(appointment)) | {"reason": text.replace("\n", "\r\n")}
    assert admin.send(page(appointment), sent, status="arrived").status_code == 302
    row = get_appointment(access, appointment.id)
    assert (row.reason, row.status, row.version) == (text, "arrived", 3)
    assert LogEntry.objects.get().get_change_message() == "Changed status."


def test_statuses(admin: Admin, access: Access, appointment: AppointmentRow) -> None:
    def offered() -> list[str]:
        form = admin.get(page(appointment)).context["adminform"].form
        return [status for status, _ in form.fields["status"].widget.choices]

    assert offered() == ["booked", "arrived", "noshow", "cancelled"]
    for status in ("arrived", "booked", "arrived", "fulfilled"):
        assert admin.send(page(appointment), status=status).status_code == 302
    assert offered() == ["fulfilled"]
    types = [entry.type for entry in history(access, appointment.id)]
    assert types == ["booked", "arrived", "undone", "arrived", "fulfilled"]
    sent = admin.send(page(appointment), status="booked")
    assert admin.errors(sent) == {"": ["A fulfilled appointment can't become booked."]}
    sent = admin.send(page(appointment), status="gone")
    assert admin.errors(sent) == {"status": ["There is no such status."]}
    assert get_appointment(access, appointment.id).version == 5


def test_cancelling(
    admin: Admin, access: Access, doctor: Doctor, appointment: AppointmentRow
) -> None:
    sent = admin.send(page(appointment), status="cancelled", cancellation_reason="Is well")
    assert sent.status_code == 302
    row = get_appointment(access, appointment.id)
    assert (row.status, row.reason, row.version) == ("cancelled", "", 2)
    assert history(access, row.id)[-1].type == "cancelled"
    assert "Is well" in admin.get(page(appointment)).content.decode()
    before = written(doctor)
    (message,) = admin.errors(admin.send(page(appointment), time="10:00"))[""]
    assert message == "Only a booked appointment can be moved."
    assert written(doctor) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "cancelled", "time": "10:00"}, "status"),
        ({"cancellation_reason": "Is well"}, "cancellation_reason"),
        ({"status": "arrived", "cancellation_reason": "Is well"}, "cancellation_reason"),
        ({"status": "cancelled", "cancellation_reason": "x" * 501}, "cancellation_reason"),
    ],
)
def test_cancelling_refused(
    admin: Admin, access: Access, appointment: AppointmentRow, changes: dict[str, Any], field: str
) -> None:
    assert list(admin.errors(admin.send(page(appointment), **changes))) == [field]
    assert get_appointment(access, appointment.id) == appointment


@pytest.mark.parametrize(
    "changes", [{"reason": "Cough"}, {"time": "10:00"}, {"status": "cancelled"}, {}]
)
def test_a_stale_page(
    admin: Admin,
    access: Access,
    doctor: Doctor,
    appointment: AppointmentRow,
    changes: dict[str, Any],
) -> None:
    seen = admin.form(page(appointment))
    change_appointment(access, appointment.id, expected_version=1, changes={"status": "arrived"})
    before = written(doctor)
    (message,) = admin.errors(admin.send(page(appointment), seen, **changes))[""]
    assert message.startswith(
        "Somebody changed it first. It is now: Mon 2026-11-30 09:00 with Dr Own, arrived."
    )
    assert f'<a href="/admin/{page(appointment)}">Open it again</a>' in message
    assert written(doctor) == before


def test_an_appointment_that_was_cancelled_meanwhile(
    admin: Admin, access: Access, appointment: AppointmentRow
) -> None:
    seen = admin.form(page(appointment))
    cancel_appointment(access, appointment.id, expected_version=1)
    (message,) = admin.errors(admin.send(page(appointment), seen, reason="Cough"))[""]
    assert "Dr Own, cancelled." in message


def test_the_repeated_hour_tells_its_two_starts_apart(
    world: World, admin: Admin, access: Access, patient: Patient
) -> None:
    doctor = world.doctor_rows[0]
    night = dt.date(2027, 11, 7)
    ShiftFactory(doctor=doctor, date=night, start_minute=0, end_minute=240)
    for time, hour in (("01:00", 5), ("01:00-05:00", 6)):
        other = PatientFactory(hospital=world.hospital)
        sent = wish(doctor, other, date=f"{night}", time=time)
        assert admin.send(add(world), sent).status_code == 302
        found = Appointment.objects.get(patient_id=other.pk)
        assert found.starts_at == dt.datetime(2027, 11, 7, hour, tzinfo=dt.UTC)
        row = get_appointment(access, found.pk)
        assert admin.form(page(row))["time"] == time
        assert admin.send(page(row), reason="Cough").status_code == 302
        assert get_appointment(access, found.pk).starts_at == row.starts_at
        assert f"Sun {night} {time}, " in admin.get(page(row)).content.decode()
    text = admin.get(f"appointments/appointment/?hospital={world.hospital.pk}").content.decode()
    assert f">Sun {night} 01:00</a>" in text
    assert f">Sun {night} 01:00-05:00</a>" in text


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("", True),
        ("start=2026-11-30&end=2026-11-30", True),
        ("start=2026-12-01", False),
        ("end=2026-11-29", False),
        ("status=booked", True),
        ("status=cancelled", False),
        ("doctor_id={doctor}", True),
        ("doctor_id={colleague}", False),
        ("patient_id={patient}&start=", True),
    ],
)
def test_listing(
    world: World, admin: Admin, appointment: AppointmentRow, question: str, found: bool
) -> None:
    asked = question.format(
        doctor=appointment.doctor_id,
        colleague=world.doctor_rows[1].pk,
        patient=appointment.patient_id,
    )
    response = admin.get(f"appointments/appointment/?hospital={world.hospital.pk}&{asked}")
    rows = response.context["cl"].result_list
    assert [row.pk for row in rows] == ([appointment.id] if found else [])
    assert (f"/admin/{page(appointment)}" in response.content.decode()) == found


def test_the_list_begins_with_the_hospitals_today(
    world: World, admin: Admin, access: Access, doctor: Doctor, patient: Patient
) -> None:
    past = Appointment.objects.create(
        hospital=world.hospital,
        doctor_id=doctor.pk,
        patient_id=patient.pk,
        starts_at=dt.datetime(2026, 11, 24, 14, tzinfo=dt.UTC),
        ends_at=dt.datetime(2026, 11, 24, 15, tzinfo=dt.UTC),
        date=dt.date(2026, 11, 24),
        time=dt.time(9),
    )
    path = f"appointments/appointment/?hospital={world.hospital.pk}"
    response = admin.get(path)
    assert response.context["cl"].result_list == []
    assert 'name="start" value="2026-11-25"' in response.content.decode()
    assert admin.get(f"{path}&start=").context["cl"].result_list == [past]


def test_without_a_hospital_nothing_else_is_asked(admin: Admin) -> None:
    """An empty `start` sent along would ask for everything from the first appointment on."""
    text = admin.get("appointments/appointment/").content.decode()
    assert "Choose a hospital." in text
    assert 'name="hospital"' in text
    assert 'name="start"' not in text
