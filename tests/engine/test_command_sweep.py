"""`sweep` on the command line: every combination that fits, and what is left when some do not."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest

import engine
import engine.runfile
import engine.trainer
from engine.command import main
from tests.engine.commands import DIVERGING, LEAST


def test_sweep_trains_every_combination_that_fits(capsys: pytest.CaptureFixture[str]) -> None:
    line = [
        "sweep",
        "--cell",
        "rnn,lstm",
        "--start",
        "default,chrono",
        "--seed",
        "0,1",
        "--gap",
        "5",
        *LEAST,
    ]
    assert main([*line, "--json"]) == 0
    rows = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    nets = [
        (row["experiment"]["network"]["cell"], row["experiment"]["network"]["start"])
        for row in rows
    ]
    assert nets == [
        (c, s)
        for c, s in (("rnn", "default"), ("lstm", "default"), ("lstm", "chrono"))
        for _ in "01"
    ]
    assert [row["experiment"]["seed"] for row in rows] == [0, 1] * 3
    assert main(line) == 0
    table = capsys.readouterr().out.splitlines()
    assert len(table) == 7 and "chrono" in table[-1]


def test_sweep_tells_a_training_that_diverged_and_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["sweep", *DIVERGING, "--seed", "0,1"]) == 0
    assert capsys.readouterr().out.count("diverged") == 2


def test_sweep_shows_what_it_has_when_it_is_stopped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    train, seen = engine.trainer.train, []

    def once(*arguments: Any) -> Any:
        seen.append(arguments)
        return train(*arguments) if len(seen) == 1 else signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(engine.trainer, "train", once)
    assert main(["sweep", "--seed", "0,1,2", *LEAST]) == 130
    said = capsys.readouterr()
    assert "Stopped after 1 of 3 trainings." in said.err
    assert len(said.out.splitlines()) == 2
