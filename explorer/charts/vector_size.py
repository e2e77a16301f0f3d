"""Accuracy against the size of the one vector: what does not fit into it is not written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from explorer.charts.nets import NEUTRAL, Net, axis, hue, named_once, one_of, rows_of, shape

HOW_TO_READ = (
    "A dot for each net, a line through the median of the seeds, a band from the worst to the best; dotted: with attention. "
    "All were trained equally long, so a vector that is large enough may still be undertrained."
)
BAND = 0.16
CLOSE = 0.06
"""Dotted lines nearer than this share one name."""


def vector_size(
    points: Sequence[Mapping[str, Any]],
    nets: Sequence[Net],
    *,
    levels: Mapping[str, float] | None = None,
    field: str = "symbols",
    title: str = "Is it the size of the vector?",
) -> alt.LayerChart:
    """A dot for every size and seed, lines through the medians, and what attention reaches.

    points: `net` (a label of ``nets``, one for every length of the source), `vector` (numbers in it), `seed`, `share` 0…1 of
    ``field`` that are right. levels: by label of a net what the same reaches with attention.
    """
    shown = named_once(nets)
    labels = [net.label for net in shown]
    records = [
        {name: p[name] for name in ("net", "vector", "seed", "share")}
        for p in points
        if p["net"] in labels
    ]
    sizes = sorted({row["vector"] for row in records})
    base = alt.Chart(rows_of(records))
    ticks = alt.Axis(title="numbers in the one vector", values=sizes, grid=False, format="d")
    x = alt.X("vector:Q", axis=ticks, scale=alt.Scale(type="log", base=2, nice=False, padding=16))
    percent = axis(f"{field} right", [0, 0.25, 0.5, 0.75, 1], None, "", ".0%")
    y = alt.Y("share:Q", axis=percent, scale=alt.Scale(domain=[0, 1], nice=False))
    spread = (
        base.transform_aggregate(least="min(share)", most="max(share)", groupby=["net", "vector"])
        .mark_area(opacity=BAND, tooltip=None)
        .encode(x, alt.Y("least:Q", axis=percent), hue(shown), y2="most:Q")
    )
    tips = [
        *map(alt.Tooltip, ("net:N", "vector:Q", "seed:N")),
        alt.Tooltip("share:Q", format=".1%"),
    ]
    dots = base.encode(x, y, hue(shown), tooltip=tips)
    hollow = one_of("net", [net.label for net in shown if net.hollow])
    largest = one_of("vector", sizes[-1:])
    layers: list[alt.Chart] = [
        spread,
        base.mark_line(tooltip=None, opacity=0.8).encode(
            x, alt.Y("median(share):Q", axis=percent), hue(shown)
        ),
        dots.transform_filter(f"!({hollow})").mark_point(filled=True, size=30, opacity=0.8),
        dots.transform_filter(hollow)
        .mark_point(filled=False, size=30, opacity=1)
        .encode(shape=shape(shown)),
        base.transform_filter(largest)
        .transform_aggregate(middle="median(share)", groupby=["net", "vector"])
        .mark_text(align="left", dx=10, tooltip=None)
        .encode(x, alt.Y("middle:Q", axis=percent), hue(shown), text="net:N"),
        *_levels(base, levels or {}),
    ]
    return alt.LayerChart(layer=layers, title=title, height=340)


def _levels(base: alt.Chart, levels: Mapping[str, float]) -> list[alt.Chart]:
    """Dotted lines over the whole width, each named above its left end; of those that are close the first is named."""
    once = base.transform_aggregate(count="count()")
    found: list[alt.Chart] = []
    named: list[float] = []
    for value in levels.values():
        found.append(
            once.mark_rule(strokeDash=[2, 4], strokeWidth=2, color=NEUTRAL, tooltip=None).encode(
                y=alt.YDatum(value)
            )
        )
        if all(abs(value - other) > CLOSE for other in named):
            named.append(value)
            text = once.mark_text(align="left", baseline="top", dx=6, dy=6, tooltip=None)
            found.append(
                text.encode(
                    x=alt.value(0), y=alt.YDatum(value), text=alt.TextValue("with attention")
                )
            )
    return found
