"""The matrix of credit in a real browser: a click chooses a row and a column, the scrubber a training step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from explorer import theme
from explorer.lessons import gradients as text
from tests.explorer.test_server import Server, end, start

pytestmark = pytest.mark.browser
PATIENCE = 90_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server: Server = start("--store", str(tmp_path_factory.mktemp("store")))
    yield f"http://127.0.0.1:{server.port}/gradients"
    end(server)


def settled(page: Page) -> None:
    still = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(still).to_be_visible(timeout=PATIENCE)
    assert page.locator("[data-testid=stException]").all_inner_texts() == []


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_click_in_the_matrix_draws_its_row_and_column_and_is_in_the_link(
    address: str, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(f"{address}?run=rnn")
    cells = page.locator(".film .panel canvas").first
    expect(cells).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Which margins pull on h at “France”?")).to_be_visible(timeout=PATIENCE)
    settled(page)
    box = cells.bounding_box()
    assert box is not None
    # far down and far left: an answer late in the sentence, a state at its beginning
    cells.click(position={"x": 4, "y": box["height"] * 0.8})
    expect(page.get_by_text("Which margins pull on h at “I”?")).to_be_visible(timeout=PATIENCE)
    settled(page)
    chosen = query(page)
    assert chosen["time"] == "0" and 30 < int(chosen["answer"]) < 45
    page.reload()
    expect(page.get_by_text("Which margins pull on h at “I”?")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1920, "dark")])
def test_every_tab_fits_the_page(
    address: str, new_page: Callable[..., Page], width: int, scheme: theme.Mode
) -> None:
    page = new_page(width=width, color_scheme=scheme)
    page.goto(address)
    red, green, blue = bytes.fromhex(theme.INK[scheme].text[1:])
    ink = f"rgb({red}, {green}, {blue})"  # and not the accent, which is no colour to write in
    for tab in text.TABS:
        page.get_by_role("tab", name=tab).click(timeout=PATIENCE)
        expect(page.get_by_role("tab", selected=True)).to_have_css("color", ink)
        expect(
            page.locator(".film .panel canvas, [data-testid=stVegaLiteChart]").first
        ).to_be_visible(timeout=PATIENCE)
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.get_by_role("alert").filter(has_text="rror").all_inner_texts() == []


def test_a_choice_while_the_page_is_still_being_drawn_does_not_blank_it(
    address: str, new_page: Callable[..., Page]
) -> None:
    for country in ("Japan", "Italy", "Greece", "Spain", "China", "Russia"):
        page = new_page()
        page.goto(f"{address}?run=gru&gap=80&country={country}")
        page.get_by_text("loss", exact=True).click(timeout=PATIENCE)  # before anything is answered
        answered = page.get_by_text("Which losses pull on h at")
        expect(answered).to_be_visible(timeout=PATIENCE)
        settled(page)
        page.close()
