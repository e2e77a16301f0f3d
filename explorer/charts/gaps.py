"""Accuracy against gap: every dot is a net of its own, trained up to that gap and tested at it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import altair as alt

from explorer.charts.nets import (
    Net,
    across,
    axis,
    ends,
    hue,
    looked_up,
    named_once,
    one_of,
    rows_of,
    shape,
)

HOW_TO_READ = (
    "Every dot is one net, trained up to that gap and tested at it; the line runs through the median "
    "of the seeds. On the dotted line a net only guesses."
)


def gaps(
    points: Sequence[Mapping[str, Any]],
    nets: Mapping[str, Net],
    *,
    baseline: float | None = None,
    title: str = "Up to which gap does each net learn it?",
    across_title: str = "longest gap in training (words)",
) -> alt.LayerChart:
    """A dot for every seed, lines through the medians, and what guessing reaches.

    points: `row` (a key of `nets`; others are left out), `gap` in words, `seed`, `accuracy` 0…1.
    The gaps stand at equal distances, and their dots beside each other, by net and seed: equal ones
    could not be seen else.
    """
    shown = named_once(nets.values())
    records = [
        {"net": nets[p["row"]].label, "gap": p["gap"], "seed": p["seed"], "accuracy": p["accuracy"]}
        for p in points
        if p["row"] in nets
    ]
    tested = sorted({row["gap"] for row in records})
    seeds = sorted({row["seed"] for row in records})
    share = 0.8 / max(len(shown), 1)
    by_net = {net.label: (i - (len(shown) - 1) / 2) * share for i, net in enumerate(shown)}
    by_seed = {
        seed: (i - (len(seeds) - 1) / 2) * 0.8 * share / len(seeds) for i, seed in enumerate(seeds)
    }
    column = f"indexof({json.dumps(tested)}, datum.gap) + {looked_up('net', by_net)}"
    base = alt.Chart(rows_of(records)).transform_filter("isValid(datum.accuracy)")
    base = base.transform_calculate(middle=column, place=f"{column} + {looked_up('seed', by_seed)}")
    ticks = alt.Axis(
        title=across_title,
        values=list(range(len(tested))),
        labelExpr=f"{json.dumps(tested)}[datum.value]",
        grid=False,
    )
    # The shifted dots of the last gap must still lie inside.
    x = alt.X("place:Q", axis=ticks, scale=alt.Scale(domain=[-0.6, len(tested) - 0.4], nice=False))
    percent = axis("accuracy", [0, 0.25, 0.5, 0.75, 1], baseline, "chance", ".0%")
    y = alt.Y("accuracy:Q", axis=percent, scale=alt.Scale(domain=[0, 1], nice=False))
    dot = base.encode(x, y, hue(shown), tooltip=["net:N", "gap:Q", "seed:Q", "accuracy:Q"])
    hollow = one_of("net", [net.label for net in shown if net.hollow])
    last = {net.label: _median(records, net, tested[-1:]) for net in shown}
    layers: list[alt.Chart | alt.LayerChart] = []
    if baseline is not None:
        layers.append(across(base, baseline))
    layers += [
        base.mark_line(tooltip=None, opacity=0.6).encode(
            alt.X("middle:Q", axis=ticks), alt.Y("median(accuracy):Q", axis=percent), hue(shown)
        ),
        dot.transform_filter(f"!({hollow})").mark_point(filled=True, size=36, opacity=0.8),
        dot.transform_filter(hollow)
        .mark_point(filled=False, size=36, opacity=1)
        .encode(shape=shape(shown)),
        ends(base, shown, {name: value for name, value in last.items() if value is not None}, 0.09),
    ]
    return alt.LayerChart(layer=layers, title=title, height=380)


def _median(records: Sequence[Mapping[str, Any]], net: Net, at: Sequence[float]) -> float | None:
    """The median accuracy of a net at one gap; None when nothing is known there."""
    here = [row["accuracy"] for row in records if row["net"] == net.label and row["gap"] in at]
    return median(known) if (known := [value for value in here if math.isfinite(value)]) else None
