"""A real Chromium for tests, and what axe-core finds on a page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

# On two cores that do something else half a minute, which is usual, may pass until a page is there.
_PATIENCE_MILLISECONDS = 120_000
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium of the system. Inside, the test's own thread may not touch the database: prepare it before."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(_QUIET), timeout=_PATIENCE_MILLISECONDS)
        browser.on("context", lambda context: context.set_default_timeout(_PATIENCE_MILLISECONDS))
        try:
            yield browser
        finally:
            browser.close()


def axe_findings(page: Page) -> list[tuple[str, Any]]:
    """Return what axe-core finds wrong on a page, as rule and elements; best practices are asked for too."""
    return [(found["id"], [node["html"] for node in found["nodes"]]) for found in Axe().run(page).response["violations"]]


def width_of(page: Page) -> int:
    """Return how wide a page is; wider than the window means scrolling sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth"))
