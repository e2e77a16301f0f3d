"""Read-outs, in teaching order. To add one: a file with a `Readout`, a line here; the contract tests do the rest."""

from __future__ import annotations

from engine.readouts.attention import StateAttention
from engine.readouts.contract import Readout
from engine.readouts.embeddings import MeanOfEmbeddings
from engine.readouts.mean import MeanOfStates
from engine.readouts.state import OwnState
from engine.readouts.weighted import LearnedWeights

READOUTS: dict[str, Readout] = {
    "state": OwnState(),
    "mean": MeanOfStates(),
    "embeddings": MeanOfEmbeddings(),
    "weighted": LearnedWeights(),
    "attention": StateAttention(),
}

__all__ = ["READOUTS", "Readout"]
