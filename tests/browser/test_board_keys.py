"""Every cell by keyboard, and what others change there."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.site import NEW_YORK, later, one_api


@one_api
def test_home_end_and_page_keys_keep_doctor_and_hour(desk, site):
    day = later()
    shifts = {later(n): [(9, 12)] for n in (6, 7, 8)}
    doctors = [site.doctor(shifts), site.doctor(shifts)]
    board = desk.open(doctor=doctors, **{"from": day})
    first, second = doctors
    board.expect_focus(board.cell(first, day, "09:00"))
    board.press("End")
    board.expect_focus(board.cell(second, day, "09:00"))
    board.press("Control+End")
    board.expect_focus(board.cell(second, day, "11:00"))
    board.press("Home", "ArrowUp")
    board.expect_focus(board.cell(first, day, "10:00"))
    board.press("PageDown")
    board.expect_focus(board.cell(first, later(8), "10:00"))
    board.press("PageUp")
    board.expect_focus(board.cell(first, day, "10:00"))
    board.press("PageUp")
    board.expect_focus(board.cell(first, later(6), "10:00"))
    board.press("Control+Home")
    board.expect_focus(board.cell(first, later(6), "09:00"))
    # One Tab stop for the whole board.
    assert board.grid.locator("[tabindex='0']").count() == 1


@one_api
def test_n_walks_the_free_slots_both_ways(desk, site):
    day = later()
    doctor = site.doctor({day: [(9, 13)]})
    site.book(doctor, site.patient(), day, 10)
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("n")
    board.expect_focus(board.cell(doctor, day, "11:00"))
    board.press("Shift+N")
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("Shift+N")
    board.expect_focus(board.cell(doctor, day, "12:00"))


@one_api
def test_heads_and_hours_stay_where_they_are(desk, site):
    days = {later(n): [(0, 24)] for n in range(7, 14)}
    doctors = [site.doctor(days), site.doctor(days), site.doctor(days)]
    board = desk.open(doctor=doctors, view="week", **{"from": later(), "to": later(13)})
    board.expect_focus(board.cell(doctors[0], later(), "00:00"))
    rows, hour = board.grid.get_by_role("row"), board.grid.get_by_role("rowheader").last
    group, corner = (rows.nth(n).get_by_role("columnheader").first for n in (0, 1))
    name = rows.nth(1).get_by_role("columnheader").last

    def tops():
        return [one.bounding_box()["y"] for one in (group, corner, name)]

    def lefts():
        return [one.bounding_box()["x"] for one in (group, corner, hour)]

    before = tops(), lefts()
    board.press("Control+End")
    last = board.cell(doctors[-1], later(13), "23:00")
    board.expect_focus(last)
    expect(last).to_be_in_viewport(ratio=0.99)
    assert board.page.evaluate("document.querySelector('#board').scrollTop") > 0
    assert board.page.evaluate("document.querySelector('#board').scrollLeft") > 0
    assert (tops(), lefts()) == before


@one_api
def test_an_arrow_key_moves_nothing_on_the_page(desk, site):
    """Whatever makes the browser lay out a table, it does so for all of its cells."""
    day = later()
    doctor = site.doctor({day: [(9, 17)]})
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    devtools = board.page.context.new_cdp_session(board.page)
    devtools.send("Performance.enable")

    def layouts():
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "LayoutCount")

    def layouts_of(key):
        before = layouts()
        board.press(key)
        return layouts() - before

    # Something else may move meanwhile, but not three times in a row.
    assert min(map(layouts_of, ("ArrowDown", "ArrowDown", "ArrowUp"))) == 0
    board.expect_focus(board.cell(doctor, day, "10:00"))


def test_what_others_change_flashes_and_is_said_once(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    site.book(doctor, patient, day, 10)
    page.clock.fast_forward("00:11")
    board.expect_said(f"Changed by somebody else: {doctor['name']}")
    changed = board.cell(doctor, day, "10:00", f"{patient['name']}, booked")
    expect(changed).to_have_class(re.compile("cell--changed"))
    page.clock.fast_forward("00:05")
    expect(changed).not_to_have_class(re.compile("cell--changed"))
    # The focus has not moved.
    board.expect_focus(board.cell(doctor, day, "09:00"))


@one_api
def test_more_than_two_thousand_cells_are_shown_as_an_overview(desk, site):
    doctors = site.call("GET", f"hospitals/{NEW_YORK}/doctors?page_size=100")["results"]
    chosen, days = doctors[:20], 14  # of 9 hours each
    dates = {"from": later(), "to": later(7 + days - 1)}
    board = desk.open(doctor=chosen, view="week", **dates)
    note = board.page.get_by_text("So many doctors and days are shown as an overview")
    expect(note).to_be_visible()
    expect(board.grid.get_by_role("row")).to_have_count(len(chosen) + 1)
    assert board.grid.get_by_role("gridcell").count() == len(chosen) * days


@one_api
def test_doctors_who_share_few_hours_are_counted_by_all_of_them(desk, site):
    days = [later(n) for n in range(7, 21)]
    early, late = {day: [(0, 12)] for day in days}, {day: [(12, 24)] for day in days}
    doctors = [site.doctor(early if n % 2 else late) for n in range(7)]
    board = desk.open(doctor=doctors, view="week", **{"from": days[0], "to": days[-1]})
    # 7 doctors on 14 days are 882 cells of 9 hours, and 2,352 of 24.
    note = board.page.get_by_text("So many doctors and days are shown as an overview")
    expect(note).to_be_visible()
    expect(board.grid.get_by_role("gridcell")).to_have_count(7 * 14)


@one_api
def test_the_doctors_dialog_says_its_limit_first(desk):
    board = desk.open(view="overview")
    expect(board.grid).to_be_visible()
    board.press("+")
    expect(board.dialog).to_contain_text(re.compile(r"of at most 75"))  # 2,100 in 28 days
