"""Slopes: the derivative of every squashing function that was really met, at each step and unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer import theme
from explorer.charts.bands import silent
from explorer.charts.panels import Panel, panels
from explorer.charts.pick import at, places

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "On its way back the error is multiplied with these numbers: dark blue lets nothing through. "
    "The slope of σ is never above ¼, that of tanh reaches 1 only at 0; that of ReLU is 0 or 1."
)


def slopes(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    mode: theme.Mode = "light",
    title: str = "How steep is the activation where it is really used?",
) -> alt.LayerChart:
    """σ′, tanh′ or ReLU′ of every signal that is squashed, all on one scale from 0 to 1.

    recording: of the analysis `slopes`. Units stand in one order, by the mean slope of the last panel: steep at the
    top. Below each name stand the function and the mean slope of all its units and steps.
    """
    words = {s.name: s.words for s in CELLS[recording.attrs["cell"]].signals}
    found = at(recording, step=step, trial=trial, layer=layer, direction=direction)
    arrays = {str(name): v.transpose("unit", "time").values for name, v in found.items()}
    functions = sorted({str(recording[name].attrs["function"]) for name in arrays})
    steps = places(recording, trial)
    return panels(
        [
            Panel(
                words[name].partition(" (")[0],
                values,
                detail=f"{recording[name].attrs['function']}\N{PRIME}, mean {np.nanmean(values):.2f}",
                measure="slope",
            )
            for name, values in arrays.items()
        ],
        rows=[f"unit {unit + 1}" for unit in range(recording.sizes["unit"])],
        columns=[step["word"] for step in steps],
        row_title=f"slope of {' and '.join(functions)} at each unit (line) and step (column)",
        column_title="word" if "word" in recording.coords else "time step",
        order=[
            int(unit)
            for unit in np.argsort(-np.nanmean(list(arrays.values())[-1], 1), kind="stable")
        ],
        silent=silent(recording, trial),
        mode=mode,
        title=title,
    )
