"""The pictures that a person has put aside in this session, to be taken along together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import streamlit as st

from explorer import theme
from explorer.export import Figure, picture

MOST = 60
SMALL = theme.Paper((4.0, 2.25), 8)
"""The place of the small picture in the list."""


class Full(ValueError):
    """The collection takes no more; the message is one sentence."""


@dataclass
class Collection:
    """Figures in the order in which they were collected, each with a number that it keeps.

    before: the figures as they were before some were taken out, until something else is changed.
    fresh, unsaid: whether one was added and the page does not show that yet, and its reader was not told.
    """

    figures: dict[int, Figure] = field(default_factory=dict)
    before: dict[int, Figure] = field(default_factory=dict)
    fresh: bool = False
    unsaid: bool = False
    _small: dict[int, bytes] = field(default_factory=dict)
    _last: int = 0

    def __len__(self) -> int:
        return len(self.figures)

    def add(self, figure: Figure) -> int:
        """Put a figure at the end; returns its number. Raises Full."""
        if len(self.figures) >= MOST:
            raise Full(f"The collection holds {MOST} pictures; take some out first.")
        self._last += 1
        self.figures = {**self.figures, self._last: figure}
        self.before, self.fresh, self.unsaid = {}, True, True
        return self._last

    def rename(self, number: int, title: str) -> None:
        """Give a figure another title."""
        self.figures = {**self.figures, number: replace(self.figures[number], title=title)}

    def move(self, number: int, by: int) -> None:
        """Move a figure up (-1) or down (1); at the ends it stays."""
        order = list(self.figures)
        place = order.index(number)
        order.insert(min(max(place + by, 0), len(order) - 1), order.pop(place))
        self.figures = {key: self.figures[key] for key in order}
        self.before = {}

    def remove(self, *numbers: int) -> None:
        """Take figures out; `undo` puts them back."""
        self.before = self.figures
        self.figures = {key: one for key, one in self.figures.items() if key not in numbers}

    def undo(self) -> None:
        """Put back what was taken out last, at its place."""
        self.figures = {key: self.figures.get(key, one) for key, one in self.before.items()}
        self.before = {}

    def small(self, number: int) -> bytes:
        """The small picture of a figure, as a PNG, drawn once. Raises ValueError when it cannot be drawn."""
        if number not in self._small:
            figure = self.figures[number]
            self._small[number] = picture(figure.chart(), "png", SMALL, mode=figure.look.mode)
        return self._small[number]


def collection() -> Collection:
    """The collection of this session; a reload of the browser begins a new one."""
    return st.session_state.setdefault("collection", Collection())
