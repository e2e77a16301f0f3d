"""What a training will take, from its choices alone, so that an absurd one is refused before it starts. No torch.

Rough: within a factor of two of what one thread of a 2-core machine took (float32, all cells, 1 to 512 units, 9 to
2000 steps, batches of 1 to 1024). The limits themselves are kept by the worker, by the clock and by the system.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.cells import CELLS
from engine.shapes import parameters, snapshot_bytes, weight_shapes

if TYPE_CHECKING:
    from engine.experiment import Experiment

LONGEST = 15 * 60.0
"""Seconds that a training by a worker may take."""
MEMORY = 2 * 2**30
"""Bytes of data that a worker may hold, where the system can limit it."""

_TRIALS = 240  # `engine.evaluation.TEST_TRIALS`, which cannot be asked without torch; a test compares the two
_LOADED = 250 * 2**20  # bytes of a worker that has torch
_EACH_STEP = 0.6e-3  # seconds: drawing a batch, the optimiser, the records
_CALL = {"rnn": 40e-6, "relu": 40e-6, "sigmoid": 75e-6, "lstm": 25e-6, "gru": 90e-6}
"""Seconds of a time step, forward and backward, that do not depend on its size; a new cell counts as the slowest."""
_PIECE = 100e-6  # seconds for each cut of the gradient, and layer
_VALUE = 5e-9  # seconds for each value of a block, of each trial and time step
_MULTIPLIED = 6e-12  # seconds for a multiplication or an addition of the matrix products


@dataclass(frozen=True)
class Estimate:
    """Seconds on one thread, bytes in memory at the peak, and bytes of all snapshots on the disk."""

    seconds: float
    memory: int
    snapshots: int


def estimate(experiment: Experiment) -> Estimate:
    """What a training takes: forward and backward over every batch, and a test at every snapshot.

    seconds of a step = T · (L·D·call + B · (L·D·H·blocks·value + 6·weights·multiplied)), with T steps of time, L layers,
    D directions, B trials, H units; every weight is multiplied and added once forward, twice backward.
    """
    task, network, plan = experiment.task, experiment.network, experiment.training
    blocks = len(CELLS[network.cell].blocks)
    ways = network.layers * (2 if network.bidirectional else 1)
    shapes = weight_shapes(experiment).items()
    recurrent = sum(math.prod(s) for name, s in shapes if name.startswith("recurrent.weight"))
    call = ways * _CALL.get(network.cell, max(_CALL.values()))

    def seconds(trials: int, time: int) -> float:
        values = trials * (ways * network.units * blocks * _VALUE + 6 * recurrent * _MULTIPLIED)
        return time * (call + values)

    usual, longest = (task.length(gap) for gap in ((task.shortest + task.gap) // 2, task.gap))
    tested, conditions = task.length(task.tested), len(task.conditions())
    cuts = usual // plan.window if plan.window else 0
    step = _EACH_STEP + seconds(plan.batch, usual) + cuts * network.layers * _PIECE
    test = seconds(_TRIALS, tested) * conditions / 2
    kept = min(plan.snapshots, plan.steps + 1)
    # Floats for each trial and time step: what the backward pass needs of every layer; a test keeps one layer.
    read = 3 * (network.embedding if task.vocabulary else task.features)
    backward = plan.batch * longest * (read + 5 * (1 + blocks) * ways * network.units)
    forward = _TRIALS * tested * (read + 4 * ways * network.units / network.layers)
    weights = 8 * parameters(experiment)  # themselves, gradients, two moments, copies to be written
    return Estimate(
        plan.steps * step + kept * test,
        _LOADED + 4 * int(max(backward, forward) + weights),
        snapshot_bytes(experiment),
    )


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
