"""Which of several trainings stands in the middle, and when each was there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import engine
from engine.analyses import ANALYSES
from engine.overseeds import SEEDS, middle, over_seeds, solved_at
from engine.run import Run
from engine.shipping_comparisons import TRIALS, cue_reach, figures_of, thinned
from engine.tasks.contract import CUE
from tests.engine.nets import small, untrained


def ended(*accuracies: float) -> Run:
    """A run with these tests at steps 0, 10, 20 …"""
    records = tuple({"step": 10 * n, "accuracy": a} for n, a in enumerate(accuracies))
    return replace(untrained("rnn"), metrics=records, result={"accuracy": accuracies[-1]})


def test_solved_is_solved_from_then_on() -> None:
    assert solved_at(ended(0.1, 1.0, 0.5, 0.99, 1.0)) == 30
    assert solved_at(ended(0.1, 0.96, 0.97), 0.95) == 10
    assert solved_at(ended(1.0, 1.0)) == 0
    assert solved_at(ended(1.0, 0.9)) is None


def test_the_middle_is_by_accuracy_then_by_how_soon() -> None:
    assert middle([ended(0, 0.3), ended(0, 0.1), ended(0, 0.2)]) == 2
    late, soon, sooner = ended(0, 0, 0, 1.0), ended(0, 0, 1.0, 1.0), ended(0, 1.0, 1.0, 1.0)
    assert middle([late, sooner, soon]) == 2
    assert middle([sooner, ended(0, 0.4), late]) == 2


def test_only_the_seed_differs() -> None:
    runs = over_seeds(small(seed=7))
    assert [run.experiment.seed for run in runs] == list(SEEDS)
    assert {run.experiment.model_copy(update={"seed": 0}) for run in runs} == {small()}
    assert runs[3].result == engine.train(small(seed=3)).result


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_reach_of_the_cue_is_that_of_the_analysis(cell: str) -> None:
    run = untrained(cell, layers=2, directions=2, snapshots=3, task={"name": "fluent", "gap": 4})
    task = run.experiment.task
    trials = task.test(np.random.default_rng(0), TRIALS, "gap 4")
    reach = ANALYSES["reach"](run, trials)["reach"].values  # [snapshot, trial, time]
    cue = reach[:, np.arange(TRIALS), (trials.periods == CUE).argmax(1)]
    np.testing.assert_allclose(cue_reach(run), np.exp(np.log(cue).mean(1)), rtol=1e-4)


def test_figures_are_those_of_the_runs() -> None:
    runs = [engine.train(small(seed=seed, training={"clip": None})) for seed in (0, 1)]
    found = figures_of(runs)
    assert found["accuracies"] == [run.result["accuracy"] for run in runs]
    assert found["parameters"] == runs[0].result["parameters"]
    for steps, curve, run in zip(found["tested_at"], found["curves"], runs, strict=True):
        tests = {
            record["step"]: record["accuracy"] for record in run.metrics if "accuracy" in record
        }
        assert dict(zip(steps, curve, strict=True)) == pytest.approx(tests, rel=1e-3)
    assert found["outcomes"] == ["finished", "finished"] and found["steps"] == [12, 12]
    for place, run in enumerate(runs):
        norms = [record["norm"] for record in run.metrics[1:]]
        assert found["largest_norm"][place] == pytest.approx(max(norms), rel=1e-3)
        before = cue_reach(run.at(0))[0]
        assert found["reach_before"][place] == pytest.approx(before, rel=1e-3)
        assert found["reach_after"][place] == pytest.approx(cue_reach(run.at(12))[0], rel=1e-3)


def test_a_run_is_thinned_to_its_ends_and_some_between() -> None:
    run = untrained("rnn", snapshots=20)
    few = thinned(run, 6)
    assert [snapshot.step for snapshot in few.snapshots] == [0, 4, 8, 11, 15, 19]
    assert few.experiment == run.experiment and few.metrics == run.metrics
    assert len(thinned(run, 400).snapshots) == 20


def test_reach_is_zero_where_nothing_comes_back() -> None:
    run = untrained("relu")
    weights = run.snapshots[0].weights
    weights["recurrent.weight_hh_l0"][:] = 0
    assert cue_reach(run).tolist() == [0.0]
