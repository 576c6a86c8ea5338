"""What the board shows is in the address: back, reload and a shared link work."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from playwright.sync_api import expect

from tests.browser.site import NEW_YORK, later, one_api


def address(page):
    return {key: value for key, [value] in parse_qs(urlsplit(page.url).query).items()}


@one_api
def test_reload_and_back_show_the_same(desk, site, api):
    day = later()
    doctor = site.doctor({day: [(9, 11)], later(8): [(9, 10)]})
    board = desk.open(doctor=doctor, **{"from": day})
    page = board.page
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("]")
    tomorrow = board.cell(doctor, later(8), "09:00")
    expect(tomorrow).to_be_visible()
    board.press("v")
    expect(page.get_by_role("button", name="Week", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    shown = address(page)
    assert shown["doctor"] == str(doctor["id"])
    assert shown["from"] == later(8).isoformat()
    assert shown["view"] == "week"
    assert shown["hospital"] == str(NEW_YORK)
    assert shown.get("api", "rest") == api

    page.reload()
    expect(tomorrow).to_be_visible()
    assert address(page) == shown
    page.go_back()
    expect(page.get_by_role("button", name="Day", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.go_back()
    expect(board.cell(doctor, day, "10:00")).to_be_visible()
    page.go_forward()
    expect(tomorrow).to_be_visible()


@one_api
def test_the_address_names_the_doctors_that_nobody_asked_for(desk, site):
    page = desk.visitors.page("regional")
    board = desk.open(on=page)
    page.wait_for_url(re.compile("[?&]doctor="))
    usual = address(page)["doctor"]
    assert len(usual.split(",")) == 6
    page.get_by_role("button", name=re.compile("off the board$")).first.click()
    page.wait_for_url(lambda url: "doctor=" in url and usual not in unquote(url))
    mine = address(page)["doctor"]
    # Remembered, and said: whoever is sent this address sees the same doctors.
    board.go(hospital=NEW_YORK)
    page.wait_for_url(lambda url: mine in unquote(url))
    page.get_by_role("link", name="Patients").click()
    page.wait_for_url("**/patients?*")
    assert "doctor" not in address(page)
    page.go_back()
    page.wait_for_url(lambda url: mine in unquote(url))


@one_api
def test_overview_opens_the_day(desk, site):
    day = later()
    doctor = site.doctor({day: [(10, 15)]})
    board = desk.open(doctor=doctor, view="overview", **{"from": day})
    cell = board.page.get_by_role("gridcell", name=re.compile(f"{day.day} {day:%B}.*5 free"))
    expect(cell).to_be_visible()
    cell.focus()
    board.press("Enter")
    expect(board.cell(doctor, day, "10:00", "free")).to_be_visible()


@one_api
def test_no_patient_stands_in_the_address_or_title(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 10)]}), site.patient()
    site.book(doctor, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    board.cell(doctor, day, "09:00").click()
    expect(board.panel.get_by_role("heading", name=patient["name"])).to_be_visible()
    board.press("/")
    board.find(patient)
    expect(board.page.get_by_text(f"Booking for {patient['name']}")).to_be_visible()
    for text in (board.page.url, board.page.title()):
        assert patient["name"].split()[0] not in text
        assert str(patient["id"]) not in text.replace(str(doctor["id"]), "")


def test_switching_the_api_asks_the_other_one_the_same(desk, site, api):
    day = later()
    doctor = site.doctor({day: [(9, 11)]})
    board = desk.open(doctor=doctor, **{"from": day})
    expect(board.cell(doctor, day, "09:00")).to_be_visible()
    asked = []
    board.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    other = {"rest": "GraphQL", "graphql": "REST"}[api]
    board.page.get_by_role("button", name=other, exact=True).click()
    expect(board.page.get_by_role("button", name=other, exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    assert address(board.page).get("api", "rest") == other.lower()
    board.press("Escape")
    with board.page.expect_response(
        lambda answer: "schedules" in answer.url or "/graphql/" in answer.url
    ):
        board.page.get_by_role("button", name="Later").click()
    expect(board.page.get_by_text("No shifts here")).to_be_visible()
    calls = [path for path in asked if not path.startswith("/static/")]
    assert calls
    assert {"graphql" if path == "/graphql/" else "rest" for path in calls} == {other.lower()}


def test_a_week_of_ten_doctors_is_one_request(desk, site, api):
    doctors = site.call("GET", f"hospitals/{NEW_YORK}/doctors?page_size=10")["results"]
    day = later()
    board = desk.open(doctor=doctors, view="week", **{"from": day})
    expect(board.grid).to_be_visible()
    rows, columns = board.grid.locator("tbody tr").count(), 10 * 7
    # A cell is two elements, four with a status; its hour and column head are a few more.
    assert board.grid.locator("*").count() <= rows * columns * 3 + rows * 2 + columns * 8
    costs = board.page.get_by_role("contentinfo", name="Costs of the API")
    expect(costs).to_be_visible()
    asked = []
    board.page.on(
        "request",
        lambda request: (
            asked.append(request.url)
            if "/api/v1/" in request.url or "/graphql/" in request.url
            else None
        ),
    )
    with board.page.expect_response(re.compile("/schedules|/graphql/")):
        board.page.get_by_role("button", name="Later").click()
    last = costs.locator(".costs__sum--last")
    expect(last).to_contain_text(re.compile(r"requests\s*1(?!\d)"))
    expect(last).to_contain_text(re.compile(r"SQL\s*[1-9]"))
    assert len(asked) == 1
    costs.get_by_role("button", name="Run on both").click()
    expect(costs).to_contain_text("This view, 10 times on each API", timeout=60_000)
