"""Pictures of the main screens, of the seeded hospital. `make screenshots` renews the README's."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.board import Board
from tests.browser.site import BASE_DIR, NEW_YORK, Json, Site, later

pytestmark = pytest.mark.long  # other files test what they show
# Relative to the repository. An ordinary run leaves no trace in the work tree.
FOLDER = BASE_DIR / os.environ.get("PICTURES", ".local/pictures")
HEAVIEST = 150 * 1024  # bytes
SHARPNESS = 1.5  # pixels of the picture for one of the page
# Chromium makes the small file as well: Playwright itself writes no WebP.
COMPRESS = """
async (png) => {
  const picture = new Image()
  picture.src = `data:image/png;base64,${png}`
  await picture.decode()
  const canvas = document.createElement('canvas')
  canvas.width = picture.width
  canvas.height = picture.height
  canvas.getContext('2d').drawImage(picture, 0, 0)
  return canvas.toDataURL('image/webp', 0.7).split(',')[1]
}
"""


def monday(weeks: int) -> date:
    """Of this week or a later one, as New York has it."""
    today = later(0)
    return today + timedelta(days=7 * weeks - today.weekday())


def seeded(site: Site, count: int) -> list[Json]:
    doctors: list[Json] = site.call("GET", f"hospitals/{NEW_YORK}/doctors?page_size=50")["results"]
    return sorted(doctors, key=lambda doctor: doctor["id"])[:count]


def patient(site: Site, number: int) -> Json:
    patients = site.call("GET", f"hospitals/{NEW_YORK}/patients?page_size=50")["results"]
    one: Json = sorted(patients, key=lambda patient: patient["id"])[number]
    return one


def opening(site: Site, doctor: Json, place: int = 0) -> tuple[date, str]:
    """One of the doctor's free slots, from next week on."""
    start = monday(1)
    path = f"hospitals/{NEW_YORK}/openings?from={start}&to={start + timedelta(days=13)}"
    found = site.call("GET", f"{path}&doctor={doctor['id']}&limit=20")["results"][place]
    return date.fromisoformat(found["date"]), found["time"]


def board_of_week(board: Board, site: Site) -> None:
    first = monday(1 if later(0).weekday() > 4 else 0)  # at weekends, this one is all past
    week = {"from": first, "to": first + timedelta(days=4), "view": "week"}
    board.go(hospital=NEW_YORK, doctor=seeded(site, 3), **week)
    expect(board.grid).to_be_visible()


def board_of_day(board: Board, site: Site) -> None:
    board.go(hospital=NEW_YORK, doctor=seeded(site, 7), **{"from": monday(1)})
    expect(board.grid).to_be_visible()


def overview(board: Board, site: Site) -> None:
    dates = {"from": monday(1), "to": monday(1) + timedelta(days=13)}
    board.go(hospital=NEW_YORK, doctor=seeded(site, 11), view="overview", **dates)
    expect(board.grid).to_be_visible()


def lost_race(board: Board, site: Site) -> None:
    doctors = seeded(site, 6)
    day, time = opening(site, doctors[1], 2)
    board.go(hospital=NEW_YORK, doctor=doctors, **{"from": day})
    board.cell(doctors[1], day, time, "free").click()
    caller = patient(site, 3)
    board.expect_focus(board.dialog.get_by_role("combobox"))
    board.type(caller["mrn"] or caller["phone"])
    expect(board.dialog.get_by_role("option")).to_have_count(2)
    board.press("Enter")
    board.dialog.get_by_label("Reason").fill("Chest pain on stairs")
    site.book(doctors[1], patient(site, 9), day, int(time[:2]))
    board.press("Enter")
    expect(board.dialog.get_by_role("list", name="Other free slots")).to_be_visible()


def appointment(board: Board, site: Site) -> None:
    doctors = seeded(site, 4)
    day, time = opening(site, doctors[0])
    booked = site.book(doctors[0], patient(site, 5), day, int(time[:2]), by="staff")
    day, time = opening(site, doctors[0], 1)
    booked = site.change(booked, starts_at=f"{day}T{time}:00")
    site.change(booked, by="staff", reason="Follow-up of the blood test; prefers mornings")
    board.go(hospital=NEW_YORK, doctor=doctors, **{"from": day})
    board.cell(doctors[0], day, time).click()
    expect(board.panel).to_contain_text("Edited")


def openings(board: Board, site: Site) -> None:
    board.go(hospital=NEW_YORK, doctor=seeded(site, 4), **{"from": monday(1)})
    expect(board.grid).to_be_visible()
    board.page.get_by_role("button", name="Next openings").click()
    board.panel.get_by_label("Doctors").select_option(label="On the board")
    board.panel.get_by_label("From").fill(monday(1).isoformat())
    expect(board.panel.get_by_role("listitem").first).to_be_visible()
    board.panel.get_by_role("listitem").get_by_role("button").nth(2).hover()


def costs(board: Board, site: Site) -> None:
    board_of_week(board, site)
    board.page.get_by_role("button", name="Run on both").click()
    expect(board.page.get_by_text("This view, 10 times on each API")).to_be_visible(timeout=60_000)


def availability(board: Board, site: Site) -> None:
    [doctor] = seeded(site, 1)
    board.page.goto(f"/availability?hospital={NEW_YORK}&doctor={doctor['id']}&from={monday(1)}")
    expect(board.page.get_by_role("table")).to_be_visible()


def my_day(board: Board, site: Site) -> None:
    board.page.goto(f"/my-day?hospital={NEW_YORK}&from={monday(1)}")
    expect(board.page.get_by_role("main").get_by_role("listitem").first).to_be_visible()


PHONE = {"by": "doctor", "viewport": {"width": 390, "height": 780}}
SCREENS: dict[str, tuple[Callable[[Board, Site], None], Json]] = {
    "week": (board_of_week, {}),
    "day": (board_of_day, {}),
    "overview": (overview, {}),
    "lost-race": (lost_race, {}),
    "appointment": (appointment, {}),
    "openings": (openings, {}),
    "availability": (availability, {"by": "admin"}),
    "my-day": (my_day, PHONE),
    "dark": (board_of_week, {"color_scheme": "dark"}),
    "costs": (costs, {}),
}


def save(page: Page, file: Path) -> None:
    png = base64.b64encode(page.screenshot(animations="disabled", caret="hide")).decode()
    blank = page.context.new_page()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(base64.b64decode(blank.evaluate(COMPRESS, png)))
    blank.close()


@pytest.mark.parametrize("name", SCREENS)
def test_picture(visitors, site, name):
    show, options = SCREENS[name]
    settings = {"viewport": {"width": 1280, "height": 760}, **options}
    page = visitors.page(settings.pop("by", "staff"), device_scale_factor=SHARPNESS, **settings)
    show(Board(page), site)
    page.wait_for_load_state("networkidle")
    save(page, FOLDER / f"{name}.webp")
    assert 5_000 < (FOLDER / f"{name}.webp").stat().st_size < HEAVIEST
