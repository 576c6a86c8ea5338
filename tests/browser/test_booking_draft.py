"""What was entered for a booking stays, whatever happens around it; the focus is never lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.site import later, one_api


@one_api
@pytest.mark.parametrize("size", [(1440, 900), (1024, 600), (375, 740)])
def test_the_search_field_stays_where_it_is(desk, site, size):
    day = later()
    doctor = site.doctor({day: [(9, 10)]})
    page = desk.visitors.page("staff", viewport={"width": size[0], "height": size[1]})
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.cell(doctor, day, "09:00").click()
    field = board.dialog.get_by_role("combobox")
    board.expect_focus(field)
    place = field.bounding_box()
    for typed in ("a", "an", "an Nobody Is Called So"):
        field.fill(typed)
        expect(board.dialog.locator(".spinner")).to_have_count(0)
        expect(board.dialog.get_by_role("option").first).to_be_visible()
        assert field.bounding_box() == place
