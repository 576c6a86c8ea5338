"""The shifts of a date are set, changed and cleared together, and no appointment is left out."""

from datetime import date
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from appointments.queries import AppointmentRow
from doctors.models import Doctor, Shift
from tests.factories.doctors import ShiftFactory
from tests.world import World

from .conftest import MONDAY, Admin
from .test_hospitals_and_doctors import stamp


def page(doctor: Doctor, day: date = MONDAY, verb: str = "change") -> str:
    return f"doctors/shift/{doctor.hospital_id}-{doctor.pk}-{day}/{verb}/"


def add(doctor: Doctor) -> str:
    return f"doctors/shift/add/?hospital={doctor.hospital_id}&doctor_id={doctor.pk}"


def shifts(doctor: Doctor) -> list[tuple[str, int, int]]:
    rows = Shift.objects.filter(hospital=doctor.hospital_id, doctor_id=doctor.pk)
    return [
        (f"{day}", start, end)
        for day, start, end in rows.order_by("date", "start_minute").values_list(
            "date", "start_minute", "end_minute"
        )
    ]


def test_changing_a_date(admin: Admin, doctor: Doctor) -> None:
    assert admin.form(page(doctor)) == {"shifts": "09:00-17:00"}
    response = admin.send(page(doctor), shifts="9:00-12:00,  20:30 - 24:00")
    assert response.status_code == 302
    assert shifts(doctor) == [("2026-11-30", 540, 720), ("2026-11-30", 1230, 1440)]
    assert stamp(doctor.hospital_id, doctor.pk) == 2
    assert admin.form(page(doctor)) == {"shifts": "09:00-12:00, 20:30-00:00"}
    assert admin.send(page(doctor)).status_code == 302
    assert stamp(doctor.hospital_id, doctor.pk) == 2
    entry = LogEntry.objects.earliest("pk")
    assert entry.object_id == f"{doctor.hospital_id}-{doctor.pk}-{MONDAY}"
    assert entry.object_repr == "Mon 2026-11-30, Dr Own"


@pytest.mark.parametrize("text", ["10:00-17:00", "09:00-17:00", ""])
def test_a_stale_page(admin: Admin, doctor: Doctor, text: str) -> None:
    """Two tabs: the second does not take away what the first has added."""
    seen = admin.opened(page(doctor))
    assert admin.send(page(doctor), shifts="09:00-17:00, 18:00-20:00").status_code == 302
    entries = LogEntry.objects.count()
    sent = admin.send(page(doctor), seen, shifts=text)
    (message,) = admin.errors(sent)[""]
    assert message == (
        "Somebody changed it first. It is now: 09:00-17:00, 18:00-20:00."
        f' <a href="/admin/{page(doctor)}">Open it again</a> to change that.'
    )
    assert 'name="initial-shifts" value="09:00-17:00"' in sent.content.decode()
    assert shifts(doctor) == [("2026-11-30", 540, 1020), ("2026-11-30", 1080, 1200)]
    assert stamp(doctor.hospital_id, doctor.pk) == 2
    assert LogEntry.objects.count() == entries
    assert admin.send(page(doctor), admin.opened(page(doctor)), shifts=text).status_code == 302


def test_what_a_page_says_it_showed_may_be_anything(admin: Admin, doctor: Doctor) -> None:
    sent = admin.send(page(doctor), {"shifts": "10:00-12:00", "initial-shifts": "x\0"})
    assert set(admin.errors(sent)) == {"shifts"}
    assert shifts(doctor) == [("2026-11-30", 540, 1020)]


def test_the_log_calls_it_as_its_page_does(admin: Admin, doctor: Doctor) -> None:
    text = admin.get(page(doctor, verb="history")).content.decode()
    assert "Change history: Mon 2026-11-30, Dr Own" in text


def test_adding_to_weekdays_of_a_range(admin: Admin, doctor: Doctor) -> None:
    form = admin.form(add(doctor))
    assert (form["doctor_id"], form["weekdays"]) == (str(doctor.pk), list(range(7)))
    sent = admin.send(
        add(doctor),
        first="2026-11-30",
        last="2026-12-08",
        weekdays=["0", "4"],
        shifts="10:00-12:00",
    )
    assert sent.status_code == 302
    days = ("2026-11-30", "2026-12-04", "2026-12-07")
    assert shifts(doctor) == [(day, 600, 720) for day in days]


def test_adding_to_one_date(admin: Admin, doctor: Doctor) -> None:
    assert admin.send(add(doctor), first="2026-12-05", shifts="00:00-24:00").status_code == 302
    assert shifts(doctor)[1:] == [("2026-12-05", 0, 1440)]


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({"shifts": "nine to five"}, {"shifts"}),
        ({"shifts": "09:00-24:30"}, {"shifts"}),
        ({"shifts": "12:00-09:00"}, {"shifts"}),
        ({"shifts": "09:00-12:00, 11:00-13:00"}, {"shifts"}),
        ({"first": "2026-11-24"}, {"first"}),
        ({"first": "9999-12-31"}, {"first"}),
        ({"first": "soon"}, {"first"}),
        ({"first": "12/01/2026"}, {"first"}),
        ({"last": "2026-11-29"}, {"last"}),
        ({"last": "2200-12-31"}, {"last"}),
        ({"weekdays": ["2"]}, {"last"}),
        ({"weekdays": None}, {"weekdays"}),
        ({"doctor_id": "0"}, {"doctor_id"}),
        ({"doctor_id": None}, {"doctor_id"}),
    ],
)
def test_adding_refused(
    admin: Admin, doctor: Doctor, sent: dict[str, Any], fields: set[str]
) -> None:
    before = shifts(doctor)
    values = {"first": "2026-11-30", "shifts": "10:00-12:00"} | sent
    assert set(admin.errors(admin.send(add(doctor), **values))) == fields
    assert shifts(doctor) == before
    assert stamp(doctor.hospital_id, doctor.pk) == 1


def test_another_hospitals_doctor(world: World, admin: Admin, doctor: Doctor) -> None:
    other = world.other_doctor
    sent = admin.send(add(doctor), doctor_id=other.pk, first="2026-11-30", shifts="10:00-12:00")
    assert admin.errors(sent) == {"": ["There is nothing here."]}
    assert shifts(other) == []


def test_outside_the_opening_hours(admin: Admin, doctor: Doctor) -> None:
    doctor.hospital.opens = doctor.hospital.opens.replace(hour=8)
    doctor.hospital.save()
    sent = admin.send(page(doctor), shifts="07:00-12:00")
    assert admin.errors(sent) == {"shifts": ["The hospital's hours are 08:00-00:00."]}


@pytest.mark.parametrize("text", ["10:00-17:00", "", "09:30-17:00"])
def test_an_appointment_in_the_way(
    admin: Admin, doctor: Doctor, appointment: AppointmentRow, text: str
) -> None:
    before = stamp(doctor.hospital_id, doctor.pk)
    (message,) = admin.errors(admin.send(page(doctor), shifts=text))[""]
    assert message.startswith("Appointments stand in the way of that change.")
    assert "Mon 2026-11-30 09:00</a> Jane Doe" in message
    assert shifts(doctor) == [("2026-11-30", 540, 1020)]
    assert stamp(doctor.hospital_id, doctor.pk) == before


def test_clearing_a_date(admin: Admin, doctor: Doctor) -> None:
    path = f"/admin/{page(doctor, verb='delete')}"
    assert "Mon 2026-11-30, Dr Own" in admin.client.get(path).content.decode()
    assert admin.client.post(path, {"post": "yes"}).status_code == 302
    assert shifts(doctor) == []
    assert stamp(doctor.hospital_id, doctor.pk) == 2


def test_clearing_a_date_in_use(admin: Admin, doctor: Doctor, appointment: AppointmentRow) -> None:
    path = f"/admin/{page(doctor, verb='delete')}"
    response = admin.client.post(path, {"post": "yes"}, follow=True)
    assert response.redirect_chain == [(f"/admin/{page(doctor)}", 302)]
    assert "Mon 2026-11-30 09:00</a> Jane Doe" in response.content.decode()
    assert shifts(doctor) == [("2026-11-30", 540, 1020)]
    assert not LogEntry.objects.exists()


def test_the_list_shows_dates(admin: Admin, doctor: Doctor) -> None:
    ShiftFactory(doctor=doctor, date=MONDAY, start_minute=1140, end_minute=1440)
    ShiftFactory(doctor=doctor, date=date(2026, 11, 20))
    path = f"doctors/shift/?hospital={doctor.hospital_id}&doctor_id={doctor.pk}"
    response = admin.get(path)
    assert [row.date for row in response.context["cl"].result_list] == [MONDAY]
    text = response.content.decode()
    assert "09:00-17:00, 19:00-00:00" in text
    assert f"/admin/{page(doctor)}" in text
    rows = admin.get(f"{path}&start=2026-11-01&end=2026-11-29").context["cl"].result_list
    assert [row.date for row in rows] == [date(2026, 11, 20)]


@pytest.mark.parametrize(
    ("end", "found"),
    [("", [MONDAY]), ("2026-11-24", [date(2026, 11, 20)]), ("2027-01-24", [MONDAY])],
)
def test_the_list_without_a_beginning(
    admin: Admin, doctor: Doctor, end: str, found: list[date]
) -> None:
    ShiftFactory(doctor=doctor, date=date(2026, 11, 20))
    path = f"doctors/shift/?hospital={doctor.hospital_id}&doctor_id={doctor.pk}"
    response = admin.get(f"{path}&start=&end={end}")
    assert [row.date for row in response.context["cl"].result_list] == found
    assert "is after" not in response.content.decode()


def test_today_is_the_hospitals(admin: Admin, doctor: Doctor) -> None:
    """It is the 25th in UTC, and the 26th there."""
    doctor.hospital.timezone = "Pacific/Kiritimati"
    doctor.hospital.save()
    ShiftFactory(doctor=doctor, date=date(2026, 11, 25))
    path = f"doctors/shift/?hospital={doctor.hospital_id}&doctor_id={doctor.pk}&start="
    assert [row.date for row in admin.get(path).context["cl"].result_list] == [MONDAY]


def test_the_list_needs_a_doctor_of_that_hospital(
    world: World, admin: Admin, doctor: Doctor
) -> None:
    path = f"doctors/shift/?hospital={doctor.hospital_id}"
    for question in ("", f"&doctor_id={world.other_doctor.pk}"):
        assert "Choose a doctor." in admin.get(path + question).content.decode()
