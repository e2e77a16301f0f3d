"""From a recording of credit to the film that scrubs through training: pure functions, no page and no net."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer import theme
from explorer.charts.causal import LIMITS, matrices, symbols
from explorer.charts.steps import names
from explorer.components.film.data import FilmData, Panel
from explorer.films.directions import key_of, named
from explorer.films.inside import tokens

if TYPE_CHECKING:
    import xarray as xr

KEY = "credit"


def credit_film(
    recording: xr.Dataset,
    *,
    trial: int = 0,
    layer: int = 0,
    directions: Sequence[int] = (0,),
    start_step: int | None = None,
    cursor: tuple[int, int] | None = None,
    way: int = 0,
) -> FilmData:
    """The matrix of credit at every snapshot, one for each direction: a row for every answer, a column for every state.

    recording: of the analysis "credit". cursor: row and column that are chosen, in the direction ``way``.
    """
    columns = tokens(recording, trial)
    words = names(recording, len(columns), trial)
    q, s = symbols(recording)
    panels = []
    for direction in directions:
        values, answers = matrices(recording, trial=trial, layer=layer, direction=direction)
        panel = Panel(
            KEY,
            f"credit ‖∂{q}/∂{s}‖",
            values,
            tuple(f"{words[answer]} ({answer + 1})" for answer in answers),
            "log",
            LIMITS,
            color=theme.CELLS[recording.attrs["cell"]],
        )
        panels.append(named(panel, direction, directions))
    inside = cursor is not None and cursor[0] < len(answers) and cursor[1] < len(columns)
    return FilmData(
        columns=columns,
        steps=tuple(int(step) for step in recording["snapshot"].values),
        panels=tuple(panels),
        column_title="state at step k",
        row_title="answer at step t",
        start_step=start_step,
        cursor=(key_of(KEY, way, directions), *cursor) if cursor is not None and inside else None,
    )
