"""Both directions of a net in a real browser: the graph's two lanes, the panels below it, and a click in either."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

import engine
from engine.store import Store
from tests.engine.nets import small
from tests.explorer.test_server import Server, end, start

pytestmark = pytest.mark.browser
PATIENCE = 90_000
STEPS = 8
"""Of the sentence: an animal, six fillers, the question."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def run(folder: Path) -> str:
    """A tiny LSTM that reads both ways, trained for a few steps."""
    return Store(folder).add(
        engine.train(small(network={"cell": "lstm", "bidirectional": True, "units": 8}))
    )


@pytest.fixture(scope="module")
def address(folder: Path, run: str) -> Iterator[str]:
    server: Server = start("--store", str(folder))
    yield f"http://127.0.0.1:{server.port}"
    end(server)


@pytest.fixture
def visit(address: str, run: str, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``visit("memory", way=1)``: the page of the net, with its film on it."""

    def go(place: str, **query: object) -> Page:
        page = new_page(width=1280, height=2400)
        page.goto(f"{address}/{place}?{urlencode({'run': run, **query})}")
        expect(page.locator(".film .panel canvas").first).to_be_visible(timeout=PATIENCE)
        return page

    return go


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def graph(page: Page, share: float, height: float) -> list[int]:
    """Red, green and blue of the graph over a share of the columns, at px from its top."""
    found: list[int] = page.locator(".film .graph canvas").evaluate(
        "(canvas, [share, height]) => { const columns = canvas.closest('.sheet').querySelector('.panels');"
        "const size = canvas.width / canvas.clientWidth;"
        "return Array.from(canvas.getContext('2d').getImageData("
        "size * share * columns.clientWidth, size * height, 1, 1).data.subarray(0, 3)); }",
        [share, height],
    )
    return found


def cell(page: Page, panel: int, share: float, row: float) -> list[int]:
    found: list[int] = (
        page.locator(".film .panel canvas")
        .nth(panel)
        .evaluate(
            "(canvas, [x, y]) => Array.from(canvas.getContext('2d').getImageData("
            "canvas.width * x, canvas.height * y, 1, 1).data.subarray(0, 3))",
            [share, row],
        )
    )
    return found


def labels(page: Page) -> list[str]:
    said = page.locator(".film .names .label span").all_inner_texts()
    return said


def test_the_graph_has_a_lane_for_each_direction_with_its_start_at_its_end(
    visit: Callable[..., Page],
) -> None:
    page = visit("recurrence", signal="hidden", unit=0)
    assert labels(page) == [
        f"{signal}, {way}"
        for signal in ("cell state", "hidden state")
        for way in ("forwards", "backwards")
    ]
    expect(page.locator(".graphname .label")).to_have_text(
        ["unrolled net, forwards", "unrolled net, backwards"]
    )
    first, last = page.locator(".start").all_inner_texts()
    assert {first, last} == {"h₀, c₀ = 0", "h₉, c₉ = 0"}
    columns, end_ = page.locator(".film .panels").bounding_box(), page.locator(".start.end")
    assert columns is not None
    place: Any = end_.bounding_box()
    assert place["x"] >= columns["x"] + columns["width"]  # right of the last word
    inside: Any = page.locator(".film .scroller").bounding_box()
    assert place["x"] + place["width"] <= inside["x"] + inside["width"]
    # unit 1 is a row of each panel; a lane has the colours of its own direction
    for lane, panel in ((0, 2), (1, 3)):
        names = page.locator(".film .names").nth(panel).locator(".rowname, .tag:visible")
        rows = names.evaluate_all(
            "all => all.filter(one => getComputedStyle(one).visibility !== 'hidden').map(one => [one.textContent, parseFloat(one.style.top)])"
        )
        tall = page.locator(".film .panel").nth(panel).evaluate("box => box.clientHeight")
        top = next(top for name, top in rows if name == "1")
        for column in (1, 4):
            share = (column + 0.5) / STEPS
            shown = graph(page, share - 0.2 / STEPS, 12 + 66 * lane)
            assert shown == cell(page, panel, share, top / tall), (lane, column)


def test_a_click_backwards_is_worked_out_backwards_and_is_in_the_link(
    visit: Callable[..., Page],
) -> None:
    page = visit("recurrence")
    heading = page.get_by_role("heading", name="forwards, after")
    expect(heading).to_be_visible(timeout=PATIENCE)
    page.locator(".film .panel canvas").nth(3).click(position={"x": 300, "y": 30})
    expect(page.get_by_role("heading", name="backwards, after")).to_be_visible(timeout=PATIENCE)
    page.wait_for_function("() => location.search.includes('way=1')", timeout=PATIENCE)
    chosen = query(page)
    assert chosen["signal"] == "hidden" and "direction" not in chosen
    exact = page.locator(".film .readout .exact").first.inner_text()
    expect(page.locator(".film .readout .which").first).to_contain_text("hidden state, backwards")
    again = visit(
        "recurrence",
        **{name: chosen[name] for name in ("signal", "unit", "time", "way") if name in chosen},
    )
    expect(again.locator(".film .readout .exact").first).to_have_text(exact, timeout=PATIENCE)
    again.get_by_role("radio", name="forwards").click()
    expect(again.locator(".film .readout .which").first).to_contain_text(
        "hidden state, forwards", timeout=PATIENCE
    )


def test_one_direction_alone_is_drawn_from_right_to_left(visit: Callable[..., Page]) -> None:
    page = visit("recurrence", direction=1)
    assert labels(page) == ["cell state", "hidden state"]
    expect(page.locator(".graphname .label")).to_have_text(["unrolled net, backwards"])
    expect(page.locator(".start")).to_have_text(["h₉, c₉ = 0"])


@pytest.mark.parametrize(("place", "panels"), [("gradients", 2), ("memory", 14)])
def test_the_other_films_have_both_and_a_click_is_of_one(
    visit: Callable[..., Page], place: str, panels: int
) -> None:
    page = visit(place)
    said = labels(page)
    assert len(said) == panels
    ways = ("forwards", "backwards")
    assert [one.endswith(f", {ways[n % 2]}") for n, one in enumerate(said)] == [True] * panels
    box: Any = page.locator(".film .panel").nth(1).bounding_box()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    page.wait_for_function("() => location.search.includes('way=1')", timeout=PATIENCE)
    expect(page.locator(".film .readout .which").first).to_contain_text("backwards")


def test_a_net_with_one_direction_is_drawn_as_ever(
    visit: Callable[..., Page],
) -> None:
    page = visit("recurrence", run="lstm")
    expect(page.locator(".graphname .label")).to_have_text(["unrolled net"])
    expect(page.locator(".start")).to_have_text(["h₀, c₀ = 0"])
    assert labels(page) == ["cell state", "hidden state"]
    sheet: Any = page.locator(".film .sheet").bounding_box()
    columns: Any = page.locator(".film .panels").bounding_box()
    assert sheet["width"] == columns["width"]
    expect(page.get_by_role("combobox", name="Direction")).to_have_count(0)
