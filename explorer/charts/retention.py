"""What is left after the gap: a gate of 0.9 looks open, and over 40 words it leaves 1.5 %."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.nets import NEUTRAL, rows_of
from explorer.charts.pick import at
from explorer.charts.words import percent

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "One dot is one unit: from left to right its gate is more open, from bottom to top more of what it stored is left "
    "after the gap. The line is gate^gap: over a long gap 0.9, which looks open, lies at the bottom."
)
WORDS = {"forget": "forget gate f", "update": "update gate z (1 keeps the old state)"}
LOOKS_OPEN = 0.9
LONGEST = 1e5
"""Words: a half-life beyond that is not told apart."""


def retention(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    mode: theme.Mode = "light",
    title: str = "What is left after the gap?",
) -> alt.LayerChart:
    """Every unit's mean gate over the gap against what it leaves, left = gate^gap, on that curve.

    recording: of the analysis `retention`; the mean is the geometric one, so every dot lies on the curve.
    """
    gap, gate, records = units_of(recording, step, trial, layer, direction)
    curve = [
        {"mean gate": g, "left": g**gap}
        for g in (float(x) for x in np.round(1 - np.geomspace(1e-3, 1, 120)[::-1], 5))
    ] + [{"mean gate": 1.0, "left": 1.0}]
    x = alt.X(
        "mean gate:Q",
        title=f"{WORDS[gate]}, mean over the gap",
        scale=alt.Scale(domain=[0, 1], nice=False, padding=6),
        axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, LOOKS_OPEN, 1], format=".1~f", grid=False),
    )
    y = alt.Y(
        "left:Q",
        title=f"left after {gap} words",
        scale=alt.Scale(domain=[0, 1], nice=False, padding=6),
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    line = alt.Chart(rows_of(curve)).mark_line(color=NEUTRAL, tooltip=None).encode(x, y)
    dots = (
        alt.Chart(rows_of(records))
        .mark_point(filled=True, size=90, opacity=theme.DOTS, color=theme.GATES[gate])
        .encode(
            x,
            y,
            tooltip=[
                "unit:Q",
                alt.Tooltip("mean gate:Q", format=".4f"),
                alt.Tooltip("left:Q", format=".1%"),
                alt.Tooltip("half-life:Q", format=".3~s"),
            ],
        )
    )
    says = f"{LOOKS_OPEN:g} looks open: {_share(LOOKS_OPEN**gap)} is left"
    note = (
        alt.Chart(rows_of([{"mean gate": LOOKS_OPEN, "left": LOOKS_OPEN**gap, "says": says}]))
        .mark_text(align="right", dx=-4, dy=-14, color=theme.INK[mode].quiet, tooltip=None)
        .encode(x, y, text="says:N")
    )
    return alt.LayerChart(layer=[line, dots, note], title=title, height=380)


@dataclass(frozen=True)
class Kept:
    """In words: the gap, how many of all units keep more than half over it, and the half-life of the unit in the middle."""

    gap: int
    units: int
    keeping: int
    median: str
    looks: float
    left: str


def kept(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
) -> Kept:
    """What stands beside the pictures."""
    gap, _, records = units_of(recording, step, trial, layer, direction)
    lives = [row["kept"] for row in records]
    middle = median(lives)
    return Kept(
        gap,
        len(records),
        sum(row["left"] > 0.5 for row in records),
        f"{middle:.2g} words" if middle < 100 else f"{round(middle, -1):,.0f} words",
        LOOKS_OPEN,
        _share(LOOKS_OPEN**gap),
    )


def units_of(
    recording: xr.Dataset, step: int | None, trial: int, layer: int, direction: int
) -> tuple[int, str, list[dict[str, Any]]]:
    """Gap in steps, the gate's name, and a record for every unit."""
    found = at(recording, step=step, trial=trial, layer=layer, direction=direction)
    records = [
        {
            "unit": unit + 1,
            "mean gate": float(found["keep"].values[unit]),
            "left": float(found["left"].values[unit]),
            "kept": float(half),
            "half-life": float(half) if math.isfinite(half) else LONGEST,
        }
        for unit, half in enumerate(found["half_life"].values)
    ]
    return int(found["gap"]), str(recording.attrs["gate"]), records


def _share(value: float) -> str:
    """1.5 %, where whole per cents would hide it."""
    return percent(value) if value >= 0.1 or value == 0 else f"{value * 100:.2g} %"
