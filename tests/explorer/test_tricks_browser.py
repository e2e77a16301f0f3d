"""The page on tricks in a real browser: nets aligned word by word, and what a click puts into the link."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.explorer.test_server import Server, end, start

pytestmark = pytest.mark.browser
PATIENCE = 90_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server: Server = start("--store", str(tmp_path_factory.mktemp("store")))
    yield f"http://127.0.0.1:{server.port}/tricks"
    end(server)


@pytest.fixture
def opened(address: str, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``opened("gap=20")``: the plain RNN beside the LSTM, drawn to the end."""

    def go(query: str = "", width: int = 1280) -> Page:
        page = new_page(width=width, height=1400)
        page.goto(f"{address}?compare=own&rows=rnn,lstm&{query}")
        expect(page.locator(".film .panel canvas")).to_have_count(3, timeout=PATIENCE)
        settled(page)
        return page

    return go


def settled(page: Page) -> None:
    idle = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(idle).to_be_visible(timeout=PATIENCE)


def link(page: Page) -> dict[str, str]:
    return {name: value[0] for name, value in parse_qs(urlsplit(page.url).query).items()}


def test_nets_stand_below_each_other_over_the_same_words(opened: Callable[..., Page]) -> None:
    page = opened()
    expect(page.locator(".film .names .label")).to_have_text(["RNN", "LSTM", "reach"])
    boxes = [box.bounding_box() for box in page.locator(".film .panel canvas").all()]
    assert len({(box["x"], box["width"]) for box in boxes if box}) == 1
    expect(page.locator(".film .kind .title")).to_have_text(["hidden state", "reach (log scale)"])
    expect(page.locator(".film .readout .which")).to_contain_text("“France”, time step 5 of 49")
    assert page.get_by_role("alert").all_inner_texts() == []


def test_a_click_and_the_scrubber_go_into_the_link(opened: Callable[..., Page]) -> None:
    page = opened("gap=20")
    page.locator(".film .panel canvas").nth(0).click()
    expect(page).to_have_url(re.compile("run=rnn"))
    said = page.locator(".film .readout .which").inner_text()
    where = re.fullmatch(r"RNN · unit (\d+) · .*time step (\d+) of 29", said)
    assert where is not None
    assert (link(page)["unit"], link(page)["time"]) == tuple(
        str(int(number) - 1) for number in where.groups()
    )
    page.get_by_role("slider", name="training step").focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("step=0"))
    again = page.url
    page.goto(again)
    expect(page.locator(".film .step")).to_contain_text("training step 0 of", timeout=PATIENCE)
    expect(page.locator(".film .readout .which")).to_have_text(said)


def test_the_readout_has_the_number_of_the_recording(opened: Callable[..., Page]) -> None:
    """The second source: the recorder, in float32, asked here."""
    import numpy as np

    import engine
    from engine.shipped import shipped_run

    page = opened("gap=20&run=lstm&unit=6&time=4")
    shown = float(page.locator(".film .readout .exact").inner_text().replace("−", "-"))
    run = shipped_run("lstm")
    assert run is not None
    task = run.experiment.task
    text = next(text for text in task.far_texts(20) if "France" in text)  # type: ignore[attr-defined]
    found = engine.record(run, text)["hidden"].values[-1, 0, 0, 0, 4, 6]
    assert np.float32(shown) == pytest.approx(np.float32(found), abs=1e-6)


@pytest.mark.parametrize("width", [1280, 1920])
def test_nothing_sticks_out(opened: Callable[..., Page], width: int) -> None:
    page = opened(width=width)
    beyond = page.evaluate(
        "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    )
    assert beyond <= 0
    table = page.locator("table.measured").bounding_box()
    assert table is not None and table["x"] + table["width"] <= width
