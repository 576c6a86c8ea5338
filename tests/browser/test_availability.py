"""A doctor's shifts: typed, drawn, copied, laid over many dates; and what stands in their way."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.site import NEW_YORK, Json, Site, later

DESK = [(9, 12), (13, 17)]


def shown(text: str) -> str:
    """Shifts as the page writes them."""
    return text.replace("-", "\N{EN DASH}")


class Editor:
    """The page as its readers know it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, doctor: Json, day: date, **query: Any) -> None:
        given = {"hospital": NEW_YORK, "doctor": doctor["id"], "from": day, **query}
        asked = "&".join(f"{key}={value}" for key, value in given.items())
        self.page.goto(f"/availability?{asked}")

    def field(self, day: date) -> Locator:
        name = re.compile(rf"^Shifts of \w+,? {day.day} {day:%B}")
        return self.page.get_by_role("textbox", name=name)

    def type(self, day: date, text: str) -> None:
        self.field(day).fill(text)
        self.page.keyboard.press("Tab")

    def save(self, count: str) -> None:
        self.page.get_by_role("button", name=f"Save {count}", exact=True).click()


@pytest.fixture
def editor(visitors) -> Editor:
    return Editor(visitors.page("staff"))


def monday(weeks: int = 2) -> date:
    """A Monday ahead, so that its whole week is."""
    day = later(7 * weeks)
    return day - timedelta(days=day.weekday())


def shifts(site: Site, doctor: Json) -> dict[str, list[str]]:
    """By date, what the database holds."""
    found: dict[str, list[str]] = {}
    query = """
        SELECT date::text, start_minute / 60, end_minute / 60
          FROM shifts WHERE doctor_id = %s ORDER BY date, start_minute
    """
    for day, start, end in site.rows(query, doctor["id"]):
        found.setdefault(day, []).append(f"{start}-{end}")
    return found


def test_a_week_is_typed_copied_and_saved_at_once(editor, site, api):
    first = monday()
    doctor = site.doctor({first: DESK})
    editor.open(doctor, first, api=api)
    expect(editor.field(first)).to_have_value(shown("9-12, 13-17"))
    second, third = first + timedelta(days=1), first + timedelta(days=2)
    editor.field(first).focus()
    editor.page.keyboard.press("ArrowDown")
    expect(editor.field(second)).to_be_focused()
    editor.page.keyboard.type("10-12, 1-3")
    editor.page.keyboard.press("Tab")
    expect(editor.field(second)).to_have_value(shown("10-12, 13-15"))
    editor.page.get_by_role(
        "button", name=re.compile(rf"^Copy \w+,? {second.day} .*to other days")
    ).click()
    editor.page.get_by_role("checkbox", name=re.compile(rf"\b{third.day} ")).check()
    editor.page.get_by_role("button", name="Copy to 1 day").click()
    assert shifts(site, doctor) == {f"{first}": ["9-12", "13-17"]}
    editor.save("2 days")
    expect(editor.page.get_by_role("button", name="Save")).to_have_count(0)
    assert shifts(site, doctor) == {
        f"{first}": ["9-12", "13-17"],
        f"{second}": ["10-12", "13-15"],
        f"{third}": ["10-12", "13-15"],
    }


def test_enter_writes_out_what_was_typed_and_saves_nothing(editor, site):
    first = monday()
    doctor = site.doctor({first: DESK})
    sent: list[str] = []
    editor.page.on("request", lambda one: sent.append(one.method))
    editor.open(doctor, first)
    field = editor.field(first)
    field.fill("0900-1200, 1-3")
    editor.page.keyboard.press("Enter")
    expect(field).to_have_value(shown("9-12, 13-15"))
    expect(field).to_be_focused()
    editor.page.keyboard.press("Enter")
    expect(editor.page.get_by_role("button", name="Save 1 day")).to_be_enabled()
    assert "PUT" not in sent
    assert shifts(site, doctor) == {f"{first}": ["9-12", "13-17"]}
    # Saving takes the button away that had the focus.
    editor.save("1 day")
    expect(editor.page.get_by_role("button", name="Save")).to_have_count(0)
    expect(field).to_be_focused()
    assert shifts(site, doctor) == {f"{first}": ["9-12", "13-15"]}


def test_changes_of_several_days_are_discarded_once_asked(editor, site):
    first = monday()
    second = first + timedelta(days=1)
    doctor = site.doctor({first: DESK})
    editor.open(doctor, first)
    editor.type(second, "9-12")
    discard = editor.page.get_by_role("button", name="Discard")
    discard.click()
    expect(discard).to_have_count(0)
    expect(editor.field(second)).to_have_value("")
    expect(editor.field(second)).to_be_focused()

    editor.type(first, "9-12")
    editor.type(second, "9-12")
    discard.click()
    dialog = editor.page.get_by_role("dialog", name="Discard the changes of 2 days?")
    expect(dialog.get_by_role("button", name="Keep them")).to_be_focused()
    editor.page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(editor.field(first)).to_have_value(shown("9-12"))
    discard.click()
    dialog.get_by_role("button", name="Discard").click()
    expect(editor.field(first)).to_have_value(shown("9-12, 13-17"))
    expect(editor.field(second)).to_have_value("")
    expect(editor.field(second)).to_be_focused()


def test_a_shift_is_drawn_along_the_hours(editor, site):
    first = monday()
    doctor = site.doctor({})
    editor.open(doctor, first)
    box = editor.page.locator(".track").first.bounding_box()
    assert box is not None
    hour = box["width"] / 13  # from 7 to 20
    editor.page.mouse.move(box["x"] + 2.2 * hour, box["y"] + 10)
    editor.page.mouse.down()
    editor.page.mouse.move(box["x"] + 4.8 * hour, box["y"] + 10, steps=5)
    editor.page.mouse.up()
    expect(editor.field(first)).to_have_value(shown("9-12"))


def test_mistakes_are_said_before_they_are_sent(editor, site):
    first = monday()
    doctor = site.doctor({})
    editor.open(doctor, first)
    for typed, said in [
        ("nine", "is not understood"),
        ("9-12, 11-13", "overlaps the shift before it"),
        ("22-6", "ends before it begins"),
    ]:
        editor.type(first, typed)
        expect(editor.page.get_by_role("alert")).to_contain_text(said)
        expect(editor.field(first)).to_have_attribute("aria-invalid", "true")
        expect(editor.page.get_by_role("button", name="Save 1 day")).to_be_disabled()
    today = later(0)
    editor.open(doctor, today)
    for day in (today - timedelta(days=one) for one in range(1, today.weekday() + 1)):
        expect(editor.field(day)).to_be_disabled()


def test_what_the_server_refuses_stands_at_its_day(editor, site, api):
    first = monday()
    doctor = site.doctor({})
    hospital = f"hospitals/{NEW_YORK}"
    editor.open(doctor, first, api=api)
    expect(editor.field(first)).to_be_enabled()
    # The page still knows the old hours.
    before = site.call("GET", hospital)

    def set_hours(opens: str, closes: str) -> None:
        version = site.call("GET", hospital)["version"]
        body = {"opens": opens, "closes": closes}
        site.call("PATCH", hospital, body, headers={"If-Match": f'"{version}"'})

    set_hours("08:00", "18:00")
    try:
        editor.type(first, "9-12")
        editor.type(first + timedelta(days=1), "17-19")
        editor.save("2 days")
        wrong = editor.field(first + timedelta(days=1))
        expect(wrong).to_have_attribute("aria-invalid", "true")
        expect(wrong).to_be_focused()
        expect(editor.page.get_by_role("alert")).to_be_visible()
        assert shifts(site, doctor) == {}
    finally:
        set_hours(before["opens"], before["closes"])


def test_what_is_in_the_way_is_cancelled_or_moved_then_tried_again(editor, site, api):
    first = monday()
    second = first + timedelta(days=1)
    doctor = site.doctor({first: DESK, second: DESK})
    ill, well = site.patient(), site.patient()
    site.book(doctor, ill, first, 9)
    site.book(doctor, well, first, 10)
    editor.open(doctor, first, api=api)
    expect(editor.field(first)).to_have_value(shown("9-12, 13-17"))
    editor.type(first, "")
    expect(editor.page.get_by_text("2 appointments would be outside the shifts.")).to_be_visible()
    editor.save("1 day")
    expect(editor.page.get_by_role("heading", name="2 appointments are in the way")).to_be_focused()
    assert f"{first}" in shifts(site, doctor)

    editor.page.get_by_role("button", name=f"Cancel {ill['name']}").click()
    editor.page.get_by_role("button", name="Cancel appointment").click()
    expect(editor.page.get_by_role("heading", name="1 appointment is in the way")).to_be_visible()
    expect(editor.page.get_by_role("button", name=f"Move {well['name']}")).to_be_focused()

    editor.page.keyboard.press("Enter")
    expect(editor.page.get_by_text(f"Moving {well['name']} from")).to_be_visible()
    assert well["name"] not in editor.page.url
    there = rf"^{doctor['name']}, \w+,? {second.day} {second:%B}, 10:00, free"
    editor.page.get_by_role("gridcell", name=re.compile(there)).click()
    expect(editor.page.get_by_role("heading", name="Nothing is in the way")).to_be_visible()
    again = editor.page.get_by_role("button", name="Try again")
    expect(again).to_be_focused()
    again.click()
    expect(again).to_have_count(0)
    expect(editor.field(first)).to_have_value("")
    assert list(shifts(site, doctor)) == [f"{second}"]
    assert sorted(status for status, *_ in site.appointments(doctor)) == ["booked", "cancelled"]


def test_a_draft_waits_on_the_board_too(editor, site):
    first = monday()
    doctor = site.doctor({first: DESK})
    site.book(doctor, site.patient(), first, 9)
    editor.open(doctor, first)
    editor.type(first, "13-17")
    editor.save("1 day")
    editor.page.get_by_role("button", name="Move").click()
    editor.page.get_by_role("button", name="Leave").click()
    editor.page.get_by_role("link", name="Back to them").click()
    expect(editor.field(first)).to_have_value(shown("13-17"))
    expect(editor.page.get_by_role("heading", name="1 appointment is in the way")).to_be_visible()


def test_a_template_is_kept_and_laid_over_a_range(editor, site, api):
    first = monday()
    doctor = site.doctor({first + timedelta(days=9): [(8, 10)]})
    editor.open(doctor, first, api=api)
    editor.type(first, "9-12")
    editor.type(first + timedelta(days=2), "14-18")
    editor.page.get_by_role("button", name="Templates").click()
    dialog = editor.page.get_by_role("dialog")
    dialog.get_by_label("Keep the week").fill("Early")
    editor.page.keyboard.press("Enter")
    expect(dialog.get_by_label("Week", exact=True)).to_have_value("Early")
    dialog.get_by_label("From").fill(f"{first}")
    dialog.get_by_label("To", exact=True).fill(f"{first + timedelta(days=13)}")
    expect(dialog.get_by_text("4 days change")).to_be_visible()
    preview = dialog.get_by_role("row").filter(has_text=shown("8-10"))
    expect(preview).to_contain_text(shown("14-18"))
    dialog.get_by_label("Only where there are no shifts yet").check()
    expect(dialog.get_by_text("3 days change")).to_be_visible()
    dialog.get_by_role("button", name="Save 3 days").click()
    expect(editor.page.get_by_role("button", name="Save")).to_have_count(0)
    assert shifts(site, doctor) == {
        f"{first}": ["9-12"],
        f"{first + timedelta(days=2)}": ["14-18"],
        f"{first + timedelta(days=7)}": ["9-12"],
        f"{first + timedelta(days=9)}": ["8-10"],
    }
    # It is there for the next doctor too, from the week on the page; what it has no shifts for
    # stays unless it is said.
    editor.open(site.doctor({first + timedelta(days=1): DESK}), first, api=api)
    editor.page.get_by_role("button", name="Templates").click()
    dialog.get_by_label("Week", exact=True).select_option("Early")
    expect(dialog.get_by_label("From")).to_have_value(f"{first}")
    expect(dialog.get_by_text("8 days change")).to_be_visible()
    dialog.get_by_label("Also clear days that are empty").check()
    expect(dialog.get_by_text("9 days change")).to_be_visible()


def test_doctors_set_their_own_only(visitors, site, api):
    page = visitors.page("doctor", viewport={"width": 390, "height": 844})
    editor, first = Editor(page), monday()
    colleague = site.doctor({first: DESK})
    editor.open(colleague, first, api=api)
    expect(editor.field(first)).to_be_disabled()
    expect(page.get_by_text("You may set your own availability only")).to_be_visible()
    page.get_by_role("button", name="To your own").click()
    expect(editor.field(first)).to_be_enabled()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_a_draft_waits_while_another_hospital_is_looked_at(visitors, site):
    first = monday()
    doctor = site.doctor({first: DESK})
    editor = Editor(visitors.page("regional"))
    editor.open(doctor, first)
    editor.type(first, "9-11")
    editor.page.get_by_role("button", name="Riverside").click()
    editor.page.get_by_role("option", name=re.compile("Thameside")).click()
    expect(editor.page.get_by_role("button", name="Thameside")).to_be_visible()
    expect(editor.page.get_by_role("button", name="Save 1 day")).to_have_count(0)
    editor.page.go_back()
    expect(editor.field(first)).to_have_value(shown("9-11"))
    editor.save("1 day")
    expect(editor.page.get_by_role("button", name="Save")).to_have_count(0)
    assert shifts(site, doctor) == {f"{first}": ["9-11"]}
