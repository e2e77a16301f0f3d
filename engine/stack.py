"""Recurrent layers from given start states to their last ones: torch.nn's way, and step by step through `unroll`.

States by name are ``[…, trial, layer, direction, unit]``. Beyond a trial's length the hidden states are 0, as in packed sequences,
and a last state is that of the trial's own end (backwards: of its beginning).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from engine.cells import Cell
from engine.network import layers_of
from engine.unroll import Layers, Place, Tap, keep, unroll

States = Mapping[str, Tensor]


def fused(
    cell: Cell,
    module: nn.RNNBase,
    inputs: Tensor,
    lengths: Tensor | None = None,
    start: States | None = None,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Hidden states of the top layer ``[trial, time, direction * unit]`` and the last states, by torch.nn where it knows the cell."""
    if not cell.fused:
        return stepped(cell, layers_of(module), inputs, lengths, start)
    begun = None
    if start is not None:
        parts = tuple(start[name].flatten(1, 2).transpose(0, 1).contiguous() for name in cell.state)
        begun = parts if len(parts) > 1 else parts[0]
    if lengths is None or bool((lengths == inputs.shape[1]).all()):
        hidden, last = module(inputs, begun)
    else:
        packed = pack_padded_sequence(inputs, lengths, True, enforce_sorted=False)
        hidden, last = module(packed, begun)
        hidden, _ = pad_packed_sequence(hidden, True, total_length=inputs.shape[1])
    ways = 2 if module.bidirectional else 1
    ends = last if isinstance(last, tuple) else (last,)
    return hidden, {
        name: end.transpose(0, 1).unflatten(1, (module.num_layers, ways))
        for name, end in zip(cell.state, ends, strict=True)
    }


def stepped(
    cell: Cell,
    layers: Layers,
    inputs: Tensor,
    lengths: Tensor | None = None,
    start: States | None = None,
    tap: Tap = keep,
) -> tuple[Tensor, dict[str, Tensor]]:
    """The same, step by step, with a leading snapshot dim where the weights have one."""
    seen: dict[tuple[str, int, int], dict[int, Tensor]] = {}

    def holding(name: str, value: Tensor, place: Place) -> Tensor:
        if start is not None and name.startswith("initial_"):
            value = start[name.removeprefix("initial_")][..., place.layer, place.direction, :]
        value = tap(name, value, place)
        if name in cell.state:
            seen.setdefault((name, place.layer, place.direction), {})[place.time] = value
        return value

    hidden = unroll(cell, layers, inputs, lengths=lengths, tap=holding)
    last = {
        name: torch.stack(
            [
                torch.stack(
                    [_end(seen[name, layer, way], way, lengths) for way in range(len(ways))], -2
                )
                for layer, ways in enumerate(layers)
            ],
            -3,
        )
        for name in cell.state
    }
    return hidden, last


def _end(by_time: Mapping[int, Tensor], way: int, lengths: Tensor | None) -> Tensor:
    """The state at each trial's end, or, backwards, at its beginning."""
    final = len(by_time) - 1
    if way == 1:
        return by_time[0]
    if lengths is None or bool((lengths > final).all()):
        return by_time[final]
    whole = torch.stack(
        [by_time[time] for time in range(final + 1)], -2
    )  # [..., trial, time, unit]
    place = (lengths - 1).view(-1, 1, 1).expand(*whole.shape[:-2], 1, whole.shape[-1])
    return whole.gather(-2, place).squeeze(-2)


def joined(states: States) -> Tensor:
    """All states in one vector ``[…, trial, number]``: name by name, layer by layer, direction by direction."""
    return torch.cat([value.flatten(-3) for value in states.values()], -1)


def parted(values: Tensor, names: Sequence[str], layers: int, ways: int) -> dict[str, Tensor]:
    """One vector as states by name again."""
    whole = values.unflatten(-1, (len(names), layers, ways, -1))
    return {name: whole[..., place, :, :, :] for place, name in enumerate(names)}
