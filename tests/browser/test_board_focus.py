"""The keyboard keeps its doctor, day and hour on the board, whatever is shown, opened or closed."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.site import LONDON, later, one_api


@one_api
def test_page_keys_go_through_days_without_shifts_and_other_hours(desk, site):
    doctor = site.doctor({later(7): [(20, 24)], later(9): [(9, 11)]})
    board = desk.open(doctor=doctor, **{"from": later()})
    board.expect_focus(board.cell(doctor, later(), "20:00"))
    board.press("End", "ArrowDown", "ArrowDown", "ArrowDown", "PageDown")
    expect(board.page.get_by_role("heading", name="No shifts here")).to_be_visible()
    board.expect_focus(board.page.locator("#board"))
    board.press("PageDown")
    # 23:00 is not shown on that day: the nearest hour is, and 23:00 is not forgotten.
    board.expect_focus(board.cell(doctor, later(9), "10:00"))
    board.press("PageUp")
    expect(board.page.get_by_role("heading", name="No shifts here")).to_be_visible()
    board.press("PageUp")
    board.expect_focus(board.cell(doctor, later(), "23:00"))


@one_api
def test_other_dates_and_views_keep_doctor_and_hour(desk, site):
    shifts = {later(n): [(9, 12)] for n in (7, 8)}
    first, second = site.doctor(shifts), site.doctor({**shifts, later(8): [(8, 12)]})
    board = desk.open(doctor=[first, second], **{"from": later()})
    board.expect_focus(board.cell(first, later(), "09:00"))
    board.press("ArrowRight", "ArrowDown")
    at = board.cell(second, later(), "10:00")
    board.expect_focus(at)
    board.press("]")
    board.expect_focus(board.cell(second, later(8), "10:00"))
    board.press("[")
    board.expect_focus(at)
    board.press("v")
    expect(board.page.get_by_role("button", name="Week", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    board.expect_focus(at)
    board.press("v")
    day = board.page.get_by_role("gridcell", name=re.compile(f"^{second['name']}.*3 free from"))
    board.expect_focus(day)
    board.press("ArrowRight", "Enter")
    board.expect_focus(board.cell(second, later(8), "08:00"))
    board.page.go_back()
    board.expect_focus(board.page.get_by_role("gridcell", name=re.compile("4 free from 08:00")))


@one_api
def test_the_calendar_hands_the_keyboard_back(desk, site):
    doctor = site.doctor({later(n): [(9, 12)] for n in range(7, 16)})
    board = desk.open(doctor=doctor, **{"from": later()})
    board.expect_focus(board.cell(doctor, later(), "09:00"))
    board.press("ArrowDown")
    at = board.cell(doctor, later(), "10:00")
    calendar = board.page.get_by_role("application")
    board.press("d")
    expect(calendar).to_be_visible()
    board.press("Escape")
    board.expect_focus(at)
    board.press("d")
    expect(calendar).to_be_visible()
    # It minds clicks beside it from a moment after it is seen, which no hand is quick enough for.
    board.page.wait_for_timeout(200)
    board.page.mouse.click(700, 880)
    expect(calendar).to_have_count(0)
    board.expect_focus(at)
    board.press("d")
    board.expect_focus(
        calendar.get_by_role("button", name=re.compile(rf", {later().day} {later():%B}"))
    )
    board.press("ArrowRight", "Enter")
    board.expect_focus(board.cell(doctor, later(8), "10:00"))


@one_api
def test_dialogs_and_tools_hand_the_keyboard_back(desk, site):
    doctors = [site.doctor({later(n): [(9, 12)] for n in (7, 8)}) for _ in range(2)]
    board = desk.open(doctor=doctors, **{"from": later()})
    board.expect_focus(board.cell(doctors[0], later(), "09:00"))
    board.press("ArrowRight", "ArrowDown")
    for key in ("+", "?", "Control+k", "/"):
        board.press(key)
        expect(board.dialog).to_be_visible()
        board.press("Escape")
        board.expect_focus(board.cell(doctors[1], later(), "10:00"))
    later_button = board.page.get_by_role("button", name="Later")
    later_button.click()
    board.expect_focus(board.cell(doctors[1], later(8), "10:00"))
    board.press("n")
    board.expect_focus(board.cell(doctors[0], later(8), "11:00"))
    # Who presses a button by key may want to press it again.
    board.page.get_by_role("button", name="Earlier").press("Enter")
    expect(board.cell(doctors[0], later(), "11:00")).to_be_visible()
    expect(board.page.get_by_role("button", name="Earlier")).to_be_focused()
    board.page.get_by_role("button", name=f"Take {doctors[1]['name']}").click()
    board.expect_focus(board.cell(doctors[0], later(), "11:00"))


@one_api
def test_another_hospital_is_ready_for_the_keyboard(desk, site):
    board = desk.open(by="regional")
    expect(board.page.get_by_role("button", name="Riverside")).to_be_visible()
    board.page.get_by_role("button", name="Riverside").click()
    board.page.get_by_role("option", name=re.compile("Thameside")).click()
    expect(board.page).to_have_url(re.compile(f"hospital={LONDON}"))
    expect(board.page.locator("#board:focus-within")).to_have_count(1)
    board.press("/")
    board.expect_focus(board.dialog.get_by_role("combobox"))
