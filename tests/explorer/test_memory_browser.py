"""The memory page in a real browser: the film of the gates, a change with its link, and the exchange."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from explorer.lessons import memory as text
from explorer.lessons import workbench
from tests.explorer.test_server import Server, end, start

pytestmark = pytest.mark.browser
PATIENCE = 90_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server: Server = start("--store", str(tmp_path_factory.mktemp("store")))
    yield f"http://127.0.0.1:{server.port}/memory"
    end(server)


def opened(page: Page, link: str, tab: str = "") -> Page:
    """The page, drawn to its tabs; one of them chosen."""
    page.goto(link)
    expect(page.get_by_role("tab").first).to_be_visible(timeout=PATIENCE)
    if tab:
        page.get_by_role("tab", name=tab).click()
    return page


def edits(page: Page) -> str:
    """The changes in the address."""
    return "".join(parse_qs(urlsplit(page.url).query).get("edits", []))


def test_the_gates_are_named_as_in_the_notes(page: Page, address: str) -> None:
    opened(page, address)
    for words in ("forget gate", "input gate", "store", "candidate", "update", "output gate"):
        shown = page.get_by_text(words, exact=True).first
        expect(shown).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("training step 700 of 700", exact=True)).to_be_visible()


def test_the_film_stands_where_the_link_says_and_its_click_is_in_the_link(
    page: Page, address: str, new_page: Callable[..., Page]
) -> None:
    opened(page, f"{address}?unit=7&time=11&step=100")
    readout = page.locator(".film .readout").first
    expect(readout).to_contain_text("unit 8 · “", timeout=PATIENCE)
    expect(readout).to_contain_text("time step 12 of")
    place = page.locator(".film .panel canvas").nth(1).bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + 0.3 * place["width"], place["y"] + 0.5 * place["height"])
    page.wait_for_function("() => !location.search.includes('time=11')", timeout=PATIENCE)
    page.mouse.move(5, 5)
    chosen = readout.locator(".which").inner_text()
    assert chosen.startswith("input gate")
    other = opened(new_page(), page.url)
    there = chosen.partition(" · ")[2]
    expect(other.locator(".film .readout").first).to_contain_text(there, timeout=PATIENCE)


def test_a_change_is_seen_and_its_link_shows_the_same(
    page: Page, address: str, new_page: Callable[..., Page]
) -> None:
    opened(page, address, text.CHANGE)
    page.get_by_role("button", name="Put in the memory of Japan half-way").click()
    outcome = page.locator("h4")
    expect(outcome).to_have_text(re.compile(r"French .* → Japanese"), timeout=PATIENCE)
    page.wait_for_url(re.compile("edits="))
    assert edits(page) == "put:hidden,cell:1~0:t24"
    other = opened(new_page(width=1280, color_scheme="dark"), page.url)
    expect(other.locator("h4")).to_have_text(outcome.inner_text(), timeout=PATIENCE)
    expect(other.get_by_text("memory of Japan put into the sentence about France")).to_be_visible()
    other.get_by_role("button", name=workbench.RESET).click()
    expect(other.get_by_text(text.NOTHING)).to_be_visible(timeout=PATIENCE)
    assert edits(other) == ""


def test_the_exchange_says_how_little_is_enough_and_counts_all_pairs(
    page: Page, address: str
) -> None:
    opened(page, address, text.EXCHANGE)
    expect(page.get_by_text("Enough to turn French into Japanese")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("At step 25, 132 ordered pairs")).to_be_visible(timeout=PATIENCE)
    assert page.locator("[data-testid=stException]").count() == 0
