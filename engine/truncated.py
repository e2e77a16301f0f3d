"""Truncated back-propagation through time: the state is carried on, the gradient is cut every few steps.

The state that enters a step t > 0 with t mod window = 0 counts as a number: h_t = f(W, x_t, [h_{t-1}]), where [·]
stops the gradient. Forward nothing changes. One update is made for a whole batch, with the sum of its pieces'
gradients (R. Williams, J. Peng, 1990: BPTT(k; k), but for the updates between the pieces). What is cut is the way through
the recurrence: a read-out that pools steps reaches every state directly, and that is not cut.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.network import Net, layers_of
from engine.unroll import Place, Tap, keep, unroll


def cut_hidden(net: Net, window: int, inputs: Tensor) -> Tensor:
    """Top hidden states ``[trial, time, unit]`` of a net that reads one way, cut every ``window`` steps.

    torch.nn runs piece after piece and keeps the speed of its fused pass; a cell that it does not know goes through
    `unroll`. A window of the whole length cuts nothing.
    """
    x = net.embed(inputs)
    if not net.cell.fused:
        return unroll(net.cell, layers_of(net.recurrent), x, tap=cut(window))
    pieces, state = [], None
    for piece in x.split(window, 1):
        hidden, state = net.recurrent(piece, state)
        state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
        pieces.append(hidden)
    return torch.cat(pieces, 1)


def cut(window: int, tap: Tap = keep) -> Tap:
    """A tap that cuts the gradient every ``window`` steps, after what ``tap`` does.

    With it, whatever is computed through `unroll` is what a training with this window feels.
    """

    def cutting(name: str, value: Tensor, place: Place) -> Tensor:
        value = tap(name, value, place)
        if name.startswith("carried_") and place.time > 0 and place.time % window == 0:
            return value.detach()
        return value

    return cutting


def apart(tap: Tap = keep) -> Tap:
    """A tap that cuts the gradient at every step, in both directions, after what ``tap`` does.

    What is left is the direct way from an answer to a state: through the read-out, and up through the layers of that step.
    """

    def cutting(name: str, value: Tensor, place: Place) -> Tensor:
        value = tap(name, value, place)
        return value.detach() if name.startswith("carried_") else value

    return cutting
