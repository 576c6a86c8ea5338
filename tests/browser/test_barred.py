"""Free slots that can't be had are shown, and say why; and what was written says so, too."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.site import NEW_YORK, later, one_api


def own_doctor(site):
    me = site.call("GET", "me", by="doctor")
    own = next(one for one in me["memberships"] if one["hospital"]["id"] == NEW_YORK)["doctor_id"]
    return site.call("GET", f"hospitals/{NEW_YORK}/doctors/{own}")


@one_api
def test_a_doctor_is_told_that_a_colleagues_slot_is_not_theirs(desk, site):
    day = later(100)  # beyond the seeded shifts
    own, colleague = own_doctor(site), site.doctor({day: [(9, 12)]})
    site.set_shifts(own, {day: [(10, 12)]})
    board = desk.open(by="doctor", doctor=[colleague, own], **{"from": day})
    board.expect_focus(board.cell(own, day, "10:00", "free"))
    board.press("n")
    board.expect_focus(board.cell(own, day, "11:00", "free"))
    board.press("n")
    board.expect_focus(board.cell(own, day, "10:00", "free"))
    board.press("ArrowLeft", "Enter")
    board.expect_focus(board.cell(colleague, day, "10:00", "free, not yours to book"))
    why = f"Only staff can book with {colleague['name']}; you can book your own slots."
    board.expect_said(why)
    expect(board.page.locator(".notice")).to_contain_text(why)
    expect(board.dialog).to_have_count(0)


@one_api
def test_any_doctor_is_the_doctor_who_asks(desk, site):
    day = later(101)
    own = own_doctor(site)
    colleague = site.doctor({day: [(9, 11)]}, specialty=own["specialty"])
    site.set_shifts(own, {day: [(10, 11)]})
    board = desk.open(by="doctor", doctor=[colleague, own], **{"from": day})
    board.expect_focus(board.cell(own, day, "10:00", "free"))
    board.press("o")
    board.panel.get_by_label("From").fill(day.isoformat())
    board.panel.get_by_label("Doctors").select_option(label="On the board")
    board.panel.get_by_role("button", name=re.compile(f"09:00 {colleague['name']}")).click()
    board.expect_said("Only staff can book with")
    expect(board.dialog).to_have_count(0)
    board.panel.get_by_role("button", name="Any doctor", exact=True).click()
    expect(board.dialog).to_contain_text(own["name"])
    expect(board.dialog).to_contain_text("10:00")


def test_a_move_is_not_offered_what_the_waiting_shifts_leave_out(visitors, site, api):
    day = later(27)
    doctor = site.doctor({day: [(9, 12)]})
    colleague = site.doctor({day: [(9, 12)]}, specialty=doctor["specialty"])
    patient = site.patient()
    site.book(doctor, patient, day, 9)
    page = visitors.page("staff")
    page.goto(f"/availability?hospital={NEW_YORK}&doctor={doctor['id']}&from={day}&api={api}")
    field = page.get_by_role("textbox", name=re.compile(rf"^Shifts of \w+,? {day.day} {day:%B}"))
    field.fill("")
    field.press("Tab")
    page.get_by_role("button", name="Save 1 day", exact=True).click()
    page.get_by_role("button", name="Move").click()
    cell = page.get_by_role(
        "gridcell", name=re.compile(rf"^{doctor['name']}, \w+,? {day.day} {day:%B}, 10:00, free")
    )
    expect(cell).to_have_accessible_name(re.compile("removed by the shifts that wait"))
    expect(cell).to_have_text("Removed")
    cell.click()
    said = page.locator("[aria-live=polite]").last
    expect(said).to_contain_text("The shifts that wait to be saved leave that slot out.")
    assert site.appointments(doctor) == [("booked", "09:00", patient["id"])]
    name = rf"^{colleague['name']}, \w+,? {day.day} {day:%B}, 10:00, free, Move here"
    page.get_by_role("gridcell", name=re.compile(name)).click()
    expect(said).to_contain_text(f"Moved {patient['name']} to {colleague['name']}")
    assert site.appointments(colleague) == [("booked", "10:00", patient["id"])]


@one_api
def test_a_booking_beside_the_board_is_seen_and_leaves_the_focus_in_its_list(desk, site):
    day = later(28)
    shown, other = site.doctor({day: [(9, 12)]}), site.doctor({day: [(9, 12)]})
    patient = site.patient()
    page = desk.visitors.page("staff")
    board = desk.open(on=page, doctor=shown, **{"from": day})
    board.expect_focus(board.cell(shown, day, "09:00"))
    board.press("o")
    board.panel.get_by_label("Specialty").select_option(label=other["specialty"])
    opening = board.panel.get_by_role("button", name=re.compile(other["name"]))
    expect(opening).to_have_count(3)
    opening.nth(1).focus()
    board.press("Enter")
    board.choose(patient)
    board.press("Enter")
    sentence = re.compile(
        rf"^Booked {patient['name']} with {other['name']}, {day:%A},? {day.day} {day:%B}, 10:00\.$"
    )
    notice = page.locator(".notice")
    expect(notice.get_by_role("paragraph")).to_have_text(sentence)
    expect(opening).to_have_count(2)
    expect(page.locator(".openings button:focus")).to_have_count(1)
    page.wait_for_timeout(6000)
    expect(notice).to_be_visible()
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)
    board.expect_focus(board.cell(shown, day, "09:00"))
    assert site.appointments(other) == [("booked", "10:00", patient["id"])]
