"""Paper: a page for each doctor, or the board as it is seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import later, one_api


def pages(page: Page, paper: str) -> int:
    """How many sheets come out of the printer."""
    return page.pdf(format=paper, prefer_css_page_size=True).count(b"/Type /Page\n")


@pytest.fixture
def printed(desk, site):
    """A board of three doctors, one of whom does not work that day, with the dialog open."""
    day = later()
    doctors = [site.doctor({day: [(0, 24)]}), site.doctor({day: [(9, 12)]}), site.doctor({})]
    patient = site.patient(name="Maria del Carmen Lopez")
    site.book(doctors[1], patient, day, 10)
    board = desk.open(doctor=doctors, **{"from": day})
    expect(board.grid).to_be_visible()
    board.press("Control+p")
    expect(board.dialog.get_by_role("button", name="Print", exact=True)).to_be_focused()
    return board, doctors


@one_api
def test_a_day_sheet_for_each_doctor_who_works(printed):
    board, doctors = printed
    expect(board.dialog).to_contain_text("2 pages")
    assert [pages(board.page, paper) for paper in ("A4", "Letter")] == [2, 2]
    board.page.emulate_media(media="print")
    sheets = board.page.locator(".paper")
    for sheet, doctor in zip(sheets.all(), doctors[:2], strict=True):
        expect(sheet.get_by_text(f"{doctor['name']}, ")).to_be_visible()
        expect(sheet).to_contain_text("Riverside General Hospital")
        expect(sheet).to_contain_text("Times in New York (E")
        expect(sheet).to_contain_text("by Sam Porter")
    expect(sheets.nth(1)).to_contain_text("Page 2 of 2")
    expect(sheets.nth(1).locator("tr", has_text="10:00")).to_contain_text("booked")
    expect(sheets.nth(1)).to_contain_text("Maria del Carmen Lopez")
    expect(board.grid).to_be_hidden()


@one_api
def test_initials_tell_nobody_at_the_printer(printed):
    board, _ = printed
    board.dialog.get_by_label("Initials only").check()
    board.dialog.get_by_label("The board as seen").check()
    expect(board.dialog).to_contain_text("1 page")
    # All 24 hours of the first doctor fit.
    assert [pages(board.page, paper) for paper in ("A4", "Letter")] == [1, 1]
    paper = board.page.locator(".print")
    expect(paper).to_contain_text("M. d. C. L. · booked")
    expect(paper).not_to_contain_text("Lopez")
