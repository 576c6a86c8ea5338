"""Sessions that end, desks that are left, tabs that share one, networks that go away."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.board import Board
from tests.browser.calls import intercept
from tests.browser.site import NEW_YORK, PASSWORD, later, one_api


def end_session(page: Page) -> None:
    """As if it had been ended from another place: neither token is of any use now."""
    answer = page.context.request.post("/api/v1/auth/token/revoke", data={})
    assert answer.status == 204


def test_expired_session_keeps_the_draft_for_the_same_reader(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 10)]}), site.patient()
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("Enter")
    board.choose(patient)
    board.dialog.get_by_label("Reason").fill("Sore throat")
    end_session(board.page)
    board.press("Enter")

    again = board.page.get_by_role("dialog", name="Sign in again")
    expect(again).to_contain_text("What you began is still here")
    expect(again.get_by_label("Email")).to_have_value("staff@demo.test")
    expect(again.get_by_label("Password")).to_be_focused()
    board.type(PASSWORD)
    board.press("Enter")
    expect(again).to_have_count(0)
    draft = board.page.get_by_role("dialog", name="Book")
    expect(draft).to_contain_text(patient["name"])
    expect(draft.get_by_label("Reason")).to_have_value("Sore throat")
    expect(draft.get_by_role("alert")).to_have_count(0)
    board.expect_focus(draft.get_by_label("Reason"))
    board.press("Enter")
    board.expect_said(f"Booked {patient['name']}")
    assert site.rows(
        "SELECT patient_id, reason FROM appointments WHERE doctor_id = %s", doctor["id"]
    ) == [(patient["id"], "Sore throat")]


def test_somebody_else_finds_nothing_of_the_draft(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 10)]}), site.patient()
    board = desk.open(doctor=doctor, **{"from": day})
    page = board.page
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("Enter")
    board.choose(patient)
    end_session(page)
    board.press("Enter")
    page.get_by_role("button", name="Leave, or sign in as somebody else").click()
    expect(page.get_by_label("Email")).to_have_value("")
    assert patient["name"] not in page.content()
    page.get_by_label("Email").fill("other@demo.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Schedule of Thameside")).to_be_attached()
    assert patient["name"] not in page.content()


def unlock(page: Page) -> None:
    locked = page.get_by_role("dialog", name="Locked")
    expect(locked.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(locked).to_have_count(0)


@one_api
def test_a_desk_left_alone_is_blank_and_keeps_the_draft(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(0, 24)]}), site.patient()
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "00:00"))
    board.press("Control+End", "Enter")
    board.choose(patient)
    reason = board.dialog.get_by_label("Reason")
    reason.fill("Sore throat")
    scrolled = page.locator("#board").evaluate("(board) => board.scrollTop")
    assert scrolled > 0
    page.clock.fast_forward("14:00")
    expect(reason).to_be_visible()
    page.clock.fast_forward("01:10")

    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()
    expect(board.grid).to_have_count(0)
    source = page.evaluate("document.documentElement.outerHTML")
    assert doctor["name"] not in source
    assert patient["name"] not in source
    board.press("Escape")
    page.mouse.click(5, 5)
    unlock(page)
    expect(reason).to_be_focused()
    expect(reason).to_have_value("Sore throat")
    assert page.locator("#board").evaluate("(board) => board.scrollTop") == scrolled
    board.press("Enter")
    board.expect_said(f"Booked {patient['name']}")


@one_api
def test_a_reload_does_not_open_a_locked_desk(desk, site):
    doctor = site.doctor({later(): [(9, 10)]})
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": later()})
    expect(board.grid).to_be_visible()
    page.clock.fast_forward("15:10")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.get_by_role("dialog", name="Locked")).to_be_visible()
    expect(board.grid).to_have_count(0)
    assert not [url for url in asked if "/schedules" in url]
    unlock(page)
    expect(board.grid).to_be_visible()


@one_api
def test_somebody_else_at_a_locked_desk_finds_nothing(desk, site):
    doctor, patient = site.doctor({later(): [(9, 10)]}), site.patient()
    site.book(doctor, patient, later(), 9)
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": later()})
    board.cell(doctor, later(), "09:00").click()
    expect(board.panel.get_by_role("heading", name=patient["name"])).to_be_visible()
    page.clock.fast_forward("15:10")
    page.get_by_role("button", name="Leave, or sign in as somebody else").click()
    expect(page.get_by_label("Email")).to_have_value("")
    assert patient["name"] not in page.content()
    expect(page.get_by_label("Email")).to_be_visible()


def test_work_in_one_tab_keeps_the_others_open(visitors, site):
    doctor = site.doctor({later(): [(9, 10)]})
    context = visitors.context("staff")
    context.clock.install()
    boards = [Board(context.new_page()) for _ in range(2)]
    for board in boards:
        board.go(hospital=NEW_YORK, doctor=doctor, **{"from": later()})
        expect(board.grid).to_be_visible()
    locks = [board.page.get_by_role("dialog", name="Locked") for board in boards]
    context.clock.fast_forward("10:00")
    boards[0].page.keyboard.press("ArrowDown")
    context.clock.fast_forward("10:00")
    for board, lock in zip(boards, locks, strict=True):
        expect(board.grid).to_be_visible()
        expect(lock).to_have_count(0)
    context.clock.fast_forward("05:10")
    for lock in locks:
        expect(lock).to_be_visible()
    # Once unlocked, it is unlocked in both.
    boards[0].page.bring_to_front()
    unlock(boards[0].page)
    expect(locks[1]).to_have_count(0)
    expect(boards[1].grid).to_be_visible()


def test_a_locked_page_keeps_what_stands_in_its_form(visitors):
    page = visitors.page("admin")
    page.clock.install()
    page.goto(f"/doctors?hospital={NEW_YORK}")
    page.get_by_role("button", name="New doctor").click()
    name = page.get_by_label("Name", exact=True)
    name.fill("Dr. Half Typed")
    page.clock.fast_forward("15:10")
    expect(name).not_to_be_visible()
    unlock(page)
    expect(name).to_have_value("Dr. Half Typed")
    expect(name).to_be_focused()


def test_two_tabs_spend_the_rotating_token_once(visitors, site):
    day = later()
    doctor = site.doctor({day: [(9, 10)]})
    address = f"/?hospital={NEW_YORK}&doctor={doctor['id']}&from={day}"
    context = visitors.context("staff")
    tabs = [context.new_page(), context.new_page()]
    refreshed: list[int] = []
    context.on(
        "response",
        lambda answer: (
            refreshed.append(answer.status) if answer.url.endswith("/token/refresh") else None
        ),
    )
    for tab in tabs:  # both start at once
        tab.goto(address, wait_until="commit")
    for tab in tabs:
        expect(tab.get_by_role("grid")).to_be_visible()

    def expire(route: Route) -> None:
        route.fulfill(
            status=401,
            content_type="application/problem+json",
            json={"code": "not_authenticated", "detail": "The token has expired."},
        )

    for tab in tabs:  # both find out at once that their token has run out
        intercept(tab, "**/schedules?**", expire, times=1)
        tab.get_by_role("button", name="Later").click()
    for tab in tabs:
        expect(tab.get_by_text("No shifts here")).to_be_visible()
    tabs[0].reload()
    expect(tabs[0].get_by_text("No shifts here")).to_be_visible()
    assert refreshed
    assert set(refreshed) == {200}


def test_offline_stops_writing_and_coming_back_catches_up(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("Enter")
    board.choose(patient)
    board.page.context.set_offline(True)
    expect(board.page.get_by_text("You are offline. Nothing can be changed")).to_be_visible()
    expect(board.dialog.get_by_role("button", name="Book", exact=True)).to_be_disabled()
    site.book(doctor, site.patient(), day, 10)
    expect(board.page.locator(".cell--booked")).to_have_count(0)

    board.page.context.set_offline(False)
    expect(board.page.get_by_text("You are offline")).to_have_count(0)
    expect(board.page.locator(".cell--booked")).to_have_count(1)
    board.dialog.get_by_role("button", name="Book", exact=True).click()
    board.expect_said(f"Booked {patient['name']}")
    assert len(site.appointments(doctor)) == 2
