"""The admin's page of doctors."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.site import NEW_YORK, in_letters, later


def doctors_page(visitors, api) -> Page:
    page = visitors.page("admin")
    page.goto(f"/doctors?hospital={NEW_YORK}&api={api}")
    expect(page.get_by_role("table")).to_be_visible()
    return page


def test_a_doctor_is_added_found_and_renamed(visitors, site, api):
    page = doctors_page(visitors, api)
    name = f"Novak {in_letters(next(site.numbers))}, Petra"
    page.get_by_role("button", name="New doctor").click()
    # What only the server knows to be wrong stands at its field.
    page.keyboard.type(" ")
    page.keyboard.press("Tab")
    page.keyboard.type("Allergology")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("must not be empty")
    page.keyboard.press("Control+A")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("searchbox").fill(name.split(",", maxsplit=1)[0])
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name=f"Edit, {name}").click()
    page.get_by_label("Specialty").last.fill("Immunology")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name=name)).to_contain_text("Immunology")
    assert site.rows("SELECT specialty, active, version FROM doctors WHERE name = %s", name) == [
        ("Immunology", True, 2)
    ]


def test_appointments_ahead_keep_a_doctor_active(visitors, site, api):
    doctor = site.doctor({later(): [(9, 12)]})
    patient = site.patient()
    appointment = site.book(doctor, patient, later(), 10)
    page = doctors_page(visitors, api)
    page.get_by_role("searchbox").fill(doctor["name"])
    page.get_by_role("button", name=f"Edit, {doctor['name']}").click()
    page.get_by_role("checkbox", name="Active").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="1 appointment is in the way")).to_be_visible()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(patient["name"])
    # It opens on the board, where it is cancelled.
    dialog.get_by_role("link").click()
    panel = page.get_by_role("complementary", name="Appointment")
    expect(panel).to_contain_text(patient["name"])
    assert patient["name"].split()[-1] not in page.url
    panel.get_by_role("button", name="Cancel appointment").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel appointment").click()
    expect(panel).to_contain_text("cancelled")
    assert site.appointments(doctor) == [("cancelled", "10:00", appointment["patient"]["id"])]

    page.go_back()
    page.get_by_role("searchbox").fill(doctor["name"])
    page.get_by_role("button", name=f"Edit, {doctor['name']}").click()
    page.get_by_role("checkbox", name="Active").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("No doctor fits.")).to_be_visible()
    page.get_by_role("button", name="Inactive").click()
    expect(page.get_by_role("row", name=doctor["name"])).to_be_visible()


def test_a_stale_edit_shows_both_versions(visitors, site, api):
    doctor = site.doctor({})
    page = doctors_page(visitors, api)
    page.get_by_role("searchbox").fill(doctor["name"])
    page.get_by_role("button", name=f"Edit, {doctor['name']}").click()
    path = f"hospitals/{NEW_YORK}/doctors/{doctor['id']}"
    site.call("PATCH", path, {"specialty": "Theirs"})
    page.get_by_label("Specialty").last.fill("Mine")
    page.keyboard.press("Enter")
    conflict = page.get_by_role("row", name="Specialty")
    expect(conflict).to_contain_text("Mine")
    expect(conflict).to_contain_text("Theirs")
    page.get_by_role("button", name="Apply mine").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert site.call("GET", path)["specialty"] == "Mine"
