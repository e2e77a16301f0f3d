"""Heat maps one below the other over the same words, in one view: a chart of several views keeps its own width."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.grid import axis, places
from explorer.charts.nets import NEUTRAL, rows_of
from explorer.charts.pixels import address
from explorer.charts.shades import Kind, Shades, shades

BETWEEN = 0.12
"""Free height between two panels, in heights of a panel."""
HIGH = 92
"""Points of one panel's height."""
AROUND = 130
"""Points for words and legends: the page counts them into the height."""


@dataclass(frozen=True, eq=False)
class Panel:
    """One heat map: its name (and a second line), numbers ``[row, column]``, its scale and what that measures."""

    label: str
    values: np.ndarray
    kind: Kind = "gate"
    limits: tuple[float, float] = (0.0, 1.0)
    detail: str = ""
    measure: str = "gate"
    order: tuple[int, ...] | None = None
    """Its own order of rows, where it has one."""


def panels(
    parts: Sequence[Panel],
    *,
    rows: Sequence[str],
    columns: Sequence[str | int],
    row_title: str,
    column_title: str,
    order: Sequence[int] | None = None,
    silent: Collection[int] = (),
    mode: theme.Mode = "light",
    title: str = "",
    high: int = HIGH,
) -> alt.LayerChart:
    """All panels, the first at the top; their rows are the same ones, drawn in ``order`` (top first).

    Panels of equal kind, limits and measure share one scale of colour, with a legend below. The CSV has one line for each
    cell; its row names the panel too. Raises ValueError for panels that do not fit the rows and columns.
    """
    if not parts:
        raise ValueError("There is no panel to draw.")
    drawn = list(range(len(rows))) if order is None else list(order)
    for part in parts:
        if part.values.shape != (len(rows), len(columns)):
            raise ValueError(
                f"{part.label}: {list(part.values.shape)} values for {len(rows)} rows and {len(columns)} columns."
            )
    scales = {(p.kind, p.limits, p.measure): shades(p.kind, p.limits, mode) for p in parts}
    beyond = {(p.kind, p.limits, p.measure) for p in parts if (p.values > p.limits[1]).any()}
    beyond |= {(p.kind, p.limits, p.measure) for p in parts if (p.values < p.limits[0]).any()}
    base = alt.Chart(
        rows_of(
            _record(number, p, rows, columns, p.order or drawn, mode)
            for number, p in enumerate(parts)
        )
    )
    end = len(parts) - BETWEEN
    middles = [number + (1 - BETWEEN) / 2 for number in range(len(parts))]
    labels = [[part.label, part.detail] if part.detail else part.label for part in parts]
    names = alt.Axis(
        title=None,
        values=middles,
        labelExpr=f"({json.dumps(labels)})[floor(datum.value)]",
        labelLimit=260,
        labelOverlap=False,
        grid=False,
        ticks=False,
        domain=False,
    )
    down = alt.Scale(domain=[0, end], nice=False, zero=False, reverse=True)
    x = alt.X(
        "x0:Q",
        scale=places(len(columns)),
        axis=axis(columns, column_title, silent, across=True),
    )
    y = alt.Y("y0:Q", scale=down, axis=names)
    image = base.mark_image(aspect=False, smooth=False, tooltip=None).encode(
        x, y, x2="x1", y2="y1", url="image:N"
    )
    frame = base.mark_rect(filled=False, stroke=NEUTRAL, strokeOpacity=0.5, tooltip=None).encode(
        x, y, x2="x1", y2="y1"
    )
    # A point without size carries each legend, which an image has not.
    legends = [
        base.mark_point(opacity=0, size=0, tooltip=None).encode(
            x, y, color=_legend(shade, measure, limits if (kind, limits, measure) in beyond else ())
        )
        for (kind, limits, measure), shade in scales.items()
    ]
    whole = alt.LayerChart(layer=[image, frame, *legends])
    return (
        whole.resolve_scale(color="independent")
        .resolve_legend(color="independent")
        .properties(
            title=alt.TitleParams(title, subtitle=row_title, subtitleColor=theme.INK[mode].quiet),
            height=high * len(parts) + AROUND,
        )
    )


def _record(
    number: int,
    part: Panel,
    rows: Sequence[str],
    columns: Sequence[str | int],
    order: Sequence[int],
    mode: theme.Mode,
) -> dict[str, object]:
    """One panel: its place, its picture, and its numbers for the CSV."""
    values = part.values[list(order)]
    cells = {
        "rows": [f"{part.label}: {rows[row]}" for row in order],
        "columns": [str(column) for column in columns],
        "values": [
            [float(f"{v:.7g}") if np.isfinite(v) else None for v in line]
            for line in values.tolist()
        ],
    }
    return {
        "x0": -0.5,
        "x1": len(columns) - 0.5,
        "y0": float(number),
        "y1": number + 1 - BETWEEN,
        "image": address(shades(part.kind, part.limits, mode).colours(values)),
        "low": part.limits[0],
        "cells": cells,
    }


def _legend(shade: Shades, measure: str, ends: tuple[float, ...]) -> alt.Color:
    """ends: the limits, where values lie beyond them; the legend then says "≤" and "≥"."""
    form = ".3~g" if shade.kind != "log" else ".0e"
    signs = (
        "".join(
            f"datum.value == {end!r} ? '{sign}' : "
            for end, sign in zip(ends, ("≤", "≥"), strict=True)  # both or none
        )
        if ends
        else ""
    )
    legend = alt.Legend(
        title=measure,
        orient="bottom",
        direction="horizontal",
        titleOrient="left",
        titleLimit=0,
        values=list(shade.ticks()),
        labelExpr=f"({signs}'') + format(datum.value, '{form}')",
        gradientLength=130,
        offset=6,
    )
    return alt.Color("low:Q", scale=shade.scale(), legend=legend)
