"""320 pixels: a phone, or a desk's screen at 400 %."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board
from tests.browser.site import NEW_YORK, later

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= 320


def test_booking_with_a_thumb(visitors, site, api):
    day = later()
    doctors = [site.doctor({day: [(9, 12)]}), site.doctor({day: [(9, 12)]})]
    patient = site.patient()
    board = Board(visitors.page("staff", **PHONE))
    board.go(api=api, hospital=NEW_YORK, doctor=doctors, view="week", **{"from": day})
    slot = board.cell(doctors[0], day, "10:00", "free")
    expect(slot).to_be_visible()
    assert fits(board.page)
    # One doctor at a time.
    expect(board.cell(doctors[1], day, "10:00")).to_have_count(0)
    board.page.get_by_role("button", name=doctors[1]["name"]).tap()
    slot = board.cell(doctors[1], day, "10:00", "free")
    slot.tap()
    expect(board.dialog).to_be_visible()
    assert fits(board.page)
    board.dialog.get_by_role("combobox").fill(patient["name"])
    board.dialog.get_by_role("option").filter(has_text="born").tap()
    board.dialog.get_by_role("button", name="Book", exact=True).tap()
    board.expect_said(f"Booked {patient['name']} with {doctors[1]['name']}")
    board.cell(doctors[1], day, "10:00", f"{patient['name']}, booked").tap()
    expect(board.panel.get_by_role("heading", name=patient["name"])).to_be_visible()
    assert fits(board.page)
    for box in board.panel.get_by_role("button").all():
        size = box.bounding_box()
        assert min(size["width"], size["height"]) >= 24


@pytest.mark.parametrize("width", [375, 768])
def test_moving_and_a_follow_up_happen_before_the_eyes(visitors, site, width):
    day = later()
    doctor, patient = site.doctor({day: [(9, 12)]}), site.patient()
    site.book(doctor, patient, day, 9)
    touch = {"viewport": {"width": width, "height": 740}, "has_touch": True}
    board = Board(visitors.page("staff", **touch))
    board.go(hospital=NEW_YORK, doctor=doctor, **{"from": day})
    board.cell(doctor, day, "09:00", patient["name"]).tap()
    board.panel.get_by_role("button", name="Move").tap()
    expect(board.panel).to_have_count(0)
    expect(board.page.get_by_text(f"Moving {patient['name']} from")).to_be_in_viewport(ratio=1)
    board.cell(doctor, day, "11:00", "free").tap()
    board.expect_said(f"Moved {patient['name']}")
    board.panel.get_by_role("button", name="Book follow-up").tap()
    expect(board.panel).to_have_count(0)
    expect(board.page.get_by_text(f"Booking for {patient['name']}")).to_be_in_viewport(ratio=1)
    board.cell(doctor, day, "10:00", "free").tap()
    expect(board.dialog).to_contain_text(patient["name"])


def test_a_low_window_scrolls_and_shows_the_board_whole(visitors, site):
    day = later()
    doctor = site.doctor({day: [(9, 17)]})
    board = Board(visitors.page("staff", viewport={"width": 320, "height": 256}))
    board.go(hospital=NEW_YORK, doctor=doctor, **{"from": day})
    expect(board.cell(doctor, day, "09:00")).to_be_visible()
    assert board.page.locator("#board").bounding_box()["height"] >= 250
    board.press("End", "Control+End")
    last = board.cell(doctor, day, "16:00")
    board.expect_focus(last)
    expect(last).to_be_in_viewport(ratio=0.9)
    assert board.page.evaluate("scrollY") > 0
    board.press("Enter")
    expect(board.dialog).to_be_visible()
    box = board.dialog.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 256
    assert fits(board.page)


@pytest.mark.parametrize("width", [1024, 1280, 1366, 1440, 1920])
def test_the_pages_are_in_reach_on_every_desk(visitors, width):
    tokyo = {"timezone_id": "Asia/Tokyo", "viewport": {"width": width, "height": 768}}
    page = visitors.page("admin", **tokyo)
    page.goto(f"/?hospital={NEW_YORK}")
    pages = page.get_by_role("navigation", name="Pages")
    expect(pages.get_by_role("link")).to_have_count(6)
    assert pages.evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")
    last = pages.get_by_role("link").last.bounding_box()
    search = page.get_by_role("button", name="Find a patient").bounding_box()
    assert last["x"] + last["width"] <= search["x"] or last["y"] >= search["y"] + search["height"]


def test_an_empty_board_stays_within_the_screen(visitors, site):
    doctor = site.doctor({later(9): [(10, 12)]})
    board = Board(visitors.page("staff", **PHONE))
    board.go(hospital=NEW_YORK, doctor=doctor, **{"from": later()})
    next_opening = board.page.get_by_role("button", name="Next opening: ")
    expect(next_opening).to_be_visible()
    for one in (next_opening, board.page.get_by_text("This doctor does not work: ")):
        box = one.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
    assert fits(board.page)


def test_sign_in_fits(visitors):
    page = visitors.page(**PHONE)
    page.goto("/")
    expect(page.get_by_role("button", name="Sign in")).to_be_in_viewport()
    assert fits(page)
