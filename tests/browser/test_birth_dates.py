"""Dates of birth as callers say them: they find the patient, and fill the form of a new one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.site import NEW_YORK, later, one_api

SAID = ["18 Sep 1931", "18/09/1931", "18.9.1931", "18091931", "Sept 18 1931", "1931-09-18"]


def test_a_patient_is_found_by_the_date_as_it_is_said(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 10)]}), site.patient(date_of_birth="1931-09-18")
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("Enter")
    field = board.dialog.get_by_role("combobox")
    board.expect_focus(field)
    for said in [*SAID, f"{patient['name']} 18/9/31"]:
        field.fill("")
        field.fill(said)
        expect(board.dialog.get_by_role("option").filter(has_text=patient["name"])).to_be_visible()
        expect(board.dialog.get_by_text("Read as born 18 Sept 1931")).to_be_visible()
    board.press("Enter")
    board.expect_focus(board.dialog.get_by_role("button", name="Book", exact=True))
    expect(board.dialog).to_contain_text(patient["name"])


@one_api
def test_a_date_is_the_birthday_of_a_new_patient(desk, site):
    day = later()
    doctor = site.doctor({day: [(9, 10)]})
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("Enter")
    board.expect_focus(board.dialog.get_by_role("combobox"))
    board.type("Zeno Quillfeather 18.9.1931")
    expect(board.dialog.get_by_role("option")).to_have_count(1)
    expect(board.dialog.get_by_role("option")).to_have_attribute("aria-selected", "true")
    board.press("Enter")
    expect(board.dialog.get_by_label("Name")).to_have_value("Zeno Quillfeather")
    expect(board.dialog.get_by_label("Date of birth")).to_have_value("1931-09-18")
    expect(board.dialog.get_by_label("Date of birth")).to_have_accessible_description(
        re.compile(r"^18 Sept 1931 \(\d+\)$")
    )
    expect(board.dialog.get_by_label("MRN")).to_have_value("")
    board.expect_focus(board.dialog.get_by_label("Phone"))


@one_api
@pytest.mark.parametrize(
    ("locale", "read"), [("en-US", "Mar 4, 1932"), ("en-GB", "3 Apr 1932"), ("es-ES", "3 abr 1932")]
)
def test_the_readers_language_says_which_number_is_the_month(desk, site, locale, read):
    page = desk.visitors.page("staff", locale=locale)
    page.goto(f"/patients?hospital={NEW_YORK}")
    page.get_by_role("combobox").fill("03/04/1932")
    expect(page.get_by_role("status").filter(has_text=read)).to_be_visible()
