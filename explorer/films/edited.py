"""One signal before and after a change, and the difference: a film of two recordings. Pure functions, no page, no net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.cells import CELLS
from engine.newest import newest
from explorer.components.film.data import FilmData, Panel
from explorer.films.directions import named
from explorer.films.inside import course, panel, tokens

if TYPE_CHECKING:
    import xarray as xr

CHANGE = "difference"
"""Key of the panel of new - old."""


def edited_film(
    recording: xr.Dataset,
    name: str,
    *,
    step: int,
    layer: int = 0,
    directions: Sequence[int] = (0,),
    orders: Mapping[int, tuple[int, ...]] | None = None,
    cursor: tuple[str, int, int] | None = None,
) -> FilmData:
    """One signal of the old sentence (trial 0), of the new one (trial 1), and new - old, below each other.

    First forwards, then backwards, as far as both are drawn. At one training step; the colours reach as far as at all
    of them. Old and new share their scale; the difference has its own, around 0. orders: of the units, by direction.
    cursor: its panel, `CHANGE` as `films.directions.key_of` calls it, unit and time step.
    """
    sides = np.stack(
        [
            [course(recording, name, trial=t, layer=layer, direction=d) for t in (0, 1)]
            for d in directions
        ]
    )  # [direction, side, snapshot, unit, time]
    at = newest(recording, step)
    panels = [
        replace(named(one, direction, directions), order=(orders or {}).get(direction))
        for direction, values in zip(directions, sides[:, :, at : at + 1], strict=True)
        for one in _edited(recording, name, values, sides)
    ]
    columns = tuple(
        new if old.word == new.word else replace(new, word=f"{old.word} → {new.word}", period="cue")
        for old, new in zip(tokens(recording, 0), tokens(recording, 1), strict=True)
    )
    return FilmData(
        columns=columns,
        steps=(int(recording["snapshot"].values[at]),),
        panels=tuple(panels),
        cursor=cursor,
    )


def _edited(
    recording: xr.Dataset, name: str, values: np.ndarray, everywhere: np.ndarray
) -> list[Panel]:
    """Old, new and their difference ``[side, 1, unit, time]``; everywhere: the values that the colours reach to."""
    cell = CELLS[recording.attrs["cell"]]
    old, new = (
        panel(cell, name, side, around=everywhere, key=key, label=key)
        for key, side in zip(("old", "new"), values, strict=True)
    )
    top = max(float(np.nanmax(np.abs(everywhere[:, 1] - everywhere[:, 0]))), 1e-6)
    change = Panel(
        CHANGE,
        "new − old",
        values[1] - values[0],
        old.rows,
        "signed",
        (-top, top),
        color=old.color,
    )
    return [old, new, change]
