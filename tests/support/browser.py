"""A headless browser for tests: the one on this computer, driven by Playwright; without one, tests skip and say so."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.program import HANGS

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


@contextmanager
def a_browser() -> Iterator[Any]:
    """The browser, for as long as the block lasts."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no test in a browser")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on this computer (install it with: apt-get install chromium): no test in a browser")
    api.expect.set_options(timeout=HANGS * 1000)
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(_QUIET))
        yield browser
        browser.close()
