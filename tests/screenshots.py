"""The picture of the README, rebuilt: `python -m tests.screenshots`.

Starts the page on an empty store, waits until its first screen stands still (1280 × 720, light) and
writes it as assets/screenshots/first-page.png.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.browser import find_chromium, launch
from tests.explorer.test_server import end, start

FIRST_PAGE = Path(__file__).resolve().parents[1] / "assets" / "screenshots" / "first-page.png"
MOST = 200_000
"""Bytes; README and clones carry it."""


def first_page(port: int) -> bytes:
    """The first screen as it opens, as PNG."""
    with sync_playwright() as playwright:
        browser = launch(playwright, find_chromium(playwright))
        page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme="light")
        page.goto(f"http://127.0.0.1:{port}/")
        charts = page.locator("[data-testid=stVegaLiteChart]").locator("canvas, svg")
        expect(charts).to_have_count(3, timeout=60_000)  # the last of the page to be drawn
        expect(page.locator(".rows .legend")).to_be_visible()
        expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0)
        page.evaluate("() => document.fonts.ready")
        taken = page.screenshot(animations="disabled")
        browser.close()
    return taken


def main() -> None:
    with tempfile.TemporaryDirectory() as store:
        server = start("--store", store)
        try:
            taken = first_page(server.port)
        finally:
            end(server)
    FIRST_PAGE.parent.mkdir(parents=True, exist_ok=True)
    if len(taken) > MOST:
        raise SystemExit(f"The picture has {len(taken)} bytes; at most {MOST}.")
    FIRST_PAGE.write_bytes(taken)
    print(f"{FIRST_PAGE}: {len(taken)} bytes")


if __name__ == "__main__":
    main()
