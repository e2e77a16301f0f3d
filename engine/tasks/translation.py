"""Tasks that read one sequence and write another, of another length: sequence to sequence."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, model_validator

from engine.tasks.contract import CUE, UNASKED, Sentence, Task
from engine.tasks.pairs import Pairs, pairs

END = "end"
"""The answer that ends what is written; answer 0 of every such task."""
LONGEST = 64
"""Symbols of a source, at most."""
BEYOND = 2
"""Steps that a net on its own may write beyond the longest right answer, so that running on is seen."""
MIXED = "every length"
"""The condition that draws lengths as the training does."""

Length = Annotated[int, Field(ge=1, le=LONGEST)]


class Translation(Task):
    """A task that reads a source and writes a target, word by word, until it writes the end.

    Lengths of the source stand where other tasks have gaps: training draws them from ``[shortest, gap]``.
    """

    gap: Length = Field(default=12, description="longest source in training, in symbols")
    shortest_gap: Length | None = Field(
        default=None, description="shortest source in training; empty: as the task has it"
    )
    test_gap: Length | None = Field(
        default=None, description="length of the test; empty: every length of the training"
    )

    joint: ClassVar[str] = " "
    """What stands between the words when a source or a target is written as text."""
    parts: ClassVar[str] = "symbols"
    """What a source consists of, and its length counts."""

    @model_validator(mode="after")
    def _lengths_there(self) -> Translation:
        least = self.least
        for name in ("gap", "shortest_gap", "test_gap"):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ValueError(
                    f"task.{name} = {value}: {self.name} has no source shorter than {least}"
                )
        return self

    @property
    def least(self) -> int:
        """Symbols of the shortest source that there is."""
        return 1

    @abstractmethod
    def longest_written(self, length: int) -> int:
        """Steps that the longest right answer to a source of this length takes, the end among them."""

    def limit(self, length: int) -> int:
        """Steps that a net on its own may write of a source of this length: the longest right answer, and `BEYOND` more.

        It depends on nothing else, so that a source is written alike drawn or typed, alone or among others; a net that has not learned
        to end is cut soon.
        """
        return self.longest_written(length) + BEYOND

    @cached_property
    def tokens(self) -> dict[str, int]:
        """The token of every word that is read."""
        return {word: number for number, word in enumerate(self.vocabulary)}

    @cached_property
    def answer_numbers(self) -> dict[str, int]:
        """The number of every word that is written."""
        return {word: number for number, word in enumerate(self.answers)}

    def words_of(self, text: str) -> tuple[str, ...]:
        """A typed source as words. Raises ValueError, in one sentence, for an empty or too long one."""
        # A lone surrogate could not be written to a file later: it becomes "�", an unknown word.
        pieces = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").lower().split()
        words = tuple(pieces if self.joint else " ".join(pieces))
        if not 1 <= len(words) <= LONGEST:
            raise ValueError(f"A source has 1 to {LONGEST} symbols; this one has {len(words)}.")
        return words

    def translated(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        """What is to be written of a source; None for a source that is none."""
        raise NotImplementedError

    def read(self, text: str) -> Sentence:
        """A typed source as one pair; where it is no source of this task, nothing is asked, but the net writes all the same."""
        words = self.words_of(text)
        source = np.array([self.tokens.get(word, 0) for word in words], np.int64)
        known = tuple((source > 0).tolist())
        target = self.translated(words)
        if target is None:
            steps = self.longest_written(len(words))
            found = Pairs(
                source[None],
                np.full((1, steps), UNASKED, np.int64),
                np.full((1, len(words)), CUE, np.int8),
                np.array([len(words)]),
                np.array([steps]),
            )
        else:
            numbers = [self.answer_numbers[word] for word in target]
            found = pairs([source], [np.array(numbers, np.int64)])
        return Sentence(found, words, known)

    def text(self, words: tuple[str, ...]) -> str:
        """Words as one would write them, the end and what follows it left out."""
        kept = words[: words.index(END)] if END in words else words
        return self.joint.join(kept)

    def length(self, gap: int) -> int:
        return gap

    def conditions(self) -> tuple[str, ...]:
        return (MIXED,) if self.test_gap is None else (f"length {self.test_gap}",)

    def gap_of(self, condition: str) -> int:
        """The length that a condition like "length 12" names; refused where the task cannot have it."""
        found = re.fullmatch(r"length ([0-9]{1,9})", condition)
        if found is None:
            raise ValueError(
                f"condition = {condition!r} is unknown to {self.name}; "
                f"it is one of {', '.join(self.conditions())}, or another length"
            )
        chosen = type(self).model_validate({**self.model_dump(), "test_gap": int(found[1])})
        return chosen.tested

    def batch(self, rng: np.random.Generator, count: int) -> Pairs:
        """Training pairs, drawn anew."""
        raise NotImplementedError

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Pairs:
        """Test pairs of one condition; none of their sources is ever drawn in training."""
        raise NotImplementedError

    def tests(self, rng: np.random.Generator, count: int) -> Mapping[str, Pairs]:
        """Test pairs of every condition."""
        return {condition: self.test(rng, count, condition) for condition in self.conditions()}


def as_pairs(task: Task, inputs: object) -> Pairs:
    """Pairs as they are, or a typed source as one. Raises TypeError or ValueError in one sentence."""
    found = task.read(inputs).trials if isinstance(inputs, str) else inputs
    if not isinstance(found, Pairs):
        raise TypeError(
            f"Inputs of this run are pairs, or a source to type; this is a {type(inputs).__name__}."
        )
    return found
