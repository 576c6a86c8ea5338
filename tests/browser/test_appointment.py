"""What happens to an appointment after it was booked: moved, arrived, cancelled, told in words."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, expect

from tests.browser.board import Board
from tests.browser.site import later, one_api


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


def drag(board: Board, one: Locator, other: Locator, *, drop: bool = True) -> None:
    """With the mouse from the middle of one to that of the other."""
    (x, y), (to_x, to_y) = (
        (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for box in (one.bounding_box(), other.bounding_box())
    )
    board.page.mouse.move(x, y)
    board.page.mouse.down()
    board.page.mouse.move(to_x, to_y, steps=5)
    if drop:
        board.page.mouse.up()


def test_move_by_dragging_to_a_free_cell(desk, site):
    day = later()
    doctors = [site.doctor({day: [(9, 12)]}), site.doctor({day: [(9, 10)]})]
    patient = site.patient()
    site.book(doctors[0], patient, day, 9)
    board = desk.open(doctor=doctors, **{"from": day})
    start = board.cell(doctors[0], day, "09:00", f"{patient['name']}, booked")
    drag(board, start, board.cell(doctors[1], day, "09:00"))
    board.expect_said(f"Moved {patient['name']} to {doctors[1]['name']}")
    expect(board.bar).to_have_count(0)
    assert site.appointments(doctors[0]) == []
    assert site.appointments(doctors[1]) == [("booked", "09:00", patient["id"])]


def test_what_is_dragged_stays_unless_it_lands_on_a_free_cell(desk, site):
    day = later()
    doctor, patients = site.doctor({day: [(9, 12)]}), [site.patient(), site.patient()]
    for hour, patient in enumerate(patients, 9):
        site.book(doctor, patient, day, hour)
    board = desk.open(doctor=doctor, **{"from": day})
    first, second, free = (board.cell(doctor, day, f"{hour:02}:00") for hour in (9, 10, 11))
    drag(board, first, second)
    expect(board.bar).to_have_count(0)
    drag(board, first, free, drop=False)
    expect(board.bar).to_contain_text(f"Moving {patients[0]['name']}")
    expect(free).to_have_accessible_name(re.compile("free, Move here$"))
    board.press("Escape")
    expect(board.bar).to_have_count(0)
    board.page.mouse.up()
    # A click is no drag.
    first.click()
    expect(board.panel.get_by_role("heading", name=patients[0]["name"])).to_be_visible()
    assert site.appointments(doctor) == [
        ("booked", "09:00", patients[0]["id"]),
        ("booked", "10:00", patients[1]["id"]),
    ]


@one_api
def test_an_open_appointment_tells_what_others_made_of_it(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    booked = site.book(doctor, patient, day, 9)
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.cell(doctor, day, "09:00").click()
    board.panel.get_by_role("button", name="Edit the reason").click()
    board.panel.get_by_label("Reason").fill("Mine")
    booked = site.change(booked, reason="Theirs")
    with page.expect_response("**/history"):
        page.clock.fast_forward("00:11")
    # What was begun before is no answer to that.
    board.press("Enter")
    expect(board.dialog).to_contain_text("Theirs")
    board.dialog.get_by_role("button", name="Keep theirs").click()
    expect(board.panel.get_by_text("Theirs", exact=True)).to_be_visible()

    board.panel.get_by_role("button", name="Cancel appointment").click()
    expect(board.dialog).to_contain_text("09:00")
    site.change(booked, starts_at=f"{day}T10:00:00")
    with page.expect_response("**/history"):
        page.clock.fast_forward("00:11")
    expect(board.dialog).to_contain_text("09:00")
    board.dialog.get_by_role("button", name="Cancel appointment").click()
    expect(page.get_by_role("dialog", name=re.compile("changed in the meantime$"))).to_be_visible()
    assert site.appointments(doctor) == [("booked", "10:00", patient["id"])]
