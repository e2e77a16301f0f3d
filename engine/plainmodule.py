"""A plain nn.RNN, nn.LSTM or nn.GRU and the inputs it is looked at with, as a checked value. No torch."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.cells import CELLS

KINDS = ("rnn", "relu", "lstm", "gru")
"""Cells that torch.nn has a module for."""
MAX_LAYERS, MAX_UNITS, MAX_TRIALS, MAX_TIME = 4, 512, 64, 2000
"""The first two are those of `experiment.Network`, so that every page can show a module."""
MAX_STATES = 2**21
"""Numbers of one signal: trials x time x layers x directions x units; a recording holds about ten such."""
MAX_WORD, MAX_NAME, MAX_NOTE = 64, 80, 300


class ModuleError(ValueError):
    """What was given is no such module; the message is one sentence."""


@dataclass(frozen=True, eq=False)
class Module:
    """A module and its inputs, checked: make one with `made`.

    kind: a name of CELLS; weights: float32 by torch.nn's names; inputs: float32 ``[trial, time, input]``; tokens: words
    by trial and time, or none; name: what a person calls it, letters and digits; note: where the inputs come from.
    """

    kind: str
    weights: dict[str, np.ndarray]
    inputs: np.ndarray
    tokens: tuple[tuple[str, ...], ...] = ()
    name: str = ""
    note: str = ""

    @property
    def units(self) -> int:
        """Units per layer and direction."""
        return int(self.weights["weight_hh_l0"].shape[1])

    @property
    def features(self) -> int:
        """Numbers that come in at every step."""
        return int(self.weights["weight_ih_l0"].shape[1])

    @property
    def bidirectional(self) -> bool:
        """Whether it reads both ways."""
        return "weight_hh_l0_reverse" in self.weights

    @property
    def layers(self) -> int:
        """Layers, one above the other."""
        return len(self.weights) // (8 if self.bidirectional else 4)

    @property
    def parameters(self) -> int:
        """How many numbers the module has."""
        return sum(array.size for array in self.weights.values())

    @property
    def described(self) -> str:
        """What it is, with its sizes."""
        label = "nn." + CELLS[self.kind].module
        kind = {"rnn": " (tanh)", "relu": " (ReLU)"}.get(self.kind, "")
        layers = f"{self.layers} layer{'s' if self.layers > 1 else ''}"
        ways = ", both directions" if self.bidirectional else ""
        trials, time, features = self.inputs.shape
        many = "s" if trials > 1 else ""
        return (
            f"{label}{kind}: {features} inputs, {self.units} units, {layers}{ways}, {self.parameters} parameters; "
            f"looked at on {trials} trial{many} of {time} time steps"
        )

    def wording(self, trial: int) -> tuple[str, ...]:
        """What stands at every step of a trial: its words, or the numbers of the steps."""
        if self.tokens:
            return self.tokens[trial]
        return tuple(str(number) for number in range(1, self.inputs.shape[1] + 1))


def shapes(
    kind: str, features: int, units: int, layers: int, directions: int
) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight of torch.nn's module of such sizes."""
    rows = units * len(CELLS[kind].blocks)
    found: dict[str, tuple[int, ...]] = {}
    for layer in range(layers):
        for way in ("", "_reverse")[:directions]:
            end = f"l{layer}{way}"
            found[f"weight_ih_{end}"] = (rows, features if layer == 0 else units * directions)
            found[f"weight_hh_{end}"] = (rows, units)
            found[f"bias_ih_{end}"] = found[f"bias_hh_{end}"] = (rows,)
    return found


def made(
    kind: str,
    weights: Mapping[str, np.ndarray],
    inputs: np.ndarray,
    tokens: Sequence[Sequence[str]] = (),
    *,
    name: str = "",
    note: str = "",
) -> Module:
    """A module from what a person brings; missing biases become zeros. Raises ModuleError in one sentence."""
    if kind not in KINDS:
        raise ModuleError(f"kind = {str(kind)[:40]!r}: choose one of {', '.join(KINDS)}.")
    numbers = {key: _floats(array, key) for key, array in weights.items()}
    units = _width(numbers, "weight_hh_l0")
    features = _width(numbers, "weight_ih_l0")
    layers = sum(key.startswith("weight_hh_l") and "_r" not in key for key in numbers)
    directions = 2 if "weight_hh_l0_reverse" in numbers else 1
    _at_most("units", units, MAX_UNITS)
    _at_most("layers", layers, MAX_LAYERS)
    wanted = shapes(kind, features, units, layers, directions)
    if not any(key.startswith("bias") for key in numbers):
        zeros = {key: shape for key, shape in wanted.items() if len(shape) == 1}
        numbers |= {key: np.zeros(shape, np.float32) for key, shape in zeros.items()}
    for key in (*wanted, *numbers):
        found = numbers[key].shape if key in numbers else None
        if found != wanted.get(key):
            raise ModuleError(_misfit(kind, key, found, wanted.get(key)))
    x = _floats(inputs, "inputs")
    if x.ndim != 3 or x.shape[2] != features or 0 in x.shape:
        raise ModuleError(
            f"Inputs have the shape {list(x.shape)}; wanted [trial, time, {features}]."
        )
    check_inputs(x.shape)
    _at_most(
        "trials x time steps x layers x directions x units",
        math.prod(x.shape[:2]) * layers * directions * units,
        MAX_STATES,
    )
    kept = "".join(each if each.isalnum() or each in "._-" else " " for each in name)
    ordered = {key: numbers[key] for key in wanted}
    words = _words(tokens, x.shape[0], x.shape[1])
    return Module(kind, ordered, x, words, _line(kept, MAX_NAME), _line(note, MAX_NOTE))


def check_inputs(shape: Sequence[int]) -> None:
    """Refuse inputs ``[trial, time, input]`` that are too many, before they are made. Raises ModuleError."""
    for what, found, limit in zip(
        ("trials", "time steps"), shape, (MAX_TRIALS, MAX_TIME), strict=False
    ):
        _at_most(what, found, limit)
        if found < 1:
            raise ModuleError(f"{found} {what} are too few: 1 is the least.")
    _at_most("input numbers", math.prod(shape), MAX_STATES)


def _floats(array: np.ndarray, name: str) -> np.ndarray:
    """Finite float32 numbers; what float64 has beyond their range is refused, not turned to infinity."""
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu":
        raise ModuleError(f"{name} does not hold numbers.")
    with np.errstate(over="ignore"):
        found = np.ascontiguousarray(array, np.float32)
    if not np.isfinite(found).all():
        raise ModuleError(f"{name} holds a number that is not finite, or too large for float32.")
    return found


def _width(weights: Mapping[str, np.ndarray], name: str) -> int:
    array = weights.get(name)
    if array is None or array.ndim != 2 or 0 in array.shape:
        raise ModuleError(f"The weights have no matrix {name}.")
    return int(array.shape[1])


def _misfit(
    kind: str, name: str, found: tuple[int, ...] | None, wanted: tuple[int, ...] | None
) -> str:
    label = "nn." + CELLS[kind].module
    if found is None:
        return f"The weights are not those of an {label}: {name} is missing."
    if wanted is None:
        return f"The weights are not those of an {label}: {name[:60]} does not belong to it."
    return f"{name} has the shape {list(found)}; in this {label} it would be {list(wanted)}."


def _at_most(what: str, found: int, limit: int) -> None:
    if found > limit:
        raise ModuleError(f"{found} {what} are too many: {limit} is the limit.")


def _words(tokens: Any, trials: int, time: int) -> tuple[tuple[str, ...], ...]:
    """The words of every trial; of a single trial they may come without the list around them."""
    if isinstance(tokens, str) or not hasattr(tokens, "__len__"):
        raise ModuleError("Tokens are lists of words, one list for each trial.")
    rows = list(tokens)
    if not rows:
        return ()
    if trials == 1 and all(isinstance(word, str) for word in rows):
        rows = [rows]
    if len(rows) != trials or any(isinstance(r, str) or not hasattr(r, "__len__") for r in rows):
        raise ModuleError("Tokens are lists of words, one list for each trial.")
    if any(len(row) != time for row in rows):
        raise ModuleError(f"Tokens must be {trials} x {time} words: one for each trial and step.")
    if not all(isinstance(word, str) for row in rows for word in row):
        raise ModuleError("Tokens are words: text, one for each trial and step.")
    return tuple(tuple(_line(word, MAX_WORD) for word in row) for row in rows)


def _line(text: str, most: int) -> str:
    """Text as one printable line."""
    kept = "".join(letter if letter.isprintable() else " " for letter in str(text))
    return " ".join(kept.split())[:most]
