"""Small encoder–decoders for the witness tests, in float64 and with weights large enough to bend."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.building import build
from engine.encoder_decoder import EncoderDecoder
from engine.evaluation import weights
from engine.experiment import Experiment
from engine.opened_pair import OpenedPair
from engine.run import Run, Snapshot
from engine.tasks.pairs import Pairs, pairs
from tests.engine.nets import random
from tests.engine.translated_by_hand import Shape

UNITS, EMBEDDING, VECTOR = 3, 4, 5
"""All different, so that a wrong size shows."""
SIDES = (("lstm", "same"), ("lstm", "lstm"), ("gru", "rnn"), ("relu", "lstm"), ("sigmoid", "gru"))
STACKS = ((1, False), (1, True), (2, False), (2, True))
ATTENDED = ("none", "dot", "additive", "scaled")


def experiment(**network: Any) -> Experiment:
    """A reversal with a small net."""
    chosen = {"units": UNITS, "embedding": EMBEDDING, **network}
    return Experiment.model_validate({"task": {"name": "reversal", "gap": 6}, "network": chosen})


def net(chosen: Experiment, seed: int = 0) -> EncoderDecoder:
    """Its net in float64."""
    made = build(chosen, torch.Generator().manual_seed(seed))
    assert isinstance(made, EncoderDecoder)
    made = made.double()
    with torch.no_grad():
        for number, (name, weight) in enumerate(made.named_parameters()):
            weight.copy_(0.6 * random(*weight.shape, seed=1000 * seed + number))
            if name == "embedding.weight":
                weight[0] = 0
    return made


def opened(chosen: Experiment, *made: EncoderDecoder) -> OpenedPair:
    """Nets as snapshots 0, 1, … to be looked into, without leaving float64."""
    stacked = {
        name: torch.stack([one.state_dict()[name] for one in made]) for name in made[0].state_dict()
    }
    return OpenedPair(chosen, stacked, tuple(range(len(made))))


def written(chosen: Experiment, *, snapshots: int = 1, seed: int = 0) -> Run:
    """A run, never trained, whose snapshots are nets that write; float32 as all runs are."""
    kept = tuple(
        Snapshot(step, weights(net(chosen, seed + step).float())) for step in range(snapshots)
    )
    return Run(chosen, (), kept, {})


def shape(chosen: Experiment) -> Shape:
    """What the second source must know of it."""
    network = chosen.network
    return Shape(
        network.cell,
        network.cell if network.decoder == "same" else network.decoder,
        network.attention,
        network.layers,
        2 if network.bidirectional else 1,
    )


def numbers(*lengths: int, seed: int = 0) -> list[np.ndarray]:
    """Sources of these lengths, of the symbols 1 … 12."""
    rng = np.random.default_rng(seed)
    return [rng.integers(1, 13, size=length) for length in lengths]


def sources(*lengths: int, seed: int = 0) -> Pairs:
    """Reversals of such sources, padded to one array."""
    drawn = numbers(*lengths, seed=seed)
    return pairs(drawn, [one[::-1] for one in drawn])


def parts(drawn: Pairs) -> tuple[Tensor, Tensor, Tensor]:
    """Inputs, lengths and what the decoder is told, as a net takes them."""
    inputs, lengths, fed = (torch.from_numpy(x) for x in (drawn.inputs, drawn.lengths, drawn.fed))
    return inputs, lengths, fed
