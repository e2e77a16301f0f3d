"""One number of a recording, explained: the worked arithmetic of a unit at a step, and of the answer there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.cells import CELLS
from engine.newest import newest
from engine.readouts import READOUTS, Readout
from engine.worked import Answer, Before, Line, before, read_out, worked

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Explained:
    """One unit at one step of a recording: its lines, and the net's top answer there (None where nothing is read)."""

    snapshot: int
    before: Before
    lines: tuple[Line, ...]
    answer: Answer | None


def explained(
    recording: xr.Dataset,
    weights: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    time: int = 0,
    unit: int = 0,
) -> Explained:
    """The worked arithmetic of a recording's number: of the newest snapshot not newer than ``step`` (None: the last).

    recording: of the analysis "record"; weights: of the analysis "weights", with that snapshot in it. Raises
    ValueError for a place that is not there.
    """
    snapshot, kept = (newest(dataset, step) for dataset in (recording, weights))
    at = int(recording["snapshot"][snapshot])
    if at != int(weights["snapshot"][kept]):
        raise ValueError(f"There are no weights of training step {at}.")
    cell = CELLS[recording.attrs["cell"]]
    place = {"trial": trial, "layer": layer, "direction": direction, "time": time}
    given_ = before(recording, cell, snapshot=snapshot, **place)
    stored = stored_weights(weights, kept, layer, direction)
    lines = worked(cell, stored, given_.x, given_.state, unit)
    if "readout_weights" not in weights:
        return Explained(at, given_, lines, None)
    readout = READOUTS[weights.attrs.get("readout", "state")]
    vectors = read(readout, recording, snapshot, trial, time)
    ends = {
        "readout.weight": weights["readout_weights"].values[kept],
        "readout.bias": weights["readout_bias"].values[kept],
    }
    top = int(recording["output"].values[snapshot, trial, time].argmax())
    word = str(weights["answer"].values[top]) if len(ends["readout.bias"]) > 1 else ""
    return Explained(at, given_, lines, read_out(ends, vectors, top, word))


def read(
    readout: Readout, recording: xr.Dataset, snapshot: int, trial: int, time: int
) -> dict[str, np.ndarray]:
    """What the linear layer reads at one step, one vector after the other by symbol: the recorded state, and what the recorded
    weights make of the steps."""
    length = int(recording["length"][trial])
    top = recording["hidden"].values[snapshot, trial, -1, :, :length]  # [direction, time, unit]
    states = top.swapaxes(0, 1).reshape(length, -1)
    own = {"h_t": states[time]}
    if not readout.pooled:
        return own
    values = states if readout.pooled == "states" else recording["input"].values[snapshot, trial]
    alpha = recording["attention"].values[snapshot, trial, time, :length]
    pooled = alpha.astype(np.float64) @ values[:length].astype(np.float64)
    return (own if readout.beside else {}) | {readout.symbol: pooled}


def stored_weights(
    weights: xr.Dataset, snapshot: int, layer: int, direction: int
) -> dict[str, np.ndarray]:
    """The four arrays of one layer and direction out of the analysis "weights", without what it was padded with."""
    place = {"snapshot": snapshot, "layer": layer, "direction": direction}
    here = weights.isel(place)
    matrix = here["input_weights"].values
    return {
        "weight_ih": matrix[:, ~np.isnan(matrix).all(0)],
        "weight_hh": here["recurrent_weights"].values,
        "bias_ih": here["input_bias"].values,
        "bias_hh": here["recurrent_bias"].values,
    }
