"""A run: what was chosen, what happened at every step, the weights on the way, and how it ended."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from engine.experiment import Experiment

OUTCOMES = ("finished", "cancelled", "diverged", "failed", "disk full")
LOOKED_AT = ("finished", "diverged", "cancelled")
"""Outcomes after which a net can be looked at."""
_FIELD = re.compile(r"[a-z_]{1,40}")
_MAX_WORDS = 1000
_WORDS = ("outcome", "reason", "measure")


def check_result(result: Any) -> None:
    """Raises ValueError with a phrase unless this says how a training ended: an outcome we know, and beside it words,
    numbers, and one level of numbers by name; accuracies lie in 0…1. It may be empty: the training has not ended."""
    if not isinstance(result, dict) or not all(_FIELD.fullmatch(name) for name in result):
        raise ValueError("its result is damaged")
    if result and result.get("outcome") not in OUTCOMES:
        raise ValueError("its result has no outcome that we know")
    for name, value in result.items():
        inner = list(value.values()) if isinstance(value, dict) else [value]
        if name in _WORDS:
            fits = isinstance(value, str) and len(value) <= _MAX_WORDS
        else:
            fits = all(item is None or type(item) in (int, float) for item in inner)
        if not fits:
            raise ValueError(f"its result has a {name} that is neither a number nor a word")
        if name in ("accuracy", "by_condition") and not all(
            0 <= (item or 0) <= 1 for item in inner
        ):
            raise ValueError(f"its result has an {name} that is no share")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The weights after `step` training steps, by parameter name."""

    step: int
    weights: dict[str, np.ndarray]

    def digest(self) -> str:
        """SHA-256 over names, shapes and numbers: equal weights have equal digests, wherever they are stored."""
        total = hashlib.sha256()
        for name in sorted(self.weights):
            array = np.ascontiguousarray(self.weights[name])
            total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
            total.update(array.data)
        return total.hexdigest()


@dataclass(frozen=True, eq=False)
class Run:
    """One training.

    metrics    one record a training step: step, loss, norm (gradient norm before the clip), clipped (after it);
               at snapshots also accuracy, test_loss, by_condition; from a worker also seconds
               since the start
    snapshots  in the order of their steps, step 0 first
    result     outcome (one of OUTCOMES), reason, accuracy, baseline, loss, steps, parameters; empty while it runs
    """

    experiment: Experiment
    metrics: tuple[dict[str, Any], ...]
    snapshots: tuple[Snapshot, ...]
    result: dict[str, Any]

    def at(self, step: int) -> Run:
        """The same run with only the snapshot of that step. Raises ValueError when there is none."""
        for snapshot in self.snapshots:
            if snapshot.step == step:
                return replace(self, snapshots=(snapshot,))
        steps = ", ".join(str(snapshot.step) for snapshot in self.snapshots) or "none"
        raise ValueError(f"There is no snapshot at step {step}; the run has: {steps}.")
