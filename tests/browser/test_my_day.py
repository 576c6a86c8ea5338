"""A doctor's own day on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.board import Board, expect_board
from tests.browser.calls import Refused
from tests.browser.site import NEW_YORK, Json, Site, later, one_api


@pytest.fixture
def phone(visitors) -> Page:
    page: Page = visitors.page("doctor", viewport={"width": 390, "height": 844})
    return page


def own(site: Site) -> Json:
    """The doctor whom the account is."""
    [membership] = site.call("GET", "me", by="doctor")["memberships"]
    doctor: Json = {"id": membership["doctor_id"]}
    return doctor


def test_doctors_start_with_their_day_and_walk_on(phone, site, api):
    day = later(301 if api == "rest" else 302)  # past what is seeded
    doctor, patient = own(site), site.patient(phone="+1 999 555 0100")
    site.set_shifts(doctor, {day: [(9, 12)]})
    site.book(doctor, patient, day, 10)
    phone.goto("/")
    expect(phone.get_by_role("heading", name="My day")).to_be_visible()
    phone.goto(f"/my-day?hospital={NEW_YORK}&from={day}&api={api}")
    slots = phone.get_by_role("main").get_by_role("listitem")
    expect(slots).to_have_count(3)
    expect(slots.nth(0)).to_contain_text("free")
    expect(slots.nth(1)).to_contain_text(patient["name"])
    expect(phone.get_by_text("1 appointment · 2 free")).to_be_visible()

    slots.nth(1).get_by_role("button", name=patient["name"]).first.click()
    expect(phone.get_by_role("link", name="Call")).to_have_attribute("href", "tel:+1 999 555 0100")
    phone.get_by_role("button", name=f"Arrived: {patient['name']}").click()
    expect(slots.nth(1)).to_contain_text("arrived")
    expect(phone.get_by_role("button", name=f"Fulfilled: {patient['name']}")).to_be_visible()
    Board(phone).expect_said(f"{patient['name']}: arrived.")  # shown at once, said once it is true
    assert ("arrived", "10:00", patient["id"]) in site.appointments(doctor)

    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="Later").click()
    expect(slots.filter(has_text=patient["name"])).to_have_count(0)
    phone.get_by_role("button", name="Earlier").click()
    expect(slots.filter(has_text=patient["name"])).to_have_count(1)
    phone.get_by_role("link", name="My availability").click()
    expect(phone.get_by_role("heading", name="Availability")).to_be_visible()


def test_a_refused_status_is_tried_again(phone, site):
    day = later(304)
    doctor, patient = own(site), site.patient()
    site.set_shifts(doctor, {day: [(9, 12)]})
    site.book(doctor, patient, day, 10)
    phone.goto(f"/my-day?hospital={NEW_YORK}&from={day}")
    refusal = Refused(phone, "change", "unavailable", 503)
    phone.get_by_role("button", name=f"Arrived: {patient['name']}").click()
    again = phone.get_by_role("button", name="Try again")
    expect(again).to_be_enabled()
    slots = phone.get_by_role("main").get_by_role("listitem")
    expect(slots.nth(1)).to_contain_text("booked")
    assert ("booked", "10:00", patient["id"]) in site.appointments(doctor)
    refusal.on = False
    again.click()
    expect(slots.nth(1)).to_contain_text("arrived")
    expect(again).to_have_count(0)
    Board(phone).expect_said(f"{patient['name']}: arrived.")  # shown at once, said once it is true
    assert ("arrived", "10:00", patient["id"]) in site.appointments(doctor)


def test_a_day_without_shifts_says_so(phone, site):
    day = later(300)
    phone.goto(f"/my-day?hospital={NEW_YORK}&from={day}")
    expect(phone.get_by_role("heading", name="No shifts on this day")).to_be_visible()
    phone.get_by_role("link", name="Set availability").click()
    assert f"from={day}" in phone.url


def test_who_is_no_doctor_has_no_day(visitors):
    page = visitors.page("staff", viewport={"width": 390, "height": 844})
    page.goto("/")
    expect_board(page)
    page.goto(f"/my-day?hospital={NEW_YORK}")
    expect(page.get_by_role("link", name="To the board")).to_be_visible()
    expect(page.get_by_role("heading", name="Only doctors have a day")).to_be_visible()
    for one in ("admin", "root"):
        page = visitors.page(one)
        page.goto(f"/my-day?hospital={NEW_YORK}")
        expect(page.get_by_text("You are no doctor in this hospital.")).to_be_visible()


@one_api
def test_the_day_on_paper(phone, site, api):
    day = later(303)
    doctor, patient = own(site), site.patient()
    site.set_shifts(doctor, {day: [(9, 12)]})
    site.book(doctor, patient, day, 10)
    phone.goto(f"/my-day?hospital={NEW_YORK}&from={day}&api={api}")
    expect(phone.get_by_text("1 appointment · 2 free")).to_be_visible()
    phone.keyboard.press("Control+k")
    expect(phone.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    phone.keyboard.type("Print")
    phone.keyboard.press("Enter")
    dialog = phone.get_by_role("dialog", name="Print")
    expect(dialog).to_contain_text("1 page")
    expect(dialog.get_by_label("The board as seen")).to_have_count(0)
    phone.emulate_media(media="print")
    [sheet] = phone.locator(".paper").all()
    expect(sheet.locator("tr", has_text="10:00")).to_contain_text(patient["name"])
    expect(sheet).to_contain_text("Riverside General Hospital")
    phone.emulate_media(media="screen")
    phone.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    phone.keyboard.press("Control+p")
    expect(dialog.get_by_role("button", name="Print", exact=True)).to_be_focused()
