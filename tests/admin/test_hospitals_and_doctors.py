"""Hospitals and doctors are added and changed through the services, stamps included."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from appointments.queries import AppointmentRow
from doctors.models import Doctor
from hospitals.models import Hospital, ScheduleStamp
from tests.world import World

from .conftest import Admin

NEW = {"name": "New", "address": "1 Road", "timezone": "Asia/Tokyo", "opens": "08:00"}


def stamp(hospital_id: int, doctor_id: int = 0) -> int:
    return ScheduleStamp.objects.values_list("stamp", flat=True).get(
        hospital_id=hospital_id, doctor_id=doctor_id
    )


def test_adding_a_hospital(admin: Admin) -> None:
    response = admin.send("hospitals/hospital/add/", NEW, closes="18:00", _continue="1")
    hospital = Hospital.objects.get(name="New")
    assert response.headers["Location"] == f"/admin/hospitals/hospital/{hospital.pk}/change/"
    assert (f"{hospital.opens:%H:%M}", f"{hospital.closes:%H:%M}") == ("08:00", "18:00")
    assert stamp(hospital.pk) == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"timezone": "Mars/Base", "closes": "18:00"}, {"timezone"}),
        ({"closes": "07:00"}, {"closes"}),
        ({"closes": "18:00:30"}, {"closes"}),
        ({"closes": "18:00", "name": " "}, {"name"}),
        ({"closes": "later"}, {"closes"}),
    ],
)
def test_adding_a_hospital_refused(admin: Admin, changes: dict[str, Any], fields: set[str]) -> None:
    before = Hospital.objects.count()
    sent = admin.send("hospitals/hospital/add/", NEW, **changes)
    assert set(admin.errors(sent)) == fields
    assert Hospital.objects.count() == before


def test_changing_a_hospital(world: World, admin: Admin) -> None:
    path = f"hospitals/hospital/{world.hospital.pk}/change/"
    assert admin.send(path, name="Renamed").status_code == 302
    world.hospital.refresh_from_db()
    assert (world.hospital.name, world.hospital.version) == ("Renamed", 2)
    assert stamp(world.hospital.pk) == 2
    entry = LogEntry.objects.get()
    assert (entry.object_repr, entry.get_change_message()) == ("Renamed", "Changed Name.")


def test_an_address_keeps_its_lines(world: World, admin: Admin) -> None:
    path = f"hospitals/hospital/{world.hospital.pk}/change/"
    assert admin.send(path, address="1 Road\r\nTown").status_code == 302
    world.hospital.refresh_from_db()
    assert world.hospital.address == "1 Road\nTown"
    assert "1 Road\nTown</textarea>" in admin.get(path).content.decode()
    assert admin.send(path, address="1 Road\r\nTown").status_code == 302
    world.hospital.refresh_from_db()
    assert world.hospital.version == 2


def test_a_zone_in_use_stays(world: World, admin: Admin, doctor: Doctor) -> None:
    path = f"hospitals/hospital/{world.hospital.pk}/change/"
    assert set(admin.errors(admin.send(path, timezone="Asia/Tokyo"))) == {"timezone"}
    world.hospital.refresh_from_db()
    assert (world.hospital.timezone, world.hospital.version) == ("America/New_York", 1)


def test_a_stale_page_of_a_hospital(world: World, admin: Admin) -> None:
    path = f"hospitals/hospital/{world.hospital.pk}/change/"
    seen = admin.form(path)
    admin.send(path, name="Renamed")
    response = admin.send(path, seen, address="Other road")
    (message,) = admin.errors(response)[""]
    assert message.startswith("Somebody changed it first. It is now: name “Renamed”, address “”")
    assert "Other road</textarea>" in response.content.decode()
    world.hospital.refresh_from_db()
    assert (world.hospital.name, world.hospital.address) == ("Renamed", "")


def test_searching_hospitals(world: World, admin: Admin) -> None:
    rows = admin.get("hospitals/hospital/?q=ELSE").context["cl"].result_list
    assert rows == [world.other_hospital]
    found = admin.get(
        "autocomplete/?app_label=doctors&model_name=doctor&field_name=hospital&term=gen"
    ).json()
    assert [row["text"] for row in found["results"]] == ["General"]


def test_adding_a_doctor(world: World, admin: Admin) -> None:
    here = world.hospital.pk
    sent = {"name": "Dr New", "specialty": "Surgery", "active": "on"}
    # As one comes from the list, with what it was asked for.
    path = f"doctors/doctor/add/?_changelist_filters=hospital%3D{here}"
    response = admin.send(path, sent, _continue="1")
    doctor = Doctor.objects.get(hospital=here, name="Dr New")
    page = f"/admin/doctors/doctor/{here}-{doctor.pk}/change/"
    assert response.headers["Location"].startswith(page)
    assert stamp(here, doctor.pk) == 1
    assert LogEntry.objects.get().object_id == f"{here}-{doctor.pk}"
    assert f'href="{page}' in admin.get("").content.decode()


def test_changing_a_doctor(world: World, admin: Admin, doctor: Doctor) -> None:
    path = f"doctors/doctor/{world.hospital.pk}-{doctor.pk}/change/"
    assert admin.send(path, specialty="Surgery", active=None).status_code == 302
    doctor.refresh_from_db()
    assert (doctor.specialty, doctor.active, doctor.version) == ("Surgery", False, 2)
    assert stamp(world.hospital.pk, doctor.pk) == 2
    history = admin.get(path.replace("change", "history")).content.decode()
    assert "Changed Specialty and Active." in history


def test_a_doctor_with_appointments_ahead_stays(
    world: World, admin: Admin, doctor: Doctor, appointment: AppointmentRow
) -> None:
    path = f"doctors/doctor/{world.hospital.pk}-{doctor.pk}/change/"
    before = stamp(world.hospital.pk, doctor.pk)
    (message,) = admin.errors(admin.send(path, active=None))[""]
    page = f"/admin/appointments/appointment/{world.hospital.pk}-{appointment.id}/change/"
    assert f'<a href="{page}">Mon 2026-11-30 09:00</a> Jane Doe' in message
    doctor.refresh_from_db()
    assert (doctor.active, doctor.version) == (True, 1)
    assert stamp(world.hospital.pk, doctor.pk) == before
    assert not LogEntry.objects.exists()


def test_a_stale_page_of_a_doctor(world: World, admin: Admin, doctor: Doctor) -> None:
    path = f"doctors/doctor/{world.hospital.pk}-{doctor.pk}/change/"
    seen = admin.form(path)
    admin.send(path, name="Dr Other")
    message = admin.errors(admin.send(path, seen, name="Dr Third"))[""][0]
    assert "It is now: name “Dr Other”, specialty “Cardiology”, active “True”." in message
    doctor.refresh_from_db()
    assert (doctor.name, doctor.version) == ("Dr Other", 2)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("", ["Dr Colleague", "Dr Own"]),
        ("&q=own", ["Dr Own"]),
        ("&which=inactive", []),
        ("&which=active&q=dr", ["Dr Colleague", "Dr Own"]),
    ],
)
def test_listing_doctors(world: World, admin: Admin, question: str, names: list[str]) -> None:
    path = f"doctors/doctor/?hospital={world.hospital.pk}{question}"
    assert [row.name for row in admin.get(path).context["cl"].result_list] == names
