"""The shapes of an encoder–decoder's weights, known from its choices alone: no torch, no memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.attention import ATTENTIONS
from engine.cells import CELLS, Cell

if TYPE_CHECKING:
    from engine.experiment import Experiment

Shapes = dict[str, tuple[int, ...]]


def pair_shapes(experiment: Experiment) -> Shapes:
    """Name and shape of every weight, as in the net's ``state_dict`` (a test holds the two together)."""
    task, network = experiment.task, experiment.network
    cell, decoder = CELLS[network.cell], CELLS[network.decoder_cell]
    suffixes = ("", "_reverse") if network.bidirectional else ("",)
    width, answers = network.width, len(task.answers)
    states = network.layers * width
    size = network.vector_size
    attention = ATTENTIONS.get(network.attention)
    own = attention.shapes(width) if attention else {}
    return {
        "embedding.weight": (len(task.vocabulary), network.embedding),
        "fed.weight": (answers + 1, network.embedding),
        **_recurrent("encoder", cell, network.embedding, network.units, network.layers, suffixes),
        **_linear("vector", len(cell.state) * states, size),
        **_linear("start", size, len(decoder.state) * states),
        **_recurrent("decoder", decoder, network.embedding, width, network.layers, ("",)),
        **{f"scores.{name}": shape for name, shape in own.items()},
        **_linear("readout", width * (2 if attention else 1), answers),
    }


def _linear(name: str, numbers: int, size: int) -> Shapes:
    return {f"{name}.weight": (size, numbers), f"{name}.bias": (size,)}


def _recurrent(
    name: str, cell: Cell, features: int, units: int, layers: int, suffixes: tuple[str, ...]
) -> Shapes:
    rows = units * len(cell.blocks)
    found: Shapes = {}
    for layer in range(layers):
        for suffix in suffixes:
            end = f"l{layer}{suffix}"
            read = features if layer == 0 else units * len(suffixes)
            found[f"{name}.weight_ih_{end}"] = (rows, read)
            found[f"{name}.weight_hh_{end}"] = (rows, units)
            found[f"{name}.bias_ih_{end}"] = (rows,)
            found[f"{name}.bias_hh_{end}"] = (rows,)
    return found
