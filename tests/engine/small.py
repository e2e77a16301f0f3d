"""A small run with the shapes of a real one, made without torch: for tests of files, not of nets."""

from __future__ import annotations

import numpy as np

from engine.experiment import Experiment
from engine.run import Run, Snapshot
from engine.shapes import parameters, weight_shapes

EXPERIMENT = Experiment.model_validate(
    {
        "task": {"name": "recall", "gap": 3},
        "network": {"cell": "lstm", "units": 2, "embedding": 2},
        "training": {"steps": 5, "snapshots": 3},
    }
)
STEPS = (0, 2, 5)


def snapshot(step: int, experiment: Experiment = EXPERIMENT) -> Snapshot:
    """Weights that depend on the step alone."""
    rng = np.random.default_rng(step)
    shapes = weight_shapes(experiment).items()
    return Snapshot(step, {n: rng.standard_normal(s).astype(np.float32) for n, s in shapes})


def record(step: int) -> dict[str, object]:
    """A record of metrics as the trainer makes them."""
    found: dict[str, object] = {"step": step}
    if step:
        found |= {"loss": 2.5 / (step + 1), "norm": 0.1 * step, "clipped": min(0.1 * step, 0.25)}
    if step in STEPS:
        found |= {"accuracy": step / 7, "test_loss": 2.4, "by_condition": {"gap 3": step / 7}}
    return found


def run() -> Run:
    """The whole run."""
    result = {
        "outcome": "finished",
        "reason": "",
        "accuracy": 5 / 7,
        "by_condition": {"gap 3": 5 / 7},
        "baseline": 0.125,
        "measure": "accuracy",
        "loss": 2.4,
        "steps": 5,
        "parameters": parameters(EXPERIMENT),
    }
    metrics = tuple(record(step) for step in range(6))
    return Run(EXPERIMENT, metrics, tuple(snapshot(step) for step in STEPS), result)
