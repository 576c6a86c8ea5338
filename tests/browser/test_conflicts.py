"""Two people, one slot; a change that came too late; an answer that was lost after the commit."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from scheduler.processes import wait_until
from tests.browser.calls import Lost
from tests.browser.site import later

# Both pages press at the same moment: the tests' own calls come one after the other.
PRESS_AT = "(moment) => setTimeout(() => document.activeElement.click(), moment - Date.now())"


def test_race_for_one_slot_has_one_winner_and_a_loser_with_alternatives(desk, site):
    day = later()
    doctor = site.doctor({day: [(9, 12)]})
    patients = [site.patient(), site.patient()]
    boards = [desk.open(by=by, doctor=doctor, **{"from": day}) for by in ("staff", "regional")]
    for board, patient in zip(boards, patients, strict=True):
        board.expect_focus(board.cell(doctor, day, "09:00"))
        board.press("Enter")
        board.choose(patient)
        board.dialog.get_by_label("Reason").fill("Sore throat")
        board.dialog.get_by_role("button", name="Book", exact=True).focus()
    moment = boards[0].page.evaluate("Date.now() + 500")
    for board in boards:
        board.page.evaluate(PRESS_AT, moment)

    assert wait_until(lambda: len(site.appointments(doctor)) == 1, 10)
    [(_, hour, winner_id)] = site.appointments(doctor)
    assert hour == "09:00"
    won = [patient["id"] for patient in patients].index(winner_id)
    winner, loser, patient = boards[won], boards[1 - won], patients[1 - won]
    winner.expect_said(f"Booked {patients[won]['name']}")
    expect(loser.dialog.get_by_role("alert")).to_contain_text(
        "Somebody else has just booked this slot."
    )
    expect(loser.dialog).to_contain_text(patient["name"])
    expect(loser.dialog.get_by_label("Reason")).to_have_value("Sore throat")
    others = loser.dialog.get_by_role("list", name="Other free slots").get_by_role("button")
    expect(others.first).to_be_focused()
    expect(others.first).to_contain_text("10:00")
    expect(loser.page.locator(".cell--booked")).to_contain_text(patients[won]["name"])

    loser.press("Enter")  # takes the first of the others
    expect(loser.dialog).to_contain_text(re.compile(r"10:00\s*E[SD]T"))
    loser.expect_focus(loser.dialog.get_by_role("button", name="Book", exact=True))
    loser.press("Enter")
    loser.expect_said(f"Booked {patient['name']}")
    assert site.appointments(doctor) == [
        ("booked", "09:00", winner_id),
        ("booked", "10:00", patient["id"]),
    ]
    assert site.rows(
        "SELECT DISTINCT reason FROM appointments WHERE doctor_id = %s", doctor["id"]
    ) == [("Sore throat",)]


@pytest.mark.parametrize(("answer", "stands"), [("Apply mine", "11:00"), ("Keep theirs", "09:00")])
def test_stale_move_shows_both_and_lets_choose(desk, site, answer, stands):
    day = later()
    doctor, patient = site.doctor({day: [(9, 12)]}), site.patient()
    booked = site.book(doctor, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "10:00"))
    board.press("ArrowUp", "m")
    expect(board.bar).to_be_visible()
    site.change(booked, reason="Asked for a quiet room")
    board.press("n", "n", "Enter")

    dialog = board.dialog
    expect(dialog.get_by_role("heading")).to_have_text(
        f"{patient['name']}: changed in the meantime"
    )
    expect(dialog).to_contain_text("Adele Winter changed this appointment")
    rows = dialog.get_by_role("row")
    expect(rows.filter(has_text="Time")).to_contain_text(re.compile("11:00.*09:00"))
    expect(rows.filter(has_text="Reason")).to_contain_text("Asked for a quiet room")
    expect(dialog.get_by_role("button", name="Keep theirs")).to_be_focused()
    dialog.get_by_role("button", name=answer).click()
    expect(dialog).to_have_count(0)
    expect(board.bar).to_have_count(0)
    expect(board.page.locator("td:focus, .panel :focus")).to_have_count(1)
    expect(board.cell(doctor, day, stands)).to_have_accessible_name(
        re.compile(re.escape(patient["name"]))
    )
    assert site.rows(
        "SELECT to_char(time, 'HH24:MI'), reason FROM appointments WHERE doctor_id = %s",
        doctor["id"],
    ) == [(stands, "Asked for a quiet room")]


def test_lost_answer_to_a_booking_books_once(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 10)]}), site.patient()
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    lost = Lost(board.page, "book")
    board.press("Enter")
    board.choose(patient)
    board.press("Enter")
    expect(board.dialog.get_by_role("alert")).to_contain_text("it is not known whether")
    expect(board.page.locator(".cell--booked")).to_have_count(0)
    board.expect_said(f"Booked {patient['name']}")
    expect(board.dialog).to_have_count(0)
    assert not lost.on
    assert len(lost.keys) > 1
    assert len(set(lost.keys)) == 1
    assert lost.keys[0]
    assert site.appointments(doctor) == [("booked", "09:00", patient["id"])]


def test_lost_answer_to_a_move_is_found_out(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    site.book(doctor, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "10:00"))
    lost = Lost(board.page, "change")
    board.press("ArrowUp", "m", "n", "Enter")
    board.expect_said(f"Moved {patient['name']}")
    expect(board.bar).to_have_count(0)
    assert not lost.on
    assert site.appointments(doctor) == [("booked", "10:00", patient["id"])]
