"""The claim of the first page, rerun: at gap 40 LSTM and GRU learn the far sentence and a plain RNN does not.

The choices are those of the page: the defaults, and the chrono start for the LSTM. Five seeds each.
"""

from __future__ import annotations

import pytest

import engine
from engine.run import Run

SEEDS = range(5)
pytestmark = pytest.mark.training


def trained(cell: str, start: str, seed: int) -> Run:
    network = engine.Network(cell=cell, start=start)
    run = engine.train(engine.Experiment(network=network, seed=seed))
    assert run.result["outcome"] == "finished"
    assert len(run.experiment.task.answers) >= 12 and run.result["baseline"] == pytest.approx(
        1 / 12
    )
    assert list(run.result["by_condition"]) == ["gap 40", "near"]
    return run


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("cell", "start"), [("lstm", "chrono"), ("gru", "default")])
def test_gates_solve_it(cell: str, start: str, seed: int) -> None:
    run = trained(cell, start, seed)
    assert run.result["accuracy"] >= 0.99
    assert run.result["by_condition"]["near"] >= 0.99


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plain_rnn_learns_only_what_is_near(seed: int) -> None:
    run = trained("rnn", "default", seed)
    assert run.result["accuracy"] <= 0.20
    assert run.result["by_condition"]["near"] >= 0.99
