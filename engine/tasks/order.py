"""Temporal order: two symbols, X or Y, lie far apart among distractors; which came first?"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.tasks.clouds import UNKNOWN
from engine.tasks.contract import (
    CUE,
    FILLER,
    QUESTION,
    START,
    UNASKED,
    Split,
    Task,
    Trials,
    draw_gap,
    whole,
)
from engine.tasks.split import one_side

SMALLEST = 5
"""Steps of the shortest trial: start, two symbols, one distractor, end."""
Length = Annotated[int, Field(ge=SMALLEST, le=2000)]

DISTRACTORS = ("a", "b", "c", "d")
SYMBOLS = ("X", "Y")
BEGIN, END = "E", "B"
VOCABULARY = (UNKNOWN, BEGIN, *DISTRACTORS, *SYMBOLS, END)


class Order(Task):
    """“E a b X d … c Y a … B”: say which two symbols came, in their order; four classes.

    The first symbol stands in [T/10, 2T/10], the second in [5T/10, 6T/10], as in the paper at
    T = 100. Sequences are told apart as training or test by their distractors.
    """

    name: Literal["order"] = "order"
    gap: Length = Field(default=50, description="longest sequence in training, in steps")
    shortest_gap: Length | None = Field(
        default=None, description="shortest sequence in training; empty: as the task has it"
    )
    test_gap: Length | None = Field(
        default=None, description="sequence length of the test; empty: the longest in training"
    )

    words: ClassVar[str] = "“a b X d … c Y a …”: in which order did X and Y come?"
    source: ClassVar[str] = (
        "S. Hochreiter and J. Schmidhuber, Long short-term memory, 1997, task 6a"
    )

    @property
    def shortest(self) -> int:
        """Half the longest, as in fluent: with shorter ones a plain RNN finds its way, too."""
        return max(SMALLEST, self.gap // 2) if self.shortest_gap is None else self.shortest_gap

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        return VOCABULARY

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return tuple(f"{first} then {second}" for first in SYMBOLS for second in SYMBOLS)

    def length(self, gap: int) -> int:
        return gap

    def batch(self, rng: np.random.Generator, count: int) -> Trials:
        return self._draw(rng, count, draw_gap(rng, self.shortest, self.gap), "train")

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Trials:
        return self._draw(rng, count, self.gap_of(condition), "test")

    def baseline(self) -> float:
        return 1 / len(SYMBOLS) ** 2

    def _draw(self, rng: np.random.Generator, count: int, length: int, split: Split) -> Trials:
        trial = np.arange(count)
        symbol = rng.integers(len(SYMBOLS), size=(count, 2))
        places = (
            rng.integers(max(1, length // 10), max(1, 2 * length // 10) + 1, size=count),
            rng.integers(length // 2, 6 * length // 10 + 1, size=count),
        )
        inputs = np.empty((count, length), np.int64)
        periods = np.full(inputs.shape, FILLER, np.int8)
        periods[:, 0], periods[:, -1] = START, QUESTION
        inputs[:, 0], inputs[:, -1] = VOCABULARY.index(BEGIN), VOCABULARY.index(END)
        for which, place in enumerate(places):
            inputs[trial, place] = VOCABULARY.index(SYMBOLS[0]) + symbol[:, which]
            periods[trial, place] = CUE
        first = VOCABULARY.index(DISTRACTORS[0])
        # Every row has length − 4 places left, so the distractors fall into them in their order.
        inputs[periods == FILLER] = one_side(
            lambda wanted: rng.integers(first, first + len(DISTRACTORS), size=(wanted, length - 4)),
            count,
            split,
        ).ravel()
        targets = np.full(inputs.shape, UNASKED, np.int64)
        targets[:, -1] = len(SYMBOLS) * symbol[:, 0] + symbol[:, 1]
        return whole(inputs, targets, periods)
