"""Read-out by place of the evidence: a dot for every seed, and the median as a number."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import altair as alt

from explorer import theme
from explorer.charts.nets import NEUTRAL, looked_up, rows_of
from explorer.charts.words import percent

HOW_TO_READ = (
    "Each cell is a scale from 0 to 100 %, each dot one seed, the number their median; the dotted line is guessing. Every net was "
    "trained and tested with the evidence at that place."
)
WIDE = 0.62
"""Share of a column that its scale takes; the numbers stand inside it."""


def readouts_table(
    points: Sequence[Mapping[str, Any]],
    readouts: Mapping[str, str],
    places: Sequence[str],
    *,
    baseline: float = 0.5,
    cell: str = "rnn",
    title: str = "Which read-out finds the evidence?",
) -> alt.LayerChart:
    """A line for each read-out, a column for each place.

    points: `readout` (a key of ``readouts``, whose values are the words shown), `place`, `seed`, `accuracy` 0…1. cell: whose hue.
    """
    records = [
        {
            "readout": readouts[p["readout"]],
            "place": p["place"],
            "seed": p["seed"],
            "accuracy": p["accuracy"],
        }
        for p in points
        if p["readout"] in readouts and p["place"] in places
    ]
    rows, columns = list(readouts.values()), list(places)
    left = {place: float(at) for at, place in enumerate(columns)}
    seeds = sorted({row["seed"] for row in records})
    shift = {s: (i - (len(seeds) - 1) / 2) * 0.5 / max(len(seeds), 1) for i, s in enumerate(seeds)}
    line = f"indexof({json.dumps(rows)}, datum.readout)"
    base = (
        alt.Chart(rows_of(records))
        .transform_calculate(line=line, column=looked_up("place", left))
        .transform_calculate(
            across=f"datum.column + {WIDE} * datum.accuracy",
            down=f"datum.line + {looked_up('seed', shift)}",
        )
    )
    x, y = _axes(rows, columns)
    tips = ["readout:N", "place:N", "seed:Q", alt.Tooltip("accuracy:Q", format=".1%")]
    dots = base.mark_point(filled=True, size=42, opacity=0.75, color=theme.CELLS[cell])
    numbers = _numbers(records, rows, left)
    text = (
        alt.Chart(rows_of(numbers))
        .mark_text(align="left", dx=10, tooltip=None)
        .encode(x("right"), y("line"), text="said:N")
    )
    layers = [
        *_frames(base, columns, baseline),
        dots.encode(x("across"), y("down"), tooltip=tips),
        text,
    ]
    return alt.LayerChart(layer=layers, title=title, height=70 + 52 * len(rows))


def _numbers(
    records: Sequence[Mapping[str, Any]], rows: Sequence[str], left: Mapping[str, float]
) -> list[dict[str, Any]]:
    """The median of each cell, right of its last dot."""
    found = []
    for line, readout in enumerate(rows):
        for place, at in left.items():
            own = [
                r["accuracy"] for r in records if r["readout"] == readout and r["place"] == place
            ]
            if own:
                said = percent(median(own))
                found.append({"right": at + WIDE * max(own), "line": line, "said": said})
    return found


def _axes(rows: Sequence[str], columns: Sequence[str]) -> tuple[Any, Any]:
    """The two scales, both by place: a scale of accuracy lies inside each column."""
    across = alt.Axis(
        title=None,
        orient="top",
        values=[at + WIDE / 2 for at in range(len(columns))],
        labelExpr=f"({json.dumps(list(columns))})[floor(datum.value)]",
        grid=False,
        domain=False,
        ticks=False,
        labelOverlap=False,
    )
    down = alt.Axis(
        title=None,
        values=list(range(len(rows))),
        labelExpr=f"({json.dumps(list(rows))})[datum.value]",
        labelLimit=240,
        labelOverlap=False,
        grid=True,
        ticks=False,
        domain=False,
    )
    wide = alt.Scale(domain=[-0.03, len(columns)], nice=False, zero=False)
    tall = alt.Scale(domain=[-0.5, len(rows) - 0.5], nice=False, zero=False, reverse=True)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=across, scale=wide)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=down, scale=tall)

    return x, y


def _frames(base: alt.Chart, columns: Sequence[str], baseline: float) -> list[alt.Chart]:
    """The ends of every scale, and guessing as a dotted line."""
    once = base.transform_aggregate(count="count()")
    found = []
    for at in range(len(columns)):
        for share in (0.0, 1.0):
            rule = once.mark_rule(color=NEUTRAL, opacity=0.5, tooltip=None)
            found.append(rule.encode(x=alt.XDatum(at + WIDE * share)))
        dotted = once.mark_rule(strokeDash=[2, 4], strokeWidth=2, color=NEUTRAL, tooltip=None)
        found.append(dotted.encode(x=alt.XDatum(at + WIDE * baseline)))
    return found
