"""Singular values of the matrices of a net: how much one use of a matrix can stretch or shrink what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from engine.cells import CELLS
from explorer import theme
from explorer.charts.nets import NEUTRAL, rows_of
from explorer.charts.pick import at

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "Above the line at 1 a matrix stretches in that direction, below it shrinks. In a gated cell these are "
    "the matrices inside the gates: the state itself is carried past them."
)


def singular(
    recording: xr.Dataset,
    *,
    matrix: str = "recurrent",
    step: int | None = None,
    layer: int = 0,
    direction: int = 0,
    title: str | None = None,
) -> alt.LayerChart:
    """Singular values, largest first, one line for each gate; recording: of the analysis "weights".

    matrix: "recurrent" (W_hh), "input" (W_xh) or "readout" (W_hy).
    """
    here = at(recording, step=step, layer=layer, direction=direction)
    values = here[f"{matrix}_singular"].values
    cell = CELLS[recording.attrs["cell"]]
    if matrix == "readout":
        lines, colours = {"read-out": values}, [NEUTRAL]
    else:
        signals = [cell.signal(str(name)) for name in here["gate"].values]
        names = [signal.words.partition(" (")[0] for signal in signals]
        lines = dict(zip(names, values, strict=True))
        colours = [theme.GATES.get(signal.name, theme.CELLS[cell.name]) for signal in signals]
    records = [
        {"matrix": name, "rank": rank, "singular value": float(value)}
        for name, series in lines.items()
        for rank, value in enumerate(series, 1)
    ]
    scale = alt.Scale(domain=list(lines), range=colours)
    legend = alt.Legend(orient="top", title=None) if len(lines) > 1 else None
    base = alt.Chart(rows_of(records)).encode(
        alt.X(
            "rank:Q",
            title="rank",
            axis=alt.Axis(tickMinStep=1, grid=False),
            scale=alt.Scale(zero=False, nice=False),
        ),
        alt.Y("singular value:Q", scale=alt.Scale(domainMin=0)),
        alt.Color("matrix:N", scale=scale, legend=legend),
    )
    one = alt.Chart(base.data).mark_rule(color=NEUTRAL, strokeDash=[4, 4], tooltip=None)
    layers: list[alt.Chart] = [
        one.encode(y=alt.datum(1)),
        base.mark_line(tooltip=None),
        base.mark_point(size=25).encode(
            tooltip=["matrix:N", "rank:Q", alt.Tooltip("singular value:Q", format=".3~g")]
        ),
    ]
    named = {"recurrent": "W_hh", "input": "W_xh", "readout": "W_hy"}[matrix]
    said = f"Singular values of {named}" if title is None else title
    return alt.LayerChart(layer=layers).properties(title=said, height=400)
