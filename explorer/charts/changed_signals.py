"""Where a change arrives: the difference in every signal, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer.charts.bands import bands, silent
from explorer.charts.pick import at, places
from explorer.charts.shades import shades

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "Dark blue is as it was; the brighter, the more a signal differs from the net as it is, on average over its units. "
    "The difference is a share of the signal’s own largest value."
)


def changed_signals(
    recording: xr.Dataset,
    edited: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    title: str = "Where the change arrives",
) -> alt.LayerChart:
    """Mean |after - before| over the units, for every signal (line) and step (column).

    Relative to the largest |value| of the signal as it is: a cell state may be twenty times as large as a gate.
    """
    place: dict[str, Any] = {"step": step, "trial": trial, "layer": layer, "direction": direction}
    signals = CELLS[recording.attrs["cell"]].signals
    before, after = at(recording, **place), at(edited, **place)
    rows = np.stack([_relative(before[s.name], after[s.name]) for s in signals])
    steps = places(recording, trial)
    return bands(
        rows,
        shades("gate", (0.0, max(0.01, float(np.nanmax(rows))))),
        rows=[signal.words.partition(" (")[0] for signal in signals],
        columns=[step["word"] for step in steps],
        row_title="",
        column_title="word" if "word" in recording.coords else "time step",
        value_title="mean difference",
        unwritten=silent(recording, trial),
        title=title,
    )


def _relative(before: xr.DataArray, after: xr.DataArray) -> np.ndarray:
    """One number for each step."""
    largest = max(float(abs(before).max()), 1e-12)
    return np.asarray(abs(after - before).mean("unit").values / largest)
