"""The page about REST beside GraphQL: two ways there, one picture for each measure."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from benchmarks.comparison import WEB
from tests.browser.site import NEW_YORK

MONTH = "a doctor's month"


def test_the_menu_and_the_cost_bar_lead_to_what_was_measured(visitors):
    page = visitors.page("staff", viewport={"width": 1440, "height": 900})
    page.goto(f"/?hospital={NEW_YORK}")
    expect(page.get_by_role("grid")).to_be_visible()
    title = page.get_by_role("heading", name="REST beside GraphQL")
    page.get_by_role("button", name="Menu of").click()
    page.get_by_role("menuitem", name="REST beside GraphQL").click()
    expect(title).to_be_visible()
    page.go_back()
    costs = page.get_by_role("contentinfo", name="Costs of the API")
    costs.get_by_role("link", name="Measured").click()
    expect(title).to_be_visible()
    assert re.search(rf"/comparison\?.*hospital={NEW_YORK}", page.url)


def test_each_measure_has_bars_and_all_figures_stand_in_a_table(visitors):
    (written,) = (one for one in json.loads(WEB.read_text())["screens"] if one["screen"] == MONTH)
    page = visitors.page("staff")
    page.goto(f"/comparison?hospital={NEW_YORK}")
    month = page.get_by_role("term").filter(has_text=MONTH).locator("..")
    for label, column in (("Requests", "requests"), ("Received with gzip, bytes", "packed")):
        page.get_by_role("group", name="What is shown").get_by_text(label, exact=True).click()
        widths = []
        for place, side in enumerate(("REST", "GraphQL")):
            bar = month.get_by_role("definition").nth(place)
            expect(bar).to_have_text(re.compile(rf"{side}\s*{round(written[side][column]):,}"))
            widths.append(bar.locator("rect").bounding_box()["width"])
        measured = written["GraphQL"][column] / written["REST"][column]
        assert widths[1] / widths[0] == pytest.approx(measured, abs=0.02)
    table = page.get_by_role("region", name="All figures")
    expect(table.get_by_role("row")).to_have_count(1 + 2 * 6)
    claims = page.get_by_role("listitem").filter(has=page.get_by_role("heading", level=3))
    expect(claims).to_have_count(10)
