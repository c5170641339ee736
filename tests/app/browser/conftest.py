"""A real browser for the app: `browser_page(role)` gives a page of Chromium with somebody of the cast signed in.

`browser_page(None)` gives a page with nobody signed in. `check_axe(page)` asserts that axe finds nothing wrong.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.app.flushing import sealed_afterwards, unsealed_while_flushed  # noqa: F401

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
)
BrowserPage = Callable[..., Page]
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail('These tests need a real browser: install Debian\'s package "chromium".', pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def browser_page(live_server: Any, chromium: Browser, cast: Any) -> Iterator[BrowserPage]:
    """Opens a page: `browser_page("counselor", path="/people/", width=1280, color_scheme="dark")`.

    The server comes first, so that the browser is closed before it: what is kept open holds a connection to the database.
    """
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def page_of(role: str | None, organization: str = "prairie", *, path: str = "", **told: Any) -> Page:
        size = {"width": told.pop("width", 1280), "height": told.pop("height", 900)}
        told.setdefault("reduced_motion", "reduce")  # a color that still changes is no color to judge
        context = chromium.new_context(base_url=live_server.url, viewport=size, **told)
        context.set_default_timeout(40_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        if role is not None:
            key = cast.client(role, organization).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        if path:
            page.goto(path)
        return page

    yield page_of
    for context in opened:
        context.close()
    assert not faults, faults


@pytest.fixture
def check_axe() -> Callable[[Page], None]:
    """Asserts that axe finds nothing wrong on a page, and says what and where."""

    def check(page: Page) -> None:
        found = Axe().run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        )
        told = [
            f"{rule['id']}: {rule['help']}: {[node['html'][:160] for node in rule['nodes']][:3]}"
            for rule in found.response["violations"]
        ]
        assert not told, "\n".join([page.url, *told])

    return check
