"""One signal of several nets over the same words: aligned column by column, on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer import theme
from explorer.charts.panels import Panel, panels
from explorer.charts.pick import at, places, words

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "Each picture is one net over the same words; each row is one unit, each column one step. All have one scale of "
    "colour, so what looks stronger is stronger."
)


def compare(
    recordings: Mapping[str, xr.Dataset],
    *,
    signal: str = "hidden",
    step: int | None = None,
    trial: int = 0,
    direction: int = 0,
    limits: tuple[float, float] | None = None,
    orders: Mapping[str, Sequence[int]] | None = None,
    mode: theme.Mode = "light",
    title: str = "",
) -> alt.LayerChart:
    """The signal ``[unit, time]`` of every net's top layer. recordings: of the analysis "record", by label.

    Nets without the signal are left out. limits: of the colours; none: as far as the farthest goes. orders: the units of a net from top to bottom, by label. A net with fewer units has blank rows below. Raises ValueError when no net has it.
    """
    found: dict[str, tuple[np.ndarray, tuple[float | None, float | None], str]] = {}
    for label, recording in recordings.items():
        cell = CELLS[recording.attrs["cell"]]
        if signal in {one.name for one in cell.signals}:
            top = recording.sizes["layer"] - 1
            here = at(recording, step=step, trial=trial, layer=top, direction=direction)
            values = np.asarray(here[signal].values, float).T
            of = cell.signal(signal)
            found[label] = values, of.range, of.words.partition(" (")[0]
    if not found:
        raise ValueError(f"signal = {signal!r}: none of these nets has it.")
    gates = all(span == (0.0, 1.0) for _, span, _ in found.values())
    farthest = max(_farthest(values, span) for values, span, _ in found.values())
    ends = limits or ((0.0, 1.0) if gates else (-farthest, farthest))
    units = max(len(values) for values, _, _ in found.values())
    first = recordings[next(iter(found))]
    columns = words(first, trial)
    measure = next(iter(found.values()))[2]
    parts = [
        Panel(
            label,
            _filled(values, units),
            "gate" if gates else "signed",
            ends,
            measure=measure,
            order=(*(orders or {}).get(label, range(len(values))), *range(len(values), units)),
        )
        for label, (values, _, _) in found.items()
    ]
    silent = [place["time"] for place in places(first, trial) if not place["written"]]
    return panels(
        parts,
        rows=[str(number + 1) for number in range(units)],
        columns=columns,
        row_title="one row for each unit",
        column_title="step",
        silent=silent,
        mode=mode,
        title=title or f"{measure} of each net, over the same words",
        high=max(60, min(112, 520 // len(parts))),
    )


def _farthest(values: np.ndarray, span: tuple[float | None, float | None]) -> float:
    """How far from 0 a signal can go; where it has no bounds, how far it does."""
    low, high = span
    if low is not None and high is not None:
        return max(-low, high)
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=1e-6))


def _filled(values: np.ndarray, rows: int) -> np.ndarray:
    return np.pad(values, ((0, rows - len(values)), (0, 0)), constant_values=np.nan)
