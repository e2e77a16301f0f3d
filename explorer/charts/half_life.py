"""How long each unit keeps: the half-life of what it stored, against the gap."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import altair as alt

from explorer import theme
from explorer.charts.nets import NEUTRAL, rows_of
from explorer.charts.retention import LONGEST, units_of

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "One line is one unit: after so many words half of what it stored is left, and each grid line is a factor of 10. "
    "Units that do not reach the dashed line have lost more than half before the end of the gap."
)
SHORTEST = 0.1
"""Words: half-lives below that are drawn at the foot."""


def half_life(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    mode: theme.Mode = "light",
    title: str = "How long does each unit keep?",
) -> alt.LayerChart:
    """Half-life of every unit, ln ½ / ln gate in words, longest first, against the gap. recording: of the analysis `retention`."""
    gap, gate, records = units_of(recording, step, trial, layer, direction)
    ranked = sorted(records, key=lambda row: -row["kept"])
    for rank, row in enumerate(ranked, start=1):
        row["rank"] = rank
        row["drawn"] = min(max(row["kept"], SHORTEST), LONGEST)
    base = alt.Chart(rows_of(ranked))
    x = alt.X(
        "rank:Q",
        title="units, the longest half-life first",
        scale=alt.Scale(domain=[0, len(ranked) + 1], nice=False),
        axis=alt.Axis(grid=False, tickMinStep=1),
    )
    ticks = [SHORTEST, 1, 10, 100, 1e3, 1e4, LONGEST]
    named = json.dumps({f"{LONGEST:g}": "≥ 100,000", f"{SHORTEST:g}": "≤ 0.1"})
    y = alt.Y(
        "drawn:Q",
        title="half-life (words)",
        scale=alt.Scale(type="log", domain=[SHORTEST, LONGEST]),
        axis=alt.Axis(
            values=ticks,
            labelExpr=f"({named})[format(datum.value, '.6~g')] || format(datum.value, ',')",
        ),
    )
    stems = base.transform_calculate(low=str(SHORTEST)).mark_rule(
        color=theme.GATES[gate], strokeWidth=2, opacity=1, tooltip=None
    )
    dots = base.mark_point(filled=True, size=70, opacity=1, color=theme.GATES[gate])
    level = alt.Chart(rows_of([{"gap": gap, "says": f"the gap, {gap} words"}]))
    layers = [
        stems.encode(x, y, y2="low"),
        dots.encode(x, y, tooltip=["unit:Q", "half-life:Q", alt.Tooltip("left:Q", format=".1%")]),
        level.mark_rule(strokeDash=[4, 4], strokeWidth=2, color=NEUTRAL, tooltip=None).encode(
            y="gap:Q"
        ),
        level.mark_text(
            align="right", dx=-4, dy=-8, color=theme.INK[mode].quiet, tooltip=None
        ).encode(x=alt.value("width"), y="gap:Q", text="says:N"),
    ]
    return alt.LayerChart(layer=layers, title=title, height=380)
