"""The lab in a real browser: train, watch, reload, cancel; name, remove, have back, open, hand on; and hostile names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine import runfile
from engine.store import Store, StoreError
from explorer.charts.thumbnail import SIZE
from explorer.lessons import lab as text
from tests.engine.small import run as small_run
from tests.explorer.test_hostile_browser import SCRIPTS, unhurt
from tests.explorer.test_server import Server, end, start
from tests.patience import until

pytestmark = pytest.mark.browser
PATIENCE = 60_000
HEAD, ROW = 36, SIZE[1] + 8
"""Pixels of the table's head and of a row."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    folder = tmp_path_factory.mktemp("lab") / "store"
    started = start("--store", str(folder))
    yield started, folder
    end(started)


@pytest.fixture
def store(server: tuple[Server, Path]) -> Iterator[Store]:
    """The store of the server, emptied afterwards."""
    found = Store(server[1])
    yield found
    for run_id in found.ids():
        found.request_cancel(run_id)
        until(partial(removed, found, run_id))


def removed(store: Store, run_id: str) -> bool:
    """Remove a run as soon as no worker holds it."""
    with suppress(StoreError):
        store.remove(run_id)
    return run_id not in store.ids()


@pytest.fixture
def visit(server: tuple[Server, Path], new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``visit("Library")``: the lab, with one of its sections open."""

    def go(section: str = text.TRAIN, **options: object) -> Page:
        page = new_page(height=1000, **options)
        page.goto(f"http://127.0.0.1:{server[0].port}/lab")
        show(page, section)
        return page

    return go


def show(page: Page, section: str) -> None:
    page.locator(".st-key-lab_section").get_by_text(section, exact=True).click(timeout=PATIENCE)
    settled(page)


def settled(page: Page) -> None:
    """Wait until no script runs."""
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=PATIENCE
    )


def pick(page: Page, *rows: int) -> None:
    """Pick rows of the table, which is drawn on a canvas, by their boxes."""
    table = page.get_by_test_id("stDataFrame")
    expect(table.locator("td").first).to_be_attached(timeout=PATIENCE)
    settled(page)
    for count, row in enumerate(rows, 1):
        picked = table.locator(f"tr[aria-selected=true][aria-rowindex='{row + 2}']")
        box = table.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 17, box["y"] + HEAD + ROW * row + ROW / 2)
        expect(picked).to_have_count(1, timeout=PATIENCE)
        expect(table.locator("tr[aria-selected=true]")).to_have_count(count, timeout=PATIENCE)
    wanted = text.OPEN if len(rows) == 1 else text.COMPARE
    actions = page.locator(".st-key-lab_actions")
    expect(actions.get_by_role("button", name=wanted)).to_be_visible(timeout=PATIENCE)
    settled(page)


def number(page: Page, label: str, value: str) -> None:
    box = page.get_by_role("spinbutton", name=label, exact=True)
    box.fill(value)
    box.press("Enter")


@pytest.mark.training
def test_training_is_watched_found_again_and_cancelled(
    visit: Callable[..., Page], store: Store
) -> None:
    page = visit()
    for cell in ("RNN", "GRU"):
        page.locator(".st-key-lab_cells").get_by_role("button", name=cell, exact=True).click()
    number(page, "Training steps", "100000")
    number(page, "Longest gap in training, in steps", "5")
    page.get_by_role("button", name="Train 3 nets").click()
    live = page.locator(".st-key-lab_live")
    expect(live.get_by_text(re.compile("GRU .*: waiting, place 1 in the queue"))).to_be_visible(
        timeout=PATIENCE
    )
    expect(live.get_by_text(re.compile(r"RNN .*: step \d+ of 100000.*accuracy"))).to_be_visible(
        timeout=PATIENCE
    )
    pictures = live.get_by_test_id("stVegaLiteChart").locator("canvas, svg")
    expect(pictures).to_have_count(3 + 2 + 1, timeout=PATIENCE)  # curves, states of two, reach
    page.reload()
    expect(live.get_by_text(re.compile(r"LSTM .*: step [1-9]\d* of 100000"))).to_be_visible(
        timeout=PATIENCE
    )
    show(page, text.LIBRARY)  # what is under way stays on the page
    expect(live).to_be_visible()
    page.get_by_role("link", name="France").click()
    expect(page.locator(".st-key-lab_form")).to_have_count(0, timeout=PATIENCE)
    page.get_by_role("link", name="Lab").click()
    expect(live.get_by_text(re.compile(r"LSTM .*: step"))).to_be_visible(timeout=PATIENCE)
    for left in (2, 1, 0):
        live.get_by_role("button", name="Cancel").last.click()
        expect(live.get_by_role("button", name="Cancel")).to_have_count(left, timeout=PATIENCE)
    expect(page.get_by_text(re.compile("GRU .*: cancelled"))).to_be_visible(timeout=PATIENCE)
    assert {store.state(run_id) for run_id in store.ids()} == {"cancelled"}
    unhurt(page)


@pytest.mark.training
@pytest.mark.parametrize("pause", [0, 30, 80])
@pytest.mark.parametrize("then", [".st-key-lab_train button", "input[type=checkbox]"])
def test_no_start_is_lost_and_none_is_doubled(
    visit: Callable[..., Page], store: Store, pause: int, then: str
) -> None:
    """Two quick clicks, and one that is followed at once by another widget."""
    page = visit()
    number(page, "Training steps", "100000")
    expect(page.get_by_text(re.compile("Takes about .* minute"))).to_be_visible(timeout=PATIENCE)
    page.evaluate(
        """async ([pause, then]) => {
            const form = document.querySelector('.st-key-lab_form');
            form.querySelector('.st-key-lab_train button').click();
            if (pause) await new Promise(done => setTimeout(done, pause));
            form.querySelector(then).click();
        }""",
        [pause, then],
    )
    expect(page.locator(".st-key-lab_live")).to_be_visible(timeout=PATIENCE)
    settled(page)
    assert len(store.ids()) == 1
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(re.compile("LSTM .*: cancelled"))).to_be_visible(timeout=PATIENCE)


def test_a_run_is_named_removed_had_back_and_opened(
    visit: Callable[..., Page], store: Store
) -> None:
    run_id = store.add(small_run(), "mine")
    page = visit(text.LIBRARY)
    pick(page, 0)
    page.get_by_role("button", name="Rename").click()
    box = page.get_by_role("textbox", name=text.NAME)
    box.fill("my <b>best</b>")
    box.press("Enter")
    expect(page.locator(".st-key-lab_actions").get_by_text("my <b>best</b>")).to_be_visible(
        timeout=PATIENCE
    )
    assert store.info(run_id).label == "my <b>best</b>"
    page.keyboard.press("Escape")
    page.locator(".st-key-lab_remove button").click(timeout=PATIENCE)
    expect(page.get_by_text("No runs yet")).to_be_visible(timeout=PATIENCE)
    assert store.ids() == []
    page.get_by_role("button", name="Undo").click(timeout=PATIENCE)
    pick(page, 0)
    assert store.ids() == [run_id]
    page.get_by_role("button", name=text.OPEN).click()
    page.wait_for_url(re.compile(f"/recurrence.*run={run_id}"), timeout=PATIENCE)
    settled(page)
    unhurt(page)


def test_a_run_is_handed_on_as_a_file(
    visit: Callable[..., Page], store: Store, tmp_path: Path
) -> None:
    first = store.add(small_run(), "to hand on")
    page = visit(text.LIBRARY)
    pick(page, 0)
    with page.expect_download(timeout=PATIENCE) as coming:
        page.locator("[class*=st-key-lab_download_] button").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    assert file.name == "to-hand-on.safetensors"
    assert file.read_bytes() == runfile.to_bytes(store.load(first))
    spoilt = tmp_path / "spoilt.safetensors"
    spoilt.write_bytes(file.read_bytes()[:-1] + b"\0\1")
    page.get_by_role("button", name=text.UPLOAD).click()
    page.locator("input[type=file]").set_input_files(spoilt)
    expect(
        page.get_by_role("alert").get_by_text(re.compile("The file is not a run: "))
    ).to_be_visible(timeout=PATIENCE)
    assert store.ids() == [first]
    if not page.locator("input[type=file]").count():
        page.get_by_role("button", name=text.UPLOAD).click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("Taken in: to-hand-on")).to_be_visible(timeout=PATIENCE)
    [second] = set(store.ids()) - {first}
    assert store.info(second).imported
    unhurt(page)


def test_a_run_that_another_tab_removed_breaks_nothing(
    visit: Callable[..., Page], store: Store
) -> None:
    ids = [store.add(small_run(), name) for name in ("one", "two")]
    page, other = visit(text.LIBRARY), visit(text.LIBRARY)
    pick(page, 0, 1)
    pick(other, 0, 1)
    page.locator(".st-key-lab_remove button").click(timeout=PATIENCE)
    expect(page.get_by_text("No runs yet")).to_be_visible(timeout=PATIENCE)
    other.locator(".st-key-lab_remove button").click(timeout=PATIENCE)
    expect(other.get_by_role("alert").get_by_text(re.compile("There is no run"))).to_be_visible(
        timeout=PATIENCE
    )
    page.get_by_role("button", name="Undo").click(timeout=PATIENCE)
    expect(page.get_by_test_id("stDataFrame")).to_be_visible(timeout=PATIENCE)
    assert sorted(store.ids()) == sorted(ids)
    for tab in (page, other):
        unhurt(tab)


def test_no_name_of_a_run_runs_or_fetches_anything(
    visit: Callable[..., Page], store: Store, server: tuple[Server, Path]
) -> None:
    for script in SCRIPTS:
        store.add(small_run(), script)
    page = visit(text.LIBRARY)
    pick(page, *range(len(SCRIPTS)))
    unhurt(page)
    page.locator(".st-key-lab_remove button").click(timeout=PATIENCE)
    expect(page.get_by_text(re.compile("For a day it can be had back"))).to_be_visible(
        timeout=PATIENCE
    )
    page.get_by_role("button", name=re.compile(r"Removed \(")).click()
    unhurt(page)
    page.get_by_role("button", name="Undo").click(timeout=PATIENCE)
    pick(page, 0)
    page.get_by_role("button", name=text.CHANGE).click()
    expect(page.get_by_text(re.compile("The form holds the choices of"))).to_be_visible(
        timeout=PATIENCE
    )
    unhurt(page)
    for name in ("recurrence", "tricks", "france"):
        page.goto(f"http://127.0.0.1:{server[0].port}/{name}?run={store.ids()[0]}")
        expect(page.locator("h1").first).to_be_visible(timeout=PATIENCE)
        settled(page)
        assert page.evaluate("window.hurt") is None
