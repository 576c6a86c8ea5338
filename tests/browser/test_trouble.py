"""Servers that ask for patience or refuse, networks that go away: nothing begun is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.calls import Refused
from tests.browser.site import NEW_YORK, later, one_api


@pytest.mark.parametrize(("code", "status"), [("throttled", 429), ("unavailable", 503)])
def test_a_booking_waits_as_long_as_the_server_asks_and_keeps_its_key(desk, site, code, status):
    day = later()
    doctor, patient = site.doctor({day: [(9, 10)]}), site.patient()
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    refusal = Refused(page, "book", code, status, wait=40)
    board.press("Enter")
    board.choose(patient)
    board.dialog.get_by_label("Reason").fill("Sore throat")
    board.press("Enter")
    expect(board.dialog.get_by_role("alert")).to_contain_text("The server asks for a moment")
    expect(board.dialog.get_by_text(re.compile(r"^Again in (40|[23]\d) s\.$"))).to_be_visible()
    expect(board.dialog.get_by_label("Reason")).to_have_value("Sore throat")
    page.clock.fast_forward("00:20")
    expect(board.dialog.get_by_text(re.compile(r"^Again in 1?\d s\.$"))).to_be_visible()
    assert len(refusal.keys) == 1
    refusal.on = False
    page.clock.fast_forward("00:20")
    board.expect_said(f"Booked {patient['name']}")
    assert len(refusal.keys) == 2
    assert refusal.keys[0]
    assert refusal.keys[0] == refusal.keys[1]
    assert site.appointments(doctor) == [("booked", "09:00", patient["id"])]


def test_reads_are_asked_again_by_themselves(desk, site):
    day = later()
    doctor = site.doctor({day: [(9, 10)], later(8): [(14, 15)]})
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    shown = board.cell(doctor, day, "09:00")
    board.expect_focus(shown)
    refusal = Refused(page, "schedules", "unavailable", 503, wait=40)
    board.press("]")
    note = page.get_by_text("The server is too busy for now.")
    expect(note).to_be_visible()
    expect(note).to_contain_text(re.compile(r"What you see is as of \d\d:\d\d\."))
    expect(page.get_by_text(re.compile(r"Asked again in [34]\d s\."))).to_be_visible()
    expect(shown).to_be_visible()
    refusal.on = False
    page.clock.fast_forward("00:41")
    expect(board.cell(doctor, later(8), "14:00")).to_be_visible()
    expect(note).to_have_count(0)


def test_a_first_load_waits_for_the_server(desk, site):
    day = later()
    doctor = site.doctor({day: [(9, 10)]})
    page = desk.visitors.page("staff")
    page.clock.install()
    refusal = Refused(page, "schedules", "throttled", 429, wait=30)
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    expect(page.get_by_text("The server gets too many requests")).to_be_visible()
    refusal.on = False
    page.clock.fast_forward("00:31")
    board.expect_focus(board.cell(doctor, day, "09:00", "free"))


def test_a_refused_status_is_rolled_back_with_the_servers_words(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    site.book(doctor, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "10:00"))
    Refused(board.page, "change", "permission_denied", 403)
    board.press("ArrowUp", "a")
    expect(board.panel.get_by_role("alert")).to_have_text("Refused: permission_denied.")
    expect(board.cell(doctor, day, "09:00", f"{patient['name']}, booked")).to_have_count(1)
    assert site.appointments(doctor) == [("booked", "09:00", patient["id"])]


@one_api
def test_a_change_is_tried_again_by_the_reader_alone(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    site.book(doctor, patient, day, 9)
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "10:00"))
    refusal = Refused(page, "change", "throttled", 429, wait=40)
    board.press("ArrowUp", "a")
    again = board.panel.get_by_role("button", name="Try again")
    expect(again).to_be_disabled()
    expect(board.panel).to_contain_text(re.compile(r"Possible again in (40|3\d) s\."))
    page.clock.fast_forward("00:41")
    expect(again).to_be_enabled()
    assert len(refusal.keys) == 1
    refusal.on = False
    again.click()
    board.expect_said(f"{patient['name']}: arrived.")

    refusal.on = True
    board.panel.get_by_role("button", name="Edit the reason").click()
    reason = board.panel.get_by_role("textbox", name="Reason")
    reason.fill("Sore throat")
    board.press("Enter")
    expect(board.panel).to_contain_text(re.compile(r"Possible again in (40|3\d) s\."))
    expect(reason).to_have_value("Sore throat")
    refusal.on = False
    board.panel.get_by_role("button", name="Save").click()
    expect(reason).to_have_count(0)
    expect(board.panel).to_contain_text("Sore throat")
    assert len(refusal.keys) == 4


@one_api
def test_a_move_is_tried_again_to_where_it_was_meant(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 12)]}), site.patient()
    site.book(doctor, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "10:00"))
    refusal = Refused(board.page, "change", "unavailable", 503)
    board.press("ArrowUp", "m", "n", "n", "Enter")
    again = board.page.get_by_role("button", name="Try again")
    expect(again).to_be_enabled()
    expect(board.bar).to_contain_text(f"Moving {patient['name']}")
    assert site.appointments(doctor) == [("booked", "09:00", patient["id"])]
    refusal.on = False
    again.click()
    board.expect_said(f"Moved {patient['name']} to {doctor['name']}")
    assert site.appointments(doctor) == [("booked", "11:00", patient["id"])]


def test_offline_no_key_changes_anything(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    site.book(doctor, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "10:00"))
    board.press("ArrowUp", "m", "n")
    board.page.context.set_offline(True)
    expect(board.page.get_by_text("You are offline.")).to_contain_text("What you see is as of")
    board.press("Enter")
    expect(board.page.get_by_text("You are offline: nothing was changed.")).to_be_visible()
    expect(board.bar).to_be_visible()
    board.page.context.set_offline(False)
    expect(board.page.get_by_text("You are offline.")).to_have_count(0)
    board.press("Enter")
    board.expect_said(f"Moved {patient['name']}")
    assert site.appointments(doctor) == [("booked", "10:00", patient["id"])]


def test_offline_a_page_keeps_its_form_and_sends_nothing(visitors):
    page = visitors.page("admin")
    page.goto(f"/doctors?hospital={NEW_YORK}")
    page.get_by_role("button", name="New doctor").click()
    page.get_by_label("Name", exact=True).fill("Dr. Half Typed")
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    add = page.get_by_role("button", name="Add the doctor")
    expect(add).to_be_disabled()
    page.context.set_offline(False)
    expect(add).to_be_enabled()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Dr. Half Typed")
