"""Worked arithmetic: the numbers that make one number, term by term, from the equation that runs.

    lines = worked(CELLS["lstm"], weights, x, state, unit=7)
    lines[0].signal.words, lines[0].value, lines[0].expression   # forget gate, 0.991, Bend(σ, Sum(…))

There is no table of equations here: the cell's own `step` is run on vectors that remember how each of their
numbers was made (`engine.trace`). So what is shown is what is computed, for every cell there is or will be.
All arithmetic is in float64, from the weights and states as they are stored (float32).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.cells import Cell, Signal
from engine.expressions import Expression, dot, number, symbols, total
from engine.trace import Matrix, Vector, given, known

if TYPE_CHECKING:
    import xarray as xr

Arrays = Mapping[str, np.ndarray]
PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


@dataclass(frozen=True)
class Line:
    """One line of the cell at one unit: ``signal = expression``, with the number it comes to."""

    signal: Signal
    expression: Expression

    @property
    def value(self) -> float:
        """What the line comes to."""
        return self.expression.value


@dataclass(frozen=True)
class Before:
    """What a step starts from: its input ``[feature]`` and the state before it ``[unit]`` each."""

    x: np.ndarray
    state: dict[str, np.ndarray]


@dataclass(frozen=True)
class Answer:
    """One answer: its logit as a line, log Σ exp over all logits, and p = exp(logit - logsumexp); a number has no p."""

    word: str
    logit: Expression
    logsumexp: float | None
    probability: float | None


def worked(
    cell: Cell, weights: Arrays, x: np.ndarray, state: Arrays, unit: int
) -> tuple[Line, ...]:
    """The lines of one step at one unit, in the order in which the cell computes them.

    weights: as PyTorch has them, of one layer and direction (`layer_weights`); x ``[feature]``, state values
    ``[unit]`` before the step. Raises ValueError for a unit that is not there.
    """
    units = weights["weight_hh"].shape[-1]
    if not 0 <= unit < units:
        raise ValueError(f"unit = {unit}: must be from 0 to {units - 1}.")
    made: list[tuple[Signal, Vector]] = []

    def tap(name: str, value: Any) -> Any:
        signal = cell.signal(name)
        made.append((signal, value))
        return known(value, signal.symbol)

    old = {name: _before(cell, name) for name in cell.state}
    cell.step(
        _traced(cell, weights, units),
        given(x, "x_t"),  # type: ignore[arg-type]
        {name: given(state[name], old[name]) for name in cell.state},  # type: ignore[misc]
        tap,
    )
    return tuple(Line(signal, vector.at(unit)) for signal, vector in made)


def behind(lines: Sequence[Line], signal: str) -> tuple[Line, ...]:
    """The line of a signal, and then the lines of this step that its numbers come from, nearest first."""
    by_symbol = {line.signal.symbol: line for line in lines}
    found = [line for line in lines if line.signal.name == signal]
    for line in found:  # grows while it is walked
        named = [by_symbol[s] for s in symbols(line.expression) if s in by_symbol]
        found += [one for one in dict.fromkeys(named) if one not in found]
    return tuple(found)


def layer_weights(weights: Arrays, layer: int, direction: int) -> dict[str, np.ndarray]:
    """The four arrays of one layer and direction out of a snapshot's; a module without biases gets zeros."""
    end = f"_l{layer}" + ("_reverse" if direction else "")
    prefix = "recurrent." if f"recurrent.weight_ih{end}" in weights else ""
    rows = weights[f"{prefix}weight_ih{end}"].shape[0]
    return {part: weights.get(f"{prefix}{part}{end}", np.zeros(rows)) for part in PARTS}


def before(
    recording: xr.Dataset,
    cell: Cell,
    *,
    snapshot: int,
    trial: int,
    layer: int,
    direction: int,
    time: int,
) -> Before:
    """What one step of a recording starts from; snapshot is a place in it, not a training step.

    The first layer reads the input, the others the hidden states of the layer below, of both directions. The
    reverse direction comes from the next word, and starts at the trial's own end. Raises ValueError for a time
    beyond the trial's length.
    """
    length = int(recording["length"][trial])
    if not 0 <= time < length:
        raise ValueError(f"time = {time}: this trial has steps 0 to {length - 1}.")
    if layer:
        x = recording["hidden"].values[snapshot, trial, layer - 1, :, time].reshape(-1)
    else:
        x = recording["input"].values[snapshot, trial, time]
    came_from = time + 1 if direction else time - 1
    state = {}
    for name in cell.state:
        if 0 <= came_from < length:
            state[name] = recording[name].values[snapshot, trial, layer, direction, came_from]
        else:
            state[name] = recording[f"initial_{name}"].values[snapshot, trial, layer, direction]
    return Before(x, state)


def read_out(weights: Arrays, read: Mapping[str, np.ndarray], answer: int, word: str) -> Answer:
    """How the linear layer makes one answer of what it reads, vectors by symbol: h_t, the top layer's hidden state ``[direction * unit]``.

    y_t = W_hy h_t + b_y, p = softmax(y_t); a numeric answer is y_t itself. Where steps are pooled, what was made of them has its
    own columns of W: + W_{h̄y} h̄_t.
    """
    matrix, bias = weights["readout.weight"], weights["readout.bias"]
    ends = np.cumsum([len(vector) for vector in read.values()])
    rows = np.split(matrix[answer], ends[:-1])
    parts = [
        dot(f"W_{{{symbol.partition('_')[0]}y}}", symbol, row, vector)
        for row, (symbol, vector) in zip(rows, read.items(), strict=True)
    ]
    logit = total(*parts, number("b_y", bias[answer]))
    together = np.concatenate(list(read.values())).astype(np.float64)
    logits = matrix.astype(np.float64) @ together + bias
    if len(logits) == 1:
        return Answer(word, logit, None, None)
    top = logits.max()
    logsumexp = float(top + np.log(np.exp(logits - top).sum()))
    return Answer(word, logit, logsumexp, float(np.exp(logit.value - logsumexp)))


def _traced(cell: Cell, weights: Arrays, units: int) -> dict[str, Any]:
    """The weights as the step wants them, each row with its symbol: W_{xf}, W_{hf}, b_{xf}, b_{hf}."""
    letters = [cell.signal(name).symbol.partition("_")[0] for name in cell.blocks]

    def row(kind: str, source: str) -> Any:
        return lambda index: f"{kind}_{{{source}{letters[index // units]}}}"

    return {
        "weight_ih": Matrix(weights["weight_ih"], row("W", "x")),
        "weight_hh": Matrix(weights["weight_hh"], row("W", "h")),
        "bias_ih": given(weights["bias_ih"], row("b", "x")),
        "bias_hh": given(weights["bias_hh"], row("b", "h")),
    }


def _before(cell: Cell, name: str) -> str:
    """The symbol of a state before the step: h_{t-1}."""
    return cell.signal(name).symbol.replace("_t", "_{t-1}")
