"""What was entered for a booking stays, whatever happens around it; the focus is never lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.board import Board
from tests.browser.calls import Refused
from tests.browser.site import later, one_api


def press_at(board: Board, place: Locator) -> None:
    """Press with the mouse what a dialog's veil lies over."""
    box = place.bounding_box()
    # A dialog hears presses outside of it from the task after its own on.
    board.page.evaluate("new Promise((done) => setTimeout(done))")
    board.page.mouse.click(box["x"] + 12, box["y"] + 12)


@one_api
def test_a_press_on_another_free_slot_takes_the_draft_there(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 12)]}), site.patient()
    site.book(doctor, site.patient(), day, 10)
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("Enter")
    board.choose(patient)
    board.dialog.get_by_label("Reason").fill("Sore throat")
    cells = board.page.locator("td.cell")
    for beside in (board.page.locator(".topbar"), cells.nth(1)):
        press_at(board, beside)
        expect(board.dialog).to_contain_text("09:00")
        expect(board.dialog.get_by_label("Reason")).to_be_focused()
    press_at(board, cells.nth(2))
    expect(board.dialog).to_contain_text("11:00")
    expect(board.dialog).to_contain_text(patient["name"])
    expect(board.dialog.get_by_label("Reason")).to_have_value("Sore throat")
    board.expect_focus(board.dialog.get_by_role("button", name="Book", exact=True))
    board.press("Enter")
    board.expect_said(f"Booked {patient['name']}")
    assert ("booked", "11:00", patient["id"]) in site.appointments(doctor)


@one_api
def test_a_half_typed_search_survives_a_press_beside_the_dialog(desk, site):
    day = later()
    doctor = site.doctor({day: [(9, 11)]})
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("Enter")
    field = board.dialog.get_by_role("combobox")
    board.expect_focus(field)
    board.type("Lop")
    press_at(board, board.page.locator(".topbar"))
    expect(field).to_have_value("Lop")
    board.expect_focus(field)
    press_at(board, board.page.locator("td.cell").nth(1))
    expect(board.dialog).to_contain_text("10:00")
    expect(field).to_have_value("Lop")
    board.expect_focus(field)


@one_api
def test_escape_steps_back_from_the_form_of_a_new_patient(desk, site):
    day = later()
    doctor = site.doctor({day: [(9, 10)]})
    board = desk.open(doctor=doctor, **{"from": day})
    cell = board.cell(doctor, day, "09:00")
    for opener in ("Enter", "/"):
        board.expect_focus(cell)
        board.press(opener)
        field = board.dialog.get_by_role("combobox")
        board.expect_focus(field)
        board.type("Zeno Quillfeather")
        expect(board.dialog.get_by_role("option", selected=True)).to_contain_text("New patient")
        board.press("Enter")
        born = board.dialog.get_by_label("Date of birth")
        board.expect_focus(born)
        born.fill("1931-09-18")
        board.press("Escape")
        board.expect_focus(field)
        expect(field).to_have_value("Zeno Quillfeather")
        expect(board.dialog.get_by_role("option", selected=True)).to_contain_text("New patient")
        board.press("Enter")
        expect(born).to_have_value("1931-09-18")
        board.press("Escape", "Escape")
        expect(board.dialog).to_have_count(0)


@one_api
def test_after_a_refusal_the_focus_is_on_what_can_be_done(desk, site):
    day = later()
    doctor, other = site.doctor({day: [(9, 11)]}), site.doctor({day: [(9, 10)]})
    patient = site.patient()
    site.book(other, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    refusal = Refused(board.page, "book", "permission_denied", 403)
    board.press("Enter")
    board.choose(patient)
    board.press("Enter")
    book = board.dialog.get_by_role("button", name="Book", exact=True)
    expect(board.dialog.get_by_role("alert")).to_have_text("Refused: permission_denied.")
    board.expect_focus(book)

    # With Enter from the reason as well.
    reason = board.dialog.get_by_label("Reason")
    reason.focus()
    board.press("Enter")
    board.expect_focus(book)

    refusal.code, refusal.status, refusal.wait = "throttled", 429, 2
    board.press("Enter")
    expect(board.dialog.get_by_role("alert")).to_contain_text("The server asks for a moment")
    again = board.dialog.get_by_role("button", name="Ask now")
    expect(board.dialog.get_by_role("button", name="Booking…")).to_be_focused()
    again.focus()
    refusal.on = False
    board.press("Enter")
    # The patient is elsewhere then: that can be looked at.
    board.expect_focus(board.dialog.get_by_role("button", name="Show it"))


@one_api
def test_a_failed_search_does_not_offer_a_new_patient_first(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 10)]}), site.patient()
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    refusal = Refused(board.page, "patients", "unavailable", 503, wait=60)
    board.press("Enter")
    board.expect_focus(board.dialog.get_by_role("combobox"))
    board.type(patient["name"])
    new = board.dialog.get_by_role("option")
    alert = board.dialog.get_by_role("alert")
    expect(alert).to_be_visible()
    expect(new).to_have_count(1)
    expect(new).to_have_attribute("aria-selected", "false")
    assert alert.bounding_box()["y"] < new.bounding_box()["y"]
    asked = len(refusal.keys)
    with board.page.expect_response("**/patients?*"):
        board.press("Enter")
    expect(new).to_have_attribute("aria-selected", "false")
    expect(board.dialog.get_by_label("Date of birth")).to_have_count(0)
    assert len(refusal.keys) == asked + 1
    refusal.on = False
    board.press("Enter")
    expect(board.dialog.get_by_role("option", selected=True)).to_contain_text("born 1 Mar 1980")
    board.press("Enter")
    board.expect_focus(board.dialog.get_by_role("button", name="Book", exact=True))


@one_api
@pytest.mark.parametrize("size", [(1440, 900), (1024, 600), (375, 740)])
def test_the_search_field_stays_where_it_is(desk, site, size):
    day = later()
    doctor = site.doctor({day: [(9, 10)]})
    page = desk.visitors.page("staff", viewport={"width": size[0], "height": size[1]})
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.cell(doctor, day, "09:00").click()
    field = board.dialog.get_by_role("combobox")
    board.expect_focus(field)
    place = field.bounding_box()
    for typed in ("a", "an", "an Nobody Is Called So"):
        field.fill(typed)
        expect(board.dialog.locator(".spinner")).to_have_count(0)
        expect(board.dialog.get_by_role("option").first).to_be_visible()
        assert field.bounding_box() == place


@pytest.mark.parametrize("api", ["rest"], indirect=True)
def test_a_slot_that_goes_under_the_open_dialog_is_told_of(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 12)]}), site.patient()
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("Enter")
    field = board.dialog.get_by_role("combobox")
    board.expect_focus(field)
    site.book(doctor, site.patient(), day, 9)
    page.clock.fast_forward("00:11")
    expect(board.dialog.get_by_role("alert")).to_have_text(
        "Somebody else has just booked this slot. Take another slot:"
    )
    expect(board.dialog.get_by_role("button", name="Book", exact=True)).to_be_disabled()
    board.expect_focus(field)
    board.find(patient)
    others = board.dialog.get_by_role("list", name="Other free slots").get_by_role("button")
    board.expect_focus(others.first)
    expect(others.first).to_contain_text("10:00")
    board.press("Enter")
    expect(board.dialog.get_by_role("alert")).to_have_count(0)
    board.expect_focus(board.dialog.get_by_role("button", name="Book", exact=True))
    board.press("Enter")
    board.expect_said(f"Booked {patient['name']}")
    assert ("booked", "10:00", patient["id"]) in site.appointments(doctor)
