"""Filler that reads as English: clauses of known lengths, put together until the words add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

SHAPES = 64
"""How many shapes (sequences of word classes) a number of words has."""


@dataclass(frozen=True, eq=False)  # compared by identity, so that shapes can be kept
class Clauses:
    """Word classes, and the clauses that they form; a name that is no class is a word of its own.

    There must be a clause of one word, and two each of two and of three: then every number of words can be filled
    without one clause twice in a row. No clause may have a word inside that another begins with: so the words
    themselves tell where a clause begins.
    """

    classes: Mapping[str, tuple[str, ...]]
    clauses: tuple[tuple[str, ...], ...]

    def of(self, name: str) -> tuple[str, ...]:
        """The words of a class."""
        return self.classes.get(name, (name,))

    @property
    def names(self) -> tuple[str, ...]:
        """The classes and the words of their own, each once; `shapes` holds indices into it."""
        return tuple(dict.fromkeys((*self.classes, *(n for c in self.clauses for n in c))))

    @property
    def words(self) -> tuple[str, ...]:
        """All words."""
        return tuple(dict.fromkeys(word for name in self.names for word in self.of(name)))

    @property
    def openers(self) -> tuple[str, ...]:
        """The words that a clause begins with."""
        return tuple(dict.fromkeys(word for clause in self.clauses for word in self.of(clause[0])))


def shape(rng: np.random.Generator, grammar: Clauses, length: int) -> tuple[str, ...]:
    """Word classes of filler of exactly ``length`` words, no clause twice in a row."""
    found: list[tuple[str, ...]] = []
    left = length
    while left > 0:
        fitting = [
            clause
            for clause in grammar.clauses
            if len(clause) <= left and left - len(clause) != 1 and clause not in found[-1:]
        ]
        found.append(fitting[int(rng.integers(len(fitting)))])
        left -= len(found[-1])
    return tuple(name for clause in found for name in clause)


@lru_cache(maxsize=512)
def shapes(grammar: Clauses, length: int) -> np.ndarray:
    """The shapes of a number of words, the same on every machine: int16 ``[shape, length]``."""
    rng = np.random.default_rng(length)
    number = {name: i for i, name in enumerate(grammar.names)}
    drawn = [[number[name] for name in shape(rng, grammar, length)] for _ in range(SHAPES)]
    return np.array(drawn, np.int16).reshape(SHAPES, length)


def draw(
    rng: np.random.Generator, grammar: Clauses, count: int, length: int, tokens: dict[str, int]
) -> np.ndarray:
    """Draw filler: token numbers ``[trial, length]``, every word of a class equally likely."""
    table, sizes = _words(grammar, tuple(tokens.items()))
    kinds = shapes(grammar, length)[rng.integers(SHAPES, size=count)]  # [trial, length]
    ranks = (rng.random((count, length)) * sizes[kinds]).astype(np.int64)
    return table[kinds, ranks]


@lru_cache(maxsize=32)
def _words(grammar: Clauses, tokens: tuple[tuple[str, int], ...]) -> tuple[np.ndarray, np.ndarray]:
    """Token numbers by class and rank ``[class, rank]``, and how many words a class has."""
    number = dict(tokens)
    sizes = np.array([len(grammar.of(name)) for name in grammar.names], np.int64)
    table = np.zeros((len(sizes), sizes.max()), np.int64)
    for row, name in zip(table, grammar.names, strict=True):
        row[: len(grammar.of(name))] = [number[word] for word in grammar.of(name)]
    return table, sizes
