"""The matrix of attention: where each written word looks in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from explorer import theme
from explorer.charts.heat import heat
from explorer.charts.pick import snapshot
from explorer.charts.symbols import written

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "A row is one written word: how much of its attention lies on each word of the source, 1 in all. "
    "Where it looks is not proof of why; what it writes after an overwrite is."
)
LONGEST = 480
"""Points of height at most; every row has as much of it as the others."""


def alignment(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    frame: tuple[int | None, int | None] | None = None,
    mode: theme.Mode = "light",
    title: str = "Where does each written word look?",
) -> alt.LayerChart:
    """α_ts, written words down, the source across; recording: of the analysis "alignment".

    frame: the row and the column to be framed. Raises ValueError for a net without attention, or a step before the first snapshot.
    """
    if "attention" not in recording:
        raise ValueError("This net has no attention: every word is written from the one vector.")
    at = snapshot(recording, step)
    rows = [one.marked for one in written(recording, at, trial)]
    length = int(recording["length"][trial])
    return heat(
        recording["attention"].values[at, trial, : len(rows), :length],
        rows=rows,
        columns=[str(word) for word in recording["word"].values[trial, :length]],
        row_title="written word",
        column_title="word of the source",
        value_title="attention",
        limits=(0.0, 1.0),
        frame=frame,
        mode=mode,
        title=title,
        height=min(LONGEST, 60 + 30 * len(rows)),
    )
