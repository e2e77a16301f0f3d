"""What a change does inside: one signal before, after, and the difference; and the difference in every signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer import theme
from explorer.charts.bands import silent
from explorer.charts.panels import Panel, panels
from explorer.charts.pick import at, places
from explorer.charts.shades import Kind, around_zero

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "The same net and sentence twice, on the same scale: as it is, and with the change; below is the difference. "
    "Where the net reads from left to right, all before the change is as it was."
)


def changed(
    recording: xr.Dataset,
    edited: xr.Dataset,
    *,
    signal: str = "",
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    mode: theme.Mode = "light",
    title: str = "",
) -> alt.LayerChart:
    """A signal before and after some edits, and after - before: two recordings of the same net and inputs.

    signal: empty for the state that carries the news. Units keep the order of their index.
    """
    place: dict[str, Any] = {"step": step, "trial": trial, "layer": layer, "direction": direction}
    cell = CELLS[recording.attrs["cell"]]
    name = signal or cell.state[-1]
    words = cell.signal(name).words.partition(" (")[0]
    before, after = (
        at(found, **place)[name].transpose("unit", "time").values for found in (recording, edited)
    )
    kind, limits = scale_of(cell.signal(name).range, before, after)
    steps = places(recording, trial)
    return panels(
        [
            Panel("as it is", before, kind, limits, measure=words),
            Panel("changed", after, kind, limits, measure=words),
            Panel(
                "difference",
                after - before,
                "signed",
                _around(after - before),
                measure="difference",
            ),
        ],
        rows=[f"unit {unit + 1}" for unit in range(recording.sizes["unit"])],
        columns=[step["word"] for step in steps],
        row_title=f"{recording.sizes['unit']} units, unit 1 at the top",
        column_title="word" if "word" in recording.coords else "time step",
        silent=silent(recording, trial),
        mode=mode,
        title=title or f"What the change does to the {words}",
    )


def side_by_side(
    recording: xr.Dataset, edited: xr.Dataset, *, signal: str, trial: int = 0
) -> xr.Dataset:
    """A signal as it is and changed, as two trials of one recording: for the picture that moves."""
    import xarray

    sides = [found[[signal]].isel(trial=[trial]) for found in (recording, edited)]
    return xarray.concat(sides, "trial")


def scale_of(
    limits: tuple[float | None, float | None], *values: np.ndarray
) -> tuple[Kind, tuple[float, float]]:
    """The scale of a signal by its range; one without bounds is scaled to what was met."""
    low, high = limits
    if low == 0.0:
        top = (
            float(np.nanmax(np.concatenate([v.ravel() for v in values]))) if high is None else high
        )
        return "gate", (0.0, max(top, 1e-6))
    if low is None or high is None:
        return "signed", around_zero(np.concatenate([v.ravel() for v in values]))
    return "signed", (low, high)


def _around(values: np.ndarray) -> tuple[float, float]:
    return around_zero(values, 1e-3)
