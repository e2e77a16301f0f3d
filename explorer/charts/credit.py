"""The matrix of credit: how hard the answer at every step pulls on the state at every earlier step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from explorer import theme
from explorer.charts.causal import LIMITS, matrices, symbols
from explorer.charts.heat import heat
from explorer.charts.pick import at
from explorer.charts.steps import names, silent

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "A row is one answer, read backwards from the diagonal: bright as far as its error arrives. "
    "The scale is logarithmic and absolute, the same for every net and training step."
)


def credit(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    frame: tuple[int | None, int | None] | None = None,
    mode: theme.Mode = "light",
    title: str | None = None,
) -> alt.LayerChart:
    """‖∂q_t/∂s_k‖, answer steps t down, state steps k across; recording: of the analysis "credit".

    frame: the row (place among the answer steps) and the column to be framed.
    """
    here = at(recording, step=step, trial=trial)
    values, answers = matrices(recording, trial=trial, layer=layer, direction=direction)
    number = [int(s) for s in recording["snapshot"].values].index(here.attrs["step"])
    columns = names(recording, values.shape[-1], trial)
    q, s = symbols(recording)
    return heat(
        values[number],
        rows=[columns[answer] for answer in answers],
        columns=columns,
        row_title="answer at step t",
        column_title="state at step k",
        value_title=f"‖∂{q}(t) / ∂{s}(k)‖",
        scale="log",
        limits=LIMITS,
        frame=frame,
        silent=silent(recording, trial) if len(answers) == len(columns) else (),
        mode=mode,
        title="How far back does each answer pull?" if title is None else title,
        height=420,
    )
