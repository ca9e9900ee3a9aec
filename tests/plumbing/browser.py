"""A real Chromium on the live server: `page` for one visitor, `new_page` for each further one.

No browser is downloaded: LIANZHENG_CHROMIUM (set by bin/test) or the system's Chromium or Chrome is driven.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

BROWSER_TESTS = Path(__file__).resolve().parent.parent / "browser"
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
ARGUMENTS = [
    "--no-sandbox",  # in a container, and as root, there is none to be had
    "--disable-gpu",
    "--disable-dev-shm-usage",
    # Nothing but the page under test: no QUIC, no first-run pages, no background fetching or updating.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A frame is taken over by the next page instead of made anew: half of what a click costs here.
    "--disable-features=RenderDocument,BackForwardCache,Translate,MediaRouter,PaintHolding,HttpsUpgrades",
]
DESKTOP = {"width": 1280, "height": 900}
PATIENCE_MS = 10_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker(pytest.mark.browser)


def chromium_path() -> str | None:
    """The browser to drive, or None. Snap's Chromium is none: it sees neither our profile nor our files."""
    if named := os.environ.get("LIANZHENG_CHROMIUM"):
        return named
    found = (shutil.which(name) for name in BROWSERS)
    return next((path for path in found if path and "snap" not in os.path.realpath(path)), None)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run; skipped where there is none."""
    executable = chromium_path()
    if executable is None:
        pytest.skip("NO CHROMIUM: install chromium or google-chrome, or set LIANZHENG_CHROMIUM")
    # Playwright's synchronous interface keeps an event loop in this thread, in which Django's ORM would refuse to work.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def new_page(browser: Browser, live_server) -> Callable[..., Page]:
    """`new_page()`: a page of a visitor of its own (own cookies), with paths relative to the live server.

    Keywords go to Playwright's `new_context`: `viewport`, `java_script_enabled=False`, `device_scale_factor` …
    """
    contexts = []

    def make(**options) -> Page:
        defaults = {"base_url": live_server.url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": DESKTOP}
        context = browser.new_context(**defaults | options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context.new_page()

    yield make
    # Before the database is emptied: no request may still be under way.
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def screenshot() -> Callable[..., None]:
    """`screenshot(page, "worklist")` writes worklist.png into the directory named by SCREENSHOTS; else does nothing."""
    folder = os.environ.get("SCREENSHOTS")

    def take(page: Page, name: str, *, full_page: bool = True) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=full_page)

    return take
