"""Where the memory of one sentence turns the answer of another: by number of units and by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.bands import bands, silent
from explorer.charts.pick import at, places
from explorer.charts.shades import around_zero, shades

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "In each cell that many units of the memory are exchanged at that step, once. Orange: the answer of the sentence "
    "whose memory it was now has more than half of the probability; blue: it has less."
)


def exchange_map(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    mode: theme.Mode = "light",
    title: str = "",
) -> alt.LayerChart:
    """Margin of the source's answer after each exchange, in nats, on a signed scale; of the analysis `exchange`.

    Above 0 the source's answer has more than half of the probability. Steps that not both trials have stay blank.
    """
    target = int(recording.attrs["target"])
    found = at(recording, step=step, trial=target)
    source_answer = recording.attrs["source_answer"]
    margin = found["margin"].transpose("group", "time").values
    steps = places(recording, target)[: margin.shape[1]]
    return bands(
        margin,
        shades("signed", around_zero(margin, 1.0), mode),
        rows=[str(group) for group in found["group"].values],
        columns=[place["word"] for place in steps],
        row_title="what is exchanged",
        column_title="at this word, once" if "word" in recording.coords else "at this step, once",
        value_title=f"margin of {source_answer} (nats)",
        unwritten=silent(recording, target),
        title=title or f"When does the answer turn into {source_answer}?",
    )


@dataclass(frozen=True)
class Fewest:
    """The smallest group of units that turns the answer in the middle of the map; empty: none does. already: the
    net answers so without any exchange."""

    group: str
    already: bool


def fewest(recording: xr.Dataset, step: int | None = None) -> Fewest:
    """Read off the map at the step half-way between the first at which anything flips (or 0) and the last."""
    target = int(recording.attrs["target"])
    found = at(recording, step=step, trial=target)
    flipped = np.asarray(found["flipped"])  # [group, time]
    margin = np.asarray(found["margin"])
    flips = np.flatnonzero(flipped.any(0))
    answers = [str(name) for name in found["group"].values]
    known = np.flatnonzero(np.isfinite(margin[0]))
    first = flips[0] if len(flips) else known[0]
    half = int((first + known[-1]) // 2)
    units = [row for row, name in enumerate(answers) if not name.endswith("alone")]
    turning = [row for row in units if flipped[row, half]]
    already = bool(
        int(np.asarray(found["unchanged_answer"])) == int(recording.attrs["source_number"])
    )
    return Fewest(answers[turning[-1]] if turning else "", already)
