"""An encoder–decoder once more, for one source at a time: a second source for `engine.encoder_decoder` and `engine.opened_pair`.

Written from the textbook lines: one vector for each step, a loop over time and one over the source, one matrix for each gate. There is
no batch, hence no padding and no mask. Nothing of the engine is imported; only the weights are the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from tests.engine.hand import ROWS

Weights = Mapping[str, Tensor]
Change = Callable[[int, list[Tensor]], list[Tensor]]

STATES = {"lstm": ("hidden", "cell")}
"""What a cell hands on; all others only their hidden state."""


@dataclass(frozen=True)
class Shape:
    """What the weights do not say themselves."""

    cell: str
    decoder: str
    attention: str
    layers: int
    ways: int

    def states(self, decoder: bool) -> tuple[str, ...]:
        """Names of the states of one side."""
        return STATES.get(self.decoder if decoder else self.cell, ("hidden",))


@dataclass
class Told:
    """All values by their textbook names; lists run over steps, ``signals`` over (side, name, layer, way)."""

    annotations: list[Tensor] = field(default_factory=list)
    vector: Tensor = field(default_factory=lambda: torch.zeros(0))
    begun: dict[tuple[str, int], Tensor] = field(default_factory=dict)
    hidden: list[Tensor] = field(default_factory=list)
    scores: list[list[Tensor]] = field(default_factory=list)
    alpha: list[list[Tensor]] = field(default_factory=list)
    context: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    signals: dict[tuple[str, str, int, int], list[Tensor]] = field(default_factory=dict)


def unchanged(time: int, alpha: list[Tensor]) -> list[Tensor]:
    """Leave the weights of attention as they are."""
    return alpha


def read(weights: Weights, shape: Shape, source: Sequence[int]) -> Told:
    """The encoder: annotations, the one vector, and where the decoder begins."""
    found = Told()
    steps = [weights["embedding.weight"][token] for token in source]
    last: dict[tuple[str, int, int], Tensor] = {}
    for layer in range(shape.layers):
        sides = []
        for way in range(shape.ways):
            ordered = steps if way == 0 else steps[::-1]
            name = f"l{layer}" + ("_reverse" if way else "")
            own = {kind: weights[f"encoder.{kind}_{name}"] for kind in KINDS}
            units = own["weight_hh"].shape[1]
            state = {key: steps[0].new_zeros(units) for key in shape.states(False)}
            outputs = []
            for x in ordered:
                signals = cell_step(shape.cell, own, x, state)
                state = {key: signals[key] for key in state}
                outputs.append(signals["hidden"])
                _keep(found, "encoder", signals, layer, way)
            if way == 1:
                outputs = outputs[::-1]
                for key in ROWS_AND_STATES[shape.cell]:
                    found.signals["encoder", key, layer, way].reverse()
            sides.append(outputs)
            last |= {(key, layer, way): value for key, value in state.items()}
        steps = [torch.cat(each) for each in zip(*sides, strict=True)]
    found.annotations = steps
    everything = [
        last[key, layer, way]
        for key in shape.states(False)
        for layer in range(shape.layers)
        for way in range(shape.ways)
    ]
    found.vector = _affine(weights, "vector", torch.cat(everything))
    whole = _affine(weights, "start", found.vector)
    width = steps[0].shape[0]
    for number, (key, layer) in enumerate(
        (key, layer) for key in shape.states(True) for layer in range(shape.layers)
    ):
        part = whole[number * width : (number + 1) * width]
        found.begun[key, layer] = torch.tanh(part) if key == "hidden" else part
    return found


def write(
    weights: Weights, shape: Shape, found: Told, fed: Sequence[int], change: Change = unchanged
) -> Told:
    """The decoder, told what to read; ``change(time, weights)`` is what the context is made with."""
    steps = [weights["fed.weight"][token] for token in fed]
    for layer in range(shape.layers):
        own = {kind: weights[f"decoder.{kind}_l{layer}"] for kind in KINDS}
        state = {key: found.begun[key, layer] for key in shape.states(True)}
        outputs = []
        for x in steps:
            signals = cell_step(shape.decoder, own, x, state)
            state = {key: signals[key] for key in state}
            outputs.append(signals["hidden"])
            _keep(found, "decoder", signals, layer, 0)
        steps = outputs
    found.hidden = steps
    for time, hidden in enumerate(steps):
        seen = hidden
        if shape.attention != "none":
            scores = [score(weights, shape.attention, hidden, key) for key in found.annotations]
            alpha = change(time, softmax(scores))
            context = sum(
                (share * key for share, key in zip(alpha, found.annotations, strict=True)),
                torch.zeros_like(hidden),
            )
            found.scores.append(scores)
            found.alpha.append(alpha)
            found.context.append(context)
            seen = torch.cat([hidden, context])
        found.outputs.append(_affine(weights, "readout", seen))
    return found


def translate(
    weights: Weights,
    shape: Shape,
    source: Sequence[int],
    fed: Sequence[int],
    change: Change = unchanged,
) -> Told:
    """Both sides, for one source without padding."""
    return write(weights, shape, read(weights, shape, source), fed, change)


def on_its_own(
    weights: Weights, shape: Shape, source: Sequence[int], most: int, change: Change = unchanged
) -> list[int]:
    """What it writes when each word is the likeliest after the words before: the whole string anew for every step."""
    words: list[int] = []
    while len(words) < most and 0 not in words:
        fed = [0, *(word + 1 for word in words)]
        outputs = translate(weights, shape, source, fed, change).outputs
        words.append(int(outputs[-1].argmax()))
    return words


def score(weights: Weights, attention: str, query: Tensor, key: Tensor) -> Tensor:
    """One score of one query and one key, number by number."""
    units = range(len(query))
    if attention in ("dot", "scaled"):
        total = sum((query[unit] * key[unit] for unit in units), query.new_zeros(()))
        return total / math.sqrt(len(query)) if attention == "scaled" else total
    total = query.new_zeros(())
    for inner in units:
        drive = weights["scores.query"][inner].dot(query) + weights["scores.key"][inner].dot(key)
        total = total + weights["scores.score"][inner] * torch.tanh(drive)
    return total


def softmax(scores: Sequence[Tensor]) -> list[Tensor]:
    """exp(e_s) / Σ exp(e_s'), with the largest score taken off."""
    highest = max(float(one.detach()) for one in scores)
    raised = [torch.exp(one - highest) for one in scores]
    return [one / sum(raised[1:], raised[0]) for one in raised]


def cell_step(
    cell: str, weights: Weights, x: Tensor, state: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """All signals of one step, gate by gate."""
    units = weights["weight_hh"].shape[1]

    def gate(name: str) -> tuple[Tensor, Tensor]:
        rows = slice(ROWS[cell].index(name) * units, (ROWS[cell].index(name) + 1) * units)
        drive = weights["weight_ih"][rows] @ x + weights["bias_ih"][rows]
        return drive, weights["weight_hh"][rows] @ state["hidden"] + weights["bias_hh"][rows]

    def squashed(name: str) -> Tensor:
        drive, carried = gate(name)
        return 1 / (1 + torch.exp(-(drive + carried)))

    if cell == "lstm":
        i, f, o = (squashed(name) for name in ("input_gate", "forget", "output_gate"))
        g = torch.tanh(sum(gate("candidate"), x.new_zeros(units)))
        c = f * state["cell"] + i * g
        return {
            "input_gate": i,
            "forget": f,
            "candidate": g,
            "output_gate": o,
            "cell": c,
            "hidden": o * torch.tanh(c),
        }
    if cell == "gru":
        r, z = squashed("reset"), squashed("update")
        drive, pull = gate("candidate")
        n = torch.tanh(drive + r * pull)
        return {
            "reset": r,
            "update": z,
            "candidate": n,
            "hidden": (1 - z) * n + z * state["hidden"],
        }
    total = sum(gate("hidden"), x.new_zeros(units))
    if cell == "sigmoid":
        return {"hidden": 1 / (1 + torch.exp(-total))}
    return {"hidden": torch.tanh(total) if cell == "rnn" else total.clamp(min=0)}


KINDS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
ROWS_AND_STATES = {
    cell: tuple(dict.fromkeys((*rows, *STATES.get(cell, ("hidden",)))))
    for cell, rows in ROWS.items()
}


def _affine(weights: Weights, name: str, values: Tensor) -> Tensor:
    return weights[f"{name}.weight"] @ values + weights[f"{name}.bias"]


def _keep(found: Told, side: str, signals: Mapping[str, Tensor], layer: int, way: int) -> None:
    for name, value in signals.items():
        found.signals.setdefault((side, name, layer, way), []).append(value)
