"""The offline page in a browser: it asks for nothing, runs nobody's script but its own, and still scrubs."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from explorer import theme
from explorer.components import film, rows
from explorer.components.film import FilmData, Panel
from explorer.components.rows import REACH, Row, RowsData, Token
from explorer.export import Figure, Moving
from explorer.export.offline import offline
from tests.explorer.test_export_moving import CAPTION, LINK, chart

pytestmark = pytest.mark.browser
ADDRESS = "http://127.0.0.1:9/offline.html"
"""Nobody listens there: the test itself answers."""
STEPS = (0, 10, 100)
ATTACK = '<img src=x onerror="window.harmed=1"></script><script>window.harmed=1</script>'
WORDS = tuple(Token(word) for word in ("I", ATTACK, "speak"))


def rows_moving() -> Moving:
    """Three snapshots: what was dark becomes bright."""
    values = np.geomspace(1e-7, 1, 3)[:, None] * np.ones((3, len(WORDS)))
    answers = np.array([[0.5, 0.5], [0.2, 0.8], [0.01, 0.99]])
    row = Row("rnn", ATTACK, "seed 0", theme.CELLS["rnn"], STEPS, {"reach": values}, answers)
    data = RowsData(WORDS, 1, ("no", "yes"), 1, (row,), (REACH,))
    return Moving("rows", rows.script(), rows.style(), rows.pack(data))


def film_moving() -> Moving:
    """Three snapshots of two units."""
    values = np.linspace(0, 1, 18, dtype=np.float32).reshape(3, 2, 3)
    panel = Panel("forget", ATTACK, values, ("0", "1"), "gate", (0.0, 1.0), symbol="f")
    data = FilmData(WORDS, STEPS, (panel,))
    return Moving("film", film.script(), film.style(), film.pack(data))


def figures() -> list[Figure]:
    return [
        Figure("rows", chart, f"Rows {ATTACK}", CAPTION, LINK, 100, STEPS, rows_moving()),
        Figure("film", chart, "Film", ATTACK, LINK, 100, STEPS, film_moving()),
        Figure("frames", chart, "Frames", CAPTION, ATTACK, 100, STEPS),
        Figure("still", chart, "Still", CAPTION, LINK),
    ]


@pytest.fixture(params=theme.INK)
def opened(request: Any, new_page: Callable[..., Page]) -> tuple[Page, list[str], list[str]]:
    """The page, what it asked for, and what the browser complained of."""
    page = new_page()
    asked: list[str] = []
    complaints: list[str] = []
    body = offline(figures(), request.param)

    def respond(route: Route) -> None:
        asked.append(route.request.url)
        if route.request.url == ADDRESS:
            route.fulfill(body=body, content_type="text/html")
        else:
            route.abort()

    page.route("**/*", respond)
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(ADDRESS)
    expect(page.get_by_role("slider", name="training step")).to_have_count(3)
    return page, asked, complaints


def look(place: Locator) -> str:
    """What is seen there."""
    return base64.b64encode(place.screenshot()).decode()


def test_it_asks_for_nothing_and_runs_nobody_s_script(
    opened: tuple[Page, list[str], list[str]],
) -> None:
    page, asked, complaints = opened
    page.wait_for_function("() => document.readyState === 'complete'")
    assert asked == [ADDRESS]
    assert complaints == []
    assert page.evaluate("() => window.harmed") is None
    assert page.locator("img").count() == 0
    expect(page.get_by_role("heading", name=f"Rows {ATTACK}", exact=True)).to_be_visible()
    # The policy holds: a script that gets in after all does not run.
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.harmed = 1';"
        " document.body.append(s); }"
    )
    assert page.evaluate("() => window.harmed") is None
    page.evaluate("() => fetch('http://127.0.0.1:9/out').catch(() => 0)")
    assert asked == [ADDRESS]


@pytest.mark.parametrize("kind", ["rows", "film"])
def test_what_scrubs_in_the_app_scrubs_here(
    opened: tuple[Page, list[str], list[str]], kind: str
) -> None:
    page, _, complaints = opened
    place = page.locator(f'[data-moving="{kind}"]')
    slider = place.get_by_role("slider", name="training step")
    expect(place.get_by_text("training step 100 of 100", exact=True)).to_be_visible()
    canvas = place.locator("canvas:visible").first
    late = look(canvas)
    slider.press("Home")
    expect(place.get_by_text("training step 0 of 100", exact=True)).to_be_visible()
    assert look(canvas) != late
    slider.press("End")
    expect(place.get_by_text("training step 100 of 100", exact=True)).to_be_visible()
    assert complaints == []


def test_pictures_without_a_component_scrub_too(
    opened: tuple[Page, list[str], list[str]],
) -> None:
    page, *_ = opened
    place = page.locator(".frames")
    slider = place.get_by_role("slider", name="training step")
    shown = place.locator(".frame:visible")
    expect(shown).to_have_attribute("data-label", "training step 100 of 100")
    slider.press("Home")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("data-label", "training step 0 of 100")
    expect(place.get_by_role("status")).to_have_text("training step 0 of 100")
    place.get_by_role("button", name="play the training").click()
    expect(shown).to_have_attribute("data-label", "training step 100 of 100")
    expect(place.get_by_role("button", name="play the training")).to_be_visible()


@pytest.mark.parametrize("width", [1024, 1920])
def test_nothing_overflows(opened: tuple[Page, list[str], list[str]], width: int) -> None:
    page, *_ = opened
    page.set_viewport_size({"width": width, "height": 800})
    inside = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    page.wait_for_function(inside)  # the pictures follow the width a frame later
