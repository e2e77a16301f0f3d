"""Signals of a net through time: every unit a row, every step of the sentence a column, one panel for each signal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from engine.cells import CELLS, Signal
from explorer import theme
from explorer.charts.panels import HIGH, Panel, panels
from explorer.charts.pick import at, places, words
from explorer.charts.shades import around_zero

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "Each row is one unit, each column one step: gates from 0 (dark) to 1 (bright), states blue below 0 and "
    "orange above. Rows with a like course stand beside each other where they are so ordered."
)
TALL = 300
"""Points that the panels have together, at least."""


def signals(
    recording: xr.Dataset,
    *,
    signal: str = "",
    shown: Sequence[str] = (),
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    order: Sequence[int] | None = None,
    mode: theme.Mode = "light",
    title: str = "Inside the net, step by step",
) -> alt.LayerChart:
    """Panels ``[unit, time]``; recording: of the analysis "record".

    shown: signals from top to bottom; none: ``signal``, or where that is empty the states. order: the units from top
    to bottom; none: by their number. Gates are coloured from 0 to 1, tanh signals from -1 to 1, others as far as they
    reach in all snapshots. Raises ValueError for a signal that the cell has not.
    """
    cell = CELLS[recording.attrs["cell"]]
    names = list(shown) or ([signal] if signal else list(cell.state[::-1]))
    known = [one.name for one in cell.signals]
    for name in names:
        if name not in known:
            raise ValueError(f"signal = {name!r}: the {cell.label} has {', '.join(known)}.")
    here = at(recording, step=step, trial=trial, layer=layer, direction=direction)
    parts = [
        _panel(cell.signal(name), here[name].values.T, recording[name].values[:, trial])
        for name in names
    ]
    return panels(
        parts,
        rows=[f"unit {unit + 1}" for unit in range(here.sizes["unit"])],
        columns=words(recording, trial),
        row_title="one row for each unit",
        column_title="step",
        order=order,
        silent=[place["time"] for place in places(recording, trial) if not place["written"]],
        mode=mode,
        title=title,
        high=max(HIGH, TALL // len(parts)),
    )


def _panel(signal: Signal, values: np.ndarray, everywhere: np.ndarray) -> Panel:
    """One signal; ``everywhere``: its values at all snapshots, which the colours reach to."""
    name = signal.words.partition(" (")[0]
    low, high = signal.range
    if (low, high) == (0.0, 1.0):
        return Panel(name, values, measure="gate")
    bounds = (
        (-1.0, 1.0)
        if (low, high) == (-1.0, 1.0)
        else around_zero(everywhere, share=theme.TOLD_APART)
    )
    measure = "state" if bounds[1] == 1 else name
    return Panel(name, values, "signed", bounds, measure=measure)
