"""The adding problem: of all the numbers that went by, add the two marked ones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.tasks.contract import CUE, FILLER, QUESTION, Task, Trials, draw_gap, whole

SMALLEST = 3
"""Steps of the shortest trial: two marked numbers and the step that asks."""
Length = Annotated[int, Field(ge=SMALLEST, le=2000)]


class Adding(Task):
    """Numbers in 0 … 1, two of them marked ✓; at the last step the target is the sum of the two.

    One mark lies in the first half, one in the second half before the last step. So the last step
    tells nothing, and the best answer without memory is 1, with mean squared error
    Var(u₁ + u₂) = 1/6.

    Training and test are drawn alike: two sequences of random numbers agree with probability below
    2^(−24·T), so there is nothing to keep apart.
    """

    name: Literal["adding"] = "adding"
    gap: Length = Field(default=50, description="longest sequence in training, in steps")
    shortest_gap: Length | None = Field(
        default=None, description="shortest sequence in training; empty: as the task has it"
    )
    test_gap: Length | None = Field(
        default=None, description="sequence length of the test; empty: the longest in training"
    )

    words: ClassVar[str] = "“0.37, 0.52 ✓, 0.08 … 0.91 ✓ …”: add the two marked numbers"
    source: ClassVar[str] = "S. Hochreiter and J. Schmidhuber, Long short-term memory, 1997, task 4"
    measure: ClassVar[Literal["accuracy", "loss"]] = "loss"
    features: ClassVar[int] = 2
    suggested: ClassVar[Mapping[str, Mapping[str, object]]] = {
        "network": {"units": 64},
        "training": {"learning_rate": 0.005, "steps": 1500},
    }

    @property
    def shortest(self) -> int:
        """The longest, as in the paper: unlike recall, adding trains (and best) at one length."""
        return self.gap if self.shortest_gap is None else self.shortest_gap

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        return ()

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return ()

    def wording(self, trials: Trials, trial: int) -> tuple[str, ...]:
        steps = trials.inputs[trial, : trials.lengths[trial]]
        return tuple(f"{value:.2f} ✓" if marked else f"{value:.2f}" for value, marked in steps)

    def length(self, gap: int) -> int:
        return gap

    def batch(self, rng: np.random.Generator, count: int) -> Trials:
        return self._draw(rng, count, draw_gap(rng, self.shortest, self.gap))

    def test(self, rng: np.random.Generator, count: int, condition: str) -> Trials:
        return self._draw(rng, count, self.gap_of(condition))

    def baseline(self) -> float:
        return 1 / 6

    def _draw(self, rng: np.random.Generator, count: int, length: int) -> Trials:
        trial = np.arange(count)
        inputs = np.zeros((count, length, self.features), np.float32)  # [trial, time, feature]
        inputs[:, :, 0] = rng.random((count, length), np.float32)
        periods = np.full((count, length), FILLER, np.int8)
        periods[:, -1] = QUESTION
        total = np.zeros(count, np.float32)
        for low, high in ((0, length // 2), (length // 2, length - 1)):
            place = rng.integers(low, high, size=count)
            inputs[trial, place, 1] = 1
            periods[trial, place] = CUE
            total += inputs[trial, place, 0]
        targets = np.full((count, length), np.nan, np.float32)
        targets[:, -1] = total
        return whole(inputs, targets, periods)
