"""The shapes of a net's weights, known from its choices alone: no torch, no memory.

So a run that a person hands on can be held against its own experiment before anything is computed
with it, and a run that would fill the disk is refused before it starts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.cells import CELLS
from engine.pair_shapes import pair_shapes
from engine.readouts import READOUTS
from engine.tasks.translation import Translation

if TYPE_CHECKING:
    from engine.experiment import Experiment


def weight_shapes(experiment: Experiment) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight, as in the net's ``state_dict`` (the test holds the two together)."""
    if isinstance(experiment.task, Translation):
        return pair_shapes(experiment)
    task, network = experiment.task, experiment.network
    words, units = len(task.vocabulary), network.units
    rows = units * len(CELLS[network.cell].blocks)
    suffixes = ("", "_reverse") if network.bidirectional else ("",)
    width = units * len(suffixes)
    answers = max(1, len(task.answers))
    shapes: dict[str, tuple[int, ...]] = {}
    if words:
        shapes["embedding.weight"] = (words, network.embedding)
    features = network.embedding if words else task.features
    for layer in range(network.layers):
        for suffix in suffixes:
            end = f"l{layer}{suffix}"
            shapes[f"recurrent.weight_ih_{end}"] = (rows, features if layer == 0 else width)
            shapes[f"recurrent.weight_hh_{end}"] = (rows, units)
            shapes[f"recurrent.bias_ih_{end}"] = (rows,)
            shapes[f"recurrent.bias_hh_{end}"] = (rows,)
    readout = READOUTS[network.readout]
    own = readout.shapes(width, features).items()
    shapes |= {f"weighing.{name}": shape for name, shape in own}
    read = readout.width(width, features)
    return shapes | {"readout.weight": (answers, read), "readout.bias": (answers,)}


def parameters(experiment: Experiment) -> int:
    """How many numbers the net has."""
    return sum(math.prod(shape) for shape in weight_shapes(experiment).values())


def snapshot_bytes(experiment: Experiment) -> int:
    """Bytes that all snapshots of the training take on the disk (float32)."""
    return (
        4
        * parameters(experiment)
        * min(experiment.training.snapshots, experiment.training.steps + 1)
    )
