"""One column of the matrix of credit: the gradient that arrives at one step, itemised by the answers it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.causal import matrices, symbols
from explorer.charts.logs import decades, shown
from explorer.charts.nets import rows_of
from explorer.charts.pick import at
from explorer.charts.steps import across, names

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "One dot is one answer and how hard it pulls on the state at this one step. Full dots are answers that training "
    "asks for; hollow ones show what the net’s own top answer would send back if it were asked there."
)
LIMITS = (1e-12, 1e3)
ASKED, UNASKED = "asked", "not asked"


def itemised(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    time: int = 0,
    title: str | None = None,
) -> alt.LayerChart:
    """‖∂q_t/∂s_time‖ against the answer step t; recording: of the analysis "credit". time: the state step."""
    here = at(recording, step=step, trial=trial)
    values, answers = matrices(recording, trial=trial, layer=layer, direction=direction)
    steps = [int(number) for number in recording["snapshot"].values]
    column = values[steps.index(here.attrs["step"]), :, time]
    asked = np.asarray(recording["asked"])[trial, : len(answers)]
    said_at = names(recording, values.shape[-1], trial)
    q, s = symbols(recording)
    records = [
        {
            "t": t,
            "word": said_at[t],
            "kind": ASKED if is_asked else UNASKED,
            "credit": float(value),
        }
        for t, is_asked, value in zip(answers, asked, column, strict=True)
        if not np.isnan(value)
    ]
    hue = theme.CELLS[recording.attrs["cell"]]
    kinds = alt.Scale(domain=[ASKED, UNASKED], range=[hue, "transparent"])
    base = alt.Chart(rows_of(records)).transform_calculate(drawn=shown("credit", LIMITS))
    field = f"‖∂{q}(t)/∂{s}‖"
    dots = base.mark_point(size=90, stroke=hue, strokeWidth=1.5, opacity=1).encode(
        across(recording, "t:Q", "answer at step t", len(said_at), trial),
        decades("drawn:Q", field, LIMITS),
        fill=alt.Fill(
            "kind:N",
            scale=kinds,
            legend=alt.Legend(orient="top", title=None, symbolStrokeColor=hue, labelLimit=0),
        ),
        tooltip=["word:N", "kind:N", alt.Tooltip("credit:Q", title=field, format=".2e")],
    )
    what = {"m": "margins", "L": "losses"}.get(q, "outputs")
    said = f"Which {what} pull on {s} at “{said_at[time]}”?"
    return alt.LayerChart(layer=[dots]).properties(
        title=said if title is None else title, height=360
    )
