"""A browser in Tokyo, a hospital in New York, and the two nights on which its clocks change."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.board import Board
from tests.browser.site import NEW_YORK, later

ZONE = ZoneInfo("America/New_York")


def night_with(hours: int) -> date:
    """The next date of New York, from next week on, that has so many hours."""
    for ahead in range(7, 400):
        day = later(ahead)
        midnights = [datetime.combine(day + timedelta(n), time(), ZONE) for n in (0, 1)]
        start, end = (midnight.astimezone(UTC) for midnight in midnights)
        if end - start == timedelta(hours=hours):
            return day
    raise AssertionError("The clocks of New York change no more.")


def board_in_tokyo(visitors, api, doctor, day) -> Board:
    board = Board(visitors.page("staff", timezone_id="Asia/Tokyo"))
    week = {"from": day - timedelta(days=2), "to": day + timedelta(days=2), "view": "week"}
    board.go(api=api, hospital=NEW_YORK, doctor=doctor, **week)
    return board


def test_the_repeated_hour_stands_twice_and_the_second_is_booked(visitors, site, api):
    night = night_with(25)
    shifts = {night + timedelta(days=n): [(0, 3)] for n in (-1, 0, 1)}
    doctor, patient = site.doctor(shifts), site.patient()
    board = board_in_tokyo(visitors, api, doctor, night)
    expect(board.page.get_by_text("Times in New York")).to_be_visible()
    expect(board.page.get_by_text(re.compile(r"there, \d\d:\d\d here"))).to_be_visible()

    first = board.cell(doctor, night, "01:00 EDT", "free")
    second = board.cell(doctor, night, "01:00 EST", "free")
    expect(first).to_have_count(1)
    expect(second).to_have_count(1)
    # The day before has that hour once, and says so.
    before = night - timedelta(days=1)
    expect(board.cell(doctor, before, "01:00 EDT", "free")).to_have_count(1)
    expect(
        board.cell(doctor, before, "01:00 EST", "this hour does not exist on this day")
    ).to_have_count(1)

    # So do the openings, and what is said of a booking.
    board.press("o")
    of_night = board.panel.locator("section").filter(has_text=f"{night.day} {night:%B}")
    shown = of_night.get_by_role("listitem")
    expect(shown).to_contain_text(["00:00", "01:00 EDT", "01:00 EST", "02:00"])
    board.press("Escape")

    second.focus()
    board.press("Enter")
    expect(board.dialog).to_contain_text(re.compile(r"01:00\s*EST"))
    board.choose(patient)
    board.press("Enter")
    board.expect_said(re.compile(f"Booked {patient['name']} .*, 01:00 EST"))
    board.expect_focus(board.cell(doctor, night, "01:00 EST", f"{patient['name']}, booked"))
    expect(first).to_have_count(1)
    assert site.rows("SELECT starts_at FROM appointments WHERE doctor_id = %s", doctor["id"]) == [
        (datetime.combine(night, time(6), UTC),)
    ]
    # The appointment itself says both clocks.
    board.press("Enter")
    expect(board.panel).to_contain_text(re.compile(r"01:00\s*EST"))
    expect(board.panel).to_contain_text("15:00 where you are")


def test_the_missing_hour_is_shown_as_missing(visitors, site, api):
    night = night_with(23)
    shifts = {night + timedelta(days=n): [(0, 5)] for n in (-1, 0, 1)}
    doctor = site.doctor(shifts)
    board = board_in_tokyo(visitors, api, doctor, night)
    missing = board.cell(doctor, night, "02:00", "this hour does not exist on this day")
    expect(missing).to_have_count(1)
    for hour in (0, 1, 3, 4):
        expect(board.cell(doctor, night, f"{hour:02}:00", "free")).to_have_count(1)
    expect(board.cell(doctor, night - timedelta(days=1), "02:00", "free")).to_have_count(1)
    missing.focus()
    board.press("Enter")
    expect(board.dialog).to_have_count(0)
    # The free slots of that night are one fewer.
    free = board.grid.get_by_role("columnheader").filter(has_text="free")
    of_nights = [text[-6:] for text in free.all_inner_texts()]
    assert of_nights.count("4 free") == of_nights.count("5 free") / 2
