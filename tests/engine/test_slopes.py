"""Slopes that were met, against autograd through one step; and what a gate leaves after the gap, by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

import engine
from engine.analyses.retention import keeper, retention
from engine.analyses.slopes import functions, slopes
from engine.cells import CELLS
from engine.edits import Clamp
from engine.network import layers_of
from engine.tasks import PERIODS
from engine.tasks.fluent import Fluent
from tests.engine.nets import FEATURES, UNITS, module, random, unequal, untrained


@pytest.mark.parametrize("cell", [name for name, cell in CELLS.items() if cell.fused])
def test_slopes_are_the_derivatives_that_autograd_finds(cell: str) -> None:
    net, x = module(cell), random(1, 6, FEATURES)
    found = slopes(net, x)
    recorded = engine.record(net, x, gradients=False)
    [[weights]] = layers_of(net)
    own = {name: value.detach().unsqueeze(0) for name, value in weights.items()}
    kind = CELLS[cell]
    for time in range(1, 6):
        bias = own["bias_ih"].clone().requires_grad_()
        before = {s: torch.from_numpy(recorded[s].values[0, :, 0, 0, time - 1]) for s in kind.state}
        seen: dict[str, Any] = {}

        def tap(name: str, value: torch.Tensor, seen: dict[str, Any] = seen) -> torch.Tensor:
            seen[name] = value
            return value

        kind.step({**own, "bias_ih": bias}, x[:, time], before, tap)
        for block, name in enumerate(kind.blocks):
            # Within a step a unit's own bias moves only its own gate: the gradient of the sum is the slope.
            [gradient] = torch.autograd.grad(seen[name].sum(), bias, retain_graph=True)
            slope = gradient[0, block * UNITS : (block + 1) * UNITS].numpy()
            np.testing.assert_allclose(found[name].values[0, 0, 0, 0, time], slope, atol=1e-6)
    if "cell" in found:
        c = torch.from_numpy(recorded["cell"].values).requires_grad_()
        [wanted] = torch.autograd.grad(c.tanh().sum(), c)
        np.testing.assert_allclose(found["cell"], wanted.numpy(), atol=1e-6)


def test_the_sigmoid_rnn_never_passes_more_than_a_quarter() -> None:
    run = untrained("sigmoid", task="fluent")
    found = slopes(run, Fluent().example("France", 4))
    assert functions(CELLS["sigmoid"]) == {"hidden": "σ"}
    assert float(found["hidden"].max()) <= 0.25


def test_slopes_of_unequal_trials_are_blank_beyond_the_end() -> None:
    run = untrained("relu")
    trials = unequal(run, 2, 6)
    found = slopes(run, trials)["hidden"]
    beyond = np.arange(found.sizes["time"]) >= trials.lengths[:, None]
    np.testing.assert_array_equal(found.isnull()[0, :, 0, 0, :, 0], beyond)
    assert set(np.unique(found.values[~np.isnan(found.values)])) == {0.0, 1.0}


@pytest.mark.parametrize(("cell", "gate"), [("lstm", "forget"), ("gru", "update")])
def test_what_is_left_is_the_product_of_the_gates_over_the_gap(cell: str, gate: str) -> None:
    run = untrained(cell, layers=2, snapshots=2, task="fluent")
    trials = Fluent().example("France", 7)
    found = retention(run, trials)
    gates = engine.record(run, trials, every=True, gradients=False)[gate].values
    first = len(["I", "grew", "up", "in", "France"])
    left = np.ones_like(gates[..., 0, :])
    for time in range(first, first + 7):
        left = left * gates[..., time, :]
    np.testing.assert_allclose(found["left"], left, rtol=1e-5)
    np.testing.assert_allclose(found["keep"] ** 7, left, rtol=1e-4)
    np.testing.assert_allclose(found["mean"], gates[..., first : first + 7, :].mean(-2), rtol=1e-5)
    assert found["gap"].values.tolist() == [7]
    half = found["keep"] ** found["half_life"]
    np.testing.assert_allclose(half, 0.5, rtol=1e-3)


def test_between_two_cues_each_direction_has_the_gap_on_its_side() -> None:
    run = untrained("lstm", directions=2, task="blank")
    trials = run.experiment.task.test(np.random.default_rng(0), 1, "gap 6")
    found = retention(run, trials)
    gates = engine.record(run, trials, gradients=False)["forget"].values[0, 0, 0]
    blank = int(np.flatnonzero(trials.targets[0] >= 0)[0])
    place, deed = (int(at) for at in np.flatnonzero(trials.periods[0] == PERIODS.index("cue")))
    sides = [range(place + 1, blank - 2), range(blank + 1, deed)]
    assert [len(side) for side in sides] == [6, 6] and found["gap"].values.tolist() == [6]
    for direction, side in enumerate(sides):
        left = np.prod([gates[direction, time] for time in side], axis=0)
        np.testing.assert_allclose(found["left"].values[0, 0, 0, direction], left, rtol=1e-5)


def test_nine_tenths_look_open_and_leave_one_and_a_half_per_cent() -> None:
    run = untrained("lstm", task="fluent")
    trials = Fluent().example("France", 40)
    found = retention(run, trials, edits=(Clamp("forget", 0.9),))
    np.testing.assert_allclose(found["left"], 0.9**40, rtol=1e-4)
    assert round(100 * 0.9**40, 1) == 1.5
    np.testing.assert_allclose(found["half_life"], math.log(0.5) / math.log(0.9), rtol=1e-4)
    open_ = retention(run, trials, edits=(Clamp("forget", 1.0),))
    assert np.isinf(open_["half_life"]).all() and (open_["left"] == 1).all()
    shut = retention(run, trials, edits=(Clamp("forget", 0.0),))
    assert (shut["half_life"] == 0).all() and (shut["left"] == 0).all()


def test_without_a_cue_all_steps_count_and_without_a_gate_a_sentence_says_so() -> None:
    assert retention(module("gru"), random(2, 5, FEATURES))["gap"].values.tolist() == [5, 5]
    with pytest.raises(ValueError, match="The RNN has no gate that keeps its state"):
        retention(module("rnn"), random(2, 5, FEATURES))
    assert [keeper(cell) for cell in CELLS.values()].count(None) == 3
    assert Fluent().example("France", 40).periods.shape == (1, 49)
