"""Saturation: how often every gate of every unit is almost shut or almost open. One dot per unit and gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer import theme
from explorer.charts.gates import gates_of
from explorer.charts.nets import NEUTRAL, rows_of
from explorer.charts.pick import at

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "High up, a gate is open at nearly every step; far right, it is shut at nearly every step; at the bottom left it "
    "moves in between. A saturated gate hardly passes an error on to its own weights."
)
SHUT, OPEN = 0.1, 0.9


def saturation(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    title: str = "Are the gates open, shut, or in between?",
) -> alt.LayerChart:
    """Share of a trial's steps at which a gate is below 0.1, against the share at which it is above 0.9.

    recording: of `engine.record`. After A. Karpathy et al., Visualizing and Understanding Recurrent Networks, 2015.
    Raises ValueError for a cell without gates.
    """
    shown = [gate for gate in gates_of(CELLS[recording.attrs["cell"]]) if not gate.signed]
    found = at(recording, step=step, trial=trial, layer=layer, direction=direction)
    records = []
    for gate in shown:
        gate_values = found[gate.key].transpose("unit", "time").values
        for unit, series in enumerate(gate_values, start=1):
            shut, open_ = float(np.mean(series < SHUT)), float(np.mean(series > OPEN))
            records.append({"gate": gate.label, "unit": unit, "shut": shut, "open": open_})
    share = alt.Scale(domain=[0, 1], nice=False, padding=8)
    base = alt.Chart(rows_of(records))
    border = (
        base.transform_aggregate(count="count()")
        .transform_calculate(x0="0", x1="1", y0="1", y1="0")
        .mark_rule(color=NEUTRAL, strokeDash=[4, 4], tooltip=None)
        .encode(x="x0:Q", x2="x1", y="y0:Q", y2="y1")
    )
    hue = alt.Color(
        "gate:N",
        scale=alt.Scale(
            domain=[gate.label for gate in shown], range=[theme.GATES[gate.key] for gate in shown]
        ),
        legend=alt.Legend(title=None, orient="top", offset=4),
    )
    shape = alt.Shape("gate:N", scale=alt.Scale(domain=[gate.label for gate in shown]))
    dots = base.mark_point(filled=True, opacity=theme.DOTS, size=70).encode(
        x=alt.X(
            "shut:Q",
            scale=share,
            axis=_axis(f"steps at which the gate is shut (below {SHUT})"),
        ),
        y=alt.Y(
            "open:Q",
            scale=share,
            axis=_axis(f"steps at which it is open (above {OPEN})"),
        ),
        color=hue,
        shape=shape,
        tooltip=[
            "gate:N",
            "unit:Q",
            alt.Tooltip("shut:Q", format=".0%"),
            alt.Tooltip("open:Q", format=".0%"),
        ],
    )
    return alt.LayerChart(layer=[border, dots], title=title, height=380)


def _axis(title: str) -> alt.Axis:
    return alt.Axis(title=title, format=".0%", values=[0, 0.25, 0.5, 0.75, 1], grid=False)
