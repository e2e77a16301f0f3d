"""`python -m explorer open FILE`: into the store, onto the page; and one sentence for whatever cannot be opened."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from safetensors.torch import save_file
from torch import nn

from engine import modules, shipped
from engine.store import Store
from explorer import opencommand
from explorer.__main__ import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[argparse.Namespace, str]]:
    """What would be served, instead of a server."""
    calls: list[tuple[argparse.Namespace, str]] = []

    def start(chosen: argparse.Namespace, path: str) -> int:
        calls.append((chosen, path))
        return 0

    monkeypatch.setattr(opencommand, "start", start)
    return calls


@pytest.fixture
def file(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    save_file(nn.RNN(3, 5).state_dict(), tmp_path / "mine.safetensors")
    return tmp_path / "mine.safetensors"


def test_a_state_dict_is_taken_in_described_and_served(
    file: Path,
    served: list[tuple[argparse.Namespace, str]],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    np.save(tmp_path / "x.npy", np.ones((2, 7, 3)))
    store = tmp_path / "store"
    line = ["open", str(file), "--nonlinearity", "relu", "--inputs", str(tmp_path / "x.npy")]
    assert main([*line, "--store", str(store), "--port", "8600", "--no-browser"]) == 0
    [name] = modules.names(Store(store))
    [(chosen, path)] = served
    assert path == f"/recurrence?run={name}" and chosen.port == 8600 and chosen.no_browser
    assert modules.load(Store(store), name).kind == "relu"
    said = capsys.readouterr().out
    assert "nn.RNN (ReLU): 3 inputs, 5 units, 1 layer" in said and "Inputs from x.npy." in said


def test_random_inputs_take_their_size_and_seed(
    file: Path, served: list[tuple[argparse.Namespace, str]], tmp_path: Path
) -> None:
    line = ["open", str(file), "--nonlinearity", "tanh", "--store", str(tmp_path / "store")]
    assert main([*line, "--trials", "3", "--time", "9", "--seed", "5"]) == 0
    [name] = modules.names(Store(tmp_path / "store"))
    module = modules.load(Store(tmp_path / "store"), name)
    wanted = np.random.default_rng(5).standard_normal((3, 9, 3), np.float32)
    assert np.array_equal(module.inputs, wanted) and "seed 5" in module.note


def test_a_shipped_run_opens_by_its_name(
    served: list[tuple[argparse.Namespace, str]], tmp_path: Path
) -> None:
    assert main(["open", str(shipped.RUNS / "rnn.safetensors"), "--store", str(tmp_path)]) == 0
    assert served[0][1] == "/recurrence?run=rnn"


def test_what_cannot_be_opened_is_one_sentence_and_exit_2(
    file: Path,
    served: list[tuple[argparse.Namespace, str]],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "\x1b[31mred").write_text("no such thing")
    for given, said in (
        ([str(file)], "--nonlinearity tanh or --nonlinearity relu"),
        ([str(tmp_path)], "it is not a file"),
        ([str(tmp_path / "none")], "There is no file none."),
        ([str(tmp_path / "\x1b[31mred")], "?[31mred cannot be read"),
        (["a\0b"], "null"),
        ([str(file), "--prefix", "x"], "no recurrent net under that prefix"),
    ):
        assert main(["open", *given, "--store", str(tmp_path / "store")]) == 2
        wrong = capsys.readouterr().err
        assert said in wrong and wrong.count("\n") == 1 and wrong[:-1].isprintable()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "modules").write_text("a file where the folder belongs")
    line = ["open", str(file), "--nonlinearity", "tanh", "--store", str(tmp_path / "full")]
    assert main(line) == 2 and "could not be saved" in capsys.readouterr().err
    assert served == []


@pytest.mark.parametrize(
    "wrong",
    [
        ["--trials", "0"],
        ["--trials", "65"],
        ["--time", "2001"],
        ["--time", "³"],
        ["--seed", "-1"],
        ["--seed", "9" * 30],
        ["--nonlinearity", "sigmoid"],
        ["--port", "0"],
    ],
    ids=" ".join,
)
def test_a_bad_option_is_refused(
    wrong: list[str], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["open", str(file), *wrong])
    assert ended.value.code == 2 and wrong[0] in capsys.readouterr().err


def test_a_word_that_is_no_command_is_not_taken_for_a_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["opne", "x"])
    assert "opne" in capsys.readouterr().err


@pytest.mark.browser
def test_the_page_says_what_was_opened_and_why_something_is_missing(
    file: Path, page: Page, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "explorer", "open", str(file), "--nonlinearity", "tanh"]
    command += ["--no-browser", "--store", str(tmp_path / "store")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            lines = iter(server.stdout.readline, "")
            [address] = next(found for line in lines if (found := re.findall(r"http://\S+", line)))
            page.goto(address)
            expect(page.get_by_text("Inputs are random normal numbers".lower())).to_be_visible(
                timeout=30_000
            )
            expect(page.get_by_text("came without a task")).to_be_visible()
            expect(page.get_by_text("nn.RNN 1")).to_be_visible()
        finally:
            server.terminate()
