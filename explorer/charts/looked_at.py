"""Where the answer looks: the weights of its attention over the words before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.nets import rows_of
from explorer.charts.path import EXTENT
from explorer.charts.pick import at
from explorer.charts.steps import across, names
from explorer.charts.words import percent

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "The weights of the answer's step over the states of all words before it; together they are 1. "
    "The state of a word also holds what came before, so the next word may do in its place."
)
NAMED = 3
"""Words that are named, at most."""
NAMED_FROM = 0.05
"""The least weight of a word that is named."""


def looked_at(
    recording: xr.Dataset, *, step: int | None = None, trial: int = 0, title: str | None = None
) -> alt.LayerChart:
    """α of the answer's step over the words, after the training step; recording: of the analysis "paths"."""
    here = at(recording, step=step, trial=trial)
    weights = np.asarray(here["weight"], float)
    written = names(recording, len(weights), trial)
    top = [k for k in np.argsort(-weights)[:NAMED].tolist() if weights[k] >= NAMED_FROM]
    records = [
        {
            "k": k,
            "word": word,
            "weight": float(weight),
            "label": f"{word} {percent(weight)}" if k in top else "",
        }
        for k, (word, weight) in enumerate(zip(written, weights, strict=True))
    ]
    y = alt.Y(
        "weight:Q",
        title="weight",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(values=[0, 0.5, 1], format=".0%", minExtent=EXTENT, maxExtent=EXTENT),
    )
    base = alt.Chart(rows_of(records))
    placed = base.transform_calculate(x0="datum.k - 0.4", x1="datum.k + 0.4", foot="0")
    bars = placed.mark_rect(color=theme.CELLS[recording.attrs["cell"]])
    tips = ["word:N", alt.Tooltip("weight:Q", format=".2%")]
    left = across(recording, "x0:Q", "", len(weights), trial)
    right = across(recording, "x1:Q", "", len(weights), trial)
    named = placed.transform_filter("datum.label != ''").mark_text(
        align="left", dx=4, dy=5, fontWeight="bold", tooltip=None
    )
    said = "Where does the answer look?" if title is None else title
    layers = [
        bars.encode(left, y, x2="x1:Q", y2="foot:Q", tooltip=tips),
        named.encode(right, y, text="label:N"),
    ]
    return alt.LayerChart(layer=layers).properties(title=said, height=170)
