"""One row of the matrix of credit: how far back the error of one answer arrives, before training and after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from explorer import theme
from explorer.charts.causal import last_asked, matrices, symbols
from explorer.charts.logs import decades, shown
from explorer.charts.nets import dashed, rows_of
from explorer.charts.pick import at
from explorer.charts.steps import across, names

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "From right to left the error walks back from the answer; each grid line down is a factor of 1000. "
    "Dashed is the same net before it learned anything."
)
LIMITS = (1e-12, 1e3)


def profile(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    answer: int | None = None,
    time: int | None = None,
    title: str | None = None,
) -> alt.LayerChart:
    """‖∂q_t/∂s_k‖ of one answer step t against the state step k; recording: of the analysis "credit".

    answer: place among the answer steps; None: the last that is asked. time: a state step to be marked.
    """
    here = at(recording, step=step, trial=trial)
    values, answers = matrices(recording, trial=trial, layer=layer, direction=direction)
    row = last_asked(recording, trial) if answer is None else answer
    said_at = names(recording, values.shape[-1], trial)
    q, s = symbols(recording)
    steps = [int(number) for number in recording["snapshot"].values]
    chosen = steps.index(here.attrs["step"])
    states = (f"step {steps[chosen]}", "before training")
    records = list(_records(values[:, row], steps, chosen, said_at, states))
    x = across(recording, "k:Q", "state at step k", len(said_at), trial)
    field = f"‖∂{q}/∂{s}‖"
    base = alt.Chart(rows_of(records)).transform_calculate(drawn=shown("credit", LIMITS))
    line = base.mark_line(color=theme.CELLS[recording.attrs["cell"]], tooltip=None).encode(
        x,
        decades("drawn:Q", field, LIMITS),
        strokeDash=dashed("training", states[: 1 + (chosen > 0)]),
    )
    hover = base.mark_point(opacity=0, size=150).encode(
        x,
        decades("drawn:Q", field, LIMITS),
        tooltip=["word:N", "training:N", alt.Tooltip("credit:Q", title=field, format=".2e")],
    )
    layers = [line, hover]
    if time is not None and 0 <= time < len(said_at):
        marked = base.transform_filter(f"datum.k == {time} && datum.training == '{states[0]}'")
        point = marked.mark_point(size=120, filled=True, opacity=1, tooltip=None)
        layers.append(
            point.encode(
                x,
                decades("drawn:Q", field, LIMITS),
                color=alt.value(theme.CELLS[recording.attrs["cell"]]),
            )
        )
    what = {"m": "margin", "L": "loss"}.get(q, "sum of the outputs")
    said = f"What moves the {what} at “{said_at[answers[row]]}”?"
    return alt.LayerChart(layer=layers).properties(
        title=said if title is None else title, height=360
    )


def _records(
    rows: np.ndarray, steps: list[int], chosen: int, words: list[str], states: tuple[str, str]
) -> Iterator[dict[str, Any]]:
    """The chosen snapshot, and the first where that is another one."""
    for state, number in zip(states, (chosen, 0), strict=True):
        if state == states[0] or (chosen and steps[0] == 0):
            for k, (word, value) in enumerate(zip(words, rows[number], strict=True)):
                yield {"training": state, "k": k, "word": word, "credit": float(value)}
