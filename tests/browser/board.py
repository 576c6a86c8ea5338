"""The board as its readers know it: by the names of things, never by their classes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from tests.browser.site import Json


def expect_board(page: Page) -> None:
    """Of a single doctor, who may not work today."""
    none = page.get_by_role("heading", name="No shifts here")
    expect(page.get_by_role("grid").or_(none)).to_be_visible()


class Board:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.grid = page.get_by_role("grid", name="Schedule of")
        self.bar = page.get_by_role("region")  # what the board is in the middle of
        self.panel = page.get_by_role("complementary")
        self.dialog = page.get_by_role("dialog")
        self.pressed = 0

    def go(self, **query: Any) -> None:
        """Open the page at this address. `doctor` is one, or several."""
        doctors = query.pop("doctor", [])
        many = doctors if isinstance(doctors, list) else [doctors]
        asked = {key: str(value).removesuffix("rest") for key, value in query.items()}
        if many:
            asked["doctor"] = ",".join(str(one["id"]) for one in many)
        self.page.goto(f"/?{urlencode({key: value for key, value in asked.items() if value})}")

    def cell(self, doctor: Json, day: date, time: str, state: str = "") -> Locator:
        """The one slot. `time` may bear its zone: `01:00 EST`; `state` is how its name ends."""
        date = rf"\w+,? {day.day} {day:%B}(?: {day:%Y})?"  # the year of one that is far away
        name = rf"^{re.escape(doctor['name'])}, {date}, {time}, {state}"
        return self.page.get_by_role("gridcell", name=re.compile(name))

    def press(self, *keys: str) -> None:
        """Press and count keys; what `type` types is not counted."""
        for key in keys:
            self.pressed += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def find(self, patient: Json) -> None:
        """In a list that has just opened: type the name, and take the only one of that name."""
        self.expect_focus(self.dialog.get_by_role("combobox"))
        self.type(patient["name"])
        self.press("Enter")

    def choose(self, patient: Json) -> None:
        """The same in the booking dialog, where one key is left to press."""
        self.find(patient)
        self.expect_focus(self.dialog.get_by_role("button", name="Book", exact=True))

    def expect_focus(self, place: Locator) -> None:
        expect(place).to_be_focused()

    def expect_said(self, text: str | re.Pattern[str]) -> None:
        """What a screen reader was told last."""
        expect(self.page.locator("[aria-live=polite]").last).to_contain_text(text)
