"""The pictures of the README, rebuilt: `python -m tests.screenshots`.

Starts the pages on an empty store, waits until a screen stands still (1280 wide, light) and writes
assets/screenshots/first-page.png, recurrence.png and attention.png.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import find_chromium, launch
from tests.explorer.test_server import end, start

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "screenshots"
MOST = 200_000
"""Bytes; README and clones carry it."""


def first_page(page: Page, address: str) -> None:
    """The first screen as it opens."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(address)
    charts = page.locator("[data-testid=stVegaLiteChart]").locator("canvas, svg")
    expect(charts).to_have_count(6, timeout=60_000)  # the last of the page to be drawn
    expect(page.locator(".rows .legend")).to_be_visible()


def recurrence(page: Page, address: str) -> None:
    """The word France in one unit's cell state, and the arithmetic of that number."""
    page.set_viewport_size({"width": 1280, "height": 1420})
    page.goto(f"{address}recurrence?unit=12&time=4")
    expect(page.get_by_text("Unit 13 at step 5")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-testid=stVegaLiteChart]").locator("canvas, svg")).to_have_count(
        1, timeout=60_000
    )


def attention(page: Page, address: str) -> None:
    """A sentence as it opens: what each written word looks at, and the arithmetic of one weight."""
    page.set_viewport_size({"width": 1280, "height": 1040})
    page.goto(f"{address}attention?row=3&column=2")
    expect(page.get_by_text("Arithmetic of one weight")).to_be_visible(timeout=60_000)
    expect(page.locator(".film .legend")).to_have_count(
        2, timeout=60_000
    )  # what pulls is the other


SCREENS = {"first-page": first_page, "recurrence": recurrence, "attention": attention}


def taken(port: int) -> Iterator[tuple[str, bytes]]:
    """Every screen, once it stands still, as PNG."""
    with sync_playwright() as playwright:
        browser = launch(playwright, find_chromium(playwright))
        for name, open_it in SCREENS.items():
            page = browser.new_page(color_scheme="light")
            open_it(page, f"http://127.0.0.1:{port}/")
            expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0)
            page.evaluate("() => document.fonts.ready")
            yield name, page.screenshot(animations="disabled")
        browser.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as store:
        server = start("--store", store)
        try:
            for name, picture in taken(server.port):
                if len(picture) > MOST:
                    raise SystemExit(f"{name} has {len(picture)} bytes; at most {MOST}.")
                (FOLDER / f"{name}.png").write_bytes(picture)
                print(f"{name}.png: {len(picture)} bytes")
        finally:
            end(server)


if __name__ == "__main__":
    main()
