"""From a recording to the film of the Recurrence page: pure functions, no page and no net.

A film is of one trial and layer: one panel for each chosen signal and direction, its units below one another in an
order that stays the same over all snapshots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.cells import CELLS, Cell, Signal
from engine.newest import newest
from engine.probabilities import probabilities
from explorer import theme
from explorer.charts.directions import NAMES
from explorer.components.film.data import FilmData, Panel, Scale
from explorer.components.shared.data import Token
from explorer.films.directions import named

if TYPE_CHECKING:
    import xarray as xr


def limits(signal: Signal, values: np.ndarray) -> tuple[Scale, tuple[float, float]]:
    """The scale of a signal's colours: gates 0 … 1, others around 0, as far as they can reach.

    Where a signal has no bounds, as far as `theme.TOLD_APART` of its values do.
    """
    low, high = signal.range
    if (low, high) == (0.0, 1.0):
        return "gate", (0.0, 1.0)
    if low is not None and high is not None:
        return "signed", (-max(-low, high), max(-low, high))
    finite = np.abs(values[np.isfinite(values)])
    top = float(np.quantile(finite, theme.TOLD_APART)) if finite.size else 1.0
    return "signed", (-max(top, 1e-6), max(top, 1e-6))


def tokens(recording: xr.Dataset, trial: int) -> tuple[Token, ...]:
    """The words of a trial, as the columns of a film; a module's steps have no period."""
    length = int(recording["length"][trial])
    words = recording["word"].values[trial, :length].tolist()
    known = recording["known"].values[trial, :length].tolist()
    periods = ["start"] * length
    if "period" in recording.coords:
        periods = recording["period"].values[trial, :length].tolist()
    return tuple(map(Token, words, periods, known))


def answers(
    recording: xr.Dataset, *, step: int | None, trial: int, count: int = 3
) -> tuple[tuple[str, float], ...]:
    """The likeliest answers at the end of a trial with their probabilities; for a number that number alone.

    recording: of the analysis "record"; step: of the newest snapshot up to it. Nothing where nothing is read out.
    """
    if "output" not in recording or "answer" not in recording["output"].dims:
        return ()
    last = int(recording["length"][trial]) - 1
    output = recording["output"].values[newest(recording, step), trial, last]
    if "answer" not in recording.coords:
        return (("", float(output[0])),)
    shares = probabilities(output)
    best = np.argsort(-shares, kind="stable")[:count]
    return tuple((str(recording["answer"].values[one]), float(shares[one])) for one in best)


def panel(
    cell: Cell,
    name: str,
    values: np.ndarray,
    *,
    around: np.ndarray | None = None,
    key: str = "",
    label: str = "",
) -> Panel:
    """A signal's course ``[snapshot, unit, time]`` as a panel; around: the values that its colours reach to."""
    signal = cell.signal(name)
    scale, ends = limits(signal, values if around is None else around)
    return Panel(
        key or name,
        label or signal.words,
        values,
        tuple(str(unit + 1) for unit in range(values.shape[1])),
        scale,
        ends,
        symbol=signal.symbol.partition("_")[0],
        color=theme.GATES.get(name, theme.CELLS[cell.name]),
    )


def course(
    recording: xr.Dataset, name: str, *, trial: int, layer: int, direction: int
) -> np.ndarray:
    """A signal through time ``[snapshot, unit, time]``, cut at the trial's length."""
    length = int(recording["length"][trial])
    found: np.ndarray = recording[name].values[:, trial, layer, direction, :length]
    return found.swapaxes(-1, -2)


def inside_film(
    recording: xr.Dataset,
    signals: Sequence[str],
    *,
    trial: int = 0,
    layer: int = 0,
    directions: Sequence[int] = (0,),
    orders: Mapping[int, tuple[int, ...]] | None = None,
    start_step: int | None = None,
    cursor: tuple[str, int, int] | None = None,
) -> FilmData:
    """The chosen signals of one trial in each direction, below the unrolled graph.

    orders: of the units, by direction. cursor: its panel as `films.directions.key_of` calls it.
    """
    cell = CELLS[recording.attrs["cell"]]
    panels = tuple(
        one
        for name in signals
        for one in _both(recording, name, trial, layer, directions, orders or {})
    )
    columns = tokens(recording, trial)
    inside = {shown.key for shown in panels}
    return FilmData(
        columns=columns,
        steps=tuple(int(step) for step in recording["snapshot"].values),
        panels=panels,
        graph=True,
        start_step=start_step,
        cursor=cursor if cursor is not None and cursor[0] in inside else None,
        carried=tuple(cell.signal(name).symbol.partition("_")[0] for name in cell.state),
        lanes=NAMES if recording.sizes["direction"] > 1 else (),
    )


def _both(
    recording: xr.Dataset,
    name: str,
    trial: int,
    layer: int,
    directions: Sequence[int],
    orders: Mapping[int, tuple[int, ...]],
) -> list[Panel]:
    """One signal in each direction, on one scale."""
    cell = CELLS[recording.attrs["cell"]]
    courses = [
        course(recording, name, trial=trial, layer=layer, direction=direction)
        for direction in directions
    ]
    around = np.stack(courses)
    return [
        replace(
            named(panel(cell, name, values, around=around), direction, directions),
            order=orders.get(direction),
        )
        for direction, values in zip(directions, courses, strict=True)
    ]
