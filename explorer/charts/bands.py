"""A heat map of few rows with long names over the words of a sentence; every cell shows its number under the mouse."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from explorer.charts.grid import axis, places
from explorer.charts.nets import rows_of
from explorer.charts.shades import Shades

if TYPE_CHECKING:
    import xarray as xr

LONG = 14
"""Words of a sentence in which every word is written."""
HIGH = 22
"""Points of a row's height."""
AROUND = 120
"""Points for the words below: the page counts them into the height."""
LEAST = 190
"""Points of the height of a picture of one row."""


def bands(
    values: np.ndarray,
    shade: Shades,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    row_title: str,
    column_title: str,
    value_title: str,
    unwritten: Collection[int] = (),
    title: str = "",
) -> alt.LayerChart:
    """values ``[row, column]``, the first row at the top; NaN stays blank. unwritten: columns whose names are left out.

    The CSV has one line for each cell: row, column, value, and the column's number from 1.
    """
    records = (
        {"row": row, "column": column, "value": float(values[r, c]), "number": c + 1}
        for r, row in enumerate(rows)
        for c, column in enumerate(columns)
    )
    base = (
        alt.Chart(rows_of(records))
        .transform_filter("isValid(datum.value)")
        .transform_calculate(x0="datum.number - 1.5", x1="datum.number - 0.4")
    )
    cells = base.mark_rect().encode(
        x=alt.X(
            "x0:Q",
            scale=places(len(columns)),
            axis=axis(columns, column_title, unwritten, across=True),
        ),
        x2="x1",
        y=alt.Y(
            "row:N",
            sort=list(rows),
            title=row_title or None,
            axis=alt.Axis(
                labelLimit=220, labelOverlap=False, labelFlush=False, ticks=False, domain=False
            ),
            scale=alt.Scale(paddingInner=0.06),
        ),
        color=alt.Color(
            "value:Q",
            scale=shade.scale(),
            legend=alt.Legend(
                title=value_title, titleLimit=220, values=list(shade.ticks()), format=".3~g"
            ),
        ),
        tooltip=[
            alt.Tooltip("row:N", title=row_title or "row"),
            alt.Tooltip("column:N", title=column_title),
            alt.Tooltip("number:Q", title="step"),
            alt.Tooltip("value:Q", title=value_title, format=".3~g"),
        ],
    )
    return alt.LayerChart(layer=[cells], title=title, height=max(LEAST, HIGH * len(rows) + AROUND))


def periods(recording: xr.Dataset, trial: int = 0) -> list[str]:
    """What each step of a trial is for; "start" where that is not known."""
    if "period" not in recording.coords:
        return ["start"] * int(recording.sizes["time"])
    length = int(np.asarray(recording["length"])[trial])
    return [str(period) for period in np.asarray(recording["period"])[trial, :length]]


def silent(recording: xr.Dataset, trial: int = 0) -> list[int]:
    """Steps whose words are not written: in a long sentence all but its first, its last, and those that matter (cues).

    Names that stand too close push each other out, and the first of them would win.
    """
    if "period" not in recording.coords:
        return []
    known = periods(recording, trial)
    ends = (0, len(known) - 1)
    if len(known) <= LONG:
        return []
    return [t for t, period in enumerate(known) if period != "cue" and t not in ends]
