"""The far sentence of the lecture notes: "I grew up in France … I speak fluent ___".

Far sentences and near pairs are mixed in one net, so that the same net can be asked both. Gaps are
drawn anew for every batch: an LSTM with the usual start hardly learns one long gap alone (comparison "gaps").
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from engine.tasks.clouds import FRAME, PAIRS, UNKNOWN, near
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
    draw_gap_log,
    whole,
)
from engine.tasks.filler import DISTRACTING, WORDS, filler
from engine.tasks.typed import (
    COUNTRIES,
    ENDING,
    NAMES,
    NEAR_ENDING,
    OPENING,
    far_cue,
    near_cue,
    question,
    settled,
    words_of,
)

NEAR = "near"


class Fluent(Task):
    """“I grew up in France … I speak fluent ___”, far sentences and near pairs in one net."""

    name: Literal["fluent"] = "fluent"
    near_share: float = Field(
        default=0.25, ge=0, le=1, description="share of batches that are near pairs"
    )
    distractors: int = Field(default=0, ge=0, le=3, description="other countries in the filler")
    gaps: Literal["even", "log", "short first"] = Field(
        default="even",
        description="how gaps are drawn",
        exclude_if=lambda value: (
            value == "even"
        ),  # so that what draws them evenly is written as before
    )

    words: ClassVar[str] = (
        "“I grew up in France … I speak fluent ___”: the word that matters is far"
    )
    source: ClassVar[str] = "C. Olah, Understanding LSTM Networks, 2015, after Bengio et al., 1994"

    @model_validator(mode="after")
    def _room_for_distractors(self) -> Fluent:
        needed = self.distractors * len(DISTRACTING)
        smallest = min(self.shortest, self.tested)
        if smallest < needed:
            raise ValueError(
                f"task.distractors = {self.distractors} needs gaps of at least {needed} words, "
                f"and the shortest here is {smallest}"
            )
        return self

    @property
    def shortest(self) -> int:
        if self.shortest_gap is not None:
            return self.shortest_gap
        return min(self.gap, max(self.gap // 2, self.distractors * len(DISTRACTING)))

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        near_words = (*FRAME, *(cue for cue, _ in PAIRS))
        return tuple(dict.fromkeys((UNKNOWN, *OPENING, *NAMES, *ENDING, *near_words, *WORDS)))

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return (*(language for _, language in COUNTRIES), *(answer for _, answer in PAIRS))

    @cached_property
    def tokens(self) -> dict[str, int]:
        """The number of every word."""
        return {word: number for number, word in enumerate(self.vocabulary)}

    def length(self, gap: int) -> int:
        return len(OPENING) + 1 + gap + len(ENDING)

    def batch(self, rng: np.random.Generator, count: int) -> Trials:
        if rng.random() < self.near_share:
            return near(rng, count, 0, "train", self.tokens, len(COUNTRIES))
        draw = draw_gap_log if self.gaps == "log" else draw_gap
        return self.far(rng, count, draw(rng, self.shortest, self.gap), "train")

    def during(self, share: float) -> Fluent:
        """With short gaps first, the longest grows evenly from the shortest until half of the training is done."""
        if self.gaps != "short first":
            return self
        longest = self.shortest + round((self.gap - self.shortest) * min(1.0, 2 * share))
        return self.model_copy(update={"gap": longest, "shortest_gap": self.shortest})

    def conditions(self) -> tuple[str, ...]:
        return (f"gap {self.tested}", NEAR)

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Trials:
        if condition == NEAR:
            return near(rng, count, 0, "test", self.tokens, len(COUNTRIES))
        return self.far(rng, count, self.gap_of(condition), "test")

    def far(self, rng: np.random.Generator, count: int, gap: int, split: Split) -> Trials:
        """Draw far sentences of one gap, every country equally likely, no distractor is right."""
        filling = self._filler(rng, count, gap, split)
        country = rng.integers(len(COUNTRIES), size=count)
        numbers = np.array([self.tokens[name] for name in NAMES])
        while (clash := (filling == numbers[country][:, None]).any(axis=1)).any():
            country[clash] = rng.integers(len(COUNTRIES), size=int(clash.sum()))
        return self.sentences(country, filling)

    def sentences(self, country: np.ndarray, filling: np.ndarray) -> Trials:
        """Far sentences with given countries ``[trial]`` around given filler ``[trial, gap]``."""
        count, gap = filling.shape
        inputs = np.empty((count, self.length(gap)), np.int64)
        cue = len(OPENING)
        inputs[:, :cue] = [self.tokens[word] for word in OPENING]
        inputs[:, cue] = np.array([self.tokens[name] for name in NAMES])[country]
        inputs[:, cue + 1 : cue + 1 + gap] = filling
        inputs[:, cue + 1 + gap :] = [self.tokens[word] for word in ENDING]
        targets = np.full(inputs.shape, UNASKED)
        targets[:, -1] = country
        periods = np.full(inputs.shape, FILLER, np.int8)
        periods[:, :cue], periods[:, cue], periods[:, cue + 1 + gap :] = START, CUE, QUESTION
        return whole(inputs, targets, periods)

    def example(self, country: str, gap: int) -> Trials:
        """The sentence that is shown: one test filler per gap, the same for every country.

        Only where its distractors name the country itself, the next filler without it is taken.
        """
        drawn = self._filler(np.random.default_rng(gap), 1 + 64 * self.distractors, gap, "test")
        free = (drawn != self.tokens[country]).all(axis=1)
        return self.sentences(np.array([NAMES.index(country)]), drawn[[int(free.argmax())]])

    def far_texts(self, gap: int) -> tuple[str, ...]:
        """The shown sentence of every country, as it would be typed."""
        return tuple(" ".join(self.wording(self.example(name, gap), 0)) for name in NAMES)

    def near_texts(self) -> tuple[str, ...]:
        """The near sentence of every pair, as it would be typed."""
        return tuple(f"the {cue} are in the" for cue, _ in PAIRS)

    def read(self, text: str) -> Sentence:
        """Turn a typed sentence into a trial; an unknown word becomes token 0 and is marked.

        "…" stands for ``tested`` filler words, and at the end for the question as well. The right
        answer is the language of the country after "grew up in", or the near pair's, whichever the
        end of the sentence asks for; else nothing is asked. Raises ValueError when there is no
        word, or too many.
        """
        words = words_of(text, self.vocabulary[1:], self._continued)
        inputs = np.array([[self.tokens.get(word, 0) for word in words]], np.int64)
        periods = np.full(inputs.shape, FILLER, np.int8)
        targets = np.full(inputs.shape, UNASKED, np.int64)
        asked = question(words)
        periods[0, -max(1, len(asked)) :] = QUESTION
        cue = settled(words, asked)
        if cue is not None:
            at, targets[0, -1] = cue
            periods[0, :at], periods[0, at] = START, CUE
        sentence = whole(inputs, targets, periods)
        return Sentence(sentence, tuple(words), tuple(bool(token > 0) for token in inputs[0]))

    def _continued(self, words: list[str], at_end: bool) -> list[str]:
        """What "…" stands for after these words: filler, and at the end the question."""
        far = far_cue(words)
        if at_end and far is None and near_cue(words) is not None:
            return list(NEAR_ENDING)
        country = NAMES[far[1] if far else 0]
        shown = self.wording(self.example(country, self.tested), 0)[len(OPENING) + 1 :]
        return list(shown if at_end else shown[: -len(ENDING)])

    def _filler(self, rng: np.random.Generator, count: int, gap: int, split: Split) -> np.ndarray:
        return filler(
            rng,
            count,
            gap,
            split,
            tokens=self.tokens,
            countries=NAMES if self.distractors else (),
            distractors=self.distractors,
        )

    def baseline(self) -> float:
        return 1 / len(COUNTRIES)
