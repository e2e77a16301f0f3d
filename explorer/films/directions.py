"""One film of both directions: what a panel is called in each, and which direction a panel's key is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, cast

from explorer.charts.directions import NAMES
from explorer.components.film.data import Panel


def named(panel: Panel, direction: int, directions: Sequence[int]) -> Panel:
    """A panel as one of a direction; where two directions are drawn, its key and its label say which."""
    panel = replace(panel, direction=cast(Literal[0, 1], direction))
    if len(directions) == 1:
        return panel
    return replace(
        panel,
        key=key_of(panel.key, direction, directions),
        label=f"{panel.label}, {NAMES[direction]}",
        measure=panel.measure or panel.label,
    )


def key_of(name: str, direction: int, directions: Sequence[int]) -> str:
    """The key of a panel: its name, and where two directions are drawn that of its direction. Names have no blank."""
    return name if len(directions) == 1 else f"{name} {NAMES[direction]}"


def place_of(key: str) -> tuple[str, int]:
    """Name and direction of a panel's key; 0 where only one direction is drawn."""
    name, _, way = key.partition(" ")
    return name, NAMES.index(way) if way in NAMES else 0


def on_one_scale(panels: Sequence[Panel]) -> list[Panel]:
    """The same signal in several directions: colours that reach as far as the farthest of them."""
    low, high = (end([panel.limits[n] for panel in panels]) for n, end in ((0, min), (1, max)))
    return [replace(panel, limits=(low, high)) for panel in panels]
