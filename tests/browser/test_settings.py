"""The settings: each does what it says, everywhere, and is there again after a reload."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk
from tests.browser.site import NEW_YORK, later


@pytest.fixture
def shown(visitors, site):
    """A board of one doctor, who works in the afternoon."""
    doctor = site.doctor({later(): [(13, 17)]})
    board = Desk(visitors, "rest").open(doctor=doctor, **{"from": later()})
    board.expect_focus(board.cell(doctor, later(), "13:00"))
    return board, doctor


def open_settings(page: Page) -> None:
    page.get_by_role("button", name="Menu of").click()
    page.get_by_role("menuitem", name="Settings").click()
    expect(page.get_by_role("dialog", name="Settings")).to_be_visible()


def choose(page: Page, group: str, option: str) -> None:
    # The words are what is clicked: the button itself is out of sight.
    page.get_by_role("dialog").get_by_role("group", name=group).get_by_text(option).click()


def close(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_hours_change_on_the_board_the_panel_paper_and_availability(shown, site):
    board, doctor = shown
    site.book(doctor, site.patient(), later(), 13)
    open_settings(board.page)
    choose(board.page, "Hours", "1 pm")
    close(board.page)
    board.page.reload()
    cell = board.cell(doctor, later(), "1 pm")
    expect(board.grid.get_by_role("rowheader").first).to_have_text("1 pm")
    cell.click()
    expect(board.panel).to_contain_text("1 pm")
    board.page.keyboard.press("Control+p")
    expect(board.page.locator(".paper").first).to_contain_text("2 pm")
    close(board.page)
    board.page.goto(f"/availability?hospital={NEW_YORK}&doctor={doctor['id']}&from={later()}")
    shifts = board.page.get_by_role("textbox", name=re.compile(rf"^Shifts of \w+,? {later().day} "))
    expect(shifts).to_have_value("1pm\u20135pm")


@pytest.mark.parametrize("choice", ["Monday", "Sunday"])
def test_weeks_start_where_the_reader_says(shown, choice):
    board, doctor = shown
    open_settings(board.page)
    choose(board.page, "Weeks start on", choice)
    close(board.page)
    board.cell(doctor, later(), "13:00").focus()
    board.press("d")
    days = board.page.get_by_role("application").get_by_role("gridcell")
    expect(days.first).to_have_accessible_name(re.compile(f"^{choice}"))
    board.page.keyboard.press("Escape")
    board.page.goto(f"/availability?hospital={NEW_YORK}&doctor={doctor['id']}")
    days = board.page.get_by_role("table").get_by_role("rowheader")
    expect(days.first).to_contain_text(choice[:3])


def test_rows_get_lower_but_never_below_a_targets_size(shown):
    board, doctor = shown
    cell = board.cell(doctor, later(), "13:00")
    before = cell.bounding_box()["height"]
    open_settings(board.page)
    choose(board.page, "Rows", "Compact")
    close(board.page)
    assert 36 <= cell.bounding_box()["height"] < before


def test_the_chosen_theme_is_there_before_anything_is_painted(shown):
    board, _ = shown
    open_settings(board.page)
    choose(board.page, "Colours", "Dark")
    close(board.page)
    # Without the app's own scripts: what is left is what came before them.
    board.page.route(re.compile("/assets/.*js"), lambda route: route.abort())
    board.page.reload()
    assert board.page.locator("html").get_attribute("data-theme") == "dark"
    scheme = "getComputedStyle(document.documentElement).colorScheme"
    assert board.page.evaluate(scheme) == "dark"


def test_without_single_letters_keys_with_names_still_work(shown):
    board, doctor = shown
    open_settings(board.page)
    board.page.get_by_role("checkbox", name="Single-letter keys").uncheck()
    close(board.page)
    board.cell(doctor, later(), "13:00").focus()
    for key in ("o", "/", "?", "+", "d", "t", "v", "n"):
        board.press(key)
    board.expect_focus(board.cell(doctor, later(), "13:00"))
    expect(board.dialog).to_have_count(0)
    expect(board.panel).to_have_count(0)
    board.press("ArrowDown")
    board.expect_focus(board.cell(doctor, later(), "14:00"))
    board.press("Control+k")
    expect(board.dialog.get_by_role("combobox")).to_be_focused()
    board.type("Keys of")
    board.press("Enter")
    expect(board.dialog).to_contain_text("Single-letter keys are off")
    assert "o" not in board.dialog.locator("kbd").all_inner_texts()


def test_ctrl_k_opens_the_settings_and_the_focus_comes_back(shown):
    board, doctor = shown
    board.press("Control+k")
    expect(board.dialog.get_by_role("combobox")).to_be_focused()
    board.type("Settings")
    board.press("Enter")
    expect(board.page.get_by_role("dialog", name="Settings")).to_be_visible()
    close(board.page)
    board.expect_focus(board.cell(doctor, later(), "13:00"))


def test_another_tab_follows(shown):
    board, _ = shown
    other = board.page.context.new_page()
    other.goto(board.page.url)
    expect(other.get_by_role("grid")).to_be_visible()
    open_settings(board.page)
    choose(board.page, "Colours", "Dark")
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")


def test_spanish_comes_when_it_is_chosen_words_dates_and_all(shown, visitors):
    board, _ = shown
    asked: list[str] = []
    board.page.on("request", lambda request: asked.append(request.url))
    open_settings(board.page)
    assert not [url for url in asked if "/es-" in url]
    board.page.get_by_label("Language").select_option(label="Español")
    expect(board.page.get_by_role("dialog", name="Preferencias")).to_be_visible()
    close(board.page)
    assert [url for url in asked if "/es-" in url]
    board.page.reload()
    expect(board.page.locator("html")).to_have_attribute("lang", "es")
    expect(
        board.page.get_by_role("gridcell", name=re.compile(" de .*13:00, libre$"))
    ).to_be_visible()
    expect(board.page.get_by_role("navigation", name="Páginas")).to_contain_text("Pacientes")


def test_a_spanish_browser_is_met_in_spanish(visitors):
    page = visitors.page(locale="es-ES")
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Iniciar sesión")).to_be_visible()


def test_what_the_server_says_about_a_field_is_said_in_spanish(visitors):
    page = visitors.page("staff", locale="es-ES")
    page.goto("/account")
    page.get_by_label("Contraseña actual").fill("not-this-one")
    page.get_by_label("Contraseña nueva").fill("12345")
    page.get_by_role("button", name="Cambiar la contraseña").click()
    expect(page.get_by_role("alert").first).to_have_text("Esa no es su contraseña.")
    expect(page.get_by_role("alert").nth(1)).to_contain_text("al menos 10 caracteres")


def test_formats_follow_the_place_whatever_the_words(visitors):
    page = visitors.page("staff", locale="de-DE")
    page.goto(f"/?hospital={NEW_YORK}&from=2027-02-01")
    dates = page.get_by_role("button", name=re.compile("^Monday,? 1 February 2027"))
    expect(dates).to_be_visible()
    expect(page.get_by_role("heading", name="No shifts here")).to_be_visible()
    expect(page.get_by_role("banner")).not_to_contain_text(re.compile(r"\d\s[AP]M"))
    dates.click()
    # What the calendar is called is the app's to say.
    expect(page.get_by_role("heading", name="Dates, February 2027")).to_be_visible()
    expect(page.get_by_role("heading", name="Event Date")).to_have_count(0)
