"""What the training of an encoder–decoder will take, from its choices alone. No torch.

Rough, as `engine.estimate` is: sources of 2 to 64 symbols, all attentions.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.cells import CELLS, Cell
from engine.costs import (
    AT_ONCE,
    CALL,
    EACH_PAIR_STEP,
    KEPT,
    MULTIPLIED,
    SCORED,
    STEPPED,
    TRIALS,
    VALUE,
)
from engine.shapes import weight_shapes
from engine.tasks.pairs import Pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.experiment import Experiment

_BATCHES = 12
"""So many small ones are drawn to see how long sources and targets are."""


class Widths(NamedTuple):
    """Symbols read, and words written."""

    read: float
    written: float


def pair_cost(experiment: Experiment) -> tuple[float, int]:
    """Seconds of a training, and the numbers that its largest pass holds, weights left out.

    seconds of a step = those of two recurrent nets, one of S steps and one of T, as `engine.estimate` has them, + B · S · T · H ·
    scored, with S symbols of the source, T words to be written, B pairs and H numbers in a state. A test writes told and on its own.
    """
    task, network, plan = experiment.task, experiment.network, experiment.training
    rng = np.random.default_rng(0)
    drawn = [_widths(task.batch(rng, min(plan.batch, 8))) for _ in range(_BATCHES)]
    usual = Widths(_mean(one.read for one in drawn), _mean(one.written for one in drawn))
    longest = Widths(max(one.read for one in drawn), max(one.written for one in drawn))
    tested = _widths(task.test(rng, 8, task.conditions()[0]))
    training, testing = SCORED.get(network.attention, max(SCORED.values()))
    step = EACH_PAIR_STEP + _sides(experiment, plan.batch, usual)
    step += plan.batch * _products(experiment, usual) * training
    test = _sides(experiment, TRIALS, tested) + TRIALS * _products(experiment, tested) * testing
    ways = 2 if network.bidirectional else 1
    test += STEPPED * network.layers * (ways * tested.read + tested.written)
    kept = min(plan.snapshots, plan.steps + 1)
    seconds = plan.steps * step + kept * test * len(task.conditions())
    return seconds, int(max(_training(experiment, longest), _testing(experiment, tested)))


def _sides(experiment: Experiment, trials: int, widths: Widths) -> float:
    """Seconds of encoder and decoder, forward and backward, and of the matrices between and behind them."""
    network = experiment.network
    ways = 2 if network.bidirectional else 1
    once = trials * 6 * MULTIPLIED
    return (
        widths.read * _step(experiment, "encoder", CELLS[network.cell], ways, trials)
        + widths.written * _step(experiment, "decoder", CELLS[network.decoder_cell], 1, trials)
        + once * (_weights(experiment, "vector") + _weights(experiment, "start"))
        + once * widths.written * _weights(experiment, "readout")
        + once * (widths.read + widths.written) * _weights(experiment, "scores") / 2
    )


def _step(experiment: Experiment, part: str, cell: Cell, ways: int, trials: int) -> float:
    """Seconds of a time step of one side; all directions together have as many units as the other side."""
    network = experiment.network
    call = ways * network.layers * CALL.get(cell.name, max(CALL.values()))
    values = experiment.network.width * network.layers * len(cell.blocks) * VALUE
    return call + trials * (values + 6 * _weights(experiment, part) * MULTIPLIED)


def _training(experiment: Experiment, widths: Widths) -> float:
    """Numbers that a forward and backward pass over a batch holds."""
    network = experiment.network
    kept = KEPT.get(network.attention, max(KEPT.values()))
    states = experiment.network.width * network.layers
    each = sum(
        steps * (3 * network.embedding + 5 * (1 + len(cell.blocks)) * states)
        for steps, cell in (
            (widths.read, CELLS[network.cell]),
            (widths.written, CELLS[network.decoder_cell]),
        )
    )
    return experiment.training.batch * (each + kept * _products(experiment, widths))


def _testing(experiment: Experiment, widths: Widths) -> float:
    """Numbers that a test holds, which goes over its pairs in parts where attention is large."""
    kept = KEPT.get(experiment.network.attention, max(KEPT.values()))
    products = min(TRIALS * _products(experiment, widths), AT_ONCE)
    states = 6 * experiment.network.width + 3 * experiment.network.embedding
    return kept * products + TRIALS * sum(widths) * states


def _products(experiment: Experiment, widths: Widths) -> float:
    """What a pair's scores are made of: one for each word, symbol and number of a state."""
    return widths.read * widths.written * experiment.network.width


def _weights(experiment: Experiment, part: str) -> int:
    """How many weights one part of the net has."""
    shapes = weight_shapes(experiment).items()
    return sum(math.prod(shape) for name, shape in shapes if name.startswith(f"{part}."))


def _widths(drawn: object) -> Widths:
    assert isinstance(drawn, Pairs)  # a task that writes draws nothing else
    return Widths(drawn.inputs.shape[1], drawn.targets.shape[1])


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
