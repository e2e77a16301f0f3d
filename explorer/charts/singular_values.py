"""Singular values of every step Jacobian: how much one step back can stretch or shrink the error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.logs import decades, level, shown
from explorer.charts.nets import rows_of
from explorer.charts.pick import at
from explorer.charts.steps import across, names

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "All dots of a step below 1 force the error to shrink there, in every direction. "
    "Dots above 1 only permit it to grow: the steps must also stretch in the same direction."
)
LIMITS = (1e-4, 10.0)
MOST = 3000
"""Dots; of larger states only some ranks are drawn, the largest and the smallest among them."""


def singular_values(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    title: str | None = None,
) -> alt.LayerChart:
    """σ of A_t = ∂state_t/∂state_{t-1} against the step t, the largest as a line; recording: of the analysis "spectra"."""
    here = at(recording, step=step, trial=trial, layer=layer, direction=direction)
    values = here["singular_value"].values.astype(float)  # [time, rank]
    time, ranks = values.shape
    kept = np.unique(
        np.linspace(0, ranks - 1, max(2, min(ranks, MOST // time))).round().astype(int)
    )
    said_at = names(recording, time, trial)
    records = [
        {
            "t": t,
            "word": said_at[t],
            "rank": int(rank) + 1,
            "singular value": float(values[t, rank]),
        }
        for t in range(time)
        for rank in kept
    ]
    hue = theme.CELLS[recording.attrs["cell"]]
    data = rows_of(records)
    base = alt.Chart(data).transform_calculate(drawn=shown("singular value", LIMITS))
    x = across(recording, "t:Q", "step t", time, trial)
    y = decades("drawn:Q", "singular value", LIMITS)
    dots = base.mark_point(size=14, filled=True, opacity=0.35, color=hue).encode(
        x, y, tooltip=["word:N", "rank:Q", alt.Tooltip("singular value:Q", format=".3~g")]
    )
    largest = base.transform_filter("datum.rank == 1").mark_line(color=hue, tooltip=None)
    layers = [level(data, 1.0), dots, largest.encode(x, y)]
    trained = here.attrs["step"]
    said = (
        f"One step back, training step {trained}" if trained else "One step back, before training"
    )
    return alt.LayerChart(layer=layers).properties(
        title=said if title is None else title, height=360
    )
