"""What pulls on the source: the gradient of every written word into every state of the encoder, by its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.panels import Panel, panels
from explorer.charts.pathparts import LIMITS, parts
from explorer.charts.pick import snapshot

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "‖∂m/∂h̄‖: how much the margin m of a written word would move for a small change of what the encoder says of a word of the source, "
    "in one step (direct), by all longer paths (through the recurrence), and in all (total; vectors are added, not norms)."
)
TALL = 420
"""Points that the three panels have together."""


def source_credit(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    rows: tuple[str, ...] = (),
    mode: theme.Mode = "light",
    title: str = "What pulls on the source, and along which path?",
) -> alt.LayerChart:
    """‖∂m_t/∂h̄_s‖, written words down, the source across; recording: of the analysis "source_credit".

    rows: the written words; none: numbers. Raises ValueError for a step before the first snapshot.
    """
    at = snapshot(recording, step)
    length = int(recording["length"][trial])
    named = parts(recording)
    shown = {name: recording[name].values[at, trial, :, :length] for name in named}
    count = len(rows) or int(np.isfinite(shown["total"][:, 0]).sum())
    return panels(
        [
            Panel(label, shown[name][:count], "log", LIMITS, measure="‖∂m/∂state‖")
            for name, label in named.items()
        ],
        rows=rows or [str(row + 1) for row in range(count)],
        columns=[str(word) for word in recording["word"].values[trial, :length]],
        row_title="one row for each written word, the first at the top",
        column_title="word of the source",
        mode=mode,
        title=title,
        high=TALL // len(named),
    )
