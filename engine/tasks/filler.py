"""Filler that reads as English, of any exact number of words.

Clauses of known lengths are put together until the words add up: "near the old river", "and my
brother played the piano", "every summer". Which trials are training and which are test is decided
by the filler itself: a checksum of its words puts each filler sequence on one side for good.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.tasks.contract import Split
from engine.tasks.split import one_side

CLASSES: dict[str, tuple[str, ...]] = {
    "adverb": ("happily", "quietly", "mostly", "there", "outside"),
    "season": ("summer", "winter", "spring", "autumn", "evening"),
    "adjective": ("old", "small", "quiet", "green", "kind"),
    "person": ("mother", "father", "sister", "brother", "friend", "teacher"),
    "place": ("river", "school", "market", "station", "forest", "garden"),
    "verb": ("played", "painted", "cleaned", "found", "sold"),
    "thing": ("piano", "boat", "house", "bike", "window"),
    "for": ("for",),
    "years": ("years",),
    "every": ("every",),
    "near": ("near",),
    "with": ("with",),
    "and": ("and",),
    "my": ("my",),
    "the": ("the",),
    "but": ("but",),
    "never": ("never",),
    "in": ("in",),
}
DISTRACTOR = "country"
"""The class of a distractor: a country that is not the answer; its words come from the task."""

CLAUSES: tuple[tuple[str, ...], ...] = (
    ("adverb",),
    ("for", "years"),
    ("every", "season"),
    ("near", "the", "place"),
    ("with", "my", "person"),
    ("near", "the", "adjective", "place"),
    ("with", "my", "adjective", "person"),
    ("and", "my", "person", "verb", "the", "thing"),
    ("and", "my", "person", "verb", "the", "adjective", "thing"),
    ("and", "my", "adjective", "person", "verb", "the", "thing"),
)
DISTRACTING = ("but", "never", "in", DISTRACTOR)

WORDS: tuple[str, ...] = tuple(dict.fromkeys(word for words in CLASSES.values() for word in words))

SHAPES = 64
"""How many shapes (sequences of word classes) a gap has."""


def fitting(left: int) -> tuple[tuple[str, ...], ...]:
    """The clauses that may come next when ``left`` words are missing; one word may never remain."""
    return tuple(
        c for c in CLAUSES if len(c) <= left and (len(c) > 1 or left == 1) and left - len(c) != 1
    )


LONGEST = max(len(clause) for clause in CLAUSES)
FITTING = tuple(fitting(left) for left in range(LONGEST + 3))
"""`fitting` by words left; from LONGEST + 2 on it is always the same."""


def shape(rng: np.random.Generator, gap: int, distractors: int) -> tuple[str, ...]:
    """Word classes of one filler of exactly ``gap`` words."""
    clauses: list[tuple[str, ...]] = []
    left = gap - distractors * len(DISTRACTING)
    for pick in rng.random(left).tolist():  # drawn at once: one by one is slow for long gaps
        choice = FITTING[min(left, LONGEST + 2)]
        clauses.append(choice[int(pick * len(choice))])
        left -= len(clauses[-1])
        if left == 0:
            break
    for _ in range(distractors):
        clauses.insert(int(rng.integers(len(clauses) + 1)), DISTRACTING)
    return tuple(name for clause in clauses for name in clause)


@lru_cache(maxsize=512)
def shapes(gap: int, distractors: int) -> np.ndarray:
    """The shapes of a gap, the same on every machine: class numbers int8 ``[shape, gap]``."""
    if distractors * len(DISTRACTING) > gap:
        raise ValueError(f"gap {gap} has no room for {distractors} distractor countries")
    rng = np.random.default_rng([gap, distractors])
    number = {name: i for i, name in enumerate((*CLASSES, DISTRACTOR))}
    drawn = [[number[name] for name in shape(rng, gap, distractors)] for _ in range(SHAPES)]
    return np.array(drawn, np.int8).reshape(SHAPES, gap)


def filler(
    rng: np.random.Generator,
    count: int,
    gap: int,
    split: Split,
    *,
    tokens: dict[str, int],
    countries: tuple[str, ...] = (),
    distractors: int = 0,
) -> np.ndarray:
    """Draw filler of one side: token numbers ``[trial, gap]``, distractors from ``countries``.

    Only gap 0, the empty filler, lies on both sides.
    """
    table, sizes = _words(tuple(tokens.items()), countries)
    all_shapes = shapes(gap, distractors)

    def draw(wanted: int) -> np.ndarray:
        kinds = all_shapes[rng.integers(len(all_shapes), size=wanted)]  # [trial, gap]
        ranks = (rng.random((wanted, gap)) * sizes[kinds]).astype(np.int64)
        return table[kinds, ranks]

    return one_side(draw, count, split)


@lru_cache(maxsize=32)
def _words(
    tokens: tuple[tuple[str, int], ...], countries: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Token numbers by class and rank ``[class, rank]``, and how many words a class has."""
    number = dict(tokens)
    classes = [*CLASSES.values(), countries]
    sizes = np.array([len(words) for words in classes], np.int64)
    table = np.zeros((len(classes), sizes.max()), np.int64)
    for row, words in zip(table, classes, strict=True):
        row[: len(words)] = [number[word] for word in words]
    return table, sizes
