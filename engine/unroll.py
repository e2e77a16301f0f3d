"""The only time loop in the repository."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from engine.cells import Cell

Weights = Mapping[str, Tensor]
Layers = Sequence[Sequence[Weights]]
"""Weights by layer and direction."""


class Place(NamedTuple):
    """Where in the unrolled net a value stands; a start state stands at time -1."""

    layer: int
    direction: int
    time: int


Tap = Callable[[str, Tensor, Place], Tensor]
BEFORE = -1


def keep(name: str, value: Tensor, place: Place) -> Tensor:
    """The tap that does nothing."""
    return value


def unroll(
    cell: Cell,
    layers: Layers,
    inputs: Tensor,
    *,
    lengths: Tensor | None = None,
    tap: Tap = keep,
) -> Tensor:
    """Run a cell over time: inputs ``[…, trial, time, feature]`` -> ``[…, trial, time, direction * unit]``.

    Layer after layer, direction after direction; the reverse direction starts at each trial's own end, and
    what lies beyond a trial's length is 0, as in packed sequences. ``tap(name, value, place)`` sees the
    start states ("initial_hidden" …) and, of each step, the weights that it uses, the state that it reads
    ("carried_hidden" …, from the step before it) and its signals, and what it returns is what is used. So the
    gradient is cut in time by a tap that detaches "carried_*": `engine.truncated.cut`.
    """
    steps = list(inputs.unbind(-2))  # time x [..., trial, feature]
    inside: list[Tensor] | None = None
    if lengths is not None and bool((lengths < len(steps)).any()):
        inside = [(time < lengths).unsqueeze(-1) for time in range(len(steps))]
    for layer, directions in enumerate(layers):
        outputs = [
            _one_direction(cell, weights, steps, inside, Place(layer, direction, BEFORE), tap)
            for direction, weights in enumerate(directions)
        ]
        steps = [
            torch.cat(both, -1) if len(both) > 1 else both[0] for both in zip(*outputs, strict=True)
        ]
    return torch.stack(steps, -2)


def _one_direction(
    cell: Cell,
    weights: Weights,
    steps: Sequence[Tensor],
    inside: Sequence[Tensor] | None,
    before: Place,
    tap: Tap,
) -> list[Tensor]:
    """Hidden state of every time step, in the order of time whatever the direction."""
    units = weights["weight_hh"].shape[-1]
    state: Mapping[str, Tensor] = {
        name: tap(f"initial_{name}", steps[0].new_zeros(*steps[0].shape[:-1], units), before)
        for name in cell.state
    }
    order: Iterable[int] = (
        range(len(steps)) if before.direction == 0 else reversed(range(len(steps)))
    )
    hidden: list[Tensor] = [steps[0]] * len(steps)
    for time in order:
        place = before._replace(time=time)
        own = {name: tap(name, value, place) for name, value in weights.items()}
        read = {name: tap(f"carried_{name}", value, place) for name, value in state.items()}
        new = cell.step(own, steps[time], read, partial(_at, tap, place))
        hidden[time] = new["hidden"]
        if inside is not None:
            # Beyond its end a trial stands still, so that the reverse direction begins at its last word.
            new = {name: torch.where(inside[time], new[name], state[name]) for name in new}
            hidden[time] = hidden[time] * inside[time]
        state = new
    return hidden


def _at(tap: Tap, place: Place, name: str, value: Tensor) -> Tensor:
    return tap(name, value, place)
