"""The loss at every training step of runs that differ in one thing: the same training, with and without a clip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from explorer import theme
from explorer.charts.logs import decades, shown
from explorer.charts.nets import NEUTRAL, rows_of

HOW_TO_READ = (
    "One line is one training, and lower is better. A line that shoots up and ends is a training that was thrown out "
    "of all bounds; the axis is logarithmic."
)
LIMITS = (1e-4, 1e6)


def losses(
    runs: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    cell: str,
    title: str = "Loss of the batch while training",
) -> alt.LayerChart:
    """Loss against the training step. runs: records by name, the first in the hue of the cell; beyond `LIMITS` at the edge."""
    records = [
        {"run": name, "step": int(m["step"]), "loss": float(m["loss"])}
        for name, metrics in runs.items()
        for m in metrics
        if m.get("loss") is not None
    ]
    hues = [theme.CELLS[cell], NEUTRAL, *theme.GATES.values()][: len(runs)]
    base = alt.Chart(rows_of(records)).transform_calculate(drawn=shown("loss", LIMITS))
    x = alt.X(
        "step:Q",
        title="training step",
        scale=alt.Scale(nice=False),
        axis=alt.Axis(grid=False, tickMinStep=1),
    )
    y = decades("drawn:Q", "loss", LIMITS)
    colour = alt.Color(
        "run:N",
        scale=alt.Scale(domain=list(runs), range=hues),
        legend=alt.Legend(orient="top", title=None, labelLimit=0),
    )
    line = base.mark_line(strokeWidth=1.5, tooltip=None).encode(x, y, colour)
    hover = base.mark_point(opacity=0, size=60).encode(
        x, y, tooltip=["run:N", "step:Q", alt.Tooltip("loss:Q", format=".3~g")]
    )
    return alt.LayerChart(layer=[line, hover]).properties(title=title, height=320)
