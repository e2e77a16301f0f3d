"""Reversal: write a sequence backwards. The first symbol that is written was the last one read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np

from engine.tasks.clouds import UNKNOWN
from engine.tasks.contract import Split, draw_gap
from engine.tasks.pairs import Pairs, evenly, of_lengths, pairs
from engine.tasks.split import TEST_SHARE, one_side
from engine.tasks.translation import END, MIXED, Translation

SYMBOLS = ("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")
SHORTEST = 3
"""Symbols of the shortest source in training, unless chosen."""


class Reversal(Translation):
    """“a c d b” → “b d c a”: any of twelve symbols at any place, so nothing can be guessed.

    All sources of a training batch have one length, every one from shortest to longest equally likely.
    The sequence itself decides whether it is for the training or for the test.
    """

    name: Literal["reversal"] = "reversal"

    words: ClassVar[str] = "“a c d b” → “b d c a”: write the sequence backwards"
    source: ClassVar[str] = (
        "after the reversed sources of I. Sutskever, O. Vinyals and Q. V. Le, "
        "Sequence to sequence learning with neural networks, 2014"
    )
    suggested: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "network": {"units": 16, "embedding": 12, "bidirectional": True, "attention": "dot"},
        "training": {"learning_rate": 0.01, "steps": 2000},
    }

    @property
    def least(self) -> int:
        """Two: one symbol is its own reversal."""
        return 2

    @property
    def shortest(self) -> int:
        return min(SHORTEST, self.gap) if self.shortest_gap is None else self.shortest_gap

    def longest_written(self, length: int) -> int:
        return length + 1  # as many words as are read, and the end

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        return (UNKNOWN, *SYMBOLS)

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return (END, *SYMBOLS)

    def words_of(self, text: str) -> tuple[str, ...]:
        """Letters may be typed without spaces between them: "acdb" is "a c d b"."""
        words = super().words_of(text)
        apart = len(words) == 1 and set(words[0]) <= set(SYMBOLS)
        return super().words_of(" ".join(words[0])) if apart else words

    def translated(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        return words[::-1] if words and set(words) <= set(SYMBOLS) else None

    def batch(self, rng: np.random.Generator, count: int) -> Pairs:
        length = draw_gap(rng, self.shortest, self.gap)
        return self._draw(rng, np.full(count, length), "train")

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Pairs:
        if condition == MIXED:
            lengths = evenly(rng, np.arange(self.shortest, self.gap + 1), count)
        else:
            lengths = np.full(count, self.gap_of(condition))
        return self._draw(rng, lengths, "test")

    def baseline(self) -> float:
        """The best constant answer, one of the shortest: 1 / (lengths · sequences of the test).

        Of 12^n sequences one in TEST_SHARE belongs to the test.
        """
        lengths = self.gap - self.shortest + 1 if self.test_gap is None else 1
        least = self.shortest if self.test_gap is None else self.test_gap
        return TEST_SHARE / (lengths * len(SYMBOLS) ** least)

    def _draw(self, rng: np.random.Generator, lengths: np.ndarray, split: Split) -> Pairs:
        """Pairs of one side, of these lengths ``[trial]``."""

        def draw(count: int, length: int) -> np.ndarray:
            def symbols(wanted: int) -> np.ndarray:
                return rng.integers(1, 1 + len(SYMBOLS), size=(wanted, length))

            return one_side(symbols, count, split)

        sources = of_lengths(lengths, draw)
        # Symbol and answer have one number, since both lists begin with a word of their own.
        return pairs(sources, [source[::-1] for source in sources])
