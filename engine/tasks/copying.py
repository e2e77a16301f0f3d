"""The copy memory problem: repeat ten symbols after a long silence."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import log
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.tasks.clouds import UNKNOWN
from engine.tasks.contract import (
    CUE,
    FILLER,
    QUESTION,
    Split,
    Task,
    Trials,
    draw_gap,
    whole,
)
from engine.tasks.split import one_side

LETTERS = ("A", "B", "C", "D", "E", "F", "G", "H")
BLANK, REPEAT = "·", "repeat"
MESSAGE = 10
"""Symbols to remember."""
VOCABULARY = (UNKNOWN, *LETTERS, BLANK, REPEAT)

Delay = Annotated[int, Field(ge=1, le=2000)]


class Copying(Task):
    """“C A H … · · · … repeat · · ·”: write the ten letters once the signal has come, else blanks.

    Steps: 10 letters, T − 1 blanks, "repeat", 10 blanks; T + 20 in all, and every one is asked. Who
    knows the step but not the letters pays ln 8 for each of the last ten: mean cross-entropy
    10·ln 8/(T + 20).
    """

    name: Literal["copy"] = "copy"
    gap: Delay = Field(default=20, description="longest delay in training, in steps")
    shortest_gap: Delay | None = Field(
        default=None, description="shortest delay in training; empty: as the task has it"
    )
    test_gap: Delay | None = Field(
        default=None, description="delay of the test; empty: the longest in training"
    )

    words: ClassVar[str] = "“C A H B … · · · repeat”: write the ten letters down again"
    source: ClassVar[str] = (
        "M. Arjovsky, A. Shah and Y. Bengio, Unitary evolution recurrent neural networks, 2016, "
        "after Hochreiter and Schmidhuber, 1997"
    )
    measure: ClassVar[Literal["accuracy", "loss"]] = "loss"
    suggested: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "network": {"units": 128},
        "training": {"learning_rate": 0.01, "steps": 1500},
    }

    @property
    def shortest(self) -> int:
        """From no delay at all: the shorter the first delays, the lower the loss at the longest."""
        return 1 if self.shortest_gap is None else self.shortest_gap

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        return VOCABULARY

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return (*LETTERS, BLANK)

    def length(self, gap: int) -> int:
        return gap + 2 * MESSAGE

    def batch(self, rng: np.random.Generator, count: int) -> Trials:
        return self._draw(rng, count, draw_gap(rng, self.shortest, self.gap), "train")

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Trials:
        """Test trials; the filler is all blanks, so it is messages that training never shows."""
        return self._draw(rng, count, self.gap_of(condition), "test")

    def baseline(self) -> float:
        return MESSAGE * log(len(LETTERS)) / self.length(self.tested)

    def _draw(self, rng: np.random.Generator, count: int, gap: int, split: Split) -> Trials:
        first = VOCABULARY.index(LETTERS[0])
        message = one_side(
            lambda wanted: rng.integers(first, first + len(LETTERS), size=(wanted, MESSAGE)),
            count,
            split,
        )
        signal = MESSAGE + gap - 1
        inputs = np.full((count, self.length(gap)), VOCABULARY.index(BLANK), np.int64)
        inputs[:, :MESSAGE] = message
        inputs[:, signal] = VOCABULARY.index(REPEAT)
        targets = np.full(inputs.shape, self.answers.index(BLANK), np.int64)
        targets[:, signal + 1 :] = message - first
        periods = np.full(inputs.shape, FILLER, np.int8)
        periods[:, :MESSAGE], periods[:, signal:] = CUE, QUESTION
        return whole(inputs, targets, periods)
