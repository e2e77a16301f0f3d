"""What nobody should do to the page, done: scripts as text, paths as names, reloads, kills, spoilt stores."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from engine.store import Store
from explorer import jobs
from tests.engine.small import run as small_run
from tests.explorer.test_server import Server, end, start
from tests.patience import until

PATIENCE = 60_000
IN_THE_LINK = "text => new URLSearchParams(location.search).get('text') === text"
MAIN = Path(__file__).parents[2] / "explorer" / "main.py"
FIELDS = ("kind", "country", "gap", "swap", "cue", "other", "text", "rows", "step", "measure")
SCRIPTS = (
    "<script>window.hurt=1</script>",
    "<img src=x onerror=window.hurt=1>",
    "<svg onload=window.hurt=1>",
    "![x](http://evil.example/a.png)",
    "[x](javascript:window.hurt=1)",
    '"><script>window.hurt=1</script>',
    "<iframe srcdoc='<script>parent.hurt=1</script>'>",
    "<style>@import'//evil.example'</style>",
    "$\\href{javascript:window.hurt=1}{x}$ :material/home:",
)
TEXTS = (
    "👨‍👩‍👧 up in Japan so I speak fluent",
    "שלום \u202eevil",
    "\0 null",
    "… " * 32,
    "a" * 64,
    "   ",
    "e\u0301" * 30,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    store = tmp_path_factory.mktemp("hostile") / "store"
    started = start("--store", str(store))
    yield started, store
    end(started)


@pytest.fixture
def visit(server: tuple[Server, Path], new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``visit(kind="own", text=…)``: the page, painted to its end."""

    def go(**query: str) -> Page:
        page = new_page()
        page.goto(f"http://127.0.0.1:{server[0].port}/?{urlencode(query)}")
        settled(page)
        return page

    return go


def settled(page: Page) -> None:
    """Wait until the whole page is there, once, and no script runs."""
    expect(page.locator(".st-key-train_go").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=PATIENCE
    )
    # What moves down for a notice is there twice until the script ends.
    expect(page.locator(".st-key-train_go")).to_have_count(1, timeout=PATIENCE)


def unhurt(page: Page) -> None:
    """Nothing was executed, and the script met no error that it does not know."""
    assert page.evaluate("window.hurt") is None
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def train(page: Page, steps: int, *cells: str) -> None:
    """Choose in the form and press Train."""
    for cell in ("RNN", "LSTM", "GRU"):
        button = page.locator(".st-key-train_cells").get_by_role("button", name=cell, exact=True)
        if (button.get_attribute("aria-pressed") == "true") != (cell in cells):
            button.click()
    box = page.locator(".st-key-train_steps input")
    box.fill(str(steps))
    box.press("Enter")
    page.get_by_role("button", name="Train", exact=True).click()


@pytest.mark.browser
@pytest.mark.parametrize("first", (0, 5))
def test_no_script_in_a_link_runs_and_nothing_is_fetched(
    first: int, visit: Callable[..., Page]
) -> None:
    mixed = {name: SCRIPTS[(first + n) % len(SCRIPTS)][:64] for n, name in enumerate(FIELDS)}
    page = visit(**mixed)
    expect(page.get_by_text(re.compile("country was not used"))).to_be_visible()
    unhurt(page)


@pytest.mark.browser
def test_no_typed_sentence_runs_fetches_or_breaks_anything(visit: Callable[..., Page]) -> None:
    page = visit(kind="own")
    box = page.locator(".st-key-text input")
    for text in (*SCRIPTS, *TEXTS):
        box.fill(text[:64])
        box.press("Enter")
        page.wait_for_function(IN_THE_LINK, arg=box.input_value())
        settled(page)
        unhurt(page)
    expect(page.get_by_text(re.compile("do not know: e\u0301e\u0301"))).to_be_visible(
        timeout=PATIENCE
    )


@pytest.mark.browser
def test_a_link_with_emoji_and_turned_writing_is_read_back(visit: Callable[..., Page]) -> None:
    for text in TEXTS[:2]:
        page = visit(kind="own", text=text)
        expect(page.locator(".st-key-text input")).to_have_value(text)
        expect(page.get_by_text(re.compile("was not used"))).to_have_count(0)


@pytest.mark.browser
def test_no_path_in_a_link_touches_a_file(
    visit: Callable[..., Page], server: tuple[Server, Path]
) -> None:
    around = sorted(server[1].parent.iterdir())
    for name in ("20250101T000000-aaaaaaaaaa/../../..", "/etc/passwd,rnn"):
        page = visit(rows=name, kind="far", country=name, text=name)
        expect(page.get_by_text(re.compile("rows was not used"))).to_be_visible()
        unhurt(page)
    assert sorted(server[1].parent.iterdir()) == around
    assert {path.name for path in server[1].iterdir()} <= {"recordings", "runs", "workers.log"}


@pytest.mark.browser
def test_absurd_trainings_are_refused_before_they_start(
    visit: Callable[..., Page], server: tuple[Server, Path]
) -> None:
    page = visit()
    expect(page.get_by_text(re.compile("Takes about .* on the disk"))).to_be_visible()
    for name, number in (("units", "512"), ("gap", "2000"), ("seed", str(2**53 - 1))):
        box = page.locator(f".st-key-train_{name} input")
        box.fill(number)
        box.press("Enter")
    expect(
        page.locator(".st-key-train").get_by_text(re.compile("2 GB is the limit"))
    ).to_be_visible(timeout=PATIENCE)
    train(page, 100_000, "LSTM")
    said = page.get_by_role("alert").get_by_text(
        re.compile(r"LSTM: .* [\d.]+ GB .*2 GB is the limit")
    )
    expect(said).to_be_visible(timeout=PATIENCE)
    train(page, 5)
    expect(page.get_by_role("alert").get_by_text("Choose at least one cell")).to_be_visible()
    assert Store(server[1]).runs() == []


@pytest.mark.browser
@pytest.mark.training
def test_a_reload_finds_the_trainings_again_and_can_cancel_them(visit: Callable[..., Page]) -> None:
    page = visit()
    train(page, 100_000, "RNN", "LSTM", "GRU")
    expect(page.get_by_text(re.compile("GRU: waiting, place 1"))).to_be_visible(timeout=PATIENCE)
    page.reload()
    settled_under_way = page.get_by_text(re.compile(r"(RNN|LSTM): step [1-9]\d* of 100000"))
    expect(settled_under_way).to_have_count(2, timeout=PATIENCE)
    for name in ("GRU", "LSTM", "RNN"):  # queued, then two that run
        page.get_by_role("button", name="Cancel").last.click()
        expect(page.get_by_text(re.compile(f"{name}: cancelled"))).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.training
def test_a_training_whose_worker_is_killed_twice_says_so(
    visit: Callable[..., Page], server: tuple[Server, Path]
) -> None:
    page = visit()
    train(page, 100_000, "RNN")
    said = page.get_by_text(re.compile("RNN: the worker died twice"))
    expect(page.get_by_text(re.compile("RNN: step [1-9]"))).to_be_visible(timeout=PATIENCE)

    def hunted() -> bool:
        for worker in trainers(server[0].process.pid):
            os.kill(worker, signal.SIGKILL)
        return said.is_visible()

    until(hunted)
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    unhurt(page)


def trainers(server: int) -> list[int]:
    """The processes of a server that train."""
    shown = subprocess.run(
        ["ps", "-ww", "--ppid", str(server), "-o", "pid=,args="],
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(line.split()[0]) for line in shown.stdout.splitlines() if "--role train" in line]


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "zeros": lambda data: bytes(len(data)),
    "deep": lambda data: b"[" * 50_000,
    "another": lambda data: json.dumps({"outcome": "finished", "accuracy": 7}).encode(),
}


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page on a store of one finished run."""
    monkeypatch.setenv("RNN_EXPLORER_STORE", str(tmp_path))
    Store(tmp_path).add(small_run())
    yield AppTest.from_file(str(MAIN), default_timeout=60)
    jobs.close()


def test_a_spoilt_or_foreign_file_in_the_store_never_breaks_the_page(
    app: AppTest, tmp_path: Path
) -> None:
    [folder] = (tmp_path / "runs").iterdir()
    (folder / "notes.txt").write_text("not ours")
    (tmp_path / "runs" / "20250101T000000-aaaaaaaaaa").mkdir()
    for name in ("run.json", "result.json", "metrics.jsonl", "snapshots.jsonl"):
        whole = (folder / name).read_bytes()
        for spoil in SPOILT.values():
            (folder / name).write_bytes(spoil(whole))
            app.run()
            assert not app.exception
            assert not app.error
        (folder / name).write_bytes(whole)


def test_a_store_that_cannot_be_read_is_a_sentence_on_the_page(
    app: AppTest, tmp_path: Path
) -> None:
    (tmp_path / "runs").rename(tmp_path / "elsewhere")
    (tmp_path / "runs").write_text("")
    app.run()
    assert not app.exception
    assert [error for error in app.error if "runs cannot be read" in error.value]
    app.button(key="train_go").click().run()
    assert not app.exception
    assert [error for error in app.error if "could not be saved" in error.value]
