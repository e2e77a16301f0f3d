"""From a recording of attention to films: what looks where, while the net learns; before and after a change; and what pulls.

Rows are the written words, and change while it learns; columns are the words of the source. Pure functions, no page, no net.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.newest import newest
from explorer.attention.written import shown_steps
from explorer.charts.pathparts import LIMITS, parts
from explorer.charts.symbols import Symbol, unmarked, written
from explorer.components.film.data import FilmData, Panel, Scale
from explorer.components.shared.data import Token

if TYPE_CHECKING:
    import xarray as xr

KEY = "attention"
OLD, NEW = "old", "new"
COLUMNS, ROWS = "word of the source", "written word"


def alignment_film(
    recording: xr.Dataset,
    *,
    trial: int = 0,
    start_step: int | None = None,
    cursor: tuple[int, int] | None = None,
) -> FilmData:
    """α_ts of one trial at every snapshot; recording: of the analysis "alignment". cursor: step of writing and place in the source."""
    count = shown_steps(recording, trial)
    values = _cut(recording, KEY, count, trial)
    names = tuple(
        _names(written(recording, snapshot, trial), count) for snapshot in range(len(values))
    )
    panel = _panel(KEY, "attention", values, names, symbol="α_ts")
    return _film(recording, (panel,), trial, cursor and (KEY, *cursor), start_step)


def overwritten_film(
    before: xr.Dataset,
    after: xr.Dataset,
    *,
    trial: int = 0,
    cursor: tuple[int, int] | None = None,
) -> FilmData:
    """Attention as it is and with some weights overwritten, at one snapshot, which both recordings have as their only one."""
    count = max(shown_steps(one, trial) for one in (before, after))
    panels = tuple(
        _panel(
            key,
            label,
            _cut(one, KEY, count, trial)[-1:],
            (_names(unmarked(written(one, -1, trial)), count),),
            measure="attention",
        )
        for key, label, one in ((OLD, "as it is", before), (NEW, "overwritten", after))
    )
    return _film(after, panels, trial, cursor and (NEW, *cursor))


def source_credit_film(
    pulled: xr.Dataset,
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    cursor: tuple[int, int] | None = None,
) -> FilmData:
    """How hard each written word pulls on each state of the source, in three parts below each other, at one snapshot of each.

    pulled: of the analysis "source_credit"; recording: of "alignment", which knows what was written.
    """
    count = shown_steps(recording, trial)
    at = newest(recording, step)
    named = _names(written(recording, at, trial), count)
    panels = tuple(
        _panel(
            name,
            label,
            _cut(pulled, name, count, trial)[-1:],
            (named,),
            scale="log",
            limits=LIMITS,
            measure="‖∂m/∂state‖",
        )
        for name, label in parts(pulled).items()
    )
    return _film(pulled, panels, trial, cursor and ("total", *cursor))


def _film(
    recording: xr.Dataset,
    panels: tuple[Panel, ...],
    trial: int,
    cursor: tuple[str, int, int] | None,
    start_step: int | None = None,
) -> FilmData:
    length = int(recording["length"][trial])
    words = recording["word"].values[trial, :length].tolist()
    known = recording["known"].values[trial, :length].tolist()
    steps = recording["snapshot"].values[-len(panels[0].values) :]
    inside = cursor is not None and cursor[1] < len(panels[0].rows) and cursor[2] < length
    return FilmData(
        columns=tuple(Token(word, "start", told) for word, told in zip(words, known, strict=True)),
        steps=tuple(int(step) for step in steps),
        panels=panels,
        column_title=COLUMNS,
        row_title=ROWS,
        start_step=start_step,
        cursor=cursor if inside else None,
    )


def _panel(
    key: str,
    label: str,
    values: np.ndarray,
    names: tuple[tuple[str, ...], ...],
    *,
    scale: Scale = "gate",
    limits: tuple[float, float] = (0.0, 1.0),
    symbol: str = "",
    measure: str = "",
) -> Panel:
    rows = tuple(str(row + 1) for row in range(values.shape[1]))
    return Panel(
        key, label, values, rows, scale, limits, symbol=symbol, measure=measure, names=names
    )


def _cut(recording: xr.Dataset, name: str, count: int, trial: int) -> np.ndarray:
    """``[snapshot, time, source]`` of one trial: ``count`` steps, blank where less was written."""
    length = int(recording["length"][trial])
    found = recording[name].values[:, trial, :count, :length]
    missing = count - found.shape[1]
    return np.pad(found, ((0, 0), (0, missing), (0, 0)), constant_values=np.nan)


def _names(symbols: tuple[Symbol, ...], count: int) -> tuple[str, ...]:
    """What the rows are called; a row that is not written has no name."""
    named = [one.marked for one in symbols[:count]]
    return (*named, *[""] * (count - len(named)))
