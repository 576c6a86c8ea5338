"""The pages beside the board: who may open which, and the ways between them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.board import expect_board
from tests.browser.site import LONDON, NEW_YORK, PASSWORD, one_api
from tests.browser.test_sign_in import sign_in

EVERYBODYS = ["Board", "Patients"]
ADMINS = ["Doctors", "Members", "Hospital"]


@one_api
@pytest.mark.parametrize(
    ("by", "places"),
    [("admin", EVERYBODYS + ADMINS), ("staff", EVERYBODYS), ("doctor", EVERYBODYS)],
)
def test_navigation_names_the_pages_of_the_role(visitors, api, by, places):
    page = visitors.page(by)
    page.goto(f"/patients?hospital={NEW_YORK}&api={api}")
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    expect(links.first).to_be_visible()
    shown = set(links.all_inner_texts())
    assert shown >= set(places)
    assert not shown & set(EVERYBODYS + ADMINS) - set(places)
    expect(links.filter(has_text="Patients")).to_have_attribute("aria-current", "page")


@one_api
@pytest.mark.parametrize("by", ["staff", "doctor"])
@pytest.mark.parametrize("path", ["doctors", "members", "hospital"])
def test_a_page_of_admins_says_that_it_is_not_for_others(visitors, api, by, path):
    page = visitors.page(by)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.post_data}"))
    page.goto(f"/{path}?hospital={NEW_YORK}&api={api}")
    expect(page.get_by_role("heading", name="not for your role")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    assert not [one for one in asked if re.search(r"/api/\S+/members|graphql.*\bmembers\b", one)]
    page.get_by_role("link", name="To the board").click()
    expect_board(page)


def test_another_hospital_is_as_if_it_did_not_exist(visitors, api):
    page = visitors.page("admin")
    page.goto(f"/members?hospital={LONDON}&api={api}")
    expect(page.get_by_role("heading", name="No such hospital")).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text("Thameside")


@one_api
def test_the_board_leads_to_the_pages_by_its_menu(visitors, api):
    page = visitors.page("admin", viewport={"width": 1024, "height": 768})
    page.goto(f"/?hospital={NEW_YORK}&api={api}")
    page.get_by_role("button", name="Menu of").click()
    page.get_by_role("menuitem", name="Members").click()
    expect(page.get_by_role("heading", name="Members")).to_be_visible()
    assert page.title() == "Members · Riverside General Hospital"
    page.go_back()
    expect(page.get_by_role("grid")).to_be_visible()


@pytest.mark.parametrize("by_letter", [True, False], ids=["by ?", "by Ctrl+K"])
def test_every_page_tells_its_keys_and_gives_the_focus_back(visitors, by_letter):
    page = visitors.page("admin")
    told = {"availability": "day above or below", "hospital": "along the list"}
    for path in ("patients", "availability", "doctors", "members", "hospital", "account"):
        page.goto(f"/{path}?hospital={NEW_YORK}")
        place = page.get_by_role("button", name="Menu of")
        place.focus()
        if by_letter:
            page.keyboard.press("?")
        else:
            page.keyboard.press("Control+k")
            options = page.get_by_role("dialog").get_by_role("option")
            expect(options.first).to_have_text(re.compile("Keys of this screen"))
            expect(options.filter(has_text="Print")).to_have_count(0)
            page.keyboard.press("Enter")
        keys = page.get_by_role("dialog", name="Keys of this screen")
        expect(keys).to_contain_text("every command")
        expect(keys).to_contain_text(told.get(path, "next or previous field"))
        expect(keys).not_to_contain_text("next openings")
        page.keyboard.press("Escape")
        expect(keys).to_have_count(0)
        expect(place).to_be_focused()


def test_account_says_who_and_changes_the_password(visitors, site, api):
    number = next(site.numbers)
    email = f"changer{number}@demo.test"
    site.call(
        "POST",
        f"hospitals/{NEW_YORK}/members",
        {"email": email, "name": "Chloe Changer", "role": "staff", "password": PASSWORD},
    )
    here, there = visitors.page(), visitors.page()
    for page in (here, there):
        page.goto(f"/account?api={api}")
        sign_in(page, email)
        expect(page.get_by_role("heading", name="Chloe Changer")).to_be_visible()
    expect(here.get_by_role("listitem")).to_contain_text(["Riverside General Hospital"])

    def change(current: str, new: str) -> None:
        here.get_by_label("Current password").fill(current)
        here.get_by_label("New password").fill(new)
        here.get_by_role("button", name="Change the password").click()

    change("not-this-one", "lantern-hopscotch-7")
    expect(here.get_by_label("Current password")).to_be_focused()
    expect(here.get_by_role("alert")).to_have_text("That is not your password.")
    change(PASSWORD, "12345")
    expect(here.get_by_label("New password")).to_be_focused()
    expect(here.get_by_role("alert")).to_contain_text("too short")
    change(PASSWORD, "lantern-hopscotch-7")
    expect(here.get_by_text(re.compile("^Your password is changed")).first).to_be_visible()
    here.reload()
    expect(here.get_by_role("heading", name="Chloe Changer")).to_be_visible()
    # The other session has ended.
    there.reload()
    expect(there.get_by_role("button", name="Sign in")).to_be_visible()
