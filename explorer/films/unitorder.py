"""An order of units that stays the same over all snapshots: like beside like. Pure numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr


def like_beside_like(values: np.ndarray) -> tuple[int, ...]:
    """An order of units ``[unit, time]`` that puts those with the like course through time beside each other.

    Average linkage on 1 - correlation; where two groups are joined, the ends that are most alike meet. A unit that
    never moves is like no other. Same values, same order.
    """
    moved = np.nan_to_num(values - values.mean(-1, keepdims=True))
    norms = np.linalg.norm(moved, axis=-1, keepdims=True)
    unit = np.divide(moved, norms, out=np.zeros_like(moved, float), where=norms > 1e-9)
    apart = 1 - unit @ unit.T
    groups: dict[int, list[int]] = {place: [place] for place in range(len(values))}
    between = apart.copy()
    np.fill_diagonal(between, np.inf)
    for _ in range(len(values) - 1):
        one, two = sorted(divmod(int(np.argmin(between)), len(between)))
        size = len(groups[one]), len(groups[two])
        between[one] = (size[0] * between[one] + size[1] * between[two]) / sum(size)
        between[:, one] = between[one]
        between[one, one] = np.inf
        between[two], between[:, two] = np.inf, np.inf
        groups[one] = _joined(groups[one], groups.pop(two), apart)
    return tuple(groups[0]) if groups else ()


def _joined(one: list[int], two: list[int], apart: np.ndarray) -> list[int]:
    """The two in a row, turned so that the most alike ends meet."""
    ways = [(a, b) for a in (one, one[::-1]) for b in (two, two[::-1])]
    first, then = min(ways, key=lambda way: apart[way[0][-1], way[1][0]])
    return first + then


def order_of(
    recording: xr.Dataset, signal: str, *, trial: int = 0, layer: int = 0, direction: int = 0
) -> tuple[int, ...]:
    """The order of the units by a signal's course in one trial, at the last snapshot."""
    length = int(recording["length"][trial])
    return like_beside_like(recording[signal].values[-1, trial, layer, direction, :length].T)


def orders_of(
    recording: xr.Dataset,
    signal: str,
    directions: Sequence[int],
    *,
    trial: int = 0,
    layer: int = 0,
) -> dict[int, tuple[int, ...]]:
    """The same, by direction: each has units of its own."""
    place = {"trial": trial, "layer": layer}
    return {d: order_of(recording, signal, direction=d, **place) for d in directions}
