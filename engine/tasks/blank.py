"""Fill a blank in the middle: what stands before it narrows the answers, what comes after it settles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.tasks.clauses import Clauses, draw
from engine.tasks.clouds import UNKNOWN
from engine.tasks.contract import (
    CUE,
    FILLER,
    QUESTION,
    START,
    UNASKED,
    Sentence,
    Split,
    Task,
    Trials,
    draw_gap,
    whole,
)
from engine.tasks.split import one_side
from engine.tasks.typed import words_of

PLACES = ("village", "forest", "house", "zoo")
DEEDS = ("swims", "runs", "sings", "climbs")
ANIMALS: tuple[tuple[str, ...], ...] = (
    ("duck", "horse", "rooster", "goat"),
    ("otter", "deer", "robin", "squirrel"),
    ("goldfish", "dog", "canary", "cat"),
    ("penguin", "zebra", "parrot", "monkey"),
)
"""The animal of a place (row) that does a deed (column)."""
OFTEN = np.array([[2, 5, 3, 2], [3, 1, 2, 5], [1, 4, 2, 3], [4, 1, 1, 1]])
"""How often each comes, of OFTEN.sum() sentences ``[place, deed]``: uneven, so that no ceiling is one of k."""
OFTEN.setflags(write=False)

OPENING = ("in", "the")
BEFORE = ("the", "old")
BLANK, TYPED = "▁▁▁", "___"
"""The blank, and how it may be typed."""
ASIDE = Clauses(
    {
        "adverb": ("quietly", "happily", "alone", "today", "outside"),
        "time": ("summer", "winter", "spring", "autumn", "evening"),
        "thing": ("river", "bridge", "garden", "window", "wall"),
        "person": ("mother", "father", "sister", "brother", "teacher"),
        "kind": ("small", "green", "quiet", "narrow", "long"),
    },
    (
        ("adverb",),
        ("every", "time"),
        ("for", "years"),
        ("near", "the", "thing"),
        ("with", "my", "person"),
        ("near", "the", "kind", "thing"),
    ),
)
Gap = Annotated[int, Field(ge=0, le=1000)]
"""Words on either side of the blank."""


class Blank(Task):
    """“in the village … the old ▁▁▁ … climbs”: a goat; the answer is asked at the blank itself.

    ``gap`` words stand between the place and the blank, and as many between the blank and the deed. Neither the
    place nor the deed alone says which animal it is.
    """

    name: Literal["blank"] = "blank"
    gap: Gap = Field(default=6, description="most words on either side of the blank in training")
    shortest_gap: Gap | None = Field(
        default=None,
        description="fewest words on either side in training; empty: as the task has it",
    )
    test_gap: Gap | None = Field(
        default=None, description="words on either side in the test; empty: the most in training"
    )

    words: ClassVar[str] = (
        "“in the village … the old ___ … climbs”: the word after the blank settles it"
    )
    source: ClassVar[str] = (
        "after the cloze test of W. L. Taylor, 1953, and M. Schuster and K. K. Paliwal, "
        "Bidirectional recurrent neural networks, 1997"
    )
    suggested: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "network": {"units": 16, "embedding": 16, "bidirectional": True},
        "training": {"learning_rate": 0.01, "steps": 500},
    }

    @property
    def shortest(self) -> int:
        return 0 if self.shortest_gap is None else self.shortest_gap

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        frame = (*OPENING, *PLACES, *BEFORE, BLANK, *DEEDS)
        return tuple(dict.fromkeys((UNKNOWN, *frame, *ASIDE.words)))

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return tuple(animal for row in ANIMALS for animal in row)

    @cached_property
    def tokens(self) -> dict[str, int]:
        """The number of every word."""
        return {word: number for number, word in enumerate(self.vocabulary)}

    def length(self, gap: int) -> int:
        return len(OPENING) + 1 + gap + len(BEFORE) + 1 + gap + 1

    def batch(self, rng: np.random.Generator, count: int) -> Trials:
        return self._draw(rng, count, draw_gap(rng, self.shortest, self.gap), "train")

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Trials:
        return self._draw(rng, count, self.gap_of(condition), "test")

    def baseline(self) -> float:
        """The most frequent animal: the blank itself looks the same in every sentence."""
        return float(OFTEN.max() / OFTEN.sum())

    def ceiling_one_direction(self) -> float:
        """The accuracy that no reader of the words up to the blank can exceed: Σ_left P(left) · max_answer P(answer | left).

        Of what stands on the left only the place tells something: the filler is drawn apart from the answer.
        """
        return float(OFTEN.max(axis=1).sum() / OFTEN.sum())

    def read(self, text: str) -> Sentence:
        """Turn a typed sentence with a blank ("___") into a trial; "…" stands for the tested number of words.

        What is right is settled by the last place before the blank and the first deed after it. Raises ValueError
        where the sentence has no blank, or more than one.
        """
        words = words_of(text.replace(TYPED, BLANK), self.vocabulary[1:], self._continued)
        if words.count(BLANK) != 1:
            raise ValueError(
                f"The sentence needs one blank, written {TYPED}; it has {words.count(BLANK)}."
            )
        at = words.index(BLANK)
        inputs = np.array([[self.tokens.get(word, 0) for word in words]], np.int64)
        periods = np.full(inputs.shape, FILLER, np.int8)
        targets = np.full(inputs.shape, UNASKED, np.int64)
        periods[0, at] = QUESTION
        places = [step for step in range(at) if words[step] in PLACES][-1:]
        deeds = [step for step in range(at, len(words)) if words[step] in DEEDS][:1]
        periods[0, places + deeds] = CUE
        if places and deeds:
            row, column = PLACES.index(words[places[0]]), DEEDS.index(words[deeds[0]])
            targets[0, at] = self.answers.index(ANIMALS[row][column])
        known = tuple(bool(token > 0) for token in inputs[0])
        return Sentence(whole(inputs, targets, periods), tuple(words), known)

    def _continued(self, words: list[str], at_end: bool) -> list[str]:
        """What "…" stands for: filler of the tested gap."""
        rng = np.random.default_rng(len(words))
        return [
            self.vocabulary[token] for token in draw(rng, ASIDE, 1, self.tested, self.tokens)[0]
        ]

    def _draw(self, rng: np.random.Generator, count: int, gap: int, split: Split) -> Trials:
        def both_sides(wanted: int) -> np.ndarray:
            sides = [draw(rng, ASIDE, wanted, gap, self.tokens) for _ in range(2)]
            return np.concatenate(sides, axis=1)

        filling = one_side(both_sides, count, split)  # [trial, 2 * gap]
        answer = rng.choice(OFTEN.size, size=count, p=OFTEN.ravel() / OFTEN.sum())
        place, deed = np.divmod(answer, len(DEEDS))
        blank = self.length(gap) - gap - 2

        inputs = np.empty((count, self.length(gap)), np.int64)
        periods = np.full(inputs.shape, FILLER, np.int8)
        inputs[:, : len(OPENING)] = [self.tokens[word] for word in OPENING]
        inputs[:, len(OPENING)] = np.array([self.tokens[word] for word in PLACES])[place]
        inputs[:, blank - len(BEFORE) : blank] = [self.tokens[word] for word in BEFORE]
        inputs[:, blank] = self.tokens[BLANK]
        inputs[:, -1] = np.array([self.tokens[word] for word in DEEDS])[deed]
        periods[:, : len(OPENING)] = START
        periods[:, [len(OPENING), -1]] = CUE
        periods[:, blank - len(BEFORE) : blank + 1] = QUESTION
        inputs[periods == FILLER] = filling.ravel()
        targets = np.full(inputs.shape, UNASKED, np.int64)
        targets[:, blank] = answer
        return whole(inputs, targets, periods)
