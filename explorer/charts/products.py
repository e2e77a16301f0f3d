"""The product of the step Jacobians: what many steps back leave of the error, and the bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.logs import decades, level, shown
from explorer.charts.nets import NEUTRAL, rows_of
from explorer.charts.pick import at

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "The line is the norm of the product of the last steps; dashed is the bound, the product of their largest singular "
    "values. The bound forces nothing while it is above 1: the line may lie far below it."
)
LIMITS = (1e-12, 1e6)
NORM, BOUND = "product", "bound"
BEFORE = "before training"


def products(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    title: str = "Many steps back (dashed: the bound)",
) -> alt.LayerChart:
    """‖A_t ⋯ A_{t-s+1}‖ and its bound against the span s, before training and at a step; recording: of the analysis "spectra"."""
    place = {"trial": trial, "layer": layer, "direction": direction}
    now = at(recording, step=step, **place)
    states = {trained(now): now}
    if now.attrs["step"]:
        first = int(recording["snapshot"][0])
        states |= {trained(at(recording, step=first, **place)): at(recording, step=first, **place)}
    records = [
        {"training": state, "line": line, **record}
        for state, found in states.items()
        for line, name in ((NORM, "product_norm"), (BOUND, "bound"))
        for record in spans_of(found["span"].values, found[name].values)
    ]
    hues = [theme.CELLS[recording.attrs["cell"]], NEUTRAL][: len(states)]
    return lines(records, list(states), hues, (NORM, BOUND), title)


def trained(found: xr.Dataset) -> str:
    """A recording's training step in words."""
    step = found.attrs["step"]
    return f"step {step}" if step else BEFORE


def spans_of(spans: np.ndarray, values: np.ndarray) -> Iterator[Mapping[str, Any]]:
    """Norms by span, as records."""
    for span, value in zip(spans, values, strict=True):
        # what has left the range of numbers is beyond the picture too
        held = float(np.nan_to_num(value, posinf=3e38))
        yield {"span": int(span), "norm": held}


def lines(
    records: list[dict[str, Any]],
    states: list[str],
    hues: list[str],
    kinds: tuple[str, ...],
    title: str,
) -> alt.LayerChart:
    """A line for each state and kind, the second kind dashed."""
    data = rows_of(records)
    base = alt.Chart(data).transform_calculate(drawn=shown("norm", LIMITS))
    legend = alt.Legend(orient="top", title=None, labelLimit=0, offset=4)
    colour = alt.Color("training:N", scale=alt.Scale(domain=states, range=hues), legend=legend)
    x = alt.X(
        "span:Q",
        title="steps back",
        scale=alt.Scale(nice=False),
        axis=alt.Axis(tickMinStep=1, grid=False),
    )
    y = decades("drawn:Q", "spectral norm", LIMITS)
    dash = alt.StrokeDash(
        "line:N", scale=alt.Scale(domain=list(kinds), range=[[1, 0], [5, 5]]), legend=None
    )
    lines = base.mark_line(tooltip=None).encode(x, y, colour, strokeDash=dash)
    hover = base.mark_point(opacity=0, size=120).encode(
        x,
        y,
        tooltip=["training:N", "line:N", "span:Q", alt.Tooltip("norm:Q", format=".2e")],
    )
    return alt.LayerChart(layer=[level(data, 1.0), lines, hover]).properties(
        title=title, height=360
    )
