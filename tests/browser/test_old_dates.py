"""Slots of other dates than the tools say, while those that were asked for are on their way."""

from __future__ import annotations

import re
from contextlib import suppress

from playwright.sync_api import expect

from tests.browser.calls import Held
from tests.browser.site import later, one_api


def in_words(day):
    return rf"{day:%A},? {day.day} {day:%B}"


def test_slots_of_another_day_than_asked_for_are_not_booked(desk, site):
    today, tomorrow = later(), later(8)
    doctor = site.doctor({today: [(9, 12)], tomorrow: [(9, 12)]})
    board = desk.open(doctor=doctor, **{"from": today})
    board.expect_focus(board.cell(doctor, today, "09:00"))
    board.press("ArrowDown")
    held = Held(board.page, "schedules", tomorrow.isoformat())
    board.press("]")
    expect(board.page.get_by_role("button", name=re.compile(in_words(tomorrow)))).to_be_visible()
    sentence = re.compile(rf"the slots of {in_words(today)}; those of {in_words(tomorrow)} have")
    expect(board.page.locator(".notice")).to_have_text(sentence)
    said = board.page.locator("[aria-live=polite]").last
    # What is said is wiped a moment later; each press says it again.
    for _ in range(5):
        board.press("Enter")
        with suppress(AssertionError):
            expect(said).to_contain_text(sentence, timeout=1000)
            break
    else:
        raise AssertionError("Enter said nothing.")
    expect(board.dialog).to_have_count(0)
    corner = board.grid.get_by_role("columnheader").first
    expect(corner).to_contain_text(f"{today:%a}")
    board.cell(doctor, today, "10:00").click()
    expect(board.dialog).to_have_count(0)
    held.release()
    board.expect_focus(board.cell(doctor, tomorrow, "10:00", "free"))
    expect(corner).to_contain_text(f"{tomorrow:%a}")
    expect(board.page.locator(".notice")).to_have_count(0)
    board.press("Enter")
    expect(board.dialog).to_contain_text(re.compile(in_words(tomorrow)))


def test_offline_the_board_says_of_which_day_it_is(desk, site):
    today, tomorrow = later(), later(8)
    doctor = site.doctor({today: [(9, 12)], tomorrow: [(10, 12)]})
    board = desk.open(doctor=doctor, **{"from": today})
    board.expect_focus(board.cell(doctor, today, "09:00"))
    board.page.wait_for_load_state("networkidle")
    # What floats over the board is fetched soon after it.
    board.page.wait_for_timeout(1500)
    board.page.context.set_offline(True)
    board.press("]")
    notice = board.page.locator(".notice")
    expect(notice).to_contain_text(re.compile(rf"the slots of {in_words(today)}"))
    board.press("Enter")
    expect(board.dialog).to_have_count(0)
    board.expect_focus(board.cell(doctor, today, "09:00"))
    board.page.context.set_offline(False)
    board.expect_focus(board.cell(doctor, tomorrow, "10:00"))
    expect(notice).to_have_count(0)


@one_api
def test_paper_bears_the_dates_of_its_slots(desk, site):
    today, tomorrow = later(), later(8)
    doctor = site.doctor({today: [(9, 12)], tomorrow: [(9, 12)]})
    board = desk.open(doctor=doctor, **{"from": today})
    board.expect_focus(board.cell(doctor, today, "09:00"))
    held = Held(board.page, "schedules", tomorrow.isoformat())
    board.press("]")
    expect(board.page.get_by_role("button", name=re.compile(in_words(tomorrow)))).to_be_visible()
    board.press("Control+p")
    title = board.page.locator(".paper__title")
    expect(title).to_have_text(re.compile(rf"{doctor['name']}, {in_words(today)}"))
    board.dialog.get_by_label("The board as seen").check()
    expect(title).to_have_text(re.compile(in_words(today)))
    held.release()
    expect(title).to_have_text(re.compile(in_words(tomorrow)))
    board.dialog.get_by_label("Day sheets").check()
    expect(title).to_have_text(re.compile(rf"{doctor['name']}, {in_words(tomorrow)}"))
