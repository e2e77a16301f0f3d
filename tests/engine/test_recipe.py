"""The five lines of PyTorch, run as a person would run them: they print the recorded number."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.cells import CELLS
from engine.recipe import FORMULAS, Number, recipe
from tests.engine.nets import UNITS, untrained

SIGNALS = [(cell, signal.name) for cell in CELLS for signal in CELLS[cell].signals]


def test_every_cell_and_signal_has_its_line() -> None:
    assert [(cell, signal) for cell in CELLS for signal in FORMULAS[cell][1]] == SIGNALS


@pytest.mark.parametrize(("cell", "signal"), SIGNALS)
def test_five_lines_print_the_recorded_number(
    cell: str, signal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = untrained(cell, layers=2, directions=2, snapshots=2)
    engine.save(run, tmp_path / "run.safetensors")
    monkeypatch.chdir(tmp_path)
    task = run.experiment.task
    trials = task.test(np.random.default_rng(3), 4, "gap 5")
    recorded = engine.record(run, trials, gradients=False, every=True)
    length = trials.inputs.shape[1]
    for layer, direction, time, unit in (
        (0, 0, 0, 1),
        (1, 0, 3, 0),
        (0, 1, length - 1, 2),
        (1, 1, 2, 3),
    ):
        number = Number(signal, unit, time, length, layer, direction, step=1)
        code = recipe(
            CELLS[cell],
            UNITS,
            number,
            file="run.safetensors",
            inputs='run.experiment.task.test(numpy.random.default_rng(3), 4, "gap 5")',
            trial=2,
        )
        assert len(code.splitlines()) == 5
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, {})
        wanted = float(recorded[signal].values[1, 2, layer, direction, time, unit])
        assert float(printed.getvalue()) == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_a_typed_sentence_stands_in_the_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.shipped import shipped_run

    run = shipped_run("lstm")
    assert run is not None
    engine.save(run, tmp_path / "lstm.safetensors")
    monkeypatch.chdir(tmp_path)
    text = 'I grew up in "France" … so I speak fluent'
    number = Number("cell", 4, 20, 49, 0, 0, step=run.snapshots[-1].step)
    code = recipe(CELLS["lstm"], 32, number, file="lstm.safetensors", inputs=repr(text), trial=0)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    wanted = engine.record(run, text, gradients=False)["cell"].values[0, 0, 0, 0, 20, 4]
    assert float(printed.getvalue()) == pytest.approx(float(wanted), abs=1e-6)
