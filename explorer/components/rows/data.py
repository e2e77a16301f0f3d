"""What a picture of rows needs, as frozen values that refuse what cannot be drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from explorer.components.shared.data import HEX
from explorer.components.shared.data import Token as Token
from explorer.components.shared.data import require as _require


@dataclass(frozen=True)
class Measure:
    """One colouring: its name, why one would look at it, and how to read it (≤ 2 sentences).

    `fraction` prints 1/3000 where a value is a share of the last step's; else 3.3e-4.
    """

    key: str
    label: str
    why: str
    caption: str
    fraction: bool = True


REACH = Measure(
    key="reach",
    label="reach",
    why="how far a change at this word still moves the answer, compared with the last word",
    caption="Bright: a change here still moves the answer. "
    "Each mark to the left on the scale divides by ten.",
)
LOSS_GRADIENT = Measure(
    key="loss_gradient",
    label="loss gradient",
    why="what training feels: wrongness times reach, so it fades once a net is right",
    caption="Bright: training would change what the net does here. "
    "Dark may mean a lost word, or an answer that is already right.",
    fraction=False,
)
START_QUESTION = "Nobody has learned anything yet. Which row could carry the news?"


@dataclass(frozen=True)
class Solved:
    """Test accuracies (0…1) of all trained seeds, which of them is the one on show, and tested on what."""

    accuracies: tuple[float, ...]
    shipped: int | None = None
    threshold: float = 0.99
    test: str = ""

    def __post_init__(self) -> None:
        _require(
            all(math.isfinite(a) and 0 <= a <= 1 for a in self.accuracies),
            f"accuracies must lie in 0…1, got {self.accuracies}",
        )
        _require(
            self.shipped is None or 0 <= self.shipped < len(self.accuracies),
            f"shipped must be one of {len(self.accuracies)} seeds, got {self.shipped}",
        )


@dataclass(frozen=True)
class Swap:
    """The word put in place of the cue, and the index of the answer that is then right."""

    word: str
    right: int | None = None


@dataclass(frozen=True, eq=False)
class Row:
    """One trained net: its name, its snapshots' steps, and what each snapshot shows.

    Shapes: measures[key] [snapshot, time], answers and answers_swapped [snapshot, answer].
    """

    key: str
    label: str
    detail: str
    color: str
    steps: tuple[int, ...]
    measures: Mapping[str, np.ndarray]
    answers: np.ndarray
    answers_swapped: np.ndarray | None = None
    solved: Solved | None = None
    hollow: bool = False

    def __post_init__(self) -> None:
        _require(bool(HEX.fullmatch(self.color)), f"{self.key}: color must be #rrggbb")
        ascending = all(a < b for a, b in pairwise(self.steps))
        _require(
            bool(self.steps) and ascending, f"{self.key}: steps must be some, in ascending order"
        )


@dataclass(frozen=True, eq=False)
class RowsData:
    """The whole picture. `cue` and `right` may be None: a person's own sentence has neither.

    Errors: ValueError with one sentence, when shapes, indices or keys do not fit each other.
    """

    tokens: tuple[Token, ...]
    cue: int | None
    answers: tuple[str, ...]
    right: int | None
    rows: tuple[Row, ...]
    measures: tuple[Measure, ...] = (REACH, LOSS_GRADIENT)
    swap: Swap | None = None
    start_step: int | None = None
    start_measure: str | None = None
    question: str = START_QUESTION
    empty: str = "No trained net to show yet."

    def __post_init__(self) -> None:
        times, kinds = len(self.tokens), len(self.answers)
        _require(
            self.cue is None or 0 <= self.cue < times, f"cue {self.cue} is not in 0…{times - 1}"
        )
        rights = [self.right] + ([self.swap.right] if self.swap else [])
        for right in rights:
            _require(right is None or 0 <= right < kinds, f"right {right} is not in 0…{kinds - 1}")
        for name, keys in (
            ("row", [row.key for row in self.rows]),
            ("measure", [measure.key for measure in self.measures]),
        ):
            _require(len(set(keys)) == len(keys), f"two {name}s share a key: {keys}")
        for row in self.rows:
            self._check(row, times, kinds)

    def _check(self, row: Row, times: int, kinds: int) -> None:
        snapshots = len(row.steps)
        for measure in self.measures:
            _require(measure.key in row.measures, f"{row.key}: no values of {measure.key}")
            got = np.shape(row.measures[measure.key])
            _require(
                got == (snapshots, times),
                f"{row.key}: {measure.key} must be [snapshot {snapshots}, time {times}], got {got}",
            )
        wanted = {"answers": row.answers}
        if self.swap is not None:
            _require(row.answers_swapped is not None, f"{row.key}: a swap needs answers_swapped")
            wanted["answers_swapped"] = np.asarray(row.answers_swapped)
        for name, values in wanted.items():
            _require(
                np.shape(values) == (snapshots, kinds),
                f"{row.key}: {name} must be [snapshot {snapshots}, answer {kinds}], "
                f"got {np.shape(values)}",
            )
