"""Who may enter, and that every page opens for them."""

import re
from typing import Any

import pytest
from django.test import Client

from appointments.models import Appointment
from appointments.queries import AppointmentRow
from doctors.models import Doctor
from hospitals.models import Hospital
from patients.models import Patient
from tests.factories.accounts import PASSWORD
from tests.world import World

from .conftest import MODELS, Admin

HUGE = "9" * 20


def test_every_page_opens_for_a_platform_admin(admin: Admin, pages: list[str]) -> None:
    assert {page: admin.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


@pytest.mark.parametrize("who", [None, "admin", "staff", "doctor", "stranger"])
def test_nobody_else_enters(world: World, pages: list[str], who: str | None) -> None:
    client = Client(SERVER_NAME="localhost")
    if who is not None:
        client.force_login(world[who].user)
    for page in pages:
        response = client.get(f"/admin/{page}")
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(("who", "status"), [("root", 302), ("admin", 200)])
def test_signing_in(world: World, who: str, status: int) -> None:
    client = Client(SERVER_NAME="localhost")
    sent = {"username": world[who].user.email.upper(), "password": PASSWORD}
    assert client.post("/admin/login/", sent).status_code == status


@pytest.mark.parametrize("wanted", ["", "//evil.test/", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(world: World, wanted: str) -> None:
    client = Client(SERVER_NAME="localhost")
    sent = {"username": world.root.user.email, "password": PASSWORD, "next": wanted}
    assert client.post("/admin/login/", sent).headers["Location"] == "/admin/"


def test_a_superuser_who_was_disabled_is_out_at_once(world: World, admin: Admin) -> None:
    world.root.user.is_active = False
    world.root.user.save()
    assert admin.get("").status_code == 302


def test_no_page_needs_more_than_the_host_itself(admin: Admin, pages: list[str]) -> None:
    """They work under `default-src 'self'`: no script, style or handler inside the page."""
    inside = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|(src|href)=.https?:")
    for page in pages:
        text = admin.get(page).content.decode()
        assert not inside.search(text), page


def test_no_select_box_is_long_and_none_deletes_many(admin: Admin, pages: list[str]) -> None:
    for page in pages:
        text = admin.get(page).content.decode()
        for box in re.findall(r"<select.*?</select>", text, re.DOTALL):
            assert box.count("<option") <= 10, page
        assert "delete_selected" not in text


@pytest.mark.parametrize(
    "page",
    [
        "accounts/user/{}/delete/",
        "hospitals/hospital/{}/delete/",
        "doctors/doctor/{}-{}/delete/",
        "patients/patient/{}-{}/delete/",
        "appointments/appointment/{}-{}/delete/",
    ],
)
def test_what_others_refer_to_is_not_deleted(
    world: World, admin: Admin, appointment: AppointmentRow, page: str
) -> None:
    ids = {
        "accounts": (world.staff.user.pk,),
        "hospitals": (world.hospital.pk,),
        "doctors": (world.hospital.pk, appointment.doctor_id),
        "patients": (world.hospital.pk, appointment.patient_id),
        "appointments": (world.hospital.pk, appointment.id),
    }
    path = page.format(*ids[page.partition("/")[0]])
    response = admin.client.post(f"/admin/{path}", {"post": "yes"})
    assert response.status_code == 403


@pytest.mark.parametrize(
    "address",
    ["5", "1-", "x-1", "1-999", "99999999999999999999-1", "1-9999999999999999999", "a%00"],
)
@pytest.mark.parametrize("model", [m for m in MODELS if m not in ("accounts/user",)])
def test_an_address_of_nothing_leads_home(admin: Admin, model: str, address: str) -> None:
    response = admin.get(f"{model}/{address}/change/")
    assert response.status_code in (302, 404)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "question",
    ["hospital=x", f"hospital={HUGE}", "q=%00", "p=x", "p=-5", f"p={HUGE}", "o=3", "start=x",
     "start=2026-12-01&end=2026-11-01", "start=0001-01-01", "end=9999-12-31", "doctor_id=x",
     f"patient_id={HUGE}", "status=gone", "password__startswith=a", "q=a+b+c+d+e+f+g+h+i+j+k+l"],
)  # fmt: skip
def test_no_question_breaks_a_list(world: World, admin: Admin, model: str, question: str) -> None:
    for start in ("", f"hospital={world.hospital.pk}&"):
        response = admin.get(f"{model}/?{start}{question}")
        assert response.status_code == 200, response


@pytest.mark.parametrize("model", ["doctors/shift", "appointments/appointment"])
def test_what_nobody_chooses_offers_no_choices(world: World, admin: Admin, model: str) -> None:
    response = admin.get(f"{model}/choices/{world.hospital.pk}/?term=a")
    assert response.headers["Location"] == f"/admin/{model}/choices/{world.hospital.pk}/change/"


def test_no_page_saves_as_new(admin: Admin, pages: list[str]) -> None:
    for page in pages:
        if page.endswith("/change/"):
            response = admin.client.post(f"/admin/{page}", admin.form(page) | {"_saveasnew": "1"})
            assert response.status_code == 403, page


def test_the_log_of_a_row_leads_back_to_it(admin: Admin, pages: list[str]) -> None:
    for page in pages:
        if page.endswith("/history/"):
            row = page.replace("/history/", "/change/")
            assert f'<a href="/admin/{row}">' in admin.get(page).content.decode()


def test_the_log_says_whose_clock_it_goes_by(admin: Admin, patient: Patient) -> None:
    row = f"patients/patient/{patient.hospital_id}-{patient.pk}"
    admin.send(f"{row}/change/", name="Ann Lee")
    text = admin.get(f"{row}/history/").content.decode()
    assert "Nov. 25, 2026, 3 p.m." in text
    assert "<h2>Times are UTC.</h2>" in text


def test_adding_needs_a_hospital(admin: Admin) -> None:
    response: Any = admin.get("appointments/appointment/add/")
    assert response.headers["Location"] == "/admin/appointments/appointment/"


def test_names_are_text_and_never_markup(
    world: World, admin: Admin, pages: list[str], appointment: AppointmentRow
) -> None:
    evil = "<script src=x></script>"
    Patient.objects.update(name=evil)
    Doctor.objects.update(name=evil)
    Hospital.objects.update(name=evil)
    Appointment.objects.update(reason=evil)
    shift = f"doctors/shift/{world.hospital.pk}-{appointment.doctor_id}-{appointment.date}/change/"
    for page in pages:
        response = admin.get(page)
        if "html" in response.headers["Content-Type"]:
            assert evil not in response.content.decode(), page
    response = admin.send(shift, shifts="")
    assert evil not in response.content.decode()
    assert "&lt;script src=x&gt;" in response.content.decode()
