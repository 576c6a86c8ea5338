"""A server that takes what it is sent and says nothing: that is noticed, and nothing is dropped."""

from __future__ import annotations

import re
from contextlib import suppress

from playwright.sync_api import Locator, Page, expect

from tests.browser.calls import Silenced
from tests.browser.site import later


def wait_for(page: Page, shown: Locator) -> None:
    """Let the page's clock run until `shown` is there: how long it waits to ask again differs."""
    for _ in range(20):
        page.clock.fast_forward("00:03")
        with suppress(AssertionError):
            expect(shown).to_be_visible(timeout=500)
            break
    expect(shown).to_be_visible()


def test_a_booking_without_an_answer_is_asked_for_after_its_dialog_is_closed(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    silence = Silenced(page, "book", reaches=True)
    board.press("Enter")
    board.choose(patient)
    board.press("Enter")
    expect(page.locator(".cell--pending")).to_have_text("Booking…")
    wait_for(page, board.dialog.get_by_text("The server takes longer than usual."))
    unknown = board.dialog.get_by_role("alert").filter(has_text="it is not known whether")
    wait_for(page, unknown)
    board.press("Escape")
    expect(board.dialog).to_have_count(0)
    note = page.get_by_text(f"Not known yet whether {patient['name']} is booked")
    expect(note).to_contain_text(doctor["name"])
    expect(board.cell(doctor, day, "09:00", "Booking")).to_have_count(1)

    # It is asked for on every page, and another slot can be worked on meanwhile.
    page.get_by_role("link", name="Patients", exact=True).click()
    expect(page.get_by_role("combobox")).to_be_visible()
    expect(note).to_be_visible()
    silence.on = False
    booked = page.locator(".note").get_by_text(f"Booked {patient['name']} with {doctor['name']}")
    wait_for(page, booked)
    expect(note).to_have_count(0)
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".note")).to_have_count(0)
    assert len(set(silence.keys)) == 1
    assert silence.keys[0]
    assert site.appointments(doctor) == [("booked", "09:00", patient["id"])]


def test_a_booking_that_was_left_tells_of_its_refusal(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    silence = Silenced(page, "book")
    board.press("Enter")
    board.choose(patient)
    board.press("Enter", "Escape")
    expect(page.get_by_text(f"Not known yet whether {patient['name']}")).to_be_visible()
    other = site.patient()
    site.book(doctor, other, day, 9)
    silence.on = False
    refused = page.get_by_role("alert").filter(has_text=f"Not booked: {patient['name']}")
    wait_for(page, refused)
    expect(refused).to_contain_text("Somebody else has just booked this slot.")
    assert site.appointments(doctor) == [("booked", "09:00", other["id"])]


def test_a_board_says_that_the_server_is_silent(desk, site):
    day = later()
    doctor = site.doctor({day: [(9, 10)], later(8): [(14, 15)]})
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    shown = board.cell(doctor, day, "09:00")
    board.expect_focus(shown)
    silence = Silenced(page, "schedules")
    with page.expect_request(lambda asked: "schedules" in (asked.url + (asked.post_data or ""))):
        board.press("]")
    wait_for(page, page.get_by_text("The server takes longer than usual."))
    note = page.get_by_text("The server does not answer.")
    wait_for(page, note)
    expect(note).to_contain_text(re.compile(r"What you see is as of \d\d:\d\d\."))
    expect(shown).to_be_visible()
    silence.on = False
    wait_for(page, board.cell(doctor, later(8), "14:00"))
    expect(note).to_have_count(0)


def test_a_move_without_an_answer_is_found_out(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    site.book(doctor, patient, day, 9)
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "10:00"))
    write = Silenced(page, "change", reaches=True)
    read = Silenced(page, "appointment")
    board.press("ArrowUp", "m", "n", "Enter")
    expect(page.get_by_text("Moving…")).to_be_visible()
    unknown = page.get_by_role("alert").filter(has_text="is not known whether")
    wait_for(page, unknown)
    expect(unknown).to_contain_text(patient["name"])
    page.clock.fast_forward("00:11")
    expect(unknown).to_be_visible()
    write.on = read.on = False
    wait_for(page, page.get_by_text(f"Moved {patient['name']}").filter(visible=True).first)
    expect(unknown).to_have_count(0)
    assert site.appointments(doctor) == [("booked", "10:00", patient["id"])]


def test_a_move_that_was_left_while_it_was_sent_tells_of_its_refusal(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    site.book(doctor, patient, day, 9)
    page = desk.visitors.page("staff")
    page.clock.install()
    board = desk.open(on=page, doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "10:00"))
    write = Silenced(page, "change")
    board.press("ArrowUp", "m", "n", "Enter")
    expect(page.get_by_text("Moving…")).to_be_visible()
    board.press("Escape")
    expect(board.bar).to_have_count(0)
    expect(page.get_by_text("Moving…")).to_be_visible()
    # The server is asked what stands: nothing was changed.
    refused = board.panel.get_by_role("alert")
    wait_for(page, refused.filter(has_text="The server did not answer"))
    expect(board.panel.get_by_role("heading", name=patient["name"])).to_be_visible()
    expect(page.get_by_text("Moving…")).to_have_count(0)
    assert len(write.keys) == 1
    assert site.appointments(doctor) == [("booked", "09:00", patient["id"])]
