"""One experiment over several seeds: how soon each was there, and which of them stands in the middle."""

from __future__ import annotations

from collections.abc import Sequence

from engine.experiment import Experiment
from engine.run import Run

SEEDS = range(5)
SOLVED = 0.99


def over_seeds(experiment: Experiment) -> list[Run]:
    """The same training from five seeds."""
    from engine.trainer import train

    return [train(experiment.model_copy(update={"seed": seed})) for seed in SEEDS]


def solved_at(run: Run, level: float = SOLVED) -> int | None:
    """The first snapshot step from which on the test accuracy stays at ``level`` or more; None: there is none."""
    found = None
    for record in run.metrics:
        if "accuracy" in record:
            found = (
                (found if found is not None else record["step"])
                if record["accuracy"] >= level
                else None
            )
    return found


def middle(runs: Sequence[Run]) -> int:
    """The place of the median run, by accuracy, then by how soon it was solved."""
    never = max(run.experiment.training.steps for run in runs) + 1
    soon = [never if (step := solved_at(run)) is None else step for run in runs]
    order = sorted(
        range(len(runs)), key=lambda place: (runs[place].result["accuracy"], -soon[place])
    )
    return order[len(order) // 2]
