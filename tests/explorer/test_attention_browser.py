"""The Attention page in a real browser: scrub without the server, click a weight, overwrite it, and see what is written then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

import engine
from engine.store import Store
from explorer.charts.symbols import WRONG
from explorer.lessons import attention as text
from explorer.lessons import workbench
from tests.explorer import small
from tests.explorer.test_hostile_browser import SCRIPTS, unhurt
from tests.explorer.test_server import Server, end, start

pytestmark = pytest.mark.browser
PATIENCE = 90_000
TRAINED = {
    "task": {"name": "reversal", "gap": 5},
    "network": {"units": 16, "embedding": 12, "attention": "dot", "bidirectional": True},
    "training": {"learning_rate": 0.01, "steps": 400, "snapshots": 12},
}
"""Seconds of training; most short strings are right."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """Address, a net that has learned, and one that has not."""
    folder = tmp_path_factory.mktemp("store")
    store = Store(folder)
    learned = store.add(engine.train(engine.Experiment.model_validate(TRAINED)))
    fresh = store.add(small.writer())
    server: Server = start("--store", str(folder))
    yield f"http://127.0.0.1:{server.port}/attention", learned, fresh
    end(server)


@pytest.fixture
def visit(served: tuple[str, str, str], new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``visit(row=2)``: the page on the net that has learned, with the arithmetic on it."""

    def go(**query: object) -> Page:
        page = new_page(width=1280)
        page.goto(f"{served[0]}?{urlencode({'pair': served[1], 'source': 'a b c d e', **query})}")
        drawn(page)
        return page

    return go


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def first_film(page: Page) -> Locator:
    return page.locator(".film").first


def line(page: Page, name: str, table: int = 0) -> list[str]:
    """The words of a line, without their signs."""
    row = page.locator(".strings table").nth(table).locator("tr", has_text=name)
    expect(row.locator(".symbol").first).to_be_visible(timeout=PATIENCE)
    return row.locator(".symbol").all_inner_texts()


def click(page: Page, column: int, row: int) -> None:
    """A cell of the first film, of five columns and six rows."""
    canvas = first_film(page).locator(".panel canvas")
    canvas.scroll_into_view_if_needed()
    place = canvas.bounding_box()
    assert place is not None
    page.mouse.click(
        place["x"] + (column + 0.5) / 5 * place["width"],
        place["y"] + (row + 0.5) / 6 * place["height"],
    )


def test_a_click_is_worked_out_and_its_weight_is_the_one_in_the_film(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    click(page, column=1, row=2)
    page.wait_for_function("() => location.search.includes('row=2')", timeout=PATIENCE)
    assert query(page)["column"] == "1"
    expect(page.get_by_role("heading", name="“b” (place 2)")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="(step 3)")).to_be_visible(timeout=PATIENCE)
    expect(first_film(page).locator(".readout .which")).to_contain_text("written word 3, “")
    value = float(first_film(page).locator(".readout .exact").inner_text())
    said = page.locator(".st-key-attended .katex-html").nth(1).inner_text()
    assert f"{value:.3f}" in said or f"{value:.1e}"[:3] in said, (value, said)


def test_all_weight_on_a_place_moves_what_is_written_there(visit: Callable[..., Page]) -> None:
    page = visit(row=1, column=0)
    assert line(page, text.WRITTEN) == ["e", "d", "c", "b", "a", "end"]
    page.get_by_role("button", name=text.ALL_HERE).click()
    page.wait_for_function("() => location.search.includes('overwrite=')", timeout=PATIENCE)
    expect(page.locator(".strings table")).to_have_count(2, timeout=PATIENCE)
    drawn(page)
    assert query(page)["overwrite"] == "1~0:1"
    assert line(page, text.OLD, 1)[1] == "d"
    assert line(page, text.NEW, 1)[1] == "a"
    framed = page.locator(".strings table").nth(1).locator("td.changed .symbol").all_inner_texts()
    assert framed[0] == "a"
    page.reload()
    expect(page.locator(".strings table")).to_have_count(2, timeout=PATIENCE)
    drawn(page)
    assert line(page, text.NEW, 1)[1] == "a"
    page.get_by_role("button", name=workbench.RESET).click()
    expect(page.locator(".strings table")).to_have_count(1, timeout=PATIENCE)


def test_scrubbing_renames_the_rows_and_asks_nobody_before_it_is_released(
    served: tuple[str, str, str], new_page: Callable[..., Page]
) -> None:
    page, sent = new_page(width=1280), []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{served[0]}?{urlencode({'pair': served[1], 'source': 'a b c d e'})}")
    drawn(page)
    film, quiet = first_film(page), len(sent)
    scrubber = film.get_by_role("slider", name="training step")
    scrubber.scroll_into_view_if_needed()
    place = scrubber.bounding_box()
    assert place is not None
    height = place["y"] + place["height"] / 2
    assert named(page) == ["d", "c", "b", "a", "end"]
    page.mouse.move(place["x"] + place["width"] - 8, height)
    page.mouse.down()
    page.mouse.move(place["x"] + 4, height, steps=12)
    expect(scrubber).to_have_value("0")
    assert named(page) != ["d", "c", "b", "a", "end"]
    assert len(sent) == quiet
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('step=0')", timeout=PATIENCE)
    drawn(page)
    words = line(page, text.WRITTEN)[: len(named(page)) + 1]
    assert named(page) == list(words[1:])
    assert len(sent) > quiet


def named(page: Page) -> list[str]:
    """The names of the first film's rows, without the signs of wrong words; that of the cursor's row, the first, is apart."""
    names = first_film(page).locator(".rownames").first.locator(".rowname:not(.under)")
    return [name.removesuffix(WRONG).strip() for name in names.all_inner_texts()]


def drawn(page: Page) -> None:
    """Wait until the script has ended, with the arithmetic on the page."""
    expect(page.locator(".st-key-attended .katex").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible(
        timeout=PATIENCE
    )


def test_an_own_source_is_typed_and_stands_in_the_link(visit: Callable[..., Page]) -> None:
    page = visit()
    box = page.get_by_role("textbox", name=text.TYPED)
    box.fill("d a c")
    box.press("Enter")
    page.wait_for_function(
        "() => location.search.includes('d+a+c') || location.search.includes('d%20a%20c')"
    )
    expect(first_film(page).locator(".sentence .word")).to_have_text(
        ["d", "a", "c"], timeout=PATIENCE
    )


def test_a_net_that_has_learned_nothing_is_shown_all_the_same(
    served: tuple[str, str, str], new_page: Callable[..., Page]
) -> None:
    page = new_page(width=1280)
    page.goto(f"{served[0]}?pair={served[2]}&told=1")
    expect(page.locator(".strings td.wrong").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".strings .sign").first).to_be_visible()
    assert page.locator("[data-testid=stException]").count() == 0


@pytest.mark.parametrize("bad", SCRIPTS)
def test_a_hostile_source_is_text(visit: Callable[..., Page], bad: str) -> None:
    page = visit(source=f"a {bad}"[:200])
    unhurt(page)
