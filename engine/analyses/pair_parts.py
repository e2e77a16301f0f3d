"""Looking at a net that writes at fewer of its snapshots, when all of them would not fit into memory."""

from __future__ import annotations

from engine.analyses.parts import thinned
from engine.opened import Model
from engine.opened_pair import writing
from engine.run import Run
from engine.tasks.pairs import Pairs
from engine.tasks.translation import Translation

ROOM = 512 * 2**20
"""Bytes that the scores of all snapshots, which are looked at together, may take, roughly."""
_KEPT = 4
"""Numbers that are held for each number of a state, pair of a written word and a place of the source (all attentions)."""


def fitting(model: Model, inputs: Pairs, *, gradients: bool = False) -> Run:
    """The run with as many of its snapshots, evenly spaced, as there is `ROOM` for; the last one always.

    gradients: of every written word, each with numbers of its own. Raises ValueError for what writes nothing.
    """
    experiment = writing(model)
    task, width = experiment.task, experiment.network.width
    assert isinstance(task, Translation)
    steps = max(inputs.targets.shape[1], *map(task.limit, inputs.lengths.tolist()))
    products = inputs.count * steps * inputs.inputs.shape[1] * width * (steps if gradients else 1)
    found = thinned(model, max(1, ROOM // (4 * _KEPT * products)))
    assert isinstance(found, Run)
    return found
