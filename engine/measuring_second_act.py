"""What is measured of the nets of the second act: tests far beyond the trained gaps, and the paths back to the country."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.analyses.paths import paths
from engine.opened import Opened, opened
from engine.run import Run
from engine.tasks import Trials
from engine.tasks.fluent import Fluent
from engine.tasks.typed import NAMES, OPENING
from engine.unroll import unroll

TRIALS = 240
"""Test sentences of every gap, the same for all nets and seeds."""
PATHS = 24
"""Test sentences of which the reach by path is the geometric mean."""
CUE = len(OPENING)
"""Where the country stands."""
TWO = slice(CUE, CUE + 2)
"""The country and the next word, whose state has just read it."""


@torch.no_grad()
def right_at(run: Run, gap: int) -> dict[str, float]:
    """Accuracy at a gap, and the share of sentences whose answer follows a swapped country.

    Of a net with attention also its mean weight on the country and on the next word, and its accuracy when the answer looks at
    those two alone (α there scaled up to the sum 1), and when it looks at all but them.
    """
    written, other = swapped(run.experiment.task, gap)
    model, hidden = _read(run, written)
    found = {
        "accuracies": _right(model.read(hidden, steps=_last(model)), written),
        "swapped": _right(_outputs(run, other), other),
    }
    if not model.pools:
        return found
    alpha = model.attention(hidden, _last(model))  # [1, trial, 1, time]
    inside = torch.zeros_like(alpha)
    inside[..., TWO] = 1
    mean = alpha.mean((0, 1, 2))
    return found | {
        "weight": mean[CUE].item(),
        "on_next": mean[CUE + 1].item(),
        "only_two": _right(_attending(model, hidden, alpha * inside), written),
        "without_two": _right(_attending(model, hidden, alpha * (1 - inside)), written),
    }


def swapped(task: Any, gap: int) -> tuple[Trials, Trials]:
    """Test sentences of a gap, and the same with another country in place of the first; nothing else differs."""
    dice = np.random.default_rng([gap, 4])
    written = task.far(dice, TRIALS, gap, "test")
    before = written.targets[:, -1]
    other = (before + dice.integers(1, len(NAMES), TRIALS)) % len(NAMES)
    return written, task.sentences(other, written.inputs[:, CUE + 1 : CUE + 1 + gap])


def ways(run: Run, gap: int) -> dict[str, float]:
    """Reach of the country by the way it takes, the geometric mean over test sentences; 0 where one of them is 0."""
    task = run.experiment.task
    assert isinstance(task, Fluent)
    trials = task.far(np.random.default_rng([gap, 5]), PATHS, gap, "test")
    found = paths(run.at(run.snapshots[-1].step), trials).isel(snapshot=0, time=CUE)
    variables = {
        "direct": "direct",
        "later": "later",
        "recurrence": "chain",
    }  # as the figures call them
    series = {name: found[variable].values.astype(float) for name, variable in variables.items()}
    return {
        name: math.exp(np.log(values).mean()) if values.min() > 0 else 0.0
        for name, values in series.items()
    }


def _read(run: Run, trials: Trials) -> tuple[Opened, Tensor]:
    """The opened net, and its hidden states ``[1, trial, time, unit]``."""
    model = opened(run, trials)
    return model, unroll(model.cell, model.layers, model.inputs, lengths=model.lengths)


def _outputs(run: Run, trials: Trials) -> Tensor:
    model, hidden = _read(run, trials)
    return model.read(hidden, steps=_last(model))


def _attending(model: Opened, hidden: Tensor, weight: Tensor) -> Tensor:
    """Outputs of the last step with other weights of attention ``[1, trial, 1, time]``, scaled to the sum 1: W [h_T; Σ α h] + b."""
    assert model.ends is not None
    pooled = weight / weight.sum(-1, keepdim=True) @ hidden
    now = hidden[:, torch.arange(hidden.shape[1]).unsqueeze(-1), _last(model)]
    return torch.cat([now, pooled], -1) @ model.ends.weight.mT.unsqueeze(1) + model.ends.bias


def _last(model: Opened) -> Tensor:
    return (model.lengths - 1).unsqueeze(-1)


def _right(outputs: Tensor, trials: Trials) -> float:
    """The share of right answers of outputs ``[1, trial, 1, answer]``."""
    return float((outputs[0, :, 0].argmax(-1).numpy() == trials.targets[:, -1]).mean())
