"""Shares of the weights' gradient, by the step they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer import theme
from explorer.charts.logs import decades, shown
from explorer.charts.nets import dashed, rows_of
from explorer.charts.pick import at
from explorer.charts.steps import across, names

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "Every step uses the same weights and adds its share to their gradient: where the line is low, that word teaches "
    "the net next to nothing. Dashed is before training."
)
LIMITS = (1e-12, 1e3)
PARTS = {"weight_hh": "W_hh", "weight_ih": "W_xh"}


def shares_step(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    part: str = "weight_hh",
    title: str | None = None,
) -> alt.LayerChart:
    """‖share of ∂L/∂W‖ against the step; recording: of the analysis "shares". part: weight_hh or weight_ih."""
    place = {"trial": trial, "layer": layer, "direction": direction}
    series = trained_and_not(recording, "by_step", part, step, place)
    count = len(next(iter(series.values())))
    said_at = names(recording, count, trial)
    records = [
        {"training": state, "time": t, "word": said_at[t], "share": float(value)}
        for state, values in series.items()
        for t, value in enumerate(values)
    ]
    x = across(recording, "time:Q", "step that uses the weights", count, trial)
    cell = CELLS[recording.attrs["cell"]]
    said = f"{cell.label}: what each step adds to ∂L/∂{PARTS[part]}"
    tips = ["word:N", "training:N", alt.Tooltip("share:Q", format=".2e")]
    return lines(records, x, tuple(series), tips, cell.name, said if title is None else title)


def trained_and_not(
    recording: xr.Dataset, name: str, part: str, step: int | None, place: dict[str, int]
) -> dict[str, np.ndarray]:
    """A variable of one part of the weights at the chosen step, and before training where that is another one.

    NaN where W_hh has nothing to read.
    """
    first = int(recording["snapshot"][0])
    found: dict[str, np.ndarray] = {}
    for which in (step, first):
        here = at(recording, step=which, **place)
        number = here.attrs["step"]
        label = f"step {number}" if number else "before training"
        values = here[name].sel(part=part).values.astype(float)
        if part == "weight_hh":  # at the first step W_hh reads the start state, which is 0
            first_step = 0 if name == "by_step" and not place["direction"] else -1
            values[first_step] = np.nan
        found.setdefault(label, values)
    return found


def lines(
    records: list[dict[str, Any]],
    x: alt.X,
    states: tuple[str, ...],
    tips: list[Any],
    cell: str,
    title: str,
) -> alt.LayerChart:
    """One line for each state, the second dashed."""
    base = alt.Chart(rows_of(records)).transform_calculate(drawn=shown("share", LIMITS))
    y = decades("drawn:Q", "norm of the share", LIMITS)
    line = base.mark_line(color=theme.CELLS[cell], tooltip=None).encode(
        x, y, strokeDash=dashed("training", states)
    )
    hover = base.mark_point(opacity=0, size=150).encode(x, y, tooltip=tips)
    return alt.LayerChart(layer=[line, hover]).properties(title=title, height=360)
