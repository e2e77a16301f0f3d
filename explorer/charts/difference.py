"""What one changed word changes: how far every signal is from where it was, at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer import theme
from explorer.charts.grid import axis, places
from explorer.charts.nets import rows_of
from explorer.charts.pick import at, words
from explorer.charts.pick import places as steps_of

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "Root mean square over the units of (new − old), on a log scale; where nothing differs there is no line. A line "
    "that falls is forgetting the change: below 1e-7 both sentences are the same to a net of float32."
)
FLOOR = 1e-8
"""Smallest difference that is drawn."""
DASHES = {"hidden": [6, 3]}
"""Hidden and cell state share the hue of the cell; the hidden state is dashed."""


def difference(
    recording: xr.Dataset,
    *,
    other: int = 1,
    trial: int = 0,
    step: int | None = None,
    layer: int = 0,
    direction: int = 0,
    title: str = "What the changed word changes",
) -> alt.LayerChart:
    """‖s_t(other) - s_t(trial)‖ / √units of every signal s at every step; recording: of the analysis "record".

    trial, other: the old and the new sentence; they are of one length.
    """
    place = {"step": step, "layer": layer, "direction": direction}
    old, new = at(recording, trial=trial, **place), at(recording, trial=other, **place)  # type: ignore[arg-type]
    cell = CELLS[recording.attrs["cell"]]
    names = words(recording, other)
    written = words(recording, trial)
    records: list[dict[str, Any]] = [
        {
            "time": time,
            "old word": written[time],
            "new word": names[time],
            "signal": signal.words,
            "difference": float(value),
        }
        for signal in cell.signals
        for time, value in enumerate(distance(old[signal.name].values, new[signal.name].values))
    ]
    top = max([FLOOR * 10, *(record["difference"] for record in records)])
    records = [record for record in records if record["difference"] > 0]
    signals = [signal.words for signal in cell.signals]
    colours = [theme.GATES.get(signal.name, theme.CELLS[cell.name]) for signal in cell.signals]
    dashes = [
        DASHES.get(signal.name, [1, 0]) if len(cell.state) > 1 else [1, 0]
        for signal in cell.signals
    ]
    silent = [one["time"] for one in steps_of(recording, other) if not one["written"]]
    legend = alt.Legend(orient="top", title=None, labelLimit=0, columns=3)
    base = alt.Chart(rows_of(records)).encode(
        alt.X("time:Q", scale=places(len(names)), axis=axis(names, "step", silent, across=True)),
        alt.Y(
            "difference:Q",
            title="difference, rms over units",
            scale=alt.Scale(type="log", domain=[FLOOR, top], clamp=True, nice=False),
            axis=alt.Axis(format=".0e", tickCount=5),
        ),
        alt.Color("signal:N", scale=alt.Scale(domain=signals, range=colours), legend=legend),
    )
    line = base.mark_line(tooltip=None).encode(
        alt.StrokeDash("signal:N", scale=alt.Scale(domain=signals, range=dashes), legend=legend)
    )
    tips = ["signal:N", "old word:N", "new word:N", alt.Tooltip("difference:Q", format=".3~g")]
    points = base.mark_point(opacity=0, size=120).encode(tooltip=tips)
    return alt.LayerChart(layer=[line, points]).properties(title=title, height=420)


def distance(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Root mean square over units of two ``[time, unit]``; over the steps that both have."""
    both = min(len(old), len(new))
    return np.sqrt(np.mean((new[:both].astype(np.float64) - old[:both]) ** 2, -1))
