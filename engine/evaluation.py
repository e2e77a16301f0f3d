"""How a net does on trials: its loss, its accuracy, and whether its weights are fit to keep."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from engine.encoder_decoder import EncoderDecoder
from engine.network import Net
from engine.tasks import Trials
from engine.tasks.contract import Task

States = Callable[[Tensor], Tensor]
"""Inputs of trials to their top hidden states ``[trial, time, direction * unit]``."""
TEST_TRIALS = 240
"""Test trials per condition, the same for all snapshots of a run."""
TOLERANCE = 0.04
"""A numeric answer counts as right when it is this near (Hochreiter & Schmidhuber 1997)."""


@dataclass(frozen=True)
class Scores:
    """How a net does on its test: the first condition counts, all are listed."""

    accuracy: float
    test_loss: float
    by_condition: Mapping[str, float] = field(default_factory=dict)


def loss_of(net: Net | EncoderDecoder, trials: Trials, states: States | None = None) -> Tensor:
    """Mean loss over the asked steps: cross-entropy in nats, or the squared error.

    states: how the top hidden states are computed; by default the net's own way, with no cut in the gradient.
    """
    outputs, targets = asked(net, trials, states)
    if targets.is_floating_point():
        return nn.functional.mse_loss(outputs.squeeze(-1), targets)
    return nn.functional.cross_entropy(outputs, targets)


def asked(
    net: Net | EncoderDecoder, trials: Trials, states: States | None = None
) -> tuple[Tensor, Tensor]:
    """Outputs ``[asked, answer]`` and targets ``[asked]`` at the steps where something is asked."""
    if isinstance(net, EncoderDecoder):
        return net.asked(trials)
    targets = torch.from_numpy(trials.targets)
    mask = ~targets.isnan() if targets.is_floating_point() else targets >= 0
    inputs = torch.from_numpy(trials.inputs)
    lengths = torch.from_numpy(trials.lengths)
    hidden = (states or partial(net.hidden, lengths=lengths))(inputs)
    # A step that no trial asks needs no answer; a read-out that pools still reads its state.
    steps = mask.any(0).nonzero().T  # [1, step]
    read = net.read(hidden, inputs, lengths, steps)
    return net.readout(read[mask[:, steps[0]]]), targets[mask]


@torch.no_grad()
def evaluate(net: Net, task: Task, tests: Mapping[str, Trials]) -> Scores:
    """Accuracy in every condition, and the loss in the first."""
    accuracies: dict[str, float] = {}
    losses: list[float] = []
    for name, trials in tests.items():
        outputs, targets = asked(net, trials)
        if targets.is_floating_point():
            right = (outputs.squeeze(-1) - targets).abs() <= TOLERANCE
            losses.append(nn.functional.mse_loss(outputs.squeeze(-1), targets).item())
        else:
            right = outputs.argmax(-1) == targets
            losses.append(nn.functional.cross_entropy(outputs, targets).item())
        accuracies[name] = right.double().mean().item()
    return Scores(accuracies[task.conditions()[0]], losses[0], accuracies)


def weights(net: nn.Module) -> dict[str, np.ndarray]:
    """A copy of the weights by name, as in ``state_dict``."""
    return {name: value.detach().numpy().copy() for name, value in net.state_dict().items()}


@torch.no_grad()
def sound(net: Net | EncoderDecoder, task: Task, batch: Trials, scores: Scores) -> bool:
    """Whether these weights are good to keep: they are finite, and so is the loss.

    A test longer than the training may overflow where the training does not: then the last batch decides.
    """
    if not all(bool(value.isfinite().all()) for value in net.parameters()):
        return False
    if math.isfinite(scores.test_loss):
        return True
    return task.tested > task.gap and math.isfinite(loss_of(net, batch).item())
