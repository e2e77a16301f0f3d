"""Gradient norm before and after the clip, at every training step: exploding gradients, and what clipping does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from explorer import theme
from explorer.charts.logs import decades, level, shown
from explorer.charts.nets import NEUTRAL, rows_of

HOW_TO_READ = (
    "Grey dots above the dotted line are gradients that the clip cut down to it; coloured is what the optimiser got. "
    "The axis is logarithmic, and the same for every run."
)
LIMITS = (1e-4, 1e6)
BEFORE, AFTER = "before the clip", "after the clip"


def clipping(
    metrics: Sequence[Mapping[str, Any]],
    *,
    cell: str,
    clip: float | None = None,
    ended: str = "",
    longest: int | None = None,
    title: str = "Gradient norm while training",
) -> alt.LayerChart:
    """Norms of one run against the training step.

    metrics: the run's records, with step, norm and clipped. clip: the largest norm that is let through; None: no
    clip, and one line. ended: words at the last step, where the training broke off. longest: training steps of the axis.
    """
    records = [
        {"step": int(m["step"]), "norm": float(m["norm"]), "clipped": float(m["clipped"])}
        for m in metrics
        if m.get("norm") is not None
    ]
    steps = [record["step"] for record in records] or [0]
    data = rows_of(records)
    base = alt.Chart(data).transform_calculate(
        before=shown("norm", LIMITS), after=shown("clipped", LIMITS)
    )
    x = alt.X(
        "step:Q",
        title="training step",
        scale=alt.Scale(domain=[0, max(longest or 0, *steps, 1)], nice=False),
        axis=alt.Axis(grid=False, tickMinStep=1),
    )
    hue = theme.CELLS[cell]
    title_y = "gradient norm"
    tips = ["step:Q", *(alt.Tooltip(f"{name}:Q", format=".3~g") for name in ("norm", "clipped"))]
    layers: list[alt.Chart] = []
    if clip is None:
        layers.append(
            base.mark_line(color=hue, tooltip=None).encode(x, decades("before:Q", title_y, LIMITS))
        )
    else:
        layers.append(level(data, clip))
        kinds = alt.Scale(domain=[BEFORE, AFTER], range=[NEUTRAL, hue])
        legend = alt.Legend(orient="top", title=None, symbolType="circle", symbolOpacity=1)
        layers += [
            base.mark_point(size=16, filled=True, opacity=0.8, tooltip=None)
            .encode(
                x,
                decades("before:Q", title_y, LIMITS),
                color=alt.Color("kind:N", scale=kinds, legend=legend),
            )
            .transform_calculate(kind=f"'{BEFORE}'"),
            base.mark_point(size=10, filled=True, opacity=0.8, tooltip=None)
            .encode(
                x,
                decades("after:Q", title_y, LIMITS),
                color=alt.Color("kind:N", scale=kinds, legend=legend),
            )
            .transform_calculate(kind=f"'{AFTER}'"),
        ]
    hover = base.mark_point(opacity=0, size=60).encode(
        x, decades("before:Q", title_y, LIMITS), tooltip=tips
    )
    layers.append(hover)
    if ended and records:
        last = base.transform_filter(f"datum.step == {steps[-1]}")
        layers.append(
            last.mark_text(align="left", dx=8, dy=-4, text=ended, tooltip=None).encode(
                x, decades("before:Q", title_y, LIMITS)
            )
        )
    return alt.LayerChart(layer=layers).properties(title=title, height=340)


def clipped_share(metrics: Sequence[Mapping[str, Any]]) -> float:
    """The share of training steps whose gradient was cut, 0 … 1."""
    norms = [(m["norm"], m["clipped"]) for m in metrics if m.get("norm") is not None]
    return sum(clipped < norm for norm, clipped in norms) / max(1, len(norms))
