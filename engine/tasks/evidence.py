"""A review whose verdict stands early, late or anywhere: which of two words is negated decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from itertools import product
from typing import ClassVar, Literal, get_args

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

PRAISE = ("good", "clever", "funny")
BLAME = ("bad", "dull", "weak")
NOT = "not"
OPENING = ("we", "saw", "a", "film")
LINK = ("and", "it", "was")
ENDING = ("so", "the", "verdict", "is")
CLAUSE = len(LINK) + 3
"""Words of the clause that settles the answer: "and it was good not bad"."""

FILM = Clauses(
    {
        "adverb": ("slowly", "quietly", "happily", "outside", "indoors"),
        "time": ("evening", "scene", "summer", "winter", "night"),
        "person": ("doctor", "singer", "teacher", "driver", "sailor"),
        "place": ("street", "village", "garden", "theatre", "forest"),
        "kind": ("small", "narrow", "quiet", "green", "modern"),
        "look": ("young", "tall", "tired", "late", "alone"),
        "verb": ("paints", "finds", "carries", "sells", "opens"),
        "thing": ("letter", "piano", "boat", "window", "map"),
    },
    (
        ("adverb",),
        ("every", "time"),
        ("for", "hours"),
        ("near", "the", "place"),
        ("with", "the", "person"),
        ("in", "a", "kind", "place"),
        ("while", "the", "music", "plays"),
        ("until", "the", "person", "leaves"),
        ("and", "the", "person", "is", "look"),
        ("and", "the", "person", "is", NOT, "look"),  # so that "not" alone says nothing
        ("and", "the", "person", "verb", "the", "thing"),
    ),
)
TENTH = 10
"""Early is within the first of so many parts of the filler, late within the last."""

Place = Literal["early", "late", "anywhere"]


class Evidence(Task):
    """“we saw a film … and it was good not bad … so the verdict is ▁▁▁”: positive or negative.

    "good not bad" and "bad not good" are the same words; only their order tells the classes apart. The filler has a
    "not" of its own and is drawn apart from the class. So the bag of words, and every mean of their embeddings,
    says nothing, and whatever tells the class stands in one place.
    """

    name: Literal["evidence"] = "evidence"
    place: Place = Field(default="anywhere", description="where the words stand that settle it")

    words: ClassVar[str] = (
        "“we saw a film … and it was good not bad … so the verdict is ___”: positive or negative"
    )
    source: ClassVar[str] = (
        "after the negations of R. Socher and others, Recursive deep models for semantic "
        "compositionality over a sentiment treebank, 2013"
    )
    suggested: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "network": {"cell": "rnn", "units": 16, "embedding": 16, "readout": "weighted"},
        "training": {"learning_rate": 0.003, "steps": 600},
    }

    @property
    def shortest(self) -> int:
        return self.gap // 2 if self.shortest_gap is None else self.shortest_gap

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        frame = (*OPENING, *LINK, *ENDING)
        return tuple(dict.fromkeys((UNKNOWN, *PRAISE, *BLAME, NOT, *frame, *FILM.words)))

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return ("positive", "negative")

    @cached_property
    def tokens(self) -> dict[str, int]:
        """The number of every word."""
        return {word: number for number, word in enumerate(self.vocabulary)}

    @cached_property
    def verdicts(self) -> tuple[tuple[tuple[str, ...], int], ...]:
        """The three words that settle it, and their answer; all are equally likely."""
        both = tuple(product(PRAISE, BLAME))
        positive = tuple(((praise, NOT, blame), 0) for praise, blame in both)
        return (*positive, *(((blame, NOT, praise), 1) for praise, blame in both))

    def length(self, gap: int) -> int:
        return len(OPENING) + gap + CLAUSE + len(ENDING)

    def batch(self, rng: np.random.Generator, count: int) -> Trials:
        return self._draw(rng, count, draw_gap(rng, self.shortest, self.gap), "train", self.place)

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Trials:
        """Test trials of a gap, or of the tested gap with the evidence at another place ("late")."""
        if condition in get_args(Place):
            return self._draw(rng, count, self.tested, "test", condition)
        return self._draw(rng, count, self.gap_of(condition), "test", self.place)

    def baseline(self) -> float:
        return 1 / len(self.answers)

    def ceiling_of_a_bag(self) -> float:
        """The accuracy that no reader of the words without their order can exceed: Σ_bag max_answer P(bag, answer).

        The sum goes over all verdicts; the filler is drawn apart from the answer and cannot help.
        """
        counts: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0] * len(self.answers))
        for words, answer in self.verdicts:
            counts[tuple(sorted(words))][answer] += 1
        return sum(max(of_answers) for of_answers in counts.values()) / len(self.verdicts)

    def read(self, text: str) -> Sentence:
        """Turn a typed review into a trial; "…" stands for filler, at the end for the question as well.

        What is asked is settled by the last three words of the kind "good not bad"; without them nothing is asked.
        """
        words = tuple(words_of(text, self.vocabulary[1:], self._continued))
        inputs = np.array([[self.tokens.get(word, 0) for word in words]], np.int64)
        periods = np.full(inputs.shape, FILLER, np.int8)
        asks = words[-len(ENDING) :] == ENDING
        periods[0, -(len(ENDING) if asks else 1) :] = QUESTION
        targets = np.full(inputs.shape, UNASKED, np.int64)
        answers = dict(self.verdicts)
        for start in range(len(words) - 2):
            if (three := words[start : start + 3]) in answers:
                targets[0, -1] = answers[three]
                periods[0, start : start + 3] = CUE
        trials = whole(inputs, targets, periods)
        return Sentence(trials, words, tuple(bool(token > 0) for token in inputs[0]))

    def _continued(self, words: list[str], at_end: bool) -> list[str]:
        """What "…" stands for: half of the tested gap in filler words, and at the end the question."""
        half = self.tested // 2
        shown = self._filler(np.random.default_rng([half, len(words)]), 1, half, "test")[0]
        return [*(self.vocabulary[token] for token in shown), *(ENDING if at_end else ())]

    def _filler(self, rng: np.random.Generator, count: int, gap: int, split: Split) -> np.ndarray:
        return one_side(lambda wanted: draw(rng, FILM, wanted, gap, self.tokens), count, split)

    def _places(self, rng: np.random.Generator, filling: np.ndarray, place: str) -> np.ndarray:
        """How many filler words stand before the evidence ``[trial]``: it comes between two clauses."""
        count, gap = filling.shape
        begins = np.ones(
            (count, gap + 1), bool
        )  # [trial, words before]: the end of the filler, too
        begins[:, :gap] = np.isin(filling, [self.tokens[word] for word in FILM.openers])
        if place == "early":
            begins[:, gap // TENTH + 1 :] = False
        elif place == "late":
            begins[:, : gap - gap // TENTH] = False
        return np.where(begins, rng.random(begins.shape), -1).argmax(axis=1)

    def _draw(
        self, rng: np.random.Generator, count: int, gap: int, split: Split, place: str
    ) -> Trials:
        filling = self._filler(rng, count, gap, split)
        before = self._places(rng, filling, place)
        table = np.array([[self.tokens[word] for word in words] for words, _ in self.verdicts])
        verdict = rng.integers(len(table), size=count)

        inputs = np.empty((count, self.length(gap)), np.int64)
        periods = np.full(inputs.shape, FILLER, np.int8)
        first, last = len(OPENING), -len(ENDING)
        inputs[:, :first], periods[:, :first] = [self.tokens[word] for word in OPENING], START
        inputs[:, last:], periods[:, last:] = [self.tokens[word] for word in ENDING], QUESTION
        clause = first + before[:, None] + np.arange(CLAUSE)  # [trial, word]: its steps
        np.put_along_axis(periods, clause, CUE, axis=1)
        link = [self.tokens[word] for word in LINK]
        settling = np.concatenate([np.tile(link, (count, 1)), table[verdict]], axis=1)
        np.put_along_axis(inputs, clause, settling, axis=1)
        inputs[periods == FILLER] = filling.ravel()  # every row has gap places left, in order
        targets = np.full(inputs.shape, UNASKED, np.int64)
        targets[:, -1] = np.array([answer for _, answer in self.verdicts])[verdict]
        return whole(inputs, targets, periods)
