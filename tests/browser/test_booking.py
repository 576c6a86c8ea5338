"""From an open board to a booked slot, by keyboard alone, on both APIs."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.site import later, one_api

MOST_KEYS = 8  # from the open board to the booking, besides what is typed of the patient's name


def test_in_at_most_eight_keys(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 12), (13, 15)]}), site.patient()
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00", "free"))

    board.press("n", "n", "n", "Enter")  # the fourth free slot: the first after noon
    expect(board.dialog).to_contain_text(re.compile(r"13:00\s*E[SD]T"))
    expect(board.dialog).to_contain_text(f"{day:%A}, {day.day} {day:%B} {day.year}")
    expect(board.dialog).to_contain_text(doctor["name"])
    board.choose(patient)
    board.press("Enter")

    board.expect_said(f"Booked {patient['name']} with {doctor['name']}")
    board.expect_focus(board.cell(doctor, day, "13:00", f"{patient['name']}, booked"))
    assert site.appointments(doctor) == [("booked", "13:00", patient["id"])]
    assert board.pressed <= MOST_KEYS


@one_api
def test_what_is_under_the_dialog_cannot_be_pressed(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    site.book(doctor, patient, day, 10)
    board = desk.open(doctor=doctor, **{"from": day})
    booked = board.cell(doctor, day, "10:00", f"{patient['name']}, booked")
    expect(booked).to_be_visible()
    box = booked.bounding_box()
    board.press("Enter")
    expect(board.dialog).to_be_visible()
    # A dialog hears presses outside of it from the task after its own on (so that the press that
    # opens one does not close it): a hand is never as quick, a test is.
    board.page.evaluate("new Promise((done) => setTimeout(done))")
    board.page.mouse.click(box["x"] + 12, box["y"] + 12)
    # The press waves the dialog away; only the next one is for the board.
    expect(board.dialog).to_have_count(0)
    board.expect_focus(board.cell(doctor, day, "09:00", "free"))
    expect(board.panel).to_have_count(0)
    board.page.mouse.click(box["x"] + 12, box["y"] + 12)
    expect(board.panel).to_contain_text(patient["name"])


def test_patient_first_books_a_free_cell_in_two_enters(desk, site):
    day = later()
    doctor, patient = site.doctor({day: [(9, 11)]}), site.patient()
    board = desk.open(doctor=doctor, **{"from": day})
    first = board.cell(doctor, day, "09:00")
    board.expect_focus(first)
    board.press("/")
    board.find(patient)
    bar = board.page.get_by_text(f"Booking for {patient['name']}, born 1 Mar 1980")
    expect(bar).to_be_visible()
    board.expect_said(f"Every free slot now books for {patient['name']}.")
    board.expect_focus(board.cell(doctor, day, "09:00", "free, Book"))

    # It survives what the hunt for a slot needs.
    board.press("v", "v", "v", "o")
    expect(board.panel.get_by_role("heading", name="Next openings")).to_be_visible()
    board.press("Escape")
    expect(bar).to_be_visible()

    board.expect_focus(first)
    board.press("Enter")
    expect(board.dialog.get_by_role("button", name="Book")).to_be_focused()
    board.press("Enter")
    board.expect_said(f"Booked {patient['name']}")
    board.expect_focus(board.cell(doctor, day, "09:00", f"{patient['name']}, booked"))

    # Many a caller wants two; only Esc lets go of the patient.
    expect(bar).to_be_visible()
    board.press("ArrowDown")
    board.expect_focus(board.cell(doctor, day, "10:00", "free, Book"))
    board.press("Enter")
    expect(board.dialog.get_by_role("button", name="Book")).to_be_focused()
    board.press("Enter")
    board.expect_said(re.compile(f"Booked {patient['name']}.*10:00"))
    assert site.appointments(doctor) == [
        ("booked", f"{hour}:00", patient["id"]) for hour in ("09", "10")
    ]
    board.press("Escape")
    expect(bar).to_have_count(0)
    board.expect_said(f"No longer booking for {patient['name']}.")


@one_api
def test_another_patient_taken_in_the_dialog_is_the_one_in_hand(desk, site):
    day = later()
    doctor, patient, other = site.doctor({day: [(9, 11)]}), site.patient(), site.patient()
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("/")
    board.find(patient)
    board.expect_focus(board.cell(doctor, day, "09:00", "free, Book"))
    board.press("Enter")
    board.dialog.get_by_role("button", name="Change").click()
    board.choose(other)
    board.press("Enter")
    board.expect_said(f"Booked {other['name']}")
    expect(board.page.get_by_text(f"Booking for {other['name']}")).to_be_visible()
    assert site.appointments(doctor) == [("booked", "09:00", other["id"])]


def test_next_opening_of_a_specialty(desk, site):
    day = later(9)
    doctor, patient = site.doctor({day: [(10, 12)]}), site.patient()
    board = desk.open(specialty=doctor["specialty"])
    expect(board.page.get_by_text("No shifts here")).to_be_visible()
    board.press("o")
    openings = board.panel.get_by_role("listitem").get_by_role("button")
    expect(openings).to_have_count(2)
    expect(board.panel).to_contain_text(f"{day:%A} {day.day} {day:%B}")
    expect(openings.first).to_be_focused()
    board.press("ArrowDown", "Enter")
    expect(board.dialog).to_contain_text("11:00")
    board.choose(patient)
    board.press("Enter")
    board.expect_said(f"Booked {patient['name']} with {doctor['name']}")
    assert site.appointments(doctor) == [("booked", "11:00", patient["id"])]


def test_an_empty_board_names_the_next_opening(desk, site):
    doctor = site.doctor({later(9): [(10, 12)]})
    board = desk.open(doctor=doctor, **{"from": later()})
    expect(board.page.get_by_text("This doctor does not work: ")).to_be_visible()
    day = later(9)
    board.page.get_by_role(
        "button", name=re.compile(f"^Next opening: {day:%A},? {day.day} {day:%B}, 10:00")
    ).click()
    board.expect_focus(board.cell(doctor, day, "10:00", "free"))


def test_a_doctor_who_never_works_has_no_next_opening(desk, site):
    board = desk.open(doctor=site.doctor({}))
    expect(board.page.get_by_text("no opening in the six weeks")).to_be_visible()
    expect(board.page.get_by_role("link", name="Set availability")).to_be_visible()


def test_any_doctor_is_the_least_booked_one(desk, site):
    day = later(9)
    busier = site.doctor({day: [(10, 12)]})
    other = site.doctor({day: [(10, 11)]}, specialty=busier["specialty"])
    site.book(busier, site.patient(), day, 11)
    patient = site.patient()
    board = desk.open(specialty=busier["specialty"], **{"from": day})
    board.expect_focus(board.cell(busier, day, "10:00", "free"))
    board.press("o")
    board.panel.get_by_role("button", name="Any doctor", exact=True).click()
    expect(board.dialog).to_contain_text("Any doctor who is free")
    board.choose(patient)
    board.press("Enter")
    board.expect_said(f"Booked {patient['name']} with {other['name']}")
    assert site.appointments(other) == [("booked", "10:00", patient["id"])]


def test_new_patient_with_a_likely_duplicate(desk, site):
    day = later()
    doctor, known = site.doctor({day: [(9, 10)]}), site.patient()
    board = desk.open(doctor=doctor, **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("Enter")
    board.expect_focus(board.dialog.get_by_role("combobox"))
    board.type(known["name"])
    expect(board.dialog.get_by_role("option")).to_have_count(2)
    board.press("ArrowDown", "Enter")
    birthday = board.dialog.get_by_label("Date of birth")
    expect(birthday).to_be_focused()
    expect(board.dialog.get_by_label("Name")).to_have_value(known["name"])
    birthday.fill("1980-03-02")
    board.press("Enter")
    expect(board.dialog.get_by_text("Somebody like this is known already")).to_be_visible()
    board.dialog.get_by_role("button", name="No, add a new patient").click()
    expect(board.dialog.get_by_role("button", name="Book")).to_be_focused()
    board.press("Enter")
    board.expect_said(f"Booked {known['name']}")
    [(_, _, patient_id)] = site.appointments(doctor)
    assert patient_id != known["id"]
    assert site.rows(
        "SELECT name, date_of_birth::text FROM patients WHERE id = %s", patient_id
    ) == [(known["name"], "1980-03-02")]


def test_patient_who_is_elsewhere_at_that_time(desk, site):
    day = later()
    doctor, other = site.doctor({day: [(9, 11)]}), site.doctor({day: [(9, 10)]})
    patient = site.patient()
    site.book(other, patient, day, 9)
    board = desk.open(doctor=[doctor, other], **{"from": day})
    board.expect_focus(board.cell(doctor, day, "09:00"))
    board.press("Enter")
    board.choose(patient)
    board.press("Enter")
    expect(board.dialog.get_by_role("alert")).to_contain_text(
        "This patient has another appointment then"
    )
    expect(board.dialog.get_by_text(patient["name"])).to_be_visible()
    assert site.appointments(doctor) == []
    board.dialog.get_by_role("button", name="Show it").click()
    expect(board.panel.get_by_role("heading", name=patient["name"])).to_be_visible()
    expect(board.panel).to_contain_text(other["name"])
