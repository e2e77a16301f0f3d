"""What a training will take, from its choices alone, so that an absurd one is refused before it starts. No torch.

Rough: within a factor of two of what one thread of a 2-core machine took (float32, all cells, 1 to 512 units, 9 to
2000 steps, batches of 1 to 1024). The limits themselves are kept by the worker, by the clock and by the system.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.cells import CELLS
from engine.costs import CALL, EACH_STEP, MULTIPLIED, TRIALS, VALUE
from engine.pair_estimate import pair_cost
from engine.readouts import READOUTS
from engine.shapes import parameters, snapshot_bytes, weight_shapes
from engine.tasks.translation import Translation

if TYPE_CHECKING:
    from engine.experiment import Experiment

LONGEST = 15 * 60.0
"""Seconds that a training by a worker may take."""
MEMORY = 2 * 2**30
"""Bytes of data that a worker may hold, where the system can limit it."""

_LOADED = 250 * 2**20  # bytes of a worker that has torch
_PIECE = 100e-6  # seconds for each cut of the gradient, and layer
_WEIGHED = 8e-9  # seconds for each weight of a step for an answer, forward and backward
_MATRICES = 5  # numbers kept for each such weight: score, masked, weight, and their gradients


@dataclass(frozen=True)
class Estimate:
    """Seconds on one thread, bytes in memory at the peak, and bytes of all snapshots on the disk."""

    seconds: float
    memory: int
    snapshots: int


def estimate(experiment: Experiment) -> Estimate:
    """What a training takes: forward and backward over every batch, and a test at every snapshot.

    seconds of a step = T · (L·D·call + B · (L·D·H·blocks·value + 6·weights·multiplied)), with T steps of time, L layers,
    D directions, B trials, H units; every weight is multiplied and added once forward, twice backward. A read-out that pools
    steps adds T · A weights for each trial, with A steps at which something is asked.
    """
    weights = 8 * parameters(experiment)  # themselves, gradients, two moments, copies to be written
    if isinstance(experiment.task, Translation):
        taken, held = pair_cost(experiment)
        return Estimate(taken, _LOADED + 4 * (held + weights), snapshot_bytes(experiment))
    task, network, plan = experiment.task, experiment.network, experiment.training
    blocks = len(CELLS[network.cell].blocks)
    ways = network.layers * (2 if network.bidirectional else 1)
    shapes = weight_shapes(experiment).items()
    recurrent = sum(math.prod(s) for name, s in shapes if name.startswith("recurrent.weight"))
    call = ways * CALL.get(network.cell, max(CALL.values()))

    rows = answering(experiment)
    width = network.units * (2 if network.bidirectional else 1)
    # A read-out that pools has T weights for each answering step, and those that score a state do so once a step.
    scored = sum(math.prod(s) for name, s in shapes if name.startswith("weighing."))

    def seconds(trials: int, time: int) -> float:
        values = trials * (ways * network.units * blocks * VALUE + 6 * recurrent * MULTIPLIED)
        pooled = trials * (rows * (_WEIGHED + 12 * width * MULTIPLIED) + 6 * scored * MULTIPLIED)
        return time * (call + values + pooled)

    usual, longest = (task.length(gap) for gap in ((task.shortest + task.gap) // 2, task.gap))
    tested, conditions = task.length(task.tested), len(task.conditions())
    cuts = usual // plan.window if plan.window else 0
    step = EACH_STEP + seconds(plan.batch, usual) + cuts * network.layers * _PIECE
    test = seconds(TRIALS, tested) * conditions / 2
    kept = min(plan.snapshots, plan.steps + 1)
    # Floats for each trial and time step: what the backward pass needs of every layer; a test keeps one layer.
    read = 3 * (network.embedding if task.vocabulary else task.features)
    pooled = _MATRICES * rows + (4 * width if scored else 0)
    backward = plan.batch * longest * (read + 5 * (1 + blocks) * ways * network.units + pooled)
    forward = TRIALS * tested * (read + 4 * ways * network.units / network.layers + pooled)
    return Estimate(
        plan.steps * step + kept * test,
        _LOADED + 4 * int(max(backward, forward) + weights),
        snapshot_bytes(experiment),
    )


def answering(experiment: Experiment) -> int:
    """Steps whose answer is read from a matrix of weights over the steps: those where the task asks; 0 for the read-out "state"."""
    if not READOUTS[experiment.network.readout].pooled:
        return 0
    task = experiment.task
    targets = task.test(np.random.default_rng(0), 4, task.conditions()[0]).targets
    asked = ~np.isnan(targets) if targets.dtype.kind == "f" else targets >= 0
    return int(asked.any(0).sum())


def refusal(
    experiment: Experiment, *, keeping: bool = False, memory: int = MEMORY, seconds: float = LONGEST
) -> str:
    """Why a training may not start: a sentence with the number and the limit; empty when it may.

    ``keeping``: snapshots stay in memory; a worker writes them away.
    """
    found = estimate(experiment)
    needed = found.memory + (found.snapshots if keeping else 0)
    if needed > memory:
        return (
            f"This training would need about {size(needed)} of memory, and {size(memory)} is the limit: choose "
            f"fewer units or layers, {'fewer snapshots, ' if keeping else ''}a smaller batch or a shorter gap."
        )
    if found.seconds > seconds:
        return (
            f"This training would take about {duration(found.seconds)}, and {duration(seconds)} is the limit: "
            "choose fewer steps or units, or a shorter gap."
        )
    return ""


def size(number: float) -> str:
    """Bytes in words: "180 MB", "2.4 GB"."""
    if number < 0.95 * 2**30:
        return f"{max(1, round(number / 2**20))} MB"
    return f"{number / 2**30:.1f}".removesuffix(".0") + " GB"


def duration(seconds: float) -> str:
    """Seconds in words: "8 seconds", "15 minutes", "31 hours"."""
    for unit, name in ((3600, "hour"), (60, "minute")):
        if seconds >= 1.5 * unit:
            return f"{seconds / unit:.0f} {name}s"
    count = max(1, round(seconds))
    return f"{count} second{'s' * (count != 1)}"
