"""From a recording to the film of the Recurrence page: pure functions, no page and no net.

A film is of one trial, layer and direction: one panel for each chosen signal, its units below one another in an
order that stays the same over all snapshots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.cells import CELLS, Cell, Signal
from explorer import theme
from explorer.components.film.data import FilmData, Panel, Scale
from explorer.components.shared.data import Token

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
    output = (
        recording["output"].values[snapshot_of(recording, step), trial, last].astype(np.float64)
    )
    if "answer" not in recording.coords:
        return (("", float(output[0])),)
    shares = np.exp(output - output.max())
    shares /= shares.sum()
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
    direction: int = 0,
    order: tuple[int, ...] | None = None,
    start_step: int | None = None,
    cursor: tuple[str, int, int] | None = None,
) -> FilmData:
    """The chosen signals of one trial, below the unrolled graph."""
    place = {"trial": trial, "layer": layer, "direction": direction}
    cell = CELLS[recording.attrs["cell"]]
    panels = tuple(panel(cell, name, course(recording, name, **place)) for name in signals)
    columns = tokens(recording, trial)
    inside = {shown.key for shown in panels}
    return FilmData(
        columns=columns,
        steps=tuple(int(step) for step in recording["snapshot"].values),
        panels=panels,
        graph=True,
        order=order,
        start_step=start_step,
        cursor=cursor if cursor is not None and cursor[0] in inside else None,
        carried=tuple(cell.signal(name).symbol.partition("_")[0] for name in cell.state),
    )


def edited_film(
    recording: xr.Dataset,
    name: str,
    *,
    step: int,
    layer: int = 0,
    direction: int = 0,
    order: tuple[int, ...] | None = None,
    cursor: tuple[int, int] | None = None,
) -> FilmData:
    """One signal of the old sentence (trial 0), of the new one (trial 1), and new - old, below each other.

    At one training step; the colours reach as far as at all of them. Old and new share their scale; the difference
    has its own, around 0. cursor: unit and time step.
    """
    place = {"layer": layer, "direction": direction}
    old, new = (course(recording, name, trial=trial, **place) for trial in (0, 1))
    at = snapshot_of(recording, step)
    sides = [
        panel(
            CELLS[recording.attrs["cell"]],
            name,
            values[at : at + 1],
            around=np.stack([old, new]),
            key=key,
            label=key,
        )
        for key, values in (("old", old), ("new", new))
    ]
    apart = new - old
    top = max(float(np.nanmax(np.abs(apart))), 1e-6)
    rows, color = sides[0].rows, sides[0].color
    last = Panel(
        "difference", "new − old", apart[at : at + 1], rows, "signed", (-top, top), color=color
    )
    columns = tuple(
        new if old.word == new.word else replace(new, word=f"{old.word} → {new.word}", period="cue")
        for old, new in zip(tokens(recording, 0), tokens(recording, 1), strict=True)
    )
    return FilmData(
        columns=columns,
        steps=(int(recording["snapshot"].values[at]),),
        panels=(*sides, last),
        order=order,
        cursor=None if cursor is None else ("difference", *cursor),
    )


def snapshot_of(recording: xr.Dataset, step: int | None) -> int:
    """The place of the newest snapshot up to a step; None: the last; the first where all are newer."""
    snapshots = recording["snapshot"].values
    return len(snapshots) - 1 if step is None else max(0, int((snapshots <= step).sum()) - 1)
