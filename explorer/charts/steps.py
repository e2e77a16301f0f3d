"""Time steps as an axis: their words where there are some, and in a long sentence only those that are not filler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from explorer.charts import grid, pick

if TYPE_CHECKING:
    import xarray as xr


def names(recording: xr.Dataset, count: int, trial: int = 0) -> list[str]:
    """What stands at each of ``count`` steps: words, or the numbers of the steps."""
    if "word" not in recording.coords:
        return [str(number) for number in range(count)]
    return pick.words(recording, trial)[:count]


def silent(recording: xr.Dataset, trial: int = 0) -> list[int]:
    """Steps whose words are left out at an axis: in a long sentence all but the cue and the last."""
    if "word" not in recording.coords:
        return []
    places = pick.places(recording, trial)
    if len(places) <= pick.WHOLE or "period" not in recording.coords:
        return [place["time"] for place in places if not place["written"]]
    periods = recording["period"].values[trial]
    last = len(places) - 1
    return [t for t in range(last) if periods[t] != "cue"]


def across(recording: xr.Dataset, field: str, title: str, count: int, trial: int = 0) -> alt.X:
    """The horizontal axis of a field that counts steps."""
    axis = grid.axis(names(recording, count, trial), title, silent(recording, trial), across=True)
    return alt.X(field, scale=grid.places(count), axis=axis)
