"""Recall of the first token: the far sentence with everything taken away but the distance."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Literal

import numpy as np

from engine.tasks.clouds import UNKNOWN
from engine.tasks.contract import (
    CUE,
    FILLER,
    QUESTION,
    UNASKED,
    Split,
    Task,
    Trials,
    draw_gap,
    whole,
)
from engine.tasks.split import one_side

ANIMALS = ("cat", "dog", "horse", "owl", "fox", "bear", "frog", "whale")
FILLERS = ("stone", "leaf", "wave", "sand", "wind", "rain", "snow", "hill", "road", "cloud")
ASKED = "which?"
VOCABULARY = (UNKNOWN, *ANIMALS, *FILLERS, ASKED)


class Recall(Task):
    """“cat … which?”: name the animal that stood first, after up to ``gap`` other tokens."""

    name: Literal["recall"] = "recall"

    words: ClassVar[str] = "“cat stone leaf … which?”: name the first token"
    source: ClassVar[str] = "after the latch problem of Y. Bengio, P. Simard and P. Frasconi, 1994"

    @property
    def shortest(self) -> int:
        """From no gap at all: what is learned at short gaps carries the long ones (GRU too)."""
        return 0 if self.shortest_gap is None else self.shortest_gap

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        return VOCABULARY

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return ANIMALS

    def length(self, gap: int) -> int:
        return gap + 2

    def batch(self, rng: np.random.Generator, count: int) -> Trials:
        return self._draw(rng, count, draw_gap(rng, self.shortest, self.gap), "train")

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Trials:
        return self._draw(rng, count, self.gap_of(condition), "test")

    def baseline(self) -> float:
        return 1 / len(ANIMALS)

    def _draw(self, rng: np.random.Generator, count: int, gap: int, split: Split) -> Trials:
        first = VOCABULARY.index(FILLERS[0])
        animal = rng.integers(len(ANIMALS), size=count)
        inputs = np.empty((count, self.length(gap)), np.int64)
        inputs[:, 0] = VOCABULARY.index(ANIMALS[0]) + animal
        inputs[:, 1:-1] = one_side(
            lambda wanted: rng.integers(first, first + len(FILLERS), size=(wanted, gap)),
            count,
            split,
        )
        inputs[:, -1] = VOCABULARY.index(ASKED)
        targets = np.full(inputs.shape, UNASKED, np.int64)
        targets[:, -1] = animal
        periods = np.full(inputs.shape, FILLER, np.int8)
        periods[:, 0], periods[:, -1] = CUE, QUESTION
        return whole(inputs, targets, periods)
