"""Reading the answers of a net from its states: what the linear layer reads, at every step or at some.

    r_t = Σ_{k ≤ t} α_tk v_k   (v: states or inputs; [h_t; r_t] where the state of now stands beside)   y_t = W r_t + b

The same for training (`engine.network`) and for looking inside (`engine.opened`), where values have a snapshot dim in front.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from engine.readouts import Readout

Weights = Mapping[str, Tensor]


def read(
    readout: Readout,
    own: Weights,
    states: Tensor,
    inputs: Tensor,
    lengths: Tensor | None = None,
    steps: Tensor | None = None,
) -> Tensor:
    """What the linear layer reads ``[…, trial, time, number]``.

    states: top hidden states ``[…, trial, time, direction * unit]``; inputs: what the first layer reads ``[…, trial, time, feature]``;
    lengths ``[trial]``: what lies beyond is never read, None where all trials fill their array; steps ``[trial, step]`` (or
    ``[1, step]``, the same in every trial): at which answers are read, in place of all.
    """
    now = states if steps is None else at(states, steps)
    if not readout.pooled:
        return now
    alpha = weights(readout, own, states, lengths, steps)
    pooled = alpha @ (states if readout.pooled == "states" else inputs)
    return torch.cat([now, pooled], -1) if readout.beside else pooled


def weights(
    readout: Readout,
    own: Weights,
    states: Tensor,
    lengths: Tensor | None = None,
    steps: Tensor | None = None,
) -> Tensor:
    """α ``[…, trial, time, source_time]`` of a read-out that pools; arguments as of `read`.

    Dims that are the same for all may be left out in front or be 1. A row beyond a trial's length reads the whole trial.
    """
    now = states if steps is None else at(states, steps)
    return readout.weights(own, now, states, inside(states.shape[-2], lengths, steps))


def inside(time: int, lengths: Tensor | None = None, steps: Tensor | None = None) -> Tensor:
    """Which steps count for which answer ``[trial, time, source_time]``: those up to it, within the trial."""
    source = torch.arange(time)
    now = source.unsqueeze(0) if steps is None else steps
    found = source <= now.unsqueeze(-1)
    return found if lengths is None else found & (source < lengths[:, None, None])


def at(values: Tensor, steps: Tensor) -> Tensor:
    """Values ``[…, trial, time, n]`` at the steps ``[trial, step]`` of each trial: ``[…, trial, step, n]``."""
    return values[..., torch.arange(values.shape[-3]).unsqueeze(-1), steps, :]
