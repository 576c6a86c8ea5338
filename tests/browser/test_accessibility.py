"""No violation of WCAG 2.2 AA that axe can find, on any screen and state, in both themes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.board import Board
from tests.browser.calls import intercept
from tests.browser.site import BASE_DIR, NEW_YORK, Site, later

AXE = BASE_DIR / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """
async (runOnly) => {
  // Colours on their way from one theme to the other are of neither.
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))
  const ending = document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity)
  await Promise.allSettled(ending.map(({ finished }) => finished))
  const { violations } = await axe.run(document, { runOnly })
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target}: ${failureSummary}`))
}
"""


WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A theme changes nothing but colours.
RULES = {"light": WCAG, "dark": ["color-contrast", "link-in-text-block"]}


def violations(page: Page) -> list[str]:
    # What the debugger evaluates is no script of the page: the security policy stays as it is.
    page.evaluate(AXE.read_text())
    found = []
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {violation}" for violation in page.evaluate(RUN, rules)]
    return found


def week(board: Board, site: Site) -> None:
    """Free, booked of each status, busy, outside shifts, and today with its line."""
    doctors = site.call("GET", f"hospitals/{NEW_YORK}/doctors?page_size=3")["results"]
    board.go(hospital=NEW_YORK, doctor=doctors, view="week", **{"from": later(-2)})
    expect(board.grid).to_be_visible()


def day(board: Board, site: Site) -> None:
    board.go(hospital=NEW_YORK)
    expect(board.grid).to_be_visible()


def overview(board: Board, site: Site) -> None:
    board.go(hospital=NEW_YORK, view="overview")
    expect(board.grid).to_be_visible()


def one_slot(board: Board, site: Site) -> None:
    doctor = site.doctor({later(): [(9, 11)]})
    board.go(hospital=NEW_YORK, doctor=doctor, **{"from": later()})
    board.expect_focus(board.cell(doctor, later(), "09:00"))


def empty(board: Board, site: Site) -> None:
    board.go(hospital=NEW_YORK, doctor=site.doctor({}))
    expect(board.page.get_by_text("No shifts here")).to_be_visible()


def absent(board: Board, site: Site) -> None:
    board.go(hospital=999_999)
    expect(board.page.get_by_text("No such hospital")).to_be_visible()


def booking(board: Board, site: Site) -> None:
    one_slot(board, site)
    board.press("Enter")
    board.expect_focus(board.dialog.get_by_role("combobox"))
    board.type("a")
    expect(board.dialog.get_by_role("option").nth(2)).to_be_visible()


def booking_chosen(board: Board, site: Site) -> None:
    patient = site.patient()
    one_slot(board, site)
    board.press("Enter")
    board.choose(patient)


def booking_lost(board: Board, site: Site) -> None:
    doctor = site.doctor({later(): [(9, 11)]})
    patient = site.patient()
    board.go(hospital=NEW_YORK, doctor=doctor, **{"from": later()})
    board.expect_focus(board.cell(doctor, later(), "09:00"))
    board.press("Enter")
    board.choose(patient)
    site.book(doctor, site.patient(), later(), 9)
    board.press("Enter")
    expect(board.dialog.get_by_role("list", name="Other free slots")).to_be_visible()


def booking_unknown(board: Board, site: Site) -> None:
    patient = site.patient()
    one_slot(board, site)
    intercept(board.page, "**/appointments", lambda route: route.abort("connectionreset"))
    board.press("Enter")
    board.choose(patient)
    board.press("Enter")
    expect(board.dialog.get_by_role("alert")).to_contain_text("it is not known whether")


def new_patient(board: Board, site: Site) -> None:
    one_slot(board, site)
    board.press("Enter")
    board.expect_focus(board.dialog.get_by_role("combobox"))
    board.type("Nobody Knownasthis")
    board.dialog.get_by_role("option").last.click()
    expect(board.dialog.get_by_label("Date of birth")).to_be_focused()


def patient_first(board: Board, site: Site) -> None:
    doctor, patient = site.doctor({later(): [(9, 11)]}), site.patient()
    site.book(doctor, patient, later(), 10)
    board.go(hospital=NEW_YORK, doctor=doctor, **{"from": later()})
    board.expect_focus(board.cell(doctor, later(), "09:00"))
    board.press("/")
    board.find(patient)
    expect(board.panel.get_by_text("Upcoming")).to_be_visible()


def openings(board: Board, site: Site) -> None:
    board.go(hospital=NEW_YORK)
    expect(board.grid).to_be_visible()
    board.page.get_by_role("button", name="Next openings").click()
    expect(board.panel.get_by_role("listitem").first).to_be_visible()


def appointment(board: Board, site: Site) -> None:
    doctor, patient = site.doctor({later(): [(9, 11)]}), site.patient()
    booked = site.book(doctor, patient, later(), 9)
    site.change(booked, reason="Sore throat")
    board.go(hospital=NEW_YORK, doctor=doctor, **{"from": later()})
    board.cell(doctor, later(), "09:00").click()
    expect(board.panel).to_contain_text("Edited")


def cancelling(board: Board, site: Site) -> None:
    appointment(board, site)
    board.panel.get_by_role("button", name="Cancel appointment").click()
    expect(board.dialog).to_be_visible()


def moving(board: Board, site: Site) -> None:
    appointment(board, site)
    board.panel.get_by_role("button", name="Move").click()
    expect(board.bar).to_be_visible()


def conflict(board: Board, site: Site) -> None:
    doctor = site.doctor({later(): [(9, 11)]})
    booked = site.book(doctor, site.patient(), later(), 9)
    board.go(hospital=NEW_YORK, doctor=doctor, **{"from": later()})
    board.expect_focus(board.cell(doctor, later(), "10:00"))
    board.press("ArrowUp", "m")
    expect(board.bar).to_be_visible()
    site.change(booked, reason="Asked for a quiet room")
    board.press("n", "Enter")
    expect(board.dialog).to_contain_text("Adele Winter changed")


def doctors(board: Board, site: Site) -> None:
    one_slot(board, site)
    board.press("+")
    expect(board.dialog.get_by_role("checkbox").nth(3)).to_be_visible()


def dates(board: Board, site: Site) -> None:
    one_slot(board, site)
    board.press("d")
    expect(board.dialog).to_be_visible()


def keys(board: Board, site: Site) -> None:
    one_slot(board, site)
    board.press("?")
    expect(board.dialog).to_be_visible()


def commands(board: Board, site: Site) -> None:
    one_slot(board, site)
    board.press("Control+k")
    expect(board.dialog.get_by_role("option").first).to_be_visible()


def menu(board: Board, site: Site) -> None:
    one_slot(board, site)
    board.page.get_by_role("button", name="Menu of").click()
    expect(board.page.get_by_role("menuitem").first).to_be_visible()


def hospitals(board: Board, site: Site) -> None:
    one_slot(board, site)
    board.page.get_by_role("button", name="Riverside General Hospital").click()
    expect(board.page.get_by_role("option").first).to_be_visible()


def costs(board: Board, site: Site) -> None:
    one_slot(board, site)
    board.page.get_by_role("button", name="Run on both").click()
    expect(board.page.get_by_text("This view, 10 times on each API")).to_be_visible(timeout=60_000)


def offline(board: Board, site: Site) -> None:
    one_slot(board, site)
    board.page.context.set_offline(True)
    expect(board.page.get_by_text("You are offline")).to_be_visible()


def session(board: Board, site: Site) -> None:
    one_slot(board, site)
    board.page.context.request.post("/api/v1/auth/token/revoke", data={})
    board.page.get_by_role("button", name="Later").click()
    expect(board.dialog).to_contain_text("Sign in again")


def broken(board: Board, site: Site) -> None:
    def refuse(route: Route) -> None:
        problem = {"code": "invalid", "detail": "At most 42 days.", "errors": []}
        route.fulfill(status=400, content_type="application/problem+json", json=problem)

    one_slot(board, site)
    intercept(board.page, "**/schedules?**", refuse)
    board.page.get_by_role("button", name="Later").click()
    expect(board.page.get_by_text("At most 42 days.")).to_be_visible()


STATES: list[Callable[[Board, Site], None]] = [
    *(week, day, overview, empty, absent, broken, offline, session),
    *(booking, booking_chosen, booking_lost, booking_unknown, new_patient, patient_first),
    *(openings, appointment, cancelling, moving, conflict),
    *(doctors, dates, keys, commands, menu, hospitals, costs),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_board(visitors, site, state):
    board = Board(visitors.page("regional" if state is hospitals else "staff"))
    state(board, site)
    assert violations(board.page) == []


@pytest.mark.parametrize(
    "path",
    [
        *("account", "availability", "comparison", "doctors", "hospital", "members", "patients"),
        pytest.param(f"availability?from={later(-7)}", id="availability-past"),
    ],
)
def test_page(visitors, path):
    page = visitors.page("admin")
    page.goto(f"/{path}{'&' if '?' in path else '?'}hospital={NEW_YORK}")
    expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
    expect(page.get_by_text(re.compile("^Loading"))).to_have_count(0)
    assert violations(page) == []


def test_sign_in(visitors):
    page = visitors.page()
    page.goto("/")
    page.get_by_label("Email").fill("staff@demo.test")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    assert violations(page) == []


def test_phone(visitors, site):
    board = Board(visitors.page("staff", viewport={"width": 320, "height": 640}))
    one_slot_narrow = site.doctor({later(): [(9, 11)]})
    board.go(hospital=NEW_YORK, doctor=one_slot_narrow, **{"from": later()})
    expect(board.cell(one_slot_narrow, later(), "09:00")).to_be_visible()
    assert violations(board.page) == []
