"""Shares of the weights' gradient, by how far before the loss they come from: the bias to the short term."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer.charts.shares_step import PARTS, lines, trained_and_not

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "From left to right the steps lie further before the loss. A falling line is the bias to the short term: what is "
    "far away hardly changes the weights, even where it is all that matters."
)
NEAR = 10


def shares_lag(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    part: str = "weight_hh",
    title: str | None = None,
) -> alt.LayerChart:
    """‖share of ∂L/∂W‖ against the distance from the loss; recording: of the analysis "shares"."""
    place = {"trial": trial, "layer": layer, "direction": direction}
    series = trained_and_not(recording, "by_lag", part, step, place)
    records = [
        {"training": state, "lag": lag, "share": float(value)}
        for state, values in series.items()
        for lag, value in enumerate(values)
    ]
    x = alt.X(
        "lag:Q",
        title="steps before the loss",
        scale=alt.Scale(nice=False),
        axis=alt.Axis(tickMinStep=1, grid=False),
    )
    tips = ["lag:Q", "training:N", alt.Tooltip("share:Q", format=".2e")]
    cell = CELLS[recording.attrs["cell"]]
    said = f"{cell.label}: ∂L/∂{PARTS[part]} by distance from the loss"
    return lines(records, x, tuple(series), tips, cell.name, said if title is None else title)


def nearest(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    part: str = "weight_hh",
) -> dict[str, float]:
    """By state of training: which share of the norms comes from the last `NEAR` steps before the loss, 0 … 1."""
    place = {"trial": trial, "layer": layer, "direction": direction}
    series = trained_and_not(recording, "by_lag", part, step, place)
    return {
        state: float(np.nansum(values[:NEAR]) / np.nansum(values)) if np.nansum(values) > 0 else 0.0
        for state, values in series.items()
    }
