"""The first page in a real browser: what a person does with it, from the link to the download."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.explorer.test_server import Server, end, start

pytestmark = pytest.mark.browser
PATIENCE = 60_000
"""Milliseconds: trainings and workers share two cores with the rest of the suite."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server: Server = start("--store", str(tmp_path_factory.mktemp("store")))
    yield f"http://127.0.0.1:{server.port}"
    end(server)


@pytest.fixture
def visit(address: str, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``visit("?gap=60", width=1920)``: the page, painted."""

    def go(query: str = "", **options: object) -> Page:
        page = new_page(**options)
        page.goto(address + "/" + query)
        expect(page.get_by_role("slider").first).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".st-key-train_go")).to_be_visible(timeout=PATIENCE)
        return page

    return go


def row(page: Page, words: str) -> Locator:
    """A row of the picture by what it says to a screen reader."""
    return page.get_by_label(re.compile(words)).first


def pick(page: Page, key: str, option: str) -> None:
    """Choose in a select box."""
    page.locator(f".st-key-{key}").get_by_role("combobox").click()
    page.get_by_role("option", name=option, exact=True).click()


def test_it_opens_with_the_plain_net_wrong_and_the_lstm_right(visit: Callable[..., Page]) -> None:
    page = visit()
    expect(row(page, r"^RNN.*wrong")).to_be_visible()
    expect(row(page, r"^LSTM.*French 9\d.*right")).to_be_visible()
    expect(page.get_by_text("training step 700 of 700")).to_be_visible()
    expect(page.get_by_text("0 of 5 solved")).to_be_visible()
    expect(page.get_by_text("5 of 5 solved")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1024, 768)])
def test_the_first_screen_holds_the_whole_picture(
    visit: Callable[..., Page], width: int, height: int
) -> None:
    page = visit(width=width, height=height)
    expect(page.locator(".rows .legend")).to_be_visible()
    page.evaluate("() => document.fonts.ready")
    for part in (".rows .scrubber", ".rows .caption", ".rows .legend .bar"):
        box = page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height, part


def test_swap_country_gap_and_rows_are_in_the_link_and_come_back(
    visit: Callable[..., Page], address: str
) -> None:
    page = visit()
    pick(page, "country", "Italy")
    pick(page, "swap", "Japan")
    pick(page, "gap", "60 · never seen")
    page.get_by_role("button", name="GRU").first.click()
    expect(row(page, r"^GRU")).to_be_visible(timeout=PATIENCE)
    expect(row(page, r"^LSTM.*Italian.*Japanese")).to_be_visible(timeout=PATIENCE)
    page.wait_for_url(re.compile("rows=rnn%2Clstm%2Cgru"))
    link = page.url.removeprefix(address + "/")
    again = visit(link)
    expect(row(again, r"^LSTM.*Italian.*Japanese")).to_be_visible(timeout=PATIENCE)
    expect(row(again, r"^GRU")).to_be_visible()
    expect(again.locator(".st-key-gap").get_by_role("combobox")).to_have_value("60 · never seen")
    expect(again.get_by_text("this one is new to them")).to_be_visible()


def test_the_training_step_is_in_the_link(visit: Callable[..., Page], address: str) -> None:
    page = visit()
    slider = page.get_by_role("slider", name=re.compile("training")).first
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("Nobody has learned anything yet")).to_be_visible()
    page.wait_for_url(re.compile("step=0"))
    again = visit(page.url.removeprefix(address + "/"))
    expect(again.get_by_text("training step 0 of 700")).to_be_visible()


def test_a_spoilt_link_falls_back_and_says_so(visit: Callable[..., Page]) -> None:
    page = visit("?country=Atlantis&gap=41&rows=rnn&step=9e9")
    expect(page.get_by_text(re.compile("link.s country was not used"))).to_be_visible()
    expect(row(page, r"^RNN")).to_be_visible()


def test_an_own_sentence_is_answered_and_unknown_words_are_marked(
    visit: Callable[..., Page],
) -> None:
    page = visit("?kind=own")
    expect(row(page, r"^LSTM.*Japanese.*right")).to_be_visible(timeout=PATIENCE)
    box = page.locator(".st-key-text input")
    box.fill("I grew up in Poland with my blorp … so I speak fluent <b>x</b>")
    box.press("Enter")
    expect(page.get_by_text(re.compile("do not know:.*blorp"))).to_be_visible(timeout=PATIENCE)


def test_the_near_pair_is_right_in_every_row(visit: Callable[..., Page]) -> None:
    page = visit("?kind=near&other=fish")
    for name in ("RNN", "LSTM"):
        expect(row(page, rf"^{name}.*sky.*right.*sea.*right")).to_be_visible(timeout=PATIENCE)
        expect(row(page, f"^{name}")).to_contain_text("5 of 5 solvednear pairs")


@pytest.mark.training
def test_trained_nets_become_rows_and_a_training_can_be_cancelled(
    visit: Callable[..., Page], new_page: Callable[..., Page]
) -> None:
    page, other = visit(), visit()
    for tab, steps, cells in ((page, "120", ("GRU", "LSTM")), (other, "100000", ("GRU", "RNN"))):
        for name in cells:
            tab.locator(".st-key-train_cells").get_by_role("button", name=name, exact=True).click()
        box = tab.locator(".st-key-train_steps input")
        box.fill(steps)
        box.press("Tab")
        tab.get_by_role("button", name="Train", exact=True).click()
    expect(other.get_by_text(re.compile(r"LSTM: step \d+ of 100000.*s left"))).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.get_by_role("link", name="in the rows above")).to_be_visible(timeout=PATIENCE)
    expect(row(page, r"^my RNN")).to_be_visible(timeout=PATIENCE)
    expect(other.get_by_role("link", name="in the rows above")).to_have_count(0)
    other.get_by_role("button", name="Cancel").click()
    expect(other.get_by_text(re.compile("LSTM: cancelled"))).to_be_visible(timeout=PATIENCE)


def test_every_download_of_the_rows_arrives(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit("?swap=Japan")
    page.locator(".st-key-download-rows button").first.click()
    found = {}
    for label in ("PNG", "SVG", "PDF", "CSV", "GIF", "PDF pages", "Four steps"):
        with page.expect_download(timeout=3 * PATIENCE) as waiting:
            page.get_by_role("button", name=label, exact=True).click()
        path = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(path)
        found[label] = path.read_bytes()
    assert found["PNG"].startswith(b"\x89PNG") and found["Four steps"].startswith(b"\x89PNG")
    assert found["PDF"].startswith(b"%PDF") and found["PDF pages"].startswith(b"%PDF")
    assert found["GIF"].startswith(b"GIF89a")
    svg = found["SVG"].decode()
    for words in ("France", "French", "seed", "chrono", "step 700", "/?swap=Japan"):
        assert words in svg
    table = found["CSV"].decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table)))) > 40


@pytest.mark.parametrize("width", [1280, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_overflows(visit: Callable[..., Page], width: int, scheme: str) -> None:
    page = visit(
        "?rows=rnn,lstm,gru,lstm-default&gap=80&swap=Japan", width=width, color_scheme=scheme
    )
    charts = page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")
    expect(charts).to_have_count(6, timeout=PATIENCE)  # three of each act
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("it => it.scrollWidth <= it.clientWidth")
    for chart in charts.all():
        box = chart.bounding_box()
        column = chart.locator(
            "xpath=ancestor::*[@data-testid='stVerticalBlock'][1]"
        ).bounding_box()
        assert box is not None
        assert column is not None
        assert box["x"] + box["width"] <= column["x"] + column["width"] + 1
