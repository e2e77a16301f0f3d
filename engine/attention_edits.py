"""Changes of attention as values: a whole row of weights, or one weight. They act after the softmax; what is recorded is what was used.

Where the net attends is no proof of why it writes; what it writes after a change is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator

from engine.frozen import Frozen

if TYPE_CHECKING:
    from torch import Tensor

Index = Annotated[int, Field(ge=0)]
Weight = Annotated[float, Field(ge=0, le=1)]
TOLERANCE = 1e-6
"""How far the weights of a row may be from 1 in all."""


class Attend(Frozen):
    """One weight: ``Attend(time=2, source=5, weight=0.9)`` makes α_25 = 0.9 and rescales the rest of that row to 0.1 in all.

    Where the rest is 0, it is shared out evenly over the other places of the source; a source of one symbol keeps its 1.
    time: step of writing; trial None: all.
    """

    kind: Literal["attend"] = "attend"
    time: Index
    source: Index
    weight: Weight = 1.0
    trial: Index | None = None

    def changed(self, weights: Tensor, at: int, inside: Tensor) -> Tensor:
        """The weights ``[snapshot, trial, time, source]`` with row ``at`` changed; inside ``[trial, 1, source]``."""
        here = inside[:, 0].clone()  # [trial, source]
        here[:, self.source] = False
        row = weights[..., at, :]
        rest = row * here
        total = rest.sum(-1, keepdim=True)
        even = here.to(row.dtype)
        shared = rest / total.masked_fill(total == 0, 1.0)
        shared = shared.where(total > 0, even / even.sum(-1, keepdim=True).clamp(min=1))
        new = shared * (1 - self.weight)
        # A source of one symbol has no rest: the row stays 1 in all, whatever is wanted.
        own = row.new_full((len(here),), self.weight).masked_fill(~here.any(-1), 1.0)
        new[..., self.source] = own
        return _put(weights, new, at, self.trial)


class AttendRow(Frozen):
    """A whole row: ``AttendRow(time=2, weights=(0, 0, 1))``, a weight for every place of the source, 1 in all."""

    kind: Literal["attend_row"] = "attend_row"
    time: Index
    weights: tuple[Weight, ...] = Field(min_length=1, max_length=64)
    trial: Index | None = None

    @field_validator("weights")
    @classmethod
    def _one_in_all(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if abs(sum(value) - 1) > TOLERANCE:
            raise ValueError(f"the weights of a row are 1 in all; these are {sum(value):g}")
        return value

    def changed(self, weights: Tensor, at: int, inside: Tensor) -> Tensor:
        """The weights ``[snapshot, trial, time, source]`` with row ``at`` changed."""
        new = weights.new_zeros(weights[..., at, :].shape)
        new[..., : len(self.weights)] = weights.new_tensor(self.weights)
        return _put(weights, new, at, self.trial)


Attending = Attend | AttendRow


def _put(weights: Tensor, row: Tensor, at: int, trial: int | None) -> Tensor:
    changed = weights.clone()
    trials = slice(None) if trial is None else trial
    changed[:, trials, at] = row[:, trials]
    return changed


def check(changes: Iterable[Attending], *, steps: Sequence[int], lengths: Sequence[int]) -> None:
    """Refuse a change of what is not there. Raises ValueError with field, value and limit.

    steps: of writing at most, and lengths: of the source, of every trial. A change of all trials must be there in each.
    """
    for change in changes:
        if not isinstance(change, Attending):
            raise ValueError(f"{getattr(change, 'kind', change)!r} is no change of attention.")
        if change.trial is not None and change.trial >= len(lengths):
            raise ValueError(f"{change.kind}.trial = {change.trial}: must be below {len(lengths)}.")
        most = min(steps) if change.trial is None else steps[change.trial]
        if change.time >= most:
            raise ValueError(f"{change.kind}.time = {change.time}: must be below {most}.")
        touched = lengths if change.trial is None else [lengths[change.trial]]
        if isinstance(change, Attend) and change.source >= min(touched):
            raise ValueError(f"attend.source = {change.source}: must be below {min(touched)}.")
        if isinstance(change, AttendRow) and {len(change.weights)} != set(touched):
            raise ValueError(
                f"attend_row.weights has {len(change.weights)} weights; the source has {min(touched)} symbols."
            )
