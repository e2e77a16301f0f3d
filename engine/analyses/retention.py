"""Retention: what is left of a stored value after the gap, when only the gate that keeps it acts on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from engine.analyses.parts import one_by_one, stacked
from engine.cells import CELLS, Cell
from engine.edits import Edit
from engine.opened import Inputs, Model
from engine.recorder import record
from engine.tasks import Trials
from engine.tasks.contract import CUE, FILLER, QUESTION

KEEPERS = ("forget", "update")
"""Gates that multiply the old state: f of the LSTM, z of the GRU as PyTorch runs it (the notes have 1 - z there)."""


def keeper(cell: Cell) -> str | None:
    """The gate that multiplies the old state; None for a cell without one."""
    names = {signal.name for signal in cell.signals}
    return next((name for name in KEEPERS if name in names), None)


def retention(model: Model, inputs: Inputs, *, edits: Sequence[Edit] = ()) -> xr.Dataset:
    """How long every unit keeps, along the path that the gate leaves open: the n steps of the gap of each trial.

        left = ∏ f_t,   keep = left^(1/n),   half-life = ln ½ / ln keep  (steps)

    f is the forget gate of the LSTM, or z of the GRU (which multiplies the old state). keep is the geometric mean, so
    that keep^n is what is really left. Other paths, through the matrix, are not counted: `reach` counts them all. The
    gap is the filler between the last cue and the question, backwards between the question and a cue behind it; where there is
    none, the steps after the cue, or all.

    Variables ``(snapshot, trial, layer, direction, unit)``, float32: keep, left, half_life (inf for a gate that is 1),
    mean (the arithmetic mean of the gate). Coordinate gap ``(trial)``: n. attrs: gate. Raises ValueError, in one
    sentence, for a cell that has no such gate.
    """
    return stacked([_kept(one, inputs, edits) for one in one_by_one(model)])


def _kept(model: Model, inputs: Inputs, edits: Sequence[Edit]) -> xr.Dataset:
    recorded = record(model, inputs, edits=edits, gradients=False)
    cell = CELLS[recorded.attrs["cell"]]
    name = keeper(cell)
    if name is None:
        raise ValueError(
            f"The {cell.label} has no gate that keeps its state: the matrix writes it anew at every step."
        )
    gate = recorded[name]  # [snapshot, trial, layer, direction, time, unit]
    periods = inputs.periods if isinstance(inputs, Trials) else None
    lengths, time = np.asarray(recorded["length"]), recorded.sizes["time"]
    ways = [_gap(lengths, time, periods), _gap(lengths, time, periods, backwards=True)]
    gap = np.stack(ways[: gate.sizes["direction"]], 1)  # [trial, direction, time]
    count = ways[0].sum(1)
    inside = gap[None, :, None, :, :, None]
    values = np.where(inside, gate.values, 1.0).astype(np.float64)
    steps = gap.sum(-1)[None, :, None, :, None]
    with np.errstate(divide="ignore"):
        logs = np.log(values).sum(4)
        half = np.log(0.5) / (logs / steps)
    arrays = {
        "keep": np.exp(logs / steps),
        "left": np.exp(logs),
        "half_life": np.where(logs == 0, np.inf, half),
        "mean": np.where(inside, gate.values, 0.0).sum(4) / steps,
    }
    dims = tuple(dim for dim in gate.dims if dim != "time")
    return xr.Dataset(
        {key: (dims, found.astype(np.float32)) for key, found in arrays.items()},
        {"snapshot": recorded["snapshot"], "gap": ("trial", count)},
        {"cell": cell.name, "gate": name},
    )


def _gap(
    lengths: np.ndarray, time: int, periods: np.ndarray | None, backwards: bool = False
) -> np.ndarray:
    """Whether a step belongs to the gap ``[trial, time]``; at least one does in every trial.

    It lies between a cue and the question that a direction comes to later: backwards between one behind the question and it, where
    there is one.
    """
    found = np.arange(time) < lengths[:, None]
    if periods is None:
        return found
    steps = np.arange(time)
    for trial in range(len(found)):
        asked = np.flatnonzero((periods[trial] == QUESTION) & found[trial])
        cues = np.flatnonzero((periods[trial] == CUE) & found[trial])
        behind = cues[cues > asked[-1]] if len(asked) else cues[:0]
        before = cues[cues < asked[-1]] if len(asked) else cues
        if backwards and len(behind):
            after = found[trial] & (steps < behind[0]) & (steps > asked[-1])
        else:
            after = found[trial] & (steps > (before[-1] if len(before) else -1))
            if len(behind):
                after &= steps <= asked[-1]
        filler = after & (periods[trial] == FILLER) if len(cues) else after
        if (filler if filler.any() else after).any():
            found[trial] = filler if filler.any() else after
    return found
