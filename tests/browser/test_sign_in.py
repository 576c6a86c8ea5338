"""Signing in through the form, and what stands in the way."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.site import PASSWORD


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """By the keyboard: the email has the focus already."""
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_staff_of_one_hospital_land_on_its_board(visitors, api):
    page = visitors.page()
    page.goto(f"/?api={api}")
    sign_in(page, "staff@demo.test")
    expect(page.get_by_role("heading", name="Schedule of Riverside")).to_be_attached()
    expect(page.get_by_role("grid")).to_be_visible()
    assert f"api={api}" in page.url or api == "rest"
    assert page.title() == "Riverside General Hospital"


def test_wrong_password_says_so_and_keeps_the_email(visitors):
    page = visitors.page()
    page.goto("/")
    sign_in(page, "staff@demo.test", "not-this-one")
    expect(page.get_by_role("alert")).to_have_text("Email or password is wrong.")
    expect(page.get_by_label("Email")).to_have_value("staff@demo.test")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("grid")).to_be_visible()


def test_several_hospitals_are_chosen_from_by_name(visitors, api):
    page = visitors.page()
    page.goto(f"/?api={api}")
    sign_in(page, "regional@demo.test")
    expect(page.get_by_role("heading", name="Choose a hospital")).to_be_visible()
    page.keyboard.type("thames")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Schedule of Thameside")).to_be_attached()
    expect(page.get_by_text("Times in London")).to_be_visible()


def test_sign_out_reaches_the_other_tab(visitors):
    context = visitors.context("staff")
    here, there = context.new_page(), context.new_page()
    for page in (here, there):
        page.goto("/")
        expect(page.get_by_role("grid")).to_be_visible()
    here.get_by_role("button", name="Menu of Sam Porter").click()
    here.get_by_role("menuitem", name="Sign out").click()
    for page in (here, there):
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        expect(page.get_by_role("grid")).to_have_count(0)
    there.goto("/")
    expect(there.get_by_role("button", name="Sign in")).to_be_visible()
