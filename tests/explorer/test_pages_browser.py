"""All pages in a real browser: walked one after the other, opened from a link, and from a hostile link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from explorer.address import Address
from explorer.lessons.workbench import QUESTIONS
from tests.explorer.test_hostile_browser import SCRIPTS
from tests.explorer.test_server import Server, end, start

pytestmark = pytest.mark.browser
PATIENCE = 90_000
WORKBENCH = [name for name in QUESTIONS if name not in ("France", "Attention", "Lab")]
"""Pages that look into one net; Tricks looks into several, and Attention into one that writes."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server: Server = start("--store", str(tmp_path_factory.mktemp("store")))
    yield f"http://127.0.0.1:{server.port}"
    end(server)


@pytest.fixture
def visit(address: str, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``visit("Memory", run="gru", width=1920)``: a page, drawn to its end."""

    def go(name: str, width: int = 1280, **query: object) -> Page:
        page = new_page(width=width)
        path = "" if name == "France" else name.lower()
        page.goto(f"{address}/{path}?{urlencode(query)}")
        drawn(page)
        return page

    return go


def drawn(page: Page) -> None:
    """Wait until the script has ended; fail when it met what it does not know."""
    expect(page.locator("h1").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible(
        timeout=PATIENCE
    )
    assert page.locator("[data-testid=stException]").all_inner_texts() == []


def test_every_page_is_reached_from_the_top_and_says_its_question(
    visit: Callable[..., Page],
) -> None:
    page = visit("France")
    for name, question in QUESTIONS.items():
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_text(question).first).to_be_visible(timeout=PATIENCE)
        drawn(page)
        assert page.get_by_role("alert").all_inner_texts() == []


@pytest.mark.parametrize("name", WORKBENCH)
def test_a_link_opens_the_net_the_sentence_and_the_place(
    visit: Callable[..., Page], name: str
) -> None:
    page = visit(name, run="gru", country="Japan", gap=20, signal="update", unit=3, time=4)
    query = page.evaluate("() => location.search")
    for part in ("country=Japan", "gap=20"):
        assert part in query
    page.reload()
    drawn(page)
    page.wait_for_function("query => location.search === query", arg=query, timeout=PATIENCE)
    assert page.get_by_role("alert").all_inner_texts() == []


def test_what_was_chosen_goes_along_from_page_to_page(visit: Callable[..., Page]) -> None:
    page = visit("Recurrence", run="gru", country="Italy", gap=10)
    for name in ("Gradients", "Memory", "Recurrence"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_text(QUESTIONS[name]).first).to_be_visible(timeout=PATIENCE)
        drawn(page)
        query = page.evaluate("() => location.search")
        assert "run=gru" in query and "country=Italy" in query and "gap=10" in query


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_hostile_link_runs_nothing_and_is_told(visit: Callable[..., Page], name: str) -> None:
    every = [field.name for field in fields(Address)]
    for shift in (0, 4):
        hostile = {field: SCRIPTS[(i + shift) % len(SCRIPTS)] for i, field in enumerate(every)}
        page = visit(name, **hostile)
        assert page.evaluate("() => window.hurt") is None
        assert (
            page.locator("[data-testid=stMain] iframe, [data-testid=stMain] img[src^=http]").count()
            == 0
        )


def test_the_pages_do_not_widen_beyond_the_window(visit: Callable[..., Page]) -> None:
    for width in (1280, 1920):
        for name in QUESTIONS:
            page = visit(name, width=width)
            assert (
                page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
                <= width
            )
