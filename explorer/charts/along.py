"""The ways back through time: the whole state, along c alone, along h alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from engine.cells import CELLS
from explorer import theme
from explorer.charts.nets import NEUTRAL
from explorer.charts.pick import at
from explorer.charts.products import NORM, spans_of, trained
from explorer.charts.products import lines as lines_of

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "Each line is what one way back leaves after so many steps. Along c there are only forget gates in the way, "
    "along h the recurrent matrix at every step."
)


def along(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    title: str | None = None,
) -> alt.LayerChart:
    """The norm of the product for the whole state, and for the ways that never leave one part of it, c or h; recording:
    of the analysis "spectra"."""
    here = at(recording, step=step, trial=trial, layer=layer, direction=direction)
    cell = CELLS[recording.attrs["cell"]]
    lines = {"whole state": here["product_norm"].values}
    if here.sizes["part"] > 1:
        for part in here["part"].values[::-1]:
            words = f"along {cell.signal(str(part)).symbol[0]}"
            lines[words] = here["along"].sel(part=part).values
    records = [
        {"training": line, "line": NORM, **record}
        for line, values in lines.items()
        for record in spans_of(here["span"].values, values)
    ]
    hue = theme.CELLS[cell.name]
    hues = [hue, theme.GATES["forget"], NEUTRAL][: len(lines)]
    said = f"Which way back, {trained(here)}" if title is None else title
    return lines_of(records, list(lines), hues, (NORM,), said)
