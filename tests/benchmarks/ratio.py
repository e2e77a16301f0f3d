"""A ratio of two times that were measured alternately, or a single figure, and the claim that it is held against."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Ratio:
    """`ours` against `other`, in seconds, one pair a round.

    at_most: our time is at most so many times the other (limit); otherwise the other takes at least so many
    times ours. The figure is the median over rounds of the ratio within one round: what disturbs the
    machine for a while disturbs both sides.
    """

    name: str
    ours: tuple[float, ...]
    other: tuple[float, ...]
    limit: float
    at_most: bool = True

    @property
    def figure(self) -> float:
        """The ratio as the claim has it."""
        pairs = zip(self.ours, self.other, strict=True)
        return median(ours / other if self.at_most else other / ours for ours, other in pairs)

    @property
    def holds(self) -> bool:
        """Whether the claim is true in this run."""
        return self.figure <= self.limit if self.at_most else self.figure >= self.limit

    def line(self) -> str:
        """One line of the report."""
        sign = "≤" if self.at_most else "≥"
        ours, other = (1e3 * median(side) for side in (self.ours, self.other))
        word = "holds" if self.holds else "MISSED"
        return (
            f"{self.name:<58} {self.figure:6.2f}  ({sign} {self.limit:g}: {word})"
            f"   ours {ours:.1f} ms, other {other:.1f} ms"
        )


@dataclass(frozen=True)
class Figure:
    """One number that a claim names by itself, such as frames a second."""

    name: str
    figure: float
    limit: float
    at_most: bool = True
    unit: str = ""
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the claim is true in this run."""
        return self.figure <= self.limit if self.at_most else self.figure >= self.limit

    def line(self) -> str:
        """One line of the report."""
        sign, word = "≤" if self.at_most else "≥", "holds" if self.holds else "MISSED"
        claim = f"({sign} {self.limit:g}{self.unit}: {word})"
        return f"{self.name:<58} {self.figure:6.4g}{self.unit}  {claim}   {self.note}".rstrip()


def alternate(
    ours: Callable[[], object], other: Callable[[], object], rounds: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Times of both sides in seconds, after one unmeasured call each; every second round begins with the other."""
    return taken(lambda: _timed(ours), lambda: _timed(other), rounds)


def taken(
    ours: Callable[[], float], other: Callable[[], float], rounds: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The same for sides that take their own time and return it."""
    sides = (ours, other)
    for side in sides:
        side()
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for place in (0, 1) if number % 2 else (1, 0):
            times[place].append(sides[place]())
    return tuple(times[0]), tuple(times[1])


def _timed(side: Callable[[], object]) -> float:
    began = time.perf_counter()
    side()
    return time.perf_counter() - began
