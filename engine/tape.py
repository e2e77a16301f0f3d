"""A tap that keeps what it sees: the one way in which values leave the unrolled net."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.edits import Edit
from engine.unroll import Place


@dataclass
class Tape:
    """A tap that applies edits and then keeps every signal: ``values[name][layer][direction][time]``."""

    names: Sequence[str]
    edits: Sequence[Edit] = ()
    values: dict[tuple[str, int, int], dict[int, Tensor]] = field(default_factory=dict)

    def __call__(self, name: str, value: Tensor, place: Place) -> Tensor:
        for edit in self.edits:
            value = edit(name, value, place)
        if name in self.names:
            if torch.is_grad_enabled() and not value.requires_grad:
                value = value.detach().requires_grad_()  # a held value still has a gradient
            self.values.setdefault((name, place.layer, place.direction), {})[place.time] = value
        return value

    def series(self, name: str, layer: int, direction: int) -> list[Tensor]:
        """A signal's tensors in the order of time."""
        by_time = self.values[name, layer, direction]
        return [by_time[time] for time in sorted(by_time)]
