"""Interventions as values: hashable, no tensors in them, so that they can be a cache key and part of a link.

Edits act first and recording second: what is recorded is what the next line used. Where a field is None the
edit holds for all units, times or trials.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from engine.cells import Cell
from engine.frozen import Frozen

if TYPE_CHECKING:
    from torch import Tensor

    from engine.unroll import Place

Index = Annotated[int, Field(ge=0)]
Indices = tuple[Index, ...] | None


class _Edit(Frozen):
    """What edits share: where they act, and that they change a copy."""

    signal: str
    layer: Index = 0
    direction: Literal[0, 1] = 0

    def __call__(self, name: str, value: Tensor, place: Place) -> Tensor:
        """The value that the next line uses."""
        times = self.acts_at()
        here = (self.signal, self.layer, self.direction) == (name, place.layer, place.direction)
        if not here or place.time < 0 or (times is not None and place.time not in times):
            return value
        changed = value.clone()
        self.change(changed, value)
        return changed

    def acts_at(self) -> Indices:
        """The time steps at which it acts; None: all."""
        raise NotImplementedError

    def change(self, changed: Tensor, value: Tensor) -> None:
        """Edit the copy in place."""
        raise NotImplementedError


class Clamp(_Edit):
    """Hold a signal at a value: ``Clamp("forget", 1.0, units=(3,))`` makes f_t[3] = 1 at every step and trial.

    signal: a name of the cell's table; layer, direction: where, the first and forwards if nothing is said. units, times,
    trials: at which of them, None for all; counted from 0. Errors: ValidationError for a negative place; what the net does
    not have is refused by `check`.
    """

    kind: Literal["clamp"] = "clamp"
    value: float
    units: Indices = None
    times: Indices = None
    trials: Indices = None

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(**_in_order(("signal", "value"), given), **named)

    def acts_at(self) -> Indices:
        return self.times

    def change(self, changed: Tensor, value: Tensor) -> None:
        changed[_where(self.trials, self.units)] = self.value


class Silence(_Edit):
    """Take units out: ``Silence((3, 4))`` makes h_t[3] = h_t[4] = 0 at every step, or at `times`, in every trial.

    layer, direction and errors as of `Clamp`.
    """

    kind: Literal["silence"] = "silence"
    signal: Literal["hidden"] = "hidden"
    units: tuple[Index, ...]
    times: Indices = None

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(**_in_order(("units",), given), **named)

    def acts_at(self) -> Indices:
        return self.times

    def change(self, changed: Tensor, value: Tensor) -> None:
        changed[..., list(self.units)] = 0.0


class Patch(_Edit):
    """Put the signal of one trial into another at one time step: the memory of France into Italy's sentence.

    Both trials stand in the same inputs, so a patch needs no stored recording:
    ``Patch("cell", source=0, trial=1, time=20)`` makes c_20 of trial 1 that of trial 0, in all units or in `units`.
    layer, direction and errors as of `Clamp`.
    """

    kind: Literal["patch"] = "patch"
    source: Index
    trial: Index
    time: Index
    units: Indices = None

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(**_in_order(("signal", "source", "trial", "time"), given), **named)

    def acts_at(self) -> Indices:
        return (self.time,)

    def change(self, changed: Tensor, value: Tensor) -> None:
        source, target = (_where((trial,), self.units) for trial in (self.source, self.trial))
        changed[target] = value[source]


Edit = Clamp | Silence | Patch


def _in_order(names: Sequence[str], given: Sequence[Any]) -> dict[str, Any]:
    """Values that were given without their names, by name."""
    if len(given) > len(names):
        raise TypeError(f"Only {', '.join(names)} may be given without their names.")
    return dict(zip(names, given, strict=False))


def _where(trials: Sequence[int] | None, units: Sequence[int] | None) -> tuple:
    """An index into ``[…, trial, unit]``; lists of trials and units are crossed."""
    if trials is None:
        return (..., slice(None) if units is None else list(units))
    if units is None:
        return (..., list(trials), slice(None))
    return (..., [[trial] for trial in trials], list(units))


def check(
    edits: Iterable[Edit],
    cell: Cell,
    *,
    layers: int,
    directions: int,
    units: int,
    lengths: Sequence[int],
) -> None:
    """Refuse an edit that names what is not there. Raises ValueError with field, value and limit, TypeError for no edit.

    lengths: steps of every trial. A patch must lie within both of its trials.
    """
    names = [signal.name for signal in cell.signals]
    trials, time = len(lengths), max(lengths, default=0)
    for edit in edits:
        if not isinstance(edit, Edit):
            raise TypeError(
                f"edits are a list of Clamp, Silence and Patch; one is a {type(edit).__name__}."
            )
        if edit.signal not in names:
            raise ValueError(
                f"{edit.kind}.signal = {edit.signal!r}: the {cell.label} has {', '.join(names)}."
            )
        limits = {
            "layer": ((edit.layer,), layers),
            "direction": ((edit.direction,), directions),
            "units": (edit.units or (), units),
            "times": (getattr(edit, "times", None) or (), time),
            "trials": (getattr(edit, "trials", None) or (), trials),
        }
        if isinstance(edit, Patch):
            limits |= {"source": ((edit.source,), trials), "trial": ((edit.trial,), trials)}
            shorter = [lengths[trial] for trial in (edit.source, edit.trial) if trial < trials]
            limits |= {"time": ((edit.time,), min(shorter, default=time))}
        for field, (values, limit) in limits.items():
            for value in values:
                if value >= limit:
                    raise ValueError(f"{edit.kind}.{field} = {value}: must be below {limit}.")
