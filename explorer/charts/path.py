"""Two ways back from the answer: at once through attention, or step by step through the recurrence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.causal import cue
from explorer.charts.logs import decades, shown
from explorer.charts.nets import rows_of
from explorer.charts.pick import at
from explorer.charts.steps import across, names
from explorer.charts.words import short

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "How hard each word pulls on the answer, apart by the way: each grid line down is a factor of 1000. "
    "Dotted: first along the recurrence to a later word, from there through attention."
)
LIMITS = (1e-12, 1e3)
WAYS = {
    "direct": "attention",
    "chain": "recurrence",
    "later": "both",
}
"""Variables of the analysis, and what a picture calls them."""
DASHES = ([1, 0], [7, 4], [1, 3])
EXTENT = 56
"""Pixels left of this picture and of `looked_at`, so that their words stand below each other."""


def path(
    recording: xr.Dataset, *, step: int | None = None, trial: int = 0, title: str | None = None
) -> alt.LayerChart:
    """Reach of every word by its way, after the training step; recording: of the analysis "paths".

    At the word that settles the answer (else at the first one) stand both lengths, in steps, and what still arrives.
    """
    here = at(recording, step=step, trial=trial)
    count = here.sizes["time"]
    written = names(recording, count, trial)
    records = list(_records(here, written))
    x = across(recording, "k:Q", "", count, trial)
    y = decades("drawn:Q", "reach (last word = 1)", LIMITS, minExtent=EXTENT, maxExtent=EXTENT)
    # There is no legend: the two ways that a word is told apart by are named beside their points.
    dash = alt.StrokeDash(
        "way:N", scale=alt.Scale(domain=list(WAYS.values()), range=list(DASHES)), legend=None
    )
    base = alt.Chart(rows_of(records)).transform_calculate(drawn=shown("reach", LIMITS))
    hue = theme.CELLS[recording.attrs["cell"]]
    tips = ["word:N", "way:N", "steps:N", alt.Tooltip("reach:Q", format=".2e")]
    layers: list[alt.Chart] = [
        base.mark_line(color=hue, tooltip=None).encode(x, y, strokeDash=dash),
        base.mark_point(opacity=0, size=150).encode(x, y, tooltip=tips),
    ]
    place = cue(recording, trial)
    settled = "period" in recording.coords and str(here["period"].values[place]) == "cue"
    said = "Two ways back from the answer"
    if settled and place < count - 1:
        said = (
            f"“{written[place]}” is 1 step away through attention, "
            f"{count - 1 - place} through the recurrence"
        )
    layers += _lengths(base, min(place, count - 2), x, y, hue)
    return alt.LayerChart(layer=layers).properties(
        title=said if title is None else title, height=300
    )


def _records(here: xr.Dataset, written: list[str]) -> Iterator[dict[str, Any]]:
    """One for each word and way; the answer's own step is no way back."""
    last = len(written) - 1
    for name, way in WAYS.items():
        values = np.asarray(here[name], float)
        for k, word in enumerate(written[:last]):
            steps = {"direct": "1", "chain": str(last - k)}.get(name, f"2 to {last - k}")
            if name != "later" or k < last - 1:
                label = f"{way}, {steps} step{'s' * (steps != '1')}: {short(values[k])}"
                yield {
                    "way": way,
                    "k": k,
                    "word": word,
                    "steps": steps,
                    "reach": float(values[k]),
                    "label": label,
                }


def _lengths(base: alt.Chart, place: int, x: alt.X, y: alt.Y, hue: str) -> list[alt.Chart]:
    """Both lengths at one word: above the upper point, below the lower where there is room."""
    ways = [WAYS["direct"], WAYS["chain"]]
    marked = base.transform_filter(f"datum.k == {place} && indexof({ways!r}, datum.way) >= 0")
    above = f"datum.way == '{ways[0]}' || datum.drawn < {100 * LIMITS[0]}"
    layers = [marked.mark_point(filled=True, size=90, opacity=1, color=hue, tooltip=None)]
    layers += [
        marked.transform_filter(which).mark_text(
            align="left", dx=9, dy=lifted, fontWeight="bold", tooltip=None
        )
        for which, lifted in ((above, -9), (f"!({above})", 14))
    ]
    return [layers[0].encode(x, y), *(text.encode(x, y, text="label:N") for text in layers[1:])]
