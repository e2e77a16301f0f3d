"""Tasks that read one sequence and write another, of another length: sequence to sequence."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, model_validator

from engine.tasks.contract import CUE, UNASKED, Sentence, Task, Trials

END = "end"
"""The answer that ends what is written; answer 0 of every such task."""
LONGEST = 64
"""Symbols of a source, at most."""
MIXED = "every length"
"""The condition that draws lengths as the training does."""

Length = Annotated[int, Field(ge=1, le=LONGEST)]


@dataclass(frozen=True)
class Pairs(Trials):
    """Sources, and what is to be written of each.

    inputs, periods, lengths: of the source, ``[trial, source_time]`` and ``[trial]``, token 0 beyond its length
    targets: answer numbers int64 ``[trial, time]`` with the end among them, UNASKED beyond it or where nothing is known
    written: int64 ``[trial]``, how many steps are written, the end among them
    """

    written: np.ndarray

    @property
    def fed(self) -> np.ndarray:
        """What the decoder reads when it is told the right words ``[trial, time]``: 0, the start, then answer + 1."""
        shifted = np.zeros_like(self.targets)
        shifted[:, 1:] = np.maximum(self.targets[:, :-1], UNASKED) + 1
        return shifted

    def pick(self, rows: np.ndarray | slice) -> Pairs:
        """Some of the pairs."""
        picked = super().pick(rows)
        return Pairs(**vars(picked) | {"written": self.written[rows]})


def pairs(sources: list[np.ndarray], targets: list[np.ndarray]) -> Pairs:
    """Pairs from token numbers and answer numbers of each; the end is put behind every target."""
    lengths = np.array([len(one) for one in sources], np.int64)
    written = np.array([len(one) + 1 for one in targets], np.int64)
    inputs = np.zeros((len(sources), lengths.max()), np.int64)
    wanted = np.full((len(targets), written.max()), UNASKED, np.int64)
    for row, (source, target) in enumerate(zip(sources, targets, strict=True)):
        inputs[row, : len(source)] = source
        wanted[row, : len(target)] = target
        wanted[row, len(target)] = 0
    return Pairs(inputs, wanted, np.full(inputs.shape, CUE, np.int8), lengths, written)


def join(*parts: Pairs) -> Pairs:
    """Put pairs below one another; shorter sources and shorter targets are padded at the end."""

    def stretched(name: str, fill: int) -> np.ndarray:
        arrays = [getattr(part, name) for part in parts]
        width = max(array.shape[1] for array in arrays)
        pads = [((0, 0), (0, width - array.shape[1])) for array in arrays]
        return np.concatenate(
            [np.pad(a, pad, constant_values=fill) for a, pad in zip(arrays, pads, strict=True)]
        )

    return Pairs(
        stretched("inputs", 0),
        stretched("targets", UNASKED),
        stretched("periods", CUE),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate([part.written for part in parts]),
    )


def evenly(rng: np.random.Generator, lengths: np.ndarray, count: int) -> np.ndarray:
    """Lengths of ``count`` trials, every one equally often where the count allows, in random order."""
    return rng.permutation(np.resize(lengths, count))


def of_lengths(
    lengths: np.ndarray, draw: Callable[[int, int], Iterable[np.ndarray]]
) -> list[np.ndarray]:
    """Sources of these lengths ``[trial]``, in this order; ``draw(count, length)`` gives those of one length."""
    found: dict[int, np.ndarray] = {}
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length).tolist()
        found |= dict(zip(rows, draw(len(rows), length), strict=True))
    return [found[row] for row in range(len(lengths))]


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

    @property
    @abstractmethod
    def most_written(self) -> int:
        """Steps of writing at most, the end among them: where writing on its own stops."""

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
        numbers = {word: number for number, word in enumerate(self.vocabulary)}
        known = tuple(word in numbers and numbers[word] > 0 for word in words)
        source = np.array([numbers.get(word, 0) for word in words], np.int64)
        target = self.translated(words)
        if target is None:
            blank = np.full((1, self.most_written), UNASKED, np.int64)
            found = Pairs(
                source[None],
                blank,
                np.full((1, len(words)), CUE, np.int8),
                np.array([len(words)]),
                np.array([self.most_written]),
            )
        else:
            answers = {word: number for number, word in enumerate(self.answers)}
            found = pairs([source], [np.array([answers[word] for word in target], np.int64)])
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


def as_pairs(task: Translation, inputs: object) -> Pairs:
    """Pairs as they are, or a typed source as one. Raises TypeError or ValueError in one sentence."""
    found = task.read(inputs).trials if isinstance(inputs, str) else inputs
    if not isinstance(found, Pairs):
        raise TypeError(
            f"Inputs of this run are pairs, or a source to type; this is a {type(inputs).__name__}."
        )
    return found
