"""A training that leaves all bounds ends within one step, says so, and keeps its last good weights."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch

import engine
from engine import trainer
from engine.evaluation import loss_of
from engine.experiment import Experiment
from engine.network import build
from tests.engine.nets import small

WILD = {"optimiser": "sgd", "learning_rate": 10, "clip": None, "steps": 30, "snapshots": 3}


def first_bad_step(experiment: Experiment) -> int:
    """The first step whose loss is not finite, by a bare loop that nothing stops."""
    net = build(experiment, torch.Generator().manual_seed(experiment.seed))
    dice = np.random.default_rng([experiment.seed, 0])
    optimiser = torch.optim.SGD(net.parameters(), experiment.training.learning_rate)
    for step in range(1, experiment.training.steps + 1):
        loss = loss_of(net, experiment.task.batch(dice, experiment.training.batch))
        if not math.isfinite(loss.item()):
            return step
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    raise AssertionError("this training does not diverge")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("task", ["recall", "fluent", "adding"])
def test_divergence_is_found_within_one_step(task: str, seed: int) -> None:
    wild = {"cell": "relu", "units": 16}
    experiment = small(task=task, network=wild, training=WILD, seed=seed)
    bad = first_bad_step(experiment)
    run = engine.train(experiment)
    assert run.result["outcome"] == "diverged"
    said = re.fullmatch(
        r"The loss or its gradient left all bounds at step (\d+); the weights of step (\d+) are kept\.",
        run.result["reason"],
    )
    assert said is not None
    found, kept = int(said[1]), int(said[2])
    assert kept == run.snapshots[-1].step < found <= bad
    assert run.result["steps"] in (found - 1, found)
    assert [m["step"] for m in run.metrics] == list(range(run.result["steps"] + 1))
    for record in run.metrics:
        assert all(math.isfinite(v) for v in record.values() if not isinstance(v, dict))
    for name, value in run.snapshots[-1].weights.items():
        assert np.isfinite(value).all(), name


@pytest.mark.parametrize("steps", range(1, 7))
def test_what_is_kept_is_good_wherever_the_training_ends(steps: int) -> None:
    wild = WILD | {"steps": steps, "snapshots": 400}
    experiment = small(network={"cell": "relu", "units": 16}, training=wild)
    run = engine.train(experiment)
    trials = experiment.task.tests(np.random.default_rng([0, 1]), 240)["gap 6"]
    for snapshot in run.snapshots:
        data = engine.record(run.at(snapshot.step), trials, gradients=False)
        assert np.isfinite(data["loss"].values[..., -1]).all()
    assert run.result["outcome"] == ("finished" if run.snapshots[-1].step == steps else "diverged")
    assert math.isfinite(run.result["loss"])


def test_a_loss_far_above_the_first_for_many_steps_has_diverged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trainer, "WORSE", 1.0)
    monkeypatch.setattr(trainer, "STEPS_WORSE", 4)
    wild = {"optimiser": "sgd", "learning_rate": 10, "steps": 200}
    run = engine.train(small(network={"cell": "lstm", "units": 32}, training=wild))
    assert run.result["outcome"] == "diverged"
    losses = [record["loss"] for record in run.metrics[1:]]
    above = [loss > losses[0] for loss in losses]
    assert above[-3:] == [True] * 3  # the fourth ended it
    assert not any(all(above[at : at + 4]) for at in range(len(above) - 3))


def test_a_test_longer_than_the_training_may_overflow_without_an_end() -> None:
    task = {"name": "recall", "gap": 1, "test_gap": 2000}
    plan = {"optimiser": "sgd", "learning_rate": 0.01, "steps": 2}
    run = engine.train(
        small(task=task, network={"cell": "relu", "units": 64, "start": "identity"}, training=plan)
    )
    assert run.result["outcome"] == "finished" and run.result["steps"] == 2
