"""The near pairs: the word that settles the answer stands a few steps before the question."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Literal

import numpy as np

from engine.tasks.contract import (
    CUE,
    FILLER,
    QUESTION,
    START,
    UNASKED,
    Gap,
    Split,
    Task,
    Trials,
    draw_gap,
    whole,
)
from engine.tasks.filler import WORDS, filler

PAIRS: tuple[tuple[str, str], ...] = (
    ("clouds", "sky"),
    ("fish", "sea"),
    ("books", "shelf"),
    ("cars", "street"),
    ("cows", "field"),
    ("cups", "table"),
    ("trees", "woods"),
    ("boats", "harbour"),
)
UNKNOWN = "⟨unknown⟩"
"""The word of token 0: a word that the task does not know. Its embedding is zero."""

FRAME = ("the", "are", "in")


def near(
    rng: np.random.Generator, count: int, gap: int, split: Split, tokens: dict[str, int], first: int
) -> Trials:
    """Draw near sentences: "the clouds [gap words] are in the ___"; ``first`` numbers answer 0."""
    pair = rng.integers(len(PAIRS), size=count)
    cues = np.array([tokens[cue] for cue, _ in PAIRS])
    the, are, in_ = (tokens[word] for word in FRAME)
    length = gap + 5
    inputs = np.empty((count, length), np.int64)
    inputs[:, 0] = the
    inputs[:, 1] = cues[pair]
    inputs[:, 2 : gap + 2] = filler(rng, count, gap, split, tokens=tokens)
    inputs[:, gap + 2 :] = (are, in_, the)
    targets = np.full((count, length), UNASKED)
    targets[:, -1] = first + pair
    periods = np.full((count, length), FILLER, np.int8)
    periods[:, 0], periods[:, 1], periods[:, gap + 2 :] = START, CUE, QUESTION
    return whole(inputs, targets, periods)


class Clouds(Task):
    """“The clouds are in the ___”: eight near pairs, with up to ``gap`` words between."""

    name: Literal["clouds"] = "clouds"
    gap: Gap = 3
    words: ClassVar[str] = "“The clouds are in the ___”: the word that matters is near"
    source: ClassVar[str] = "C. Olah, Understanding LSTM Networks, 2015"

    @property
    def shortest(self) -> int:
        return 0 if self.shortest_gap is None else self.shortest_gap

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((UNKNOWN, *FRAME, *(cue for cue, _ in PAIRS), *WORDS)))

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return tuple(answer for _, answer in PAIRS)

    @cached_property
    def tokens(self) -> dict[str, int]:
        """The number of every word."""
        return {word: number for number, word in enumerate(self.vocabulary)}

    def length(self, gap: int) -> int:
        return gap + 5

    def batch(self, rng: np.random.Generator, count: int) -> Trials:
        gap = draw_gap(rng, self.shortest, self.gap)
        return near(rng, count, gap, "train", self.tokens, 0)

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Trials:
        return near(rng, count, self.gap_of(condition), "test", self.tokens, 0)

    def baseline(self) -> float:
        return 1 / len(PAIRS)
