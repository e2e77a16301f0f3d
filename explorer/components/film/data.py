"""What a film needs, as frozen values that refuse what cannot be drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from explorer.components.shared.data import HEX, Token, require

Scale = Literal["gate", "signed", "log"]
"""gate: low … high, dark to bright; signed: 0 in the page's tone; log: log10, less than low is hatched."""


@dataclass(frozen=True, eq=False)
class Panel:
    """One heat map: a signal, a gate, one net's memory, or one credit matrix.

    values [snapshot, row, column], NaN where there is nothing; `limits` are the values at both ends of the
    colours. symbol: as in an equation, "c_t"; detail: a second line below the label;
    measure: what the legend says of the colours, the label where it is empty. direction: 0 forwards, 1 backwards;
    two panels of one symbol are one signal in both. Where they are not those of the film: row_title; steps, the
    training steps of another net; order, of the rows. names ``[snapshot][row]``: what each row is called while it learns.
    """

    key: str
    label: str
    values: np.ndarray
    rows: tuple[str, ...]
    scale: Scale
    limits: tuple[float, float]
    symbol: str = ""
    color: str = ""
    detail: str = ""
    measure: str = ""
    row_title: str | None = None
    steps: tuple[int, ...] | None = None
    order: tuple[int, ...] | None = None
    direction: Literal[0, 1] = 0
    names: tuple[tuple[str, ...], ...] | None = None

    def __post_init__(self) -> None:
        low, high = self.limits
        require(
            math.isfinite(low) and math.isfinite(high) and low < high,
            f"{self.key}: limits must be two numbers, the smaller first, got {self.limits}",
        )
        require(self.scale != "log" or low > 0, f"{self.key}: a log scale begins above 0")
        require(
            not self.color or bool(HEX.fullmatch(self.color)), f"{self.key}: color must be #rrggbb"
        )
        require(
            self.names is None
            or [len(one) for one in self.names] == [len(self.rows)] * len(self.values),
            f"{self.key}: names must be one for every row at every snapshot",
        )
        _check_steps(self.key, self.steps)
        _check_order(self.key, self.order, len(self.rows))


@dataclass(frozen=True, eq=False)
class FilmData:
    """Panels over the same columns, one below the other.

    columns: the words; steps: the training steps of the scrubber, one per snapshot. order: the places of
    the rows, top first, for every panel that has none of its own and as many rows. graph: draw the
    unrolled net above the panels, in every direction that they have, with one line per `carried` state and `start`
    written into its start; lanes: the names of the directions, where there is more than one to tell apart.
    start_step, cursor (panel, row, column): where it opens, and where it goes when the page changes them.
    Errors: ValueError with one sentence, when shapes, indices or keys do not fit each other.
    """

    columns: tuple[Token, ...]
    steps: tuple[int, ...]
    panels: tuple[Panel, ...]
    graph: bool = False
    column_title: str = "time step"
    row_title: str = "unit"
    order: tuple[int, ...] | None = None
    start_step: int | None = None
    cursor: tuple[str, int, int] | None = None
    carried: tuple[str, ...] = ("h",)
    start: str = "0"
    lanes: tuple[str, ...] = ()
    empty: str = "Nothing recorded to show yet."

    def __post_init__(self) -> None:
        _check_steps("the film", self.steps)
        keys = [panel.key for panel in self.panels]
        require(len(set(keys)) == len(keys), f"two panels share a key: {keys}")
        for panel in self.panels:
            steps = self.steps if panel.steps is None else panel.steps
            wanted = (len(steps), len(panel.rows), len(self.columns))
            got = np.shape(panel.values)
            require(
                got == wanted,
                f"{panel.key}: values must be [snapshot, row, column] = {list(wanted)}, got {list(got)}",
            )
        if self.order is not None:
            _check_order("the film", self.order, len(self.order))
        if self.cursor is not None:
            require(self.holds(self.cursor), f"the cursor {self.cursor} is not in the film")

    @property
    def square(self) -> bool:
        """Whether it shows steps against steps: the rows are named by the words (and maybe more), in their order."""
        words = [token.word for token in self.columns]
        return self.row_title != "unit" and any(
            len(panel.rows) == len(words)
            and all(name.startswith(word) for name, word in zip(panel.rows, words, strict=True))
            for panel in self.panels
        )

    @property
    def directions(self) -> tuple[int, ...]:
        """The directions of the panels: forwards first."""
        return tuple(sorted({panel.direction for panel in self.panels}))

    def holds(self, cursor: object) -> bool:
        """Whether (panel, row, column) is a cell of a panel."""
        if not (isinstance(cursor, (tuple, list)) and len(cursor) == 3):
            return False
        key, row, column = cursor
        rows = {panel.key: len(panel.rows) for panel in self.panels}
        whole = all(isinstance(n, int) and not isinstance(n, bool) for n in (row, column))
        known = isinstance(key, str) and key in rows
        return known and whole and 0 <= row < rows[key] and 0 <= column < len(self.columns)

    def order_of(self, panel: Panel) -> tuple[int, ...]:
        """The rows of a panel as they are shown, top first."""
        if panel.order is not None:
            return panel.order
        if self.order is not None and len(self.order) == len(panel.rows):
            return self.order
        return tuple(range(len(panel.rows)))


def _check_steps(name: str, steps: tuple[int, ...] | None) -> None:
    if steps is not None:
        rising = all(a < b for a, b in pairwise(steps))
        require(bool(steps) and rising, f"{name}: steps must be some, in ascending order")


def _check_order(name: str, order: tuple[int, ...] | None, count: int) -> None:
    if order is not None:
        whole = sorted(order) == list(range(count))
        require(whole, f"{name}: order must name each of {count} rows once")
