"""Phrases: a toy translation, English to French, whose words change their order and must agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import ClassVar, Literal

import numpy as np

from engine.tasks import french
from engine.tasks.clouds import UNKNOWN
from engine.tasks.contract import Split
from engine.tasks.pairs import Pairs, evenly, of_lengths, pairs
from engine.tasks.split import TEST_SHARE, one_side
from engine.tasks.translation import END, LONGEST, MIXED, Translation

SHORTEST = 3
"""Words of the shortest phrase: "the cat sleeps"."""

THING = (("noun",), ("before", "noun"), ("behind", "noun"), ("before", "behind", "noun"))
"""What may stand after an article."""
CLAUSES: tuple[tuple[str, ...], ...] = (
    *(("the", *subject, "alone") for subject in THING),
    *(("the", *one, "with object", "the", *other) for one in THING for other in THING),
)
"""The shapes of a clause."""

WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "the": ((french.THE, french.THE),),
    "noun": tuple(french.NOUNS),
    "before": tuple((word, word) for word in french.BEFORE),
    "behind": tuple((word, word) for word in french.BEHIND),
    "alone": tuple(french.ALONE),
    "with object": tuple(french.WITH_OBJECT),
}
"""The English words of each class, as singular and plural."""


class Phrases(Translation):
    """“the small red cat sleeps” → “le petit chat rouge dort”, clauses joined by “and”.

    Colours change places with their noun; articles and adjectives take its gender and number, verbs the number of
    their subject. Lengths are drawn evenly; the English words decide whether a phrase is for the training or the test.
    """

    name: Literal["phrases"] = "phrases"

    words: ClassVar[str] = "“the small red cat sleeps” → “le petit chat rouge dort”"
    source: ClassVar[str] = (
        "after D. Bahdanau, K. Cho and Y. Bengio, Neural machine translation by jointly learning "
        "to align and translate, 2015"
    )
    parts: ClassVar[str] = "words"
    suggested: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "network": {"units": 16, "embedding": 12, "bidirectional": True, "attention": "dot"},
        "training": {"learning_rate": 0.005, "steps": 2000},
    }

    @property
    def least(self) -> int:
        return SHORTEST

    @property
    def shortest(self) -> int:
        return SHORTEST if self.shortest_gap is None else self.shortest_gap

    def longest_written(self, length: int) -> int:
        return length + 1  # as many words as are read, and the end

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        return (UNKNOWN, *french.ENGLISH)

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return (END, *french.FRENCH)

    def translated(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        return french.in_french(words)

    def batch(self, rng: np.random.Generator, count: int) -> Pairs:
        return self._draw(rng, self._lengths(rng, count), "train")

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Pairs:
        if condition == MIXED:
            return self._draw(rng, self._lengths(rng, count), "test")
        return self._draw(rng, np.full(count, self.gap_of(condition)), "test")

    def baseline(self) -> float:
        """The best constant answer: the most likely phrase of the length where it is likeliest.

        Of the phrases one in TEST_SHARE belongs to the test.
        """
        lengths = range(self.shortest, self.gap + 1) if self.test_gap is None else (self.test_gap,)
        return TEST_SHARE * max(likeliest(length) for length in lengths) / len(lengths)

    def _lengths(self, rng: np.random.Generator, count: int) -> np.ndarray:
        return evenly(rng, np.arange(self.shortest, self.gap + 1), count)

    def _draw(self, rng: np.random.Generator, lengths: np.ndarray, split: Split) -> Pairs:
        """Pairs of one side, of these lengths ``[trial]``."""

        def draw(count: int, length: int) -> np.ndarray:
            def english(wanted: int) -> np.ndarray:
                chances = rng.random((wanted, 3 * length))
                drawn = [phrase(iter(row), length) for row in chances.tolist()]
                return np.array(
                    [[self.tokens[word] for word in words] for words in drawn], np.int64
                )

            return one_side(english, count, split)

        sources = of_lengths(lengths, draw)
        targets = []
        for source in sources:
            said = self.translated(tuple(self.vocabulary[token] for token in source))
            targets.append(np.array([self.answer_numbers[word] for word in said or ()], np.int64))
        return pairs(sources, targets)


@lru_cache(maxsize=LONGEST + 1)
def fitting(left: int) -> tuple[tuple[str, ...], ...]:
    """The clauses that may come next when ``left`` words are missing: the rest is nothing, or "and" and a clause."""
    rests = (left - len(clause) for clause in CLAUSES)
    return tuple(c for c, rest in zip(CLAUSES, rests, strict=True) if rest == 0 or rest > SHORTEST)


def phrase(chances: Iterator[float], length: int) -> list[str]:
    """English of exactly ``length`` words; every choice takes one of the chances in 0 … 1."""
    words: list[str] = []
    while len(words) < length:
        words += [french.AND] if words else []
        clauses = fitting(length - len(words))
        words += clause(chances, clauses[int(next(chances) * len(clauses))])
    return words


def clause(chances: Iterator[float], shape: tuple[str, ...]) -> list[str]:
    """The words of one clause; the verb has the number of the subject."""
    words: list[str] = []
    number = int(next(chances) * 2)
    for name in shape:
        choices = WORDS[name]
        words.append(choices[int(next(chances) * len(choices))][number])
        if name == "with object":
            number = int(next(chances) * 2)  # of the object
    return words


@lru_cache(maxsize=LONGEST + 1)
def likeliest(length: int) -> float:
    """The chance of the most likely phrase of a length: max over its first clause, P(clause) · P(rest)."""
    best = 0.0
    for shape in fitting(length):
        chance = 0.5 / len(fitting(length))
        for name in shape:
            chance /= len(WORDS[name]) * (2 if name == "with object" else 1)
        rest = length - len(shape)
        best = max(best, chance * (likeliest(rest - 1) if rest else 1))
    return best
