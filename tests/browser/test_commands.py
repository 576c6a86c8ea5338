"""Ctrl+K: whatever has a key on the board has a name there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.site import later, one_api


@pytest.fixture
def palette(desk, site):
    """A board with one booked and two free slots, and how a command is run there by its name."""
    day = later()
    doctor, patient = site.doctor({day: [(9, 12)]}), site.patient()
    site.book(doctor, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    board.cell(doctor, day, "09:00").focus()

    def run(name: str) -> None:
        board.press("Control+k")
        board.expect_focus(board.dialog.get_by_role("combobox"))
        board.type(name)
        board.press("Enter")
        expect(board.page.get_by_role("dialog", name="Commands")).to_have_count(0)

    return board, doctor, patient, day, run


@one_api
def test_the_appointment_in_hand(palette):
    board, doctor, patient, day, run = palette
    run("move")
    expect(board.page.get_by_text(f"Moving {patient['name']} from")).to_be_visible()
    run("leave the move")
    expect(board.page.get_by_text("Moving")).to_have_count(0)
    board.cell(doctor, day, "09:00").focus()
    run("arrived")
    board.expect_said(f"{patient['name']}: arrived.")
    board.cell(doctor, day, "09:00").focus()
    board.press("Control+k")
    board.type("no-show")
    expect(board.dialog).to_contain_text("Nothing has that name.")
    board.press("Escape")
    board.cell(doctor, day, "09:00").focus()
    run("cancel appointment")
    expect(board.page.get_by_role("dialog", name="Cancel this appointment?")).to_be_visible()


@one_api
def test_free_slots_a_patient_and_the_api(palette):
    board, doctor, patient, day, run = palette
    run("next free")
    board.expect_focus(board.cell(doctor, day, "10:00"))
    run("previous free")
    board.expect_focus(board.cell(doctor, day, "11:00"))
    run("find a patient")
    board.find(patient)
    bar = board.page.get_by_text(f"Booking for {patient['name']}")
    expect(bar).to_be_visible()
    board.press("Escape")
    board.cell(doctor, day, "10:00").focus()
    run("done with")
    expect(bar).to_have_count(0)
    run("graphql with")
    expect(board.page).to_have_url(re.compile("api=graphql"))
    expect(board.cell(doctor, day, "10:00")).to_be_visible()
