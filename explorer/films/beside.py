"""The insides of several nets over the same words, as one film. Pure functions, no page, no net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.cells import CELLS
from explorer import theme
from explorer.charts.words import percent
from explorer.compare import Contender
from explorer.components.film.data import FilmData, Panel
from explorer.films import inside, unitorder
from explorer.films.directions import key_of, named
from explorer.picture import Net

if TYPE_CHECKING:
    import xarray as xr

REACH = "reach"
"""Key of the panel that says what still moves each net's answer."""
BEYOND = 2.0
"""Times as far as the least far net that the common colours reach at most."""
HIDDEN = "hidden"
"""The signal that every net has."""


def offered(nets: Sequence[Net]) -> dict[str, str]:
    """Signals that some of the nets have with their words: the one that all have first, then as in the equations."""
    found = {HIDDEN: "hidden state"}
    for net in nets:
        for signal in CELLS[net.network.cell].signals:
            found.setdefault(signal.name, signal.words.partition(" (")[0])
    return found


def has(net: Net, signal: str) -> bool:
    """Whether the signal is in the net's equation."""
    return signal in {one.name for one in CELLS[net.network.cell].signals}


def side_by_side(
    contenders: Sequence[Contender],
    recordings: Mapping[str, xr.Dataset],
    reaches: Mapping[str, xr.Dataset],
    signal: str = HIDDEN,
    *,
    trial: int = 0,
    start_step: int | None = None,
    cursor: tuple[str, int, int] | None = None,
    way: int = 0,
) -> FilmData:
    """A panel for each net and direction, on one scale, and one of all nets' reach; columns are the words, the same for all.

    recordings: by name, of the analysis "record", of the nets that have the signal; reaches: of "reach", of all nets.
    Units stand like beside like, in each net by itself. cursor: net, unit and step, in the direction ``way`` if the net has it.
    """
    shown = [one for one in contenders if one.net.name in recordings]
    first = recordings[shown[0].net.name]
    panels = [
        named(_panel(one, recordings[one.net.name], signal, trial, direction), direction, ways)
        for one in shown
        for ways in (ways_of(recordings[one.net.name]),)
        for direction in ways
    ]
    panels = _one_scale(panels)
    every = [panel.steps or () for panel in panels]
    rows = [one for one in contenders if one.net.name in reaches]
    every += [_steps(reaches[one.net.name]) for one in rows]
    steps = tuple(sorted({step for some in every for step in some}))
    columns = inside.tokens(first, trial)
    if rows:
        found = [_on(reaches[one.net.name], steps, trial, len(columns)) for one in rows]
        panels.append(
            Panel(
                REACH,
                "reach",
                np.stack(found, axis=1),
                tuple(one.label for one in rows),
                "log",
                (theme.REACH_FLOOR, 1.0),
                row_title="net",
            )
        )
    film = FilmData(columns, steps, tuple(panels), start_step=start_step)
    if cursor is not None and cursor[0] in recordings:
        ways = ways_of(recordings[cursor[0]])
        cursor = key_of(cursor[0], way if way in ways else 0, ways), *cursor[1:]
    return replace(film, cursor=cursor) if film.holds(cursor) else film


def ways_of(recording: xr.Dataset) -> tuple[int, ...]:
    """The directions of a recording: 0 forwards, 1 backwards."""
    return tuple(range(recording.sizes["direction"]))


def _panel(one: Contender, recording: xr.Dataset, signal: str, trial: int, direction: int) -> Panel:
    """A net's signal ``[snapshot, unit, time]`` in a direction of its top layer."""
    cell = CELLS[recording.attrs["cell"]]
    layer = recording.sizes["layer"] - 1
    values = inside.course(recording, signal, trial=trial, layer=layer, direction=direction)
    panel = inside.panel(cell, signal, values, key=one.net.name, label=one.label)
    right = "" if one.accuracy is None else f": {percent(one.accuracy)} right"
    return replace(
        panel,
        steps=_steps(recording),
        order=unitorder.like_beside_like(values[-1]),
        detail=one.seed + right,
        symbol="",
        color=theme.CELLS[cell.name],
        measure=cell.signal(signal).words.partition(" (")[0],
    )


def _one_scale(panels: Sequence[Panel]) -> list[Panel]:
    """The same limits for all: 0 … 1 where all are gates, else around 0.

    As far as the farthest goes, but at most `BEYOND` times as far as the least far: one net whose states explode would
    leave the others without colour. What lies beyond has the colour of the end.
    """
    if {panel.scale for panel in panels} == {"gate"}:
        return list(panels)
    far = [max(map(abs, panel.limits)) for panel in panels]
    most = min(max(far), BEYOND * min(far))
    return [replace(panel, scale="signed", limits=(-most, most)) for panel in panels]


def _steps(recording: xr.Dataset) -> tuple[int, ...]:
    return tuple(int(step) for step in recording["snapshot"].values)


def _on(reach: xr.Dataset, steps: Sequence[int], trial: int, times: int) -> np.ndarray:
    """Reach ``[step, time]``: at every step the newest snapshot that is not newer; NaN before the first."""
    places = np.searchsorted(reach["snapshot"].values, steps, side="right") - 1
    values = reach["reach"].values[places, trial, :times].astype(np.float32)
    values[places < 0] = np.nan
    return values
