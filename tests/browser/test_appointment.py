"""What happens to an appointment after it was booked: moved, arrived, cancelled, told in words."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.browser.site import later


def test_move_by_keyboard(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 12)]}), site.patient()
    site.book(doctor, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "10:00", "free"))
    board.press("ArrowUp")
    board.expect_focus(board.cell(doctor, day, "09:00", f"{patient['name']}, booked"))
    board.press("m")
    expect(board.bar).to_contain_text(f"Moving {patient['name']} from {doctor['name']}")
    board.press("n", "n")
    target = board.cell(doctor, day, "11:00", "free, Move here")
    board.expect_focus(target)
    board.press("Enter")
    board.expect_said(f"Moved {patient['name']} to {doctor['name']}")
    assert site.appointments(doctor) == [("booked", "11:00", patient["id"])]

    history = board.panel.get_by_role("list").filter(has_text="Booked")
    moved = history.get_by_role("listitem").first
    expect(moved).to_contain_text(re.compile(r"Moved\s+from .*09:00 to .*11:00"))
    expect(moved).to_contain_text("Sam Porter")


def test_escape_leaves_the_move(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    site.book(doctor, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "10:00", "free"))
    board.press("ArrowUp", "m", "Escape")
    expect(board.bar).to_have_count(0)
    board.expect_focus(board.cell(doctor, day, "09:00"))
    assert site.appointments(doctor) == [("booked", "09:00", patient["id"])]


def test_statuses_by_letter_and_cancelling_with_a_reason(desk, site):
    day = later()
    doctor = site.doctor({day: [(9, 12)]})
    patients = [site.patient() for _ in range(3)]
    for hour, patient in enumerate(patients, 9):
        site.book(doctor, patient, day, hour)
    board = desk.open(doctor=doctor, **{"from": day})
    first, second, third = (board.cell(doctor, day, f"{hour:02}:00") for hour in (9, 10, 11))
    first.click()
    expect(board.panel.get_by_role("heading", name=patients[0]["name"])).to_be_visible()
    first.focus()
    board.press("a")
    board.expect_said(f"{patients[0]['name']}: arrived.")
    board.press("f")
    board.expect_said(f"{patients[0]['name']}: fulfilled.")
    second.focus()
    board.press("x")
    board.expect_said(f"{patients[1]['name']}: no-show.")
    third.focus()
    board.press("Delete")
    expect(board.dialog.get_by_label("Why")).to_be_focused()
    board.type("Caught a train")
    board.press("Enter")
    board.expect_said(f"Cancelled {patients[2]['name']}")
    expect(board.panel).to_contain_text("“Caught a train”")
    expect(board.panel.get_by_role("button", name="Book again")).to_be_visible()
    expect(board.panel.get_by_role("button", name="Move")).to_have_count(0)
    expect(third).to_have_accessible_name(re.compile("free$"))
    assert [status for status, _, _ in site.appointments(doctor)] == [
        "fulfilled",
        "noshow",
        "cancelled",
    ]


def test_patient_at_the_desk_arrives_in_three_keys(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 10)]}), site.patient()
    booked = site.book(doctor, patient, day, 9)
    # Nobody can book what has begun, so the day is brought to the appointment.
    midnight = datetime.combine(later(0), time(), ZoneInfo("America/New_York"))
    site.rows(
        """
        UPDATE appointments SET date = %s, time = '00:00', starts_at = %s, ends_at = %s
        WHERE id = %s RETURNING id
        """,
        midnight.date(),
        midnight,
        midnight + timedelta(hours=1),
        booked["id"],
    )
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("/")
    board.find(patient)
    visit = board.panel.get_by_role("button", name="00:00")
    expect(visit).to_be_focused()
    board.press("a")
    board.expect_said(f"{patient['name']}: arrived.")
    expect(visit).to_contain_text("arrived")
    assert board.pressed == 3
    assert [status for status, _, _ in site.appointments(doctor)] == ["arrived"]


def test_reason_is_edited_in_place(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 10)]}), site.patient()
    site.book(doctor, patient, day, 9)
    board = desk.open(doctor=doctor, **{"from": day})
    board.cell(doctor, day, "09:00").click()
    board.panel.get_by_role("button", name="Edit the reason").click()
    board.panel.get_by_label("Reason").fill("Sore <b>throat</b>")
    board.press("Enter")
    expect(board.panel).to_contain_text("Sore <b>throat</b>")
    expect(board.panel).to_contain_text("reason from “nothing” to “Sore <b>throat</b>”")
    assert site.rows("SELECT reason FROM appointments WHERE doctor_id = %s", doctor["id"]) == [
        ("Sore <b>throat</b>",)
    ]
