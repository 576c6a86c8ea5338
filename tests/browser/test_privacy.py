"""What a doctor must not learn of a colleague's patient, a hospital of another's, and names that
try to be code."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Response, expect

from tests.browser.site import LONDON, NEW_YORK, later, one_api


def test_doctor_learns_nothing_of_a_colleagues_patient(desk, visitors, site):
    day = later()
    [(own_id, own_name)] = site.rows(
        """
        SELECT doctors.id, doctors.name FROM doctors JOIN memberships ON doctor_id = doctors.id
        JOIN users ON users.id = user_id WHERE email = 'doctor@demo.test'
        """
    )
    own = {"id": own_id, "name": own_name}
    colleague, patient = site.doctor({day: [(9, 11)]}), site.patient()
    booked = site.book(colleague, patient, day, 9)
    page = visitors.page("doctor")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    board = desk.open(on=page, doctor=[own, colleague], **{"from": day})
    busy = board.cell(colleague, day, "09:00", "busy")
    expect(busy).to_be_visible()
    expect(board.cell(own, day, "09:00")).to_be_visible()
    busy.click()
    busy.focus()
    board.press("Enter", "m", "a", "Delete")
    expect(board.panel).to_have_count(0)
    expect(board.dialog).to_have_count(0)
    board.press("v")
    expect(page.get_by_role("button", name="Week", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(board.cell(colleague, day, "09:00", "busy")).to_be_visible()
    board.press("o")
    expect(board.panel.get_by_role("listitem").first).to_be_visible()

    assert patient["name"] not in page.content()
    bodies = [
        answer.text() for answer in answers if "/api/" in answer.url or "/graphql" in answer.url
    ]
    assert any(colleague["name"] in body for body in bodies)
    for body in bodies:
        assert patient["name"] not in body
        assert f'"id":{booked["id"]},' not in body.replace(" ", "").replace('"', "")


@one_api
@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=document.title='owned'> {{ constructor.constructor('1')() }}",
        "مريم عبد الرحمن",
        "Wolfeschlegelsteinhausen " + "W" * 170,
    ],
    ids=["markup", "right to left", "200 characters"],
)
def test_hostile_name_is_only_text(desk, site, name):
    day = later()
    doctor = site.doctor({day: [(9, 11)]})
    patient = site.patient(name)
    site.book(doctor, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    page = board.page
    cell = board.cell(doctor, day, "09:00")
    expect(cell).to_contain_text(name)
    cell.click()
    expect(board.panel.get_by_role("heading", name=name, exact=True)).to_be_visible()
    board.press("/")
    board.expect_focus(board.dialog.get_by_role("combobox"))
    board.type(patient["phone"][-9:])
    expect(board.dialog.get_by_role("option").first).to_contain_text(name)
    board.press("Enter")
    expect(page.get_by_text(f"Booking for {name}, born")).to_be_visible()
    assert page.locator("img").count() == 0
    assert page.title() == "Riverside General Hospital"
    # However long it is, it makes nothing scroll sideways.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert board.panel.evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")


@one_api
def test_the_way_back_to_another_hospital_leaves_the_patient_behind(desk, site):
    board = desk.open(by="regional")
    page = board.page
    page.get_by_role("button", name="Riverside").click()
    page.get_by_role("option", name="Thameside").click()
    page.wait_for_url(re.compile(f"hospital={LONDON}"))
    expect(page.locator("#board:focus-within")).to_have_count(1)
    board.press("/")
    board.expect_focus(board.dialog.get_by_role("combobox"))
    board.type("ma")
    expect(board.dialog.get_by_role("option").nth(1)).to_be_visible()
    board.press("Enter")
    bar = page.get_by_text("Booking for")
    expect(bar).to_be_visible()
    page.go_back()
    page.wait_for_url(re.compile(f"hospital={NEW_YORK}"))
    expect(page.get_by_role("button", name="Riverside")).to_be_visible()
    expect(bar).to_have_count(0)
    expect(board.panel).to_have_count(0)
