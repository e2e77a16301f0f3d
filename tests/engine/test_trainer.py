"""Training: what happens at every step, to the bit; what is kept and what is counted."""

from __future__ import annotations

import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import engine
from engine.cells import CELLS
from engine.experiment import Experiment
from engine.network import Net, build
from engine.run import Run, Snapshot
from engine.shapes import parameters, weight_shapes
from engine.starts import STARTS
from engine.tasks import TASKS
from engine.tasks.translation import Translation
from engine.trainer import Finished, Progress, schedule, training
from engine.written_scores import SYMBOLS
from tests.benchmarks.training import bare_loop
from tests.engine.nets import small

ROOT = Path(__file__).resolve().parents[2]


def digests(run: Run) -> list[str]:
    return [snapshot.digest() for snapshot in run.snapshots]


def same(one: Run, other: Run) -> None:
    assert digests(one) == digests(other)
    assert one.metrics == other.metrics and one.result == other.result


@pytest.mark.parametrize("cell", CELLS)
def test_deterministic_to_the_bit_also_while_it_is_recorded(cell: str) -> None:
    experiment = small(network={"cell": cell, "layers": 2, "bidirectional": True})
    plain = engine.train(experiment)
    trials = experiment.task.test(np.random.default_rng(3), 4, "gap 6")

    def watch(event: object) -> None:
        if isinstance(event, Snapshot):
            view = Run(experiment, (), (event,), {})
            engine.record(view, trials)
            engine.credit(view, trials)
            engine.jacobians(view, trials)
            torch.rand(3), np.random.rand(3)  # global dice are nobody's business

    same(engine.train(experiment, watch), plain)
    other = engine.train(experiment.model_copy(update={"seed": 1}))
    assert not set(digests(other)) & set(digests(plain))


def test_the_same_bits_in_a_fresh_process() -> None:
    experiment = small(network={"cell": "gru", "layers": 2}, task="fluent")
    code = (
        "import sys, engine; run = engine.train(engine.Experiment.model_validate_json(sys.argv[1]));"
        "print(*(s.digest() for s in run.snapshots), run.result['loss'])"
    )
    command = [sys.executable, "-c", code, experiment.model_dump_json()]
    done = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
    )
    run = engine.train(experiment)
    assert done.stdout.split() == [*digests(run), str(run.result["loss"])]


@pytest.mark.parametrize("clip", [1.0, 0.05])
def test_the_same_bits_as_a_bare_loop(clip: float) -> None:
    experiment = small(task="fluent", training={"clip": clip}, network={"cell": "lstm"})
    wanted = bare_loop(experiment).state_dict()
    found = engine.train(experiment).snapshots[-1].weights
    assert found.keys() == wanted.keys()
    for name, value in found.items():
        assert np.array_equal(value, wanted[name].numpy())


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 39, 40, 700, 100_000])
@pytest.mark.parametrize("count", [2, 3, 10, 40, 400])
def test_the_schedule_is_even_in_the_logarithm(steps: int, count: int) -> None:
    kept = schedule(steps, count)
    assert len(kept) == min(count, steps + 1)
    assert kept[0] == 0 and kept[-1] == steps
    assert all(a < b for a, b in pairwise(kept))
    ratios = [b / a for a, b in pairwise(kept[1:])]
    wide = [ratio for ratio, (a, b) in zip(ratios, pairwise(kept[1:]), strict=True) if a > 100]
    if len(wide) > 2:
        assert max(wide) / min(wide) < 1.03  # up to rounding to whole steps


def test_events_in_their_order() -> None:
    experiment = small()
    *events, end = training(experiment)
    kept = schedule(12, 5)
    assert isinstance(end, Finished)
    steps = [(type(e).__name__, e.step) for e in events if not isinstance(e, Finished)]
    wanted = []
    for step in range(13):
        wanted += [("Snapshot", step)] * (step in kept) + [("Progress", step)]
    assert steps == wanted
    records = [event.record() for event in events if isinstance(event, Progress)]
    for record in records:
        full = {"step", "loss", "norm", "clipped"} if record["step"] else {"step"}
        tested = {"accuracy", "test_loss", "by_condition"} if record["step"] in kept else set()
        assert record.keys() == full | tested
    result = end.result
    last = records[-1]
    assert result["outcome"] == "finished" and result["reason"] == "" and result["steps"] == 12
    assert result["accuracy"] == last["accuracy"] and result["loss"] == last["test_loss"]
    assert result["by_condition"] == last["by_condition"]
    assert result["baseline"] == experiment.task.baseline()
    run = engine.train(experiment)
    assert run.metrics == tuple(records) and run.result == result


def test_closing_the_generator_ends_it() -> None:
    events = training(small())
    next(events)
    events.close()
    assert list(events) == []


def first_gradient(experiment: Experiment) -> tuple[Net, dict[str, np.ndarray], float]:
    """The net at its start, its gradient on the first batch by name, and the loss."""
    net = build(experiment, torch.Generator().manual_seed(experiment.seed))
    batch = experiment.task.batch(
        np.random.default_rng([experiment.seed, 0]), experiment.training.batch
    )
    outputs = net(torch.from_numpy(batch.inputs))[torch.from_numpy(batch.targets) >= 0]
    answers = torch.from_numpy(batch.targets[batch.targets >= 0])
    loss = nn.functional.cross_entropy(outputs, answers)
    names = dict(net.named_parameters())
    found = torch.autograd.grad(loss, list(names.values()))
    return net, {n: g.double().numpy() for n, g in zip(names, found, strict=True)}, loss.item()


@pytest.mark.parametrize("clip", [None, 0.01, 100.0])
@pytest.mark.parametrize("optimiser", ["sgd", "adam", "rmsprop"])
def test_one_step_by_hand(optimiser: str, clip: float | None) -> None:
    plan = {"optimiser": optimiser, "clip": clip, "learning_rate": 0.1, "steps": 1}
    experiment = small(training=plan)
    net, gradients, loss = first_gradient(experiment)
    norm = math.sqrt(sum((gradient**2).sum() for gradient in gradients.values()))
    run = engine.train(experiment)
    record = run.metrics[1]
    assert record["loss"] == pytest.approx(loss, rel=1e-6)
    assert record["norm"] == pytest.approx(norm, rel=1e-5)
    clipped = norm if clip is None else min(norm, clip)
    assert record["clipped"] == pytest.approx(clipped, rel=1e-5)
    for name, parameter in net.named_parameters():
        gradient = gradients[name] * clipped / norm
        change = {
            "sgd": gradient,
            "adam": gradient / (np.abs(gradient) + 1e-8),
            "rmsprop": gradient / (0.1 * np.abs(gradient) + 1e-8),
        }[optimiser]
        wanted = parameter.detach().double().numpy() - 0.1 * change
        clear = (optimiser == "sgd") | (np.abs(gradient) > 1e-6)  # far from Adam's ε
        found = run.snapshots[-1].weights[name]
        np.testing.assert_allclose(
            np.where(clear, found, 0), np.where(clear, wanted, 0), rtol=0, atol=1e-5
        )
        assert np.any(clear)


@pytest.mark.parametrize("cell", CELLS)
def test_training_and_recording_are_the_same_function(cell: str) -> None:
    experiment = small(network={"cell": cell, "layers": 2, "bidirectional": True})
    run = engine.train(experiment)
    tests = experiment.task.tests(np.random.default_rng([experiment.seed, 1]), 240)
    trials = tests["gap 6"]
    data = engine.record(run, trials)
    assert run.result["loss"] == pytest.approx(float(data["loss"].mean()), abs=1e-5)
    right = data["output"].values[0, :, -1].argmax(-1) == trials.targets[:, -1]
    assert run.result["accuracy"] == pytest.approx(right.mean())


def test_the_sigmoid_cell_trains_through_its_step() -> None:
    choices = {"cell": "sigmoid", "units": 16}
    task = {"name": "recall", "gap": 1}
    plan = {"steps": 250, "batch": 32, "snapshots": 2}
    run = engine.train(small(network=choices, task=task, training=plan))
    assert run.result["accuracy"] > 0.9
    assert (
        float(
            engine.record(run, run.experiment.task.test(np.random.default_rng(0), 9, "gap 1"))[
                "hidden"
            ].min()
        )
        > 0
    )
    moved = (
        run.snapshots[-1].weights["recurrent.weight_hh_l0"]
        - run.snapshots[0].weights["recurrent.weight_hh_l0"]
    )
    assert np.abs(moved).max() > 0.1


@pytest.mark.parametrize(
    ("cell", "start"), [(cell, start.name) for start in STARTS.values() for cell in start.cells]
)
def test_every_cell_from_every_start(cell: str, start: str) -> None:
    shape = {"cell": cell, "start": start, "layers": 2, "bidirectional": True}
    # Many steps are asked: else the last layer's reverse direction is read after its first step only.
    run = engine.train(small(task={"name": "copy", "gap": 4}, network=shape, training={"steps": 2}))
    assert run.result["outcome"] == "finished"
    for name, value in run.snapshots[-1].weights.items():
        assert np.isfinite(value).all()
        if name != "embedding.weight":  # of which a batch need not meet every word
            assert not np.array_equal(value, run.snapshots[0].weights[name])


@pytest.mark.parametrize("cell", ["lstm", "sigmoid"])
@pytest.mark.parametrize("task", TASKS)
def test_every_task(task: str, cell: str) -> None:
    experiment = small(task=task, network={"cell": cell}, training={"steps": 2})
    run = engine.train(experiment)
    assert run.result["outcome"] == "finished" and run.result["measure"] == experiment.task.measure
    conditions = set(experiment.task.conditions())
    if isinstance(experiment.task, Translation):
        conditions |= {SYMBOLS + condition for condition in conditions}
    assert run.metrics[-1]["by_condition"].keys() == conditions
    shapes = {name: value.shape for name, value in run.snapshots[0].weights.items()}
    assert shapes == weight_shapes(experiment)
    assert run.result["parameters"] == parameters(experiment)
