"""`python -m benchmarks.browser [URL]`: how fast the web app is for a hand on the keyboard.

Measures a served demo (default http://127.0.0.1:8000) in Chromium and prints a table in Markdown.
Times are milliseconds inside the page: to the end of the first frame that shows the result, so the
network and the server are in none of them. "CPU" is what the page's main thread worked for one of
them, whatever else the machine does meanwhile. Keys come as a held key repeats them, and once more
as fast as they can be sent: then many wait for one frame, and each of them counts its whole wait.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect, sync_playwright

STAFF = {"email": "staff@demo.test", "password": "demo-appointments", "cookie": True}
WEEKS = 5  # ahead, in which the demo's doctors work
ROUNDS = 4
PRESSES = 200
HELD_KEY = 1 / 30  # seconds from one to the next, the fastest that Windows and macOS set
DIALOGS = 30
# Tells when the frame is done that shows what has just been changed.
PAINTED = """
window.painted = (then) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => then(performance.now())
  port2.postMessage(0)
})
"""
# From the last byte of the schedule to the frame with the week that it is of.
NEXT_WEEK = """
() => new Promise((resolve) => {
  const heading = () => document.querySelector('.grid__group')?.textContent
  const before = heading()
  new MutationObserver((_, watching) => {
    if (document.querySelector('.board--outdated') || !heading() || heading() === before) return
    watching.disconnect()
    const [answer] = performance.getEntriesByType('resource')
      .filter(({ name }) => name.includes('/schedules?')).slice(-1)
    painted((now) => resolve(now - answer.responseEnd))
  }).observe(document.body, { subtree: true, childList: true, attributes: true })
  document.querySelector('[aria-label="Later"]').click()
})
"""
WATCH_KEYS = """
() => {
  window.presses = []
  document.addEventListener('keydown', ({ timeStamp }) =>
    painted((now) => window.presses.push(now - timeStamp)), { capture: true })
}
"""
WATCH_DIALOGS = """
() => {
  window.dialogs = []
  document.addEventListener('keydown', ({ key, timeStamp }) => {
    if (key !== 'Enter') return
    new MutationObserver((_, watching) => {
      if (!document.querySelector('[role=dialog]')) return
      watching.disconnect()
      painted((now) => window.dialogs.push(now - timeStamp))
    }).observe(document.body, { childList: true, subtree: true })
  }, { capture: true })
}
"""


Figures = tuple[str, list[float], float]
"""The board, the times, and the CPU of one, in milliseconds."""


class Work:
    """What the page's main thread has worked."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def milliseconds(self) -> float:
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        worked: float = next(one["value"] for one in metrics if one["name"] == "TaskDuration")
        return 1000 * worked


def main(url: str) -> None:
    expect.set_options(timeout=60_000)  # a busy machine; no wait is in a figure
    with sync_playwright() as playwright:
        names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM")
            or next(filter(None, map(shutil.which, names))),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        context = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900})
        signed_in = context.request.post("/api/v1/auth/token", data=STAFF)
        if not signed_in.ok:
            sys.exit(f"No demo answers at {url}: {signed_in.status}.")
        context.add_init_script("localStorage['was-signed-in'] = '{\"yes\": true}'")
        context.add_init_script(PAINTED)
        page = context.new_page()
        work = Work(page)
        _say("| what | board | median | p95 | CPU | promised |")
        _say("|---|---|---|---|---|---|")
        _row("paint after the answer", *_weeks(page, work), "100 ms")
        _row("held key to paint", *_keys(page, work, HELD_KEY, doctors=10, days=7), "50 ms (p95)")
        # The largest board: more would be shown as an overview.
        _row("held key to paint", *_keys(page, work, HELD_KEY, doctors=15, days=14), "")
        _row("flood of keys to paint", *_keys(page, work, 0, doctors=10, days=7), "")
        _row("Enter on a cell to the booking dialog", *_dialogs(page, work), "100 ms")
        browser.close()


def _weeks(page: Page, work: Work) -> Figures:
    taken: list[float] = []
    worked = 0.0
    cells = ""
    for _ in range(ROUNDS):
        cells = _open(page, doctors=10, days=7)
        before = work.milliseconds()
        taken += [page.evaluate(NEXT_WEEK) for _ in range(WEEKS - 1)]
        worked += work.milliseconds() - before
    return f"10 doctors for 7 days, {cells}", taken, worked / len(taken)


def _keys(page: Page, work: Work, pause: float, *, doctors: int, days: int) -> Figures:
    cells = _open(page, doctors=doctors, days=days)
    page.get_by_role("gridcell").first.focus()
    page.evaluate(WATCH_KEYS)
    before = work.milliseconds()
    for number in range(PRESSES):
        page.keyboard.press(("ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp")[number % 4])
        time.sleep(pause)
    page.wait_for_function("count => window.presses.length === count", arg=PRESSES)
    worked = work.milliseconds() - before
    taken = page.evaluate("window.presses")
    return f"{doctors} doctors for {days} days, {cells}", taken, worked / len(taken)


def _dialogs(page: Page, work: Work) -> Figures:
    cells = _open(page, doctors=10, days=7)
    page.wait_for_timeout(2000)  # the dialog's own chunk comes while nothing else is to be done
    free = page.get_by_role("gridcell", name="free").first
    # Looked for by its attribute: a search by role reads the whole page, on the page's own thread.
    dialog = page.locator("[role=dialog]")
    page.evaluate(WATCH_DIALOGS)
    worked = 0.0
    for _ in range(DIALOGS):
        free.focus()
        before = work.milliseconds()
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        worked += work.milliseconds() - before
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    taken = page.evaluate("window.dialogs")
    return f"10 doctors for 7 days, {cells}", taken, worked / len(taken)


def _open(page: Page, *, doctors: int, days: int) -> str:
    """Show a week, or more, from next Monday on; says how many cells that makes."""
    today = datetime.now(UTC).date()
    start = today + timedelta(days=7 - today.weekday())
    chosen = ",".join(str(number) for number in range(1, doctors + 1))
    end = start + timedelta(days=days - 1)
    page.goto(f"/?hospital=1&doctor={chosen}&from={start}&to={end}&view=week")
    expect(page.get_by_role("grid")).to_be_visible()
    return f"{page.get_by_role('gridcell').count():,} cells"


def _row(what: str, board: str, taken: Sequence[float], worked: float, promised: str) -> None:
    ordered = sorted(taken)
    median, p95 = (f"{ordered[int(len(ordered) * share)]:.0f} ms" for share in (0.5, 0.95))
    board = f"{board}, {len(taken)} times"
    _say(f"| {what} | {board} | {median} | {p95} | {worked:.0f} ms | {promised} |")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
