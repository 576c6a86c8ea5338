"""The next openings beside the board: kept filters, one key to each, and no silent end."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.board import Board
from tests.browser.site import later, one_api


def openings(board: Board):
    return board.panel.get_by_role("listitem").get_by_role("button")


@one_api
def test_the_filters_are_a_key_away_kept_and_left_by_escape(desk, site):
    day = later()
    doctor, other = site.doctor({day: [(9, 11)]}), site.doctor({day: [(9, 12)]})
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("o")
    expect(openings(board).first).to_be_focused()
    # Who looks at a day ahead asks for that day on.
    expect(board.panel.get_by_label("From")).to_have_value(f"{day}")
    board.press("s")
    specialty = board.panel.get_by_label("Specialty")
    board.expect_focus(specialty)
    board.type(other["specialty"])
    board.press("Enter")
    expect(openings(board)).to_have_count(3)
    board.expect_focus(openings(board).first)
    expect(openings(board).first).to_contain_text("not on the board")
    board.press("s", "Escape")
    expect(board.panel).to_have_count(0)
    board.expect_focus(board.cell(doctor, day, "09:00"))

    board.press("o")
    expect(openings(board)).to_have_count(3)
    expect(specialty).to_have_value(other["specialty"])
    # The board goes on, and so does the list.
    board.page.get_by_role("button", name="Later", exact=True).click()
    expect(board.panel.get_by_label("From")).to_have_value(f"{later(8)}")
    expect(board.panel).to_contain_text("No opening in the six weeks")


@one_api
def test_the_first_forty_say_so_and_go_on(desk, site):
    days = [later(n) for n in range(7, 12)]
    doctor = site.doctor({day: [(9, 18)] for day in days})
    board = desk.open(specialty=doctor["specialty"], **{"from": days[0]})
    board.expect_focus(board.cell(doctor, days[0], "09:00"))
    board.press("o")
    expect(openings(board)).to_have_count(40)
    expect(openings(board).first).not_to_contain_text("not on the board")
    expect(board.panel).to_contain_text("These are the first 40.")
    last = days[4]
    board.panel.get_by_role("button", name=f"Later ones: from {last:%a}").click()
    expect(openings(board)).to_have_count(9)
    board.expect_focus(openings(board).first)
    expect(board.panel.get_by_label("From")).to_have_value(f"{last}")
    expect(board.panel).not_to_contain_text("These are the first")


@one_api
def test_booking_leaves_the_list_where_it_is(desk, site):
    days = [later(7), later(12)]
    doctor, patient = site.doctor({day: [(9, 10)] for day in days}), site.patient()
    board = desk.open(specialty=doctor["specialty"], **{"from": days[0]})
    board.expect_focus(board.cell(doctor, days[0], "09:00"))
    board.press("o")
    board.expect_focus(openings(board).first)
    board.press("ArrowDown", "Enter")
    board.choose(patient)
    board.press("Enter")
    board.expect_said(f"Booked {patient['name']}")
    expect(board.panel.get_by_label("From")).to_have_value(f"{days[0]}")


@one_api
def test_the_last_one_taken_leaves_the_focus_with_the_filters(desk, site, visitors):
    day = later()
    doctor = site.doctor({day: [(9, 10)]})
    page = visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, specialty=doctor["specialty"], **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("o")
    board.expect_focus(openings(board).first)
    site.book(doctor, site.patient(), day, 9)
    page.clock.fast_forward(31_000)  # the list asks anew by itself
    expect(board.panel).to_contain_text("No opening in the six weeks")
    board.expect_focus(board.panel.get_by_label("Specialty"))
