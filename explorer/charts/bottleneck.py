"""Accuracy against the length of the source: every line is a net over its seeds, lengths of its training shaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import altair as alt

from explorer.charts.nets import (
    NEUTRAL,
    Net,
    axis,
    hue,
    named_once,
    one_of,
    rows_of,
    shape,
)

HOW_TO_READ = (
    "The line runs through the median of the seeds, the band from the worst to the best, and every dot is one net. Lengths in "
    "the shaded part were trained; none of the sources was."
)
BAND, SHADE = 0.16, 0.13
"""Opacities: of the spread over seeds, and of the lengths of the training."""
HALF = 0.5
DASHES = ([1, 0], [7, 4], [2, 3])


def bottleneck(
    points: Sequence[Mapping[str, Any]],
    nets: Sequence[Net],
    *,
    seen: tuple[int, int] | None = None,
    field: str = "strings",
    unit: str = "symbols",
    title: str = "How long a source can it carry?",
) -> alt.LayerChart:
    """Lines through the medians, a band over the seeds, and a dot for every seed.

    points: `net` (a label of ``nets``; others are left out), `length` of the source, `seed`, and shares 0…1 by name, of which ``field``
    is drawn: strings (written right to the end) or symbols. seen: the shortest and the longest source of the training. unit: what a
    source is counted in.
    """
    shown = named_once(nets)
    labels = [net.label for net in shown]
    records = [
        {"net": p["net"], "length": p["length"], "seed": p["seed"], "share": p[field]}
        for p in points
        if p["net"] in labels
    ]
    lengths = sorted({row["length"] for row in records}) or [1]
    base = alt.Chart(rows_of(records))
    x = alt.X(
        "length:Q",
        axis=alt.Axis(
            title=f"length of the source ({unit})", grid=False, tickMinStep=1, format="d"
        ),
        scale=alt.Scale(domain=[lengths[0] - 0.5, lengths[-1] + 0.5], nice=False, zero=False),
    )
    percent = axis(f"{field} right", [0, 0.25, 0.5, 0.75, 1], None, "", ".0%")
    y = alt.Y("share:Q", axis=percent, scale=alt.Scale(domain=[0, 1], nice=False))
    line = base.encode(x, alt.Y("median(share):Q", axis=percent), hue(shown))
    spread = (
        base.transform_aggregate(least="min(share)", most="max(share)", groupby=["net", "length"])
        .mark_area(opacity=BAND, tooltip=None)
        .encode(x, alt.Y("least:Q", axis=percent), hue(shown), y2="most:Q")
    )
    tips = [
        *map(alt.Tooltip, ("net:N", "length:Q", "seed:Q")),
        alt.Tooltip("share:Q", format=".1%"),
    ]
    dots = base.encode(x, y, hue(shown), tooltip=tips)
    hollow = one_of("net", [net.label for net in shown if net.hollow])
    layers: list[alt.Chart | alt.LayerChart] = []
    if seen is not None:
        layers.append(_trained(base, seen))
    layers += [
        spread,
        line.mark_line(tooltip=None, opacity=0.8).encode(strokeDash=_dashes(labels)),
        dots.transform_filter(f"!({hollow})").mark_point(filled=True, size=14, opacity=0.8),
        dots.transform_filter(hollow)
        .mark_point(filled=False, size=18, opacity=0.9)
        .encode(shape=shape(shown)),
        *_names(records, shown, lengths[-1], x, y),
    ]
    return alt.LayerChart(layer=layers, title=title, height=340)


def _dashes(labels: Sequence[str]) -> alt.StrokeDash:
    """Nets of one cell have one hue: their lines differ by their dashes, in the order of the nets."""
    patterns = [DASHES[place % len(DASHES)] for place in range(len(labels))]
    return alt.StrokeDash("net:N", scale=alt.Scale(domain=labels, range=patterns), legend=None)


def _names(
    records: Sequence[Mapping[str, Any]], nets: Sequence[Net], longest: int, x: alt.X, y: alt.Y
) -> list[alt.Chart]:
    """The name of each net beside its line where it has fallen below a half, or at its end: there lines lie on one another."""
    places: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for net in nets:
        shares: dict[int, list[float]] = {}
        for row in records:
            if row["net"] == net.label:
                shares.setdefault(row["length"], []).append(row["share"])
        medians = {length: median(values) for length, values in sorted(shares.items())}
        best = max(medians, key=lambda length: medians[length], default=longest)
        low = [length for length in medians if length > best and medians[length] < HALF]
        at = low[0] if low else max(medians, default=longest)
        place = {"net": net.label, "length": at, "share": medians.get(at, 0.0)}
        places[not low].append(place)
    return [
        alt.Chart(rows_of(found))
        .mark_text(
            align="right" if at_end else "left", dx=-4 if at_end else 10, dy=-9, tooltip=None
        )
        .encode(x, y, hue(nets), text="net:N")
        for at_end, found in places.items()
        if found
    ]


def _trained(base: alt.Chart, seen: tuple[int, int]) -> alt.Chart:
    """The lengths of the training, shaded from half a symbol below the shortest to half a symbol above the longest."""
    once = base.transform_aggregate(count="count()")
    return once.mark_rect(color=NEUTRAL, opacity=SHADE, tooltip=None).encode(
        x=alt.XDatum(seen[0] - 0.5), x2=alt.X2Datum(seen[1] + 0.5)
    )
