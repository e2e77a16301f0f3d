"""A run: what was chosen, what happened at every step, the weights on the way, and how it ended."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from engine.experiment import Experiment

OUTCOMES = ("finished", "cancelled", "diverged", "failed", "disk full")


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
