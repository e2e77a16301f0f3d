"""Truncated back-propagation: torch.nn in pieces, and `unroll` with a cut, against single steps with states detached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import engine
from engine.cells import CELLS
from engine.network import Net, build, layers_of
from engine.run import Run
from engine.truncated import cut, cut_hidden
from engine.unroll import unroll
from tests.engine.nets import random, small

TRIALS, TIME = 3, 8
WINDOWS = (1, 3, 4, 7, 8, 50)


def net_of(cell: str, layers: int) -> Net:
    experiment = small(network={"cell": cell, "layers": layers})
    net = build(experiment, torch.Generator().manual_seed(2)).double()
    with torch.no_grad():
        for weight in net.recurrent.parameters():
            weight.mul_(3.0)  # so that the far past matters
    return net


def one_step(
    cell: str, weights: Mapping[str, Tensor], x: Tensor, state: tuple[Tensor, ...]
) -> tuple[Tensor, ...]:
    """A step by torch.nn's cell of one step; the σ cell by its line of the textbook."""
    given = list(weights.values())
    if cell == "lstm":
        return torch.lstm_cell(x, state, *given)
    if cell == "sigmoid":
        a, b = nn.functional.linear(x, given[0], given[2]), given[3]
        return ((a + nn.functional.linear(state[0], given[1], b)).sigmoid(),)
    step: Any = {"rnn": torch.rnn_tanh_cell, "relu": torch.rnn_relu_cell, "gru": torch.gru_cell}
    return (step[cell](x, state[0], *given),)


def by_single_steps(net: Net, inputs: Tensor, window: int) -> Tensor:
    steps = list(net.embed(inputs).unbind(1))
    for (weights,) in layers_of(net.recurrent):
        units = weights["weight_hh"].shape[-1]
        state = tuple(steps[0].new_zeros(len(inputs), units) for _ in net.cell.state)
        outputs = []
        for time, x in enumerate(steps):
            if time % window == 0:
                state = tuple(value.detach() for value in state)
            state = one_step(net.cell.name, weights, x, state)
            outputs.append(state[0])
        steps = outputs
    return torch.stack(steps, 1)


def gradients(net: Net, hidden: Tensor) -> dict[str, Tensor]:
    """Of a scalar that every step's answer enters."""
    scalar = (hidden * random(*hidden.shape, seed=9)).sum()
    names = {name: value for name, value in net.named_parameters() if "readout" not in name}
    return dict(zip(names, torch.autograd.grad(scalar, list(names.values())), strict=True))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_the_same_gradients_as_single_steps_with_states_detached(
    cell: str, layers: int, window: int
) -> None:
    net = net_of(cell, layers)
    words = len(net.embedding.weight) if net.embedding is not None else 0
    inputs = torch.from_numpy(np.random.default_rng(0).integers(1, words, (TRIALS, TIME)))
    wanted = by_single_steps(net, inputs, window)
    tapped = unroll(net.cell, layers_of(net.recurrent), net.embed(inputs), tap=cut(window))
    whole, expected = gradients(net, net.hidden(inputs)), gradients(net, wanted)
    for hidden in (cut_hidden(net, window, inputs), tapped):
        torch.testing.assert_close(hidden, wanted, rtol=0, atol=1e-12)
        found = gradients(net, hidden)
        for name, value in found.items():
            torch.testing.assert_close(value, expected[name], rtol=0, atol=1e-12)
        differs = not torch.allclose(
            found["recurrent.weight_hh_l0"], whole["recurrent.weight_hh_l0"]
        )
        assert differs == (window < TIME)  # a window of the whole length is full back-propagation


@pytest.mark.parametrize("cell", CELLS)
def test_nothing_comes_from_before_the_cut(cell: str) -> None:
    """The answer at the last step t feels the inputs from ⌊t / window⌋ · window on, and none before."""
    net = net_of(cell, 2)
    x = random(32, TIME, net.recurrent.input_size).requires_grad_()
    for window in WINDOWS:
        hidden = unroll(net.cell, layers_of(net.recurrent), x, tap=cut(window))
        (found,) = torch.autograd.grad(hidden[:, -1].square().sum(), x)
        felt = found.abs().sum((0, -1)) > 0
        first = (TIME - 1) // window * window
        assert felt.tolist() == [time >= first for time in range(TIME)]


@pytest.mark.parametrize("cell", ["gru", "sigmoid"])
def test_a_window_of_the_whole_length_trains_to_the_same_bits(cell: str) -> None:
    whole, windowed, shorter = (
        engine.train(small(network={"cell": cell}, training={"window": window}))
        for window in (None, 8, 3)
    )
    assert whole.experiment.task.length(whole.experiment.task.gap) == 8

    def digests(run: Run) -> list[str]:
        return [snapshot.digest() for snapshot in run.snapshots]

    assert digests(windowed) == digests(whole) and windowed.metrics == whole.metrics
    assert digests(shorter)[0] == digests(whole)[0] and digests(shorter)[1] != digests(whole)[1]
    # Forward nothing is cut: the first loss is the same, and only its gradient is not.
    assert shorter.metrics[1]["loss"] == pytest.approx(whole.metrics[1]["loss"], rel=1e-6)
    assert shorter.metrics[1]["norm"] != pytest.approx(whole.metrics[1]["norm"], rel=1e-3)


def test_the_gradient_that_training_feels_is_the_cut_one() -> None:
    """One step of plain descent moves the weights by the gradient of single steps."""
    plan = {"window": 3, "optimiser": "sgd", "learning_rate": 0.1, "clip": None, "steps": 1}
    experiment = small(training=plan, network={"cell": "lstm"})
    run = engine.train(experiment)
    net = build(experiment, torch.Generator().manual_seed(experiment.seed))
    batch = experiment.task.batch(np.random.default_rng([experiment.seed, 0]), 8)
    hidden = by_single_steps(net, torch.from_numpy(batch.inputs), 3)
    asked = torch.from_numpy(batch.targets) >= 0
    loss = nn.functional.cross_entropy(
        net.readout(hidden[asked]), torch.from_numpy(batch.targets)[asked]
    )
    loss.backward()
    for name, weight in net.named_parameters():
        assert weight.grad is not None
        moved = run.snapshots[0].weights[name] - run.snapshots[1].weights[name]
        np.testing.assert_allclose(moved, 0.1 * weight.grad.numpy(), rtol=0, atol=1e-7)
