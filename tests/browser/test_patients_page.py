"""Find patient: who they are, and when they come."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.site import LONDON, NEW_YORK, later


def patients_page(visitors, api, by: str = "staff") -> Page:
    page = visitors.page(by)
    page.goto(f"/patients?hospital={NEW_YORK}&api={api}")
    expect(page.get_by_role("combobox")).to_be_focused()
    return page


def find(page: Page, patient) -> None:
    page.get_by_role("combobox").fill(patient["name"])
    expect(page.get_by_role("option", name=patient["name"]).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=patient["name"])).to_be_focused()


def test_a_patient_is_found_with_visits_that_open_on_the_board(visitors, site, api):
    doctor = site.doctor({later(): [(9, 12)]})
    patient = site.patient(mrn=f"MRN-{next(site.numbers)}x")
    site.book(doctor, patient, later(), 10)
    page = patients_page(visitors, api)
    find(page, patient)
    main = page.get_by_role("main")
    expect(main).to_contain_text(patient["mrn"])
    main.get_by_role("button", name=doctor["name"]).click()
    panel = page.get_by_role("complementary", name="Appointment")
    expect(panel).to_contain_text(patient["name"])
    page.go_back()
    # Neither the address nor the title names the patient; the page still knows.
    expect(page.get_by_role("heading", name=patient["name"])).to_be_visible()
    for secret in (patient["name"].split()[-1], f"={patient['id']}&"):
        assert secret not in f"{page.url}&{page.title()}"
    page.reload()
    expect(page.get_by_role("heading", name="Nobody chosen")).to_be_visible()


def test_a_cancelled_visit_is_not_upcoming(visitors, site, api):
    doctor, patient = site.doctor({later(): [(9, 12)]}), site.patient()
    cancelled = site.book(doctor, patient, later(), 9)
    site.book(doctor, patient, later(), 10)
    path = f"hospitals/{NEW_YORK}/appointments/{cancelled['id']}"
    site.call("DELETE", path, {}, headers={"If-Match": '"1"'})
    page = patients_page(visitors, api)
    find(page, patient)
    main = page.get_by_role("main")
    lists = main.get_by_role("list").filter(has_text=doctor["name"])
    expect(lists).to_have_count(2)
    expect(main.get_by_role("heading", name="Past or cancelled")).to_be_visible()
    expect(lists.first).to_contain_text("booked")
    expect(lists.first).not_to_contain_text("cancelled")
    expect(lists.last).to_contain_text("cancelled")


def test_booking_goes_on_from_the_patient(visitors, site, api):
    patient = site.patient()
    page = patients_page(visitors, api)
    find(page, patient)
    page.get_by_role("button", name="Book for this patient").click()
    expect(page.get_by_text(f"Booking for {patient['name']}")).to_be_visible()
    expect(page.get_by_role("grid")).to_be_visible()


def test_facts_are_changed_and_a_stale_change_shows_both(visitors, site, api):
    patient, other = site.patient(), site.patient(mrn=f"TAKEN-{next(site.numbers)}")
    path = f"hospitals/{NEW_YORK}/patients/{patient['id']}"
    page = patients_page(visitors, api)
    find(page, patient)
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.get_by_label("MRN").fill(other["mrn"])
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("MRN")).to_be_focused()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("MRN").fill("")
    page.get_by_label("Phone").fill("+1 212 555 0100")
    site.call("PATCH", path, {"phone": "+1 212 555 0199"})
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name="Phone")
    expect(row).to_contain_text("0100")
    expect(row).to_contain_text("0199")
    page.get_by_role("button", name="Apply mine").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("+1 212 555 0100")
    assert site.call("GET", path)["phone"] == "+1 212 555 0100"


def test_a_new_patient_is_warned_of_and_added(visitors, site, api):
    known = site.patient()
    page = patients_page(visitors, api)
    page.get_by_role("combobox").fill(known["name"])
    page.get_by_role("option", name="New patient").click()
    page.get_by_label("Date of birth").fill("1991-05-06")
    page.get_by_role("button", name="Add patient").click()
    expect(page.get_by_role("alert")).to_contain_text("known already")
    page.get_by_role("button", name="No, add a new patient").click()
    expect(page.get_by_role("heading", name=known["name"])).to_be_focused()
    expect(page.get_by_role("main")).to_contain_text("6 May 1991")
    query = "SELECT count(*) FROM patients WHERE name = %s"
    assert site.rows(query, known["name"]) == [(2,)]


def test_a_doctor_sees_only_visits_with_themself(visitors, site, api):
    doctor = site.doctor({later(): [(9, 12)]})
    patient = site.patient()
    site.book(doctor, patient, later(), 10)
    page = patients_page(visitors, api, by="doctor")
    find(page, patient)
    expect(page.get_by_text("Only those with you.")).to_be_visible()
    expect(page.get_by_text("No appointments in this hospital yet.")).to_be_visible()


def test_another_hospital_sees_nothing_of_the_patient(visitors, site, api):
    patient = site.patient()
    page = patients_page(visitors, api, by="regional")
    find(page, patient)
    page.get_by_role("button", name="Riverside General Hospital").click()
    expect(page.get_by_role("option", name=re.compile("Thameside"))).to_be_visible()
    page.keyboard.type("thames")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Times in London")).to_be_visible()
    assert f"hospital={LONDON}" in page.url
    expect(page.get_by_role("heading", name="Nobody chosen")).to_be_visible()
    expect(page.get_by_text(patient["name"])).to_have_count(0)
