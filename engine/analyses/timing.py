"""Timing: how long a training step of this experiment takes on this machine, now."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import xarray as xr

from engine.estimate import duration, estimate
from engine.experiment import Experiment
from engine.opened import Inputs, Model
from engine.run import Run
from engine.shapes import parameters
from engine.trainer import Progress, training

STEPS, BEFORE = 60, 3
"""Steps that are measured at most, and those before them that are not: the first ones load and allocate."""
ENOUGH = 20
"""Steps of which a median is good."""
LONGEST, PATIENCE = 1.0, 2.0
"""Seconds of measuring after which no further step is begun: when there are enough, and when there are not."""
TOO_LONG = 1.0
"""Seconds of a step that are not waited for."""


def timing(model: Model, inputs: Inputs, *, nonce: int = 0) -> xr.Dataset:
    """Milliseconds of a training step: draw a batch, forward, backward, clip, optimiser. No test and no snapshot.

    Variables: milliseconds ``(measured)`` of single steps in their order, median (ms), parameters. At most `STEPS` steps,
    and fewer when they would take more than a second or two; the trainer's own loop, from the experiment's own start. nonce: a clock gives no answer twice,
    so whoever measures again asks with another number. Raises ValueError for a model without an experiment, and for
    one whose steps would take too long.
    """
    if not isinstance(model, Run):
        raise ValueError(
            "A plain module has no training to measure: it comes without an experiment."
        )
    experiment = model.experiment
    own = estimate(experiment).seconds / experiment.training.steps
    if own > TOO_LONG:
        raise ValueError(
            f"A training step would take about {duration(own)}: too long to measure here."
        )
    steps = measured(experiment, time.perf_counter)
    if not steps:
        raise ValueError("The training diverged before a step could be measured.")
    return xr.Dataset(
        {
            "milliseconds": ("measured", [1000 * seconds for seconds in steps]),
            "median": 1000 * statistics.median(steps),
            "parameters": parameters(experiment),
        },
        attrs={"cell": experiment.network.cell},
    )


def measured(experiment: Experiment, clock: Callable[[], float]) -> list[float]:
    """Seconds of every step by this clock; empty when the first steps diverge."""
    # With two snapshots nothing is tested between the first step and the last, which is not reached.
    plan = {"snapshots": 2, "steps": BEFORE + STEPS + 1}
    short = experiment.training.model_copy(update=plan)
    events = training(experiment.model_copy(update={"training": short}))
    found: list[float] = []
    took = 0.0
    before = clock()
    for event in events:
        if isinstance(event, Progress) and event.step > BEFORE:
            found.append(clock() - before)
            took += found[-1]
        if len(found) == STEPS or took > (LONGEST if len(found) >= ENOUGH else PATIENCE):
            break
        before = clock()
    events.close()
    return found
