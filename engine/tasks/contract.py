"""What every task is: a frozen choice of lengths that draws labelled trials.

A task knows words for its tokens, a period label for every step, how well a net without memory
does, and nothing about nets. It holds no torch, so that pages and command lines can read it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from engine.frozen import Frozen

PERIODS = ("start", "cue", "filler", "question")
"""What a step is for; ``Trials.periods`` holds indices into this tuple."""

START, CUE, FILLER, QUESTION = range(4)
UNASKED = -1
"""The target of a step at which nothing is asked (NaN where targets are numbers)."""

Split = Literal["train", "test"]
Gap = Annotated[int, Field(ge=0, le=2000)]
"""A number of steps between the news and the question."""


@dataclass(frozen=True)
class Trials:
    """Sequences, what they ask, and what each of their steps is for.

    inputs: token numbers int64 ``[trial, time]``, or float32 ``[trial, time, feature]``
    targets: answer numbers int64 ``[trial, time]``, UNASKED where nothing is asked; or float32,
        NaN there
    periods: int8 ``[trial, time]``, indices into PERIODS
    lengths: int64 ``[trial]``; what lies beyond a trial's length is padding
    """

    inputs: np.ndarray
    targets: np.ndarray
    periods: np.ndarray
    lengths: np.ndarray

    @property
    def count(self) -> int:
        """How many trials there are."""
        return int(self.inputs.shape[0])

    def pick(self, rows: np.ndarray | slice) -> Trials:
        """Some of the trials."""
        return Trials(self.inputs[rows], self.targets[rows], self.periods[rows], self.lengths[rows])


def whole(inputs: np.ndarray, targets: np.ndarray, periods: np.ndarray) -> Trials:
    """Trials that all fill their array."""
    return Trials(inputs, targets, periods, np.full(inputs.shape[0], inputs.shape[1], np.int64))


def join(*parts: Trials) -> Trials:
    """Put trials below one another; shorter ones are padded at the end."""
    time = max(part.inputs.shape[1] for part in parts)

    def stretched(name: str, fill: float) -> np.ndarray:
        arrays = [getattr(part, name) for part in parts]
        widths = [[(0, 0), (0, time - a.shape[1]), *[(0, 0)] * (a.ndim - 2)] for a in arrays]
        return np.concatenate(
            [np.pad(a, w, constant_values=fill) for a, w in zip(arrays, widths, strict=True)]
        )

    nothing = np.nan if parts[0].targets.dtype.kind == "f" else UNASKED
    return Trials(
        stretched("inputs", 0),
        stretched("targets", nothing),
        stretched("periods", FILLER),
        np.concatenate([part.lengths for part in parts]),
    )


@dataclass(frozen=True)
class Sentence:
    """A typed sentence as one trial, and which of its words the task does not know."""

    trials: Trials
    words: tuple[str, ...]
    known: tuple[bool, ...]


class Task(Frozen):
    """A problem with a distance in it.

    Gaps are drawn anew for every batch from ``[shortest, gap]``; a net is tested at ``test_gap``.
    """

    name: str = ""
    gap: Gap = Field(default=40, description="longest gap in training, in steps")
    shortest_gap: Gap | None = Field(
        default=None, description="shortest gap in training; empty: as the task has it"
    )
    test_gap: Gap | None = Field(
        default=None, description="gap of the test; empty: the longest in training"
    )

    words: ClassVar[str]
    """One line that says what the task is."""
    source: ClassVar[str]
    """Where the task comes from."""
    measure: ClassVar[Literal["accuracy", "loss"]] = "accuracy"
    """What ``baseline`` is measured in."""
    features: ClassVar[int] = 0
    """Numbers per step where inputs are not tokens."""
    suggested: ClassVar[Mapping[str, Mapping[str, object]]] = {}
    """Fields of the network and the training that this task wants, where a person says nothing."""

    @model_validator(mode="after")
    def _gaps_in_order(self) -> Task:
        if self.shortest_gap is not None and self.shortest_gap > self.gap:
            raise ValueError(
                f"task.shortest_gap = {self.shortest_gap} is above task.gap = {self.gap}"
            )
        return self

    @property
    def shortest(self) -> int:
        """The shortest gap in training."""
        return self.gap if self.shortest_gap is None else self.shortest_gap

    @property
    def tested(self) -> int:
        """The gap of the test."""
        return self.gap if self.test_gap is None else self.test_gap

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The word of every token, token 0 for an unknown word; empty where inputs are numbers."""
        raise NotImplementedError

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """The word of every answer; empty where the answer is a number."""
        raise NotImplementedError

    @property
    def unit(self) -> str:
        """What a loss counts: cross-entropy in nats, or where the answer is a number its squared error."""
        return "nats" if self.answers else "squared error"

    def wording(self, trials: Trials, trial: int) -> tuple[str, ...]:
        """The word of every step of one trial, padding left out."""
        steps = trials.inputs[trial, : trials.lengths[trial]]
        return tuple(self.vocabulary[token] for token in steps)

    def read(self, text: str) -> Sentence:
        """Turn a typed sentence into a trial. Raises ValueError in one sentence for what is none."""
        raise ValueError(f"The task {self.name} has no sentences to type.")

    def length(self, gap: int) -> int:
        """Steps of a trial with this gap."""
        raise NotImplementedError

    def during(self, share: float) -> Task:
        """The task as it is trained when this share of the training is done, 0 … 1: mostly itself all the time."""
        return self

    def batch(self, rng: np.random.Generator, count: int) -> Trials:
        """Training trials, all of one length, drawn anew."""
        raise NotImplementedError

    def conditions(self) -> tuple[str, ...]:
        """The conditions of the test, the one that counts first."""
        return (f"gap {self.tested}",)

    def gap_of(self, condition: str) -> int:
        """The gap that a condition like "gap 40" names; refused where the task cannot have it."""
        found = re.fullmatch(r"gap ([0-9]{1,9})", condition)
        if found is None:
            raise ValueError(
                f"condition = {condition!r} is unknown to {self.name}; "
                f"it is one of {', '.join(self.conditions())}, or another gap"
            )
        return type(self).model_validate({**self.model_dump(), "test_gap": int(found[1])}).tested

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Trials:
        """Test trials of one condition; they share no filler sequence with training."""
        raise NotImplementedError

    def baseline(self) -> float:
        """What a net without memory reaches in the first condition, in the unit of ``measure``."""
        raise NotImplementedError

    def tests(self, rng: np.random.Generator, count: int) -> Mapping[str, Trials]:
        """Test trials of every condition."""
        return {condition: self.test(rng, count, condition) for condition in self.conditions()}


def draw_gap_log(rng: np.random.Generator, shortest: int, longest: int) -> int:
    """One gap, evenly spread in the logarithm: P(gap) ∝ ln((gap + 2) / (gap + 1)), so mostly short ones."""
    low, high = np.log(shortest + 1), np.log(longest + 2)
    return min(longest, int(np.exp(rng.uniform(low, high))) - 1)


def draw_gap(rng: np.random.Generator, shortest: int, longest: int) -> int:
    """One gap, every one from shortest to longest equally likely."""
    return int(rng.integers(shortest, longest + 1))
