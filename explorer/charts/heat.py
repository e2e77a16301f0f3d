"""A heat map in real axes: one cell for each number of a matrix, every number in the picture's data."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.grid import axis, framed, places
from explorer.charts.nets import NEUTRAL, rows_of
from explorer.charts.pixels import address
from explorer.charts.shades import Kind, Shades, shades

HOW_TO_READ = (
    "One cell is one number. The scale stands beside the picture; blank cells have no number."
)
SEAM = 0.12
"""Rectangles reach this far (in cells) below the next one, so that no light line shows between them."""
MOST_RECTANGLES = 3000
"""Cells that are drawn one by one, each with its value under the mouse; more become one image in the same axes."""


def heat(
    values: np.ndarray,
    *,
    rows: Sequence[str | int],
    columns: Sequence[str | int],
    row_title: str,
    column_title: str,
    value_title: str = "value",
    scale: Kind = "gate",
    limits: tuple[float, float] | None = None,
    frame: tuple[int | None, int | None] | None = None,
    silent: Collection[int] = (),
    mode: theme.Mode = "light",
    title: str = "",
    height: int = 320,
) -> alt.LayerChart:
    """values ``[row, column]``, the first row at the top; NaN stays blank, what leaves the limits has their colour.

    rows, columns: names, or numbers of steps, one for each. frame: (row, column) to be framed; None in a place: all
    of them, so that (3, None) frames a row. silent: places (of filler) whose words are left out at the axes. mode: the page's, which a signed scale needs. The CSV has one line
    for each cell: row, column, value. Raises ValueError when names and numbers do not match.
    """
    values = np.asarray(values, float)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(
            f"values {list(values.shape)}: wanted {len(rows)} rows and {len(columns)} columns."
        )
    shade = shades(scale, limits, mode)
    box = {
        "x": alt.X(
            "x0:Q",
            scale=places(len(columns)),
            axis=axis(columns, column_title, silent, across=True),
        ),
        "x2": "x1",
        "y": alt.Y(
            "y0:Q",
            scale=places(len(rows), down=True),
            axis=axis(rows, row_title, silent, across=False),
        ),
        "y2": "y1",
    }
    names = [str(row) for row in rows], [str(column) for column in columns]
    titles = row_title, column_title, value_title
    draw = _rectangles if values.size <= MOST_RECTANGLES else _image
    layers = draw(values, *names, shade, titles, box)
    if frame is not None:
        layers.append(framed(frame, values.shape, layers[0], box))
    whole = alt.LayerChart(layer=layers)
    return whole.properties(
        title=title, height=height, view=alt.ViewBackground(stroke=NEUTRAL, strokeOpacity=0.5)
    )


def _rectangles(
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    shade: Shades,
    titles: tuple[str, str, str],
    box: dict[str, Any],
) -> list[alt.Chart]:
    records = (
        {"row": row, "column": column, "value": float(values[r, c]), "r": r, "c": c}
        for r, row in enumerate(rows)
        for c, column in enumerate(columns)
    )
    over = 0.5 + SEAM
    lowest = shade.limits[0] if shade.kind == "log" else -1e300
    base = (
        alt.Chart(rows_of(records))
        .transform_filter("isValid(datum.value)")
        .transform_calculate(
            x0="datum.c - 0.5",
            x1=f"min(datum.c + {over}, {len(columns)} - 0.5)",
            y0="datum.r - 0.5",
            y1=f"min(datum.r + {over}, {len(rows)} - 0.5)",
            shown=f"max(datum.value, {lowest})",  # a logarithm has no colour for 0
        )
    )
    tips = [
        alt.Tooltip(field, title=name, format=form)
        for field, name, form in zip(
            ("row:N", "column:N", "value:Q"), titles, ("", "", ".3~g"), strict=True
        )
        if name
    ]
    return [
        base.mark_rect().encode(
            **box, color=_colour("shown:Q", shade, titles[2], values), tooltip=tips
        )
    ]


def _image(
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    shade: Shades,
    titles: tuple[str, str, str],
    box: dict[str, Any],
) -> list[alt.Chart]:
    cells = {
        "rows": rows,
        "columns": columns,
        "values": [[_plain(value) for value in row] for row in values.tolist()],
    }
    record = {
        "x0": -0.5,
        "x1": len(columns) - 0.5,
        "y0": -0.5,
        "y1": len(rows) - 0.5,
        "image": address(shade.colours(values)),
        "low": shade.limits[0],
        "cells": cells,  # a matrix, which the CSV of a chart writes out cell by cell
    }
    base = alt.Chart(rows_of([record]))
    # A point without size carries the legend, which an image has not.
    legend = base.mark_point(opacity=0, size=0, tooltip=None).encode(
        x=box["x"], y=box["y"], color=_colour("low:Q", shade, titles[2], values)
    )
    picture = base.mark_image(aspect=False, smooth=False, tooltip=None).encode(**box, url="image:N")
    return [picture, legend]


def _colour(field: str, shade: Shades, title: str, values: np.ndarray) -> alt.Color:
    """The scale with its legend; on a logarithmic one an end says so where values lie beyond it, 0 among them."""
    low, high = shade.limits
    under, over = ("≤ " if (values < low).any() else ""), ("≥ " if (values > high).any() else "")
    sign = (
        f"datum.value < {low * 1.01:g} ? '{under}' : datum.value > {high * 0.99:g} ? '{over}' : ''"
    )
    form = "datum.value < 0.01 ? '.0e' : '~g'" if shade.kind == "log" else "'.2~g'"
    legend = alt.Legend(
        title=title,
        titleLimit=220,
        values=list(shade.ticks()),
        labelExpr=(f"({sign}) + " if shade.kind == "log" else "") + f"format(datum.value, {form})",
        gradientLength=180,
    )
    return alt.Color(field, scale=shade.scale(), legend=legend)


def _plain(value: float) -> float | None:
    """Seven figures are all that a float32 has."""
    return float(f"{value:.7g}") if np.isfinite(value) else None
