"""`explorer.show`: from a notebook's process to a page, on a server that never outlives that process."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn

import explorer
from engine import modules
from engine.plainmodule import ModuleError
from engine.store import Store
from explorer.notebook import ServerError, Shown
from tests.engine.small import run as small_run
from tests.patience import KILLS, alive, until

ROOT = Path(__file__).parents[2]
NOTEBOOK = """
import json, sys, torch, explorer
shown = explorer.show(torch.nn.LSTM(3, 5), torch.zeros(1, 4, 3), store=sys.argv[1])
print(json.dumps([shown.address, shown.server.process.pid]), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def module() -> nn.LSTM:
    torch.manual_seed(0)
    return nn.LSTM(3, 5)


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Callable[..., Shown]]:
    """`explorer.show` into a store of the test's own; the servers end with the test."""
    made: list[Shown] = []

    def showing(*given: Any, **more: Any) -> Shown:
        made.append(explorer.show(*given, store=tmp_path / "store", **more))
        return made[-1]

    yield showing
    for shown in made:
        shown.close()
        assert not alive(shown.server.process.pid)


def children(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for each in threads for child in each.read_text().split()]
    return found + [each for child in found for each in children(child)]


def test_importing_the_package_imports_next_to_nothing() -> None:
    code = (
        "import sys, explorer\n"
        "heavy = {'torch', 'streamlit', 'numpy', 'altair', 'xarray'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert explorer.__all__ == dir(explorer) == ['export', 'figures', 'show']\n"
        "explorer.show; explorer.show\n"
        "assert callable(explorer.show) and 'torch' not in sys.modules\n"
        "assert callable(explorer.export.picture) and 'streamlit' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with pytest.raises(AttributeError, match="explorer has no 'shown'"):
        explorer.shown  # noqa: B018


def test_a_module_is_kept_and_its_page_served(
    module: nn.LSTM, show: Callable[..., Shown], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shown = show(module, torch.zeros(2, 4, 3), tokens=[list("abcd")] * 2, name="mine")
    found = re.fullmatch(
        r"http://127\.0\.0\.1:\d+/recurrence\?run=(module-[a-z2-7]{20})", shown.address
    )
    assert found
    kept = modules.load(Store(tmp_path / "store"), found[1])
    assert np.array_equal(kept.weights["weight_hh_l0"], module.state_dict()["weight_hh_l0"])
    assert kept.wording(1) == ("a", "b", "c", "d") and kept.name == "mine"
    assert shown.address in capsys.readouterr().out and shown.address in str(shown)
    page = shown._repr_html_()
    assert f'<iframe src="{shown.address}"' in page and "2 trials of 4 time steps" in page
    with urlopen(shown.address, timeout=30) as response:
        assert response.status == 200
        policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' http://127.0.0.1:* http://localhost:*" in policy


def test_the_server_is_used_again_and_a_dead_one_is_replaced(
    module: nn.LSTM, show: Callable[..., Shown]
) -> None:
    first = show(module, torch.zeros(1, 4, 3))
    second = show(module, torch.ones(1, 4, 3))
    assert second.server is first.server and second.address != first.address
    assert show(module, torch.zeros(1, 4, 3)) == first
    os.kill(first.server.process.pid, signal.SIGKILL)
    first.server.process.wait()
    third = show(module, torch.zeros(1, 4, 3))
    assert third.server.running and third.server is not first.server


def test_a_run_is_shown_on_its_task(show: Callable[..., Shown], tmp_path: Path) -> None:
    shown = show(small_run(), name="last week")
    assert show(small_run()).address == shown.address
    [info] = Store(tmp_path / "store").runs()
    assert shown.address.endswith(f"/recurrence?run={info.id}") and info.label == "last week"


def test_what_cannot_be_shown_is_refused_before_a_server_starts(
    module: nn.LSTM, show: Callable[..., Shown], tmp_path: Path
) -> None:
    zeros = torch.zeros(1, 4, 3)
    for given, more, said in (
        ((module,), {}, "give a tensor"),
        ((small_run(), zeros), {}, "takes no inputs"),
        ((small_run(),), {"tokens": ["a"]}, "takes no inputs"),
        ((nn.Linear(3, 3), zeros), {}, "This is a Linear"),
        ((nn.LSTM(3, 5, proj_size=2), zeros), {}, "proj_size"),
        ((nn.LSTM(3, 5, 2, dropout=0.1), zeros), {}, r"\.eval\(\)"),
        ((module, zeros[..., :2]), {}, r"wanted \[trial, time, 3\]"),
        ((module, zeros * torch.nan), {}, "not finite"),
        ((module, zeros), {"tokens": ["a"]}, "Tokens must be 1 x 4 words"),
    ):
        with pytest.raises(ValueError, match=said):
            show(*given, **more)
    module.state_dict()["weight_hh_l0"][0, 0] = torch.inf
    with pytest.raises(ModuleError, match="weight_hh_l0 holds a number that is not finite"):
        show(module, zeros)
    assert not (tmp_path / "store").exists()


def test_a_server_that_cannot_start_says_why(module: nn.LSTM, tmp_path: Path) -> None:
    (tmp_path / "modules").mkdir()
    (tmp_path / "python").write_text("#!/bin/sh\necho no such luck\nexit 3\n")
    (tmp_path / "python").chmod(0o755)
    usual = sys.executable
    for program, said in (("python", "did not start: no such luck"), ("none", "No such file")):
        try:
            sys.executable = str(tmp_path / program)
            with pytest.raises(ServerError, match=said):
                explorer.show(module, torch.zeros(1, 4, 3), store=tmp_path)
        finally:
            sys.executable = usual


@contextmanager
def notebook(store: Path) -> Iterator[tuple[subprocess.Popen[str], str, int]]:
    """Another process that shows a module and waits: (process, address, pid of its server)."""
    process = subprocess.Popen(
        [sys.executable, "-c", NOTEBOOK, str(store)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            said = next(line for line in process.stdout if line.startswith("["))
            yield process, *json.loads(said)
        finally:
            process.kill()


def test_a_notebook_that_ends_takes_its_server_along(tmp_path: Path) -> None:
    with notebook(tmp_path) as (process, _, server):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0
        assert not alive(server)  # it waited for that


@pytest.mark.browser
def test_a_notebook_that_is_killed_leaves_no_process(
    tmp_path: Path, new_page: Callable[..., Page]
) -> None:
    for _ in range(max(1, KILLS // 10)):
        with notebook(tmp_path) as (process, address, server):
            page = new_page()
            page.goto(address.partition("/rec")[0])  # this page makes the server start workers
            expect(page.get_by_role("heading").first).to_be_visible(timeout=30_000)
            until(lambda: children(server))
            page.close()
            started = [server, *children(server)]
            process.send_signal(signal.SIGKILL)
            process.wait()
            until(lambda: not any(map(alive, started)), seconds=5)  # noqa: B023


@pytest.mark.browser
def test_the_frame_of_a_notebook_shows_the_page(
    module: nn.LSTM, show: Callable[..., Shown], page: Page, tmp_path: Path
) -> None:
    shown = show(module, torch.zeros(1, 4, 3), name="framed")
    (tmp_path / "index.html").write_text(f"<!doctype html>{shown._repr_html_()}", "utf-8")
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as files:
        try:
            assert files.stdout is not None
            port = re.search(r"port (\d+)", files.stdout.readline())
            assert port
            page.goto(f"http://127.0.0.1:{port[1]}/index.html")
            frame = page.frame_locator("iframe")
            expect(frame.get_by_role("heading", name="Recurrence")).to_be_visible(timeout=30_000)
            expect(frame.get_by_text("came without a task")).to_be_visible(timeout=30_000)
        finally:
            files.terminate()
