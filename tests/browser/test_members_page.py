"""The admin's page of members."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.site import NEW_YORK


def members_page(visitors, api) -> Page:
    page = visitors.page("admin")
    page.goto(f"/members?hospital={NEW_YORK}&api={api}")
    expect(page.get_by_role("table")).to_be_visible()
    return page


def test_a_new_member_is_added_changed_and_removed(visitors, site, api):
    doctor = site.doctor({})
    number = next(site.numbers)
    email, name = f"newcomer{number}@demo.test", f"Nora Newcomer{number}"
    page = members_page(visitors, api)
    page.get_by_role("button", name="New member").click()
    page.keyboard.type(email)
    page.keyboard.press("Enter")
    # The email is new: the form asks for the rest.
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type(name)
    page.get_by_label("First password").fill("short")
    page.keyboard.press("Enter")
    expect(page.get_by_label("First password")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("too short")
    page.get_by_label("First password").fill("lantern-hopscotch-7")
    page.keyboard.press("Enter")
    row = page.get_by_role("row", name=name)
    expect(row).to_contain_text("Staff")

    page.get_by_role("button", name=f"Change, {name}").click()
    expect(page.get_by_label("Role", exact=True)).to_be_focused()
    page.get_by_label("Role", exact=True).select_option("Doctor")
    page.get_by_label("Which doctor").select_option(str(doctor["id"]))
    page.get_by_role("button", name="Save").click()
    expect(row).to_contain_text(doctor["name"])

    page.get_by_role("button", name=f"Remove, {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("dialog")).to_have_count(0)  # it hides the rows behind it
    expect(row).to_have_count(0)
    query = "SELECT count(*) FROM users u JOIN memberships m ON m.user_id = u.id WHERE u.email = %s"
    assert site.rows(query, email) == [(0,)]


def test_a_known_email_needs_no_password_and_takes_none(visitors, site, api):
    number = next(site.numbers)
    email = f"known{number}@demo.test"
    body = {"email": email, "name": "Kim Known", "role": "staff", "password": "hopscotch-8-lantern"}
    member = site.call("POST", f"hospitals/{NEW_YORK}/members", body)
    page = members_page(visitors, api)
    page.get_by_role("button", name="New member").click()
    page.keyboard.type(email)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Email")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("is a member")
    site.rows("DELETE FROM memberships WHERE id = %s RETURNING id", member["id"])
    page.get_by_role("checkbox", name="no account").check()
    page.get_by_label("Name", exact=True).fill("Kim")
    page.get_by_label("First password").fill("hopscotch-8-lantern")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("send none")
    page.get_by_role("checkbox", name="no account").uncheck()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("row", name=email)).to_contain_text("Kim Known")


def test_the_last_admin_stays(visitors, api):
    page = members_page(visitors, api)
    page.get_by_role("button", name="Change, Adele Winter").click()
    page.get_by_label("Role", exact=True).select_option("Staff")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Role", exact=True)).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("at least one active admin")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove, Adele Winter").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("alert")).to_contain_text("at least one active admin")
