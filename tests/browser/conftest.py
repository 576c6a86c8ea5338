"""Chromium, a server of our own, and pages that fail a test when anything goes wrong in them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.browser.board import Board
from tests.browser.site import BASE_DIR, NEW_YORK, Site, credentials, served_site

# The shell without windows first: it runs the tests in two thirds of the time.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
PATIENCE = 10_000  # milliseconds for whatever a test expects
BY_THE_TEST = "x-by-the-test"  # a header of answers that a test gives in the server's place
# A script that a page may not run is reported to the console as well.
REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`blocked by the content security policy: ${event.violatedDirective}`))
"""
# As the app itself does after a sign-in: without it, it would not look for a session.
WAS_SIGNED_IN = """
if (location.protocol === 'http:') localStorage['was-signed-in'] ??= '{"yes": true}'
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(
                    pytest.mark.skip(reason="Chromium is missing; CHROMIUM may name its program")
                )


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    if not (BASE_DIR / "frontend" / "dist" / "index.html").exists():
        pytest.fail("The web app is not built: cd frontend && npm ci && npm run build")
    with served_site() as made:
        yield made


# Playwright's event loop runs while a browser does, and Django's ORM refuses to work beside one:
# the browser ends with this folder's tests.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            # Chromium's sandbox can't be made by root.
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        yield browser
        browser.close()


class Visitors:
    """Opens browsers of their own, and keeps what went wrong in them."""

    def __init__(self, browser: Browser, site: Site, stack: ExitStack) -> None:
        self.browser, self.site, self.stack = browser, site, stack
        self.faults: list[str] = []

    def context(self, by: str | None = None, **options: Any) -> BrowserContext:
        """A browser without a past, or with the session of `by`."""
        settings = {
            "base_url": self.site.url,
            "locale": "en-GB",
            "timezone_id": "America/New_York",
            "viewport": {"width": 1440, "height": 900},
            "reduced_motion": "reduce",
            **options,
        }
        context = self.browser.new_context(**settings)
        self.stack.callback(context.close)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("page", self._watch)
        if by:
            path = f"{self.site.url}/api/v1/auth/token"
            signed_in = context.request.post(path, data={**credentials(by), "cookie": True})
            assert signed_in.ok
            context.add_init_script(WAS_SIGNED_IN)
        return context

    def page(self, by: str | None = None, **options: Any) -> Page:
        return self.context(by, **options).new_page()

    def keep_pictures(self, name: str) -> None:
        """What each page looked like when its test failed, in .local/browser/."""
        pages = [page for context in self.browser.contexts for page in context.pages]
        for number, page in enumerate(pages):
            page.screenshot(path=BASE_DIR / ".local" / "browser" / f"{name}-{number}.png")

    def _watch(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on(
            "response",
            lambda answer: (
                self.faults.append(f"{answer.status} {answer.url}")
                if answer.status >= 500 and BY_THE_TEST not in answer.headers
                else None
            ),
        )

    def _heard(self, message: ConsoleMessage) -> None:
        # The browser's own note about a refusal or a lost connection; tests make both.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(message.text)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def visitors(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Visitors]:
    with ExitStack() as stack:
        visitors = Visitors(browser, site, stack)
        yield visitors
        if request.node.stash[FAILED]:
            visitors.keep_pictures(request.node.name)
    assert visitors.faults == []


Api = Literal["rest", "graphql"]


@pytest.fixture(params=["rest", "graphql"])
def api(request: pytest.FixtureRequest) -> Api:
    """Which API the web app speaks."""
    name: Api = request.param
    return name


class Desk:
    """Opens the board of the first hospital for somebody who is signed in."""

    def __init__(self, visitors: Visitors, api: Api) -> None:
        self.visitors, self.api = visitors, api

    def open(self, *, by: str = "staff", on: Page | None = None, **query: Any) -> Board:
        """`query` is the address's; `options` of the browser's context come by `page`."""
        page = on or self.visitors.page(by)
        board = Board(page)
        board.go(api=self.api, hospital=NEW_YORK, **query)
        return board


@pytest.fixture
def desk(visitors: Visitors, api: Api) -> Desk:
    return Desk(visitors, api)
