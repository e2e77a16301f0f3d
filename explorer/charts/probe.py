"""The state of a net over one probe: every unit at every step, at one snapshot of its training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer import theme
from explorer.charts.heat import heat
from explorer.charts.pick import at, places

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "Each row is one unit of the state that carries the news: blue below 0, orange above. "
    "A row that changes at the cue and then keeps its colour is a unit that remembers."
)


def probe(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    signal: str = "",
    mode: theme.Mode = "light",
    title: str = "",
    height: int = 260,
) -> alt.LayerChart:
    """recording: of the analysis "record". signal: "" for the last of the cell's states.

    The scale is symmetric round 0: to ±1 for a state with bounds, else to the largest value that is there.
    """
    cell = CELLS[recording.attrs["cell"]]
    name = signal or cell.state[-1]
    found = at(recording, step=step, trial=trial, layer=layer, direction=direction)[name]
    values = found.transpose("unit", "time").values  # [unit, time]
    finite = np.abs(values[np.isfinite(values)])
    bounded = None not in cell.signal(name).range
    most = 1.0 if bounded else float(finite.max(initial=0.0)) or 1.0
    steps = places(recording, trial)
    return heat(
        values,
        rows=list(range(1, values.shape[0] + 1)),
        columns=[place["word"] for place in steps],
        row_title="unit",
        column_title="time step",
        value_title=cell.signal(name).words,
        scale="signed",
        limits=(-most, most),
        silent=_silent(recording, trial, steps),
        mode=mode,
        title=title,
        height=height,
    )


def _silent(recording: xr.Dataset, trial: int, steps: Sequence[Mapping[str, Any]]) -> list[int]:
    """Where a long sentence is not written out: filler, and what comes before the cue, whose word needs the room."""
    quiet = [step["time"] for step in steps if not step["written"]]
    if not quiet:
        return []
    periods = np.asarray(recording["period"])[trial, : len(steps)]
    return sorted({*quiet, *(time for time, period in enumerate(periods) if period == "start")})
