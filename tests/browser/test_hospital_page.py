"""A hospital's settings, and new hospitals."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.site import NEW_YORK

TOKYO = {"address": "", "timezone": "Asia/Tokyo", "opens": "08:00", "closes": "18:00"}


def test_a_clock_in_use_stays(visitors, site, api):
    page = visitors.page("admin")
    page.goto(f"/hospital?hospital={NEW_YORK}&api={api}")
    page.get_by_label("Time zone").fill("Europe/Paris")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Time zone")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("shifts or appointments")
    hospital = site.call("GET", f"hospitals/{NEW_YORK}")
    assert hospital["timezone"] == "America/New_York"


def test_a_stale_change_shows_both_and_keeps_theirs(visitors, site, api):
    body = {"name": f"Sakura {next(site.numbers)}", **TOKYO}
    made = site.call("POST", "hospitals", body, by="root")
    page = visitors.page("root")
    page.goto(f"/hospital?hospital={made['id']}&api={api}")
    page.get_by_label("Address").fill("1 Mine Street")
    site.call("PATCH", f"hospitals/{made['id']}", {"address": "2 Their Street"}, by="root")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name="Address")
    expect(row).to_contain_text("1 Mine Street")
    expect(row).to_contain_text("2 Their Street")
    page.get_by_role("button", name="Keep theirs").click()
    expect(page.get_by_label("Address")).to_have_value("2 Their Street")
    page.get_by_label("Address").fill("3 Third Street")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main").get_by_text("The settings are saved.")).to_be_visible()
    now = site.call("GET", f"hospitals/{made['id']}", by="root")
    assert (now["address"], now["version"]) == ("3 Third Street", 3)


def test_a_platform_admin_makes_a_hospital(visitors, site, api):
    name = f"Lakeside {next(site.numbers)}"
    page = visitors.page("root")
    page.goto(f"/?api={api}")
    page.get_by_role("link", name="New hospital").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Time zone").fill("Nowhere/Land")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("alert")).to_contain_text("IANA")
    page.get_by_label("Time zone").fill("Europe/Zurich")
    page.get_by_role("checkbox", name="Open all day").check()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("button", name=name)).to_be_visible()
    expect(page.get_by_text("Times in Zurich")).to_be_visible()
    expect(page).to_have_url(re.compile("/hospital\\?hospital="))
    query = "SELECT opens::text, closes::text FROM hospitals WHERE name = %s"
    assert site.rows(query, name) == [("00:00:00", "00:00:00")]


def test_the_board_of_a_new_hospital_says_what_comes_first(visitors, site):
    body = {"name": f"Sakura {next(site.numbers)}", **TOKYO}
    made = site.call("POST", "hospitals", body, by="root")
    page = visitors.page("root")
    page.goto(f"/?hospital={made['id']}")
    expect(page.get_by_role("heading", name="No doctors yet")).to_be_visible()
    page.get_by_role("button", name="Doctors", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("No doctor fits.")
    expect(page.get_by_role("button", name="Add all")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Add the first doctor").click()
    expect(page).to_have_url(re.compile(f"/doctors\\?hospital={made['id']}"))
