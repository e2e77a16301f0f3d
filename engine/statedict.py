"""A recurrent module found in a state_dict: kind, sizes, layers and directions from names and shapes alone.

    weight_ih_l{layer}{_reverse}  [rows, features]     weight_hh_…  [rows, units]     bias_ih_…, bias_hh_…  [rows]

rows / units is 1 for an RNN, 3 for a GRU, 4 for an LSTM, by torch.nn's layout
(https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html). Whether an RNN is tanh or ReLU
is nowhere in a state_dict: the person must say it, for a guess would draw numbers that are not theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.arrayfile import ArrayFileError
from engine.plainmodule import MAX_LAYERS, ModuleError
from engine.tensorfile import Tensors, tensors

NONLINEARITIES = {"tanh": "rnn", "relu": "relu"}
_KINDS = {3: "gru", 4: "lstm"}
_PART = re.compile(
    r"(?P<prefix>(?:.*\.)?)(?P<part>(?:weight|bias)_(?:ih|hh|hr))"
    r"(?:_l(?P<layer>[0-9]{1,3})(?P<way>_reverse)?)?",
    re.DOTALL,
)
_SHOWN = 4  # names in a sentence


@dataclass(frozen=True, eq=False)
class Found:
    """What a state_dict holds: weights by torch.nn's names without the prefix, and what was left aside."""

    kind: str
    weights: dict[str, np.ndarray]
    prefix: str
    ignored: tuple[str, ...]
    double: bool = False
    """Whether any of the weights were float64, which our files round to float32."""


def read(path: Path, *, prefix: str | None = None, nonlinearity: str = "") -> Found:
    """The recurrent module in a safetensors file of a state_dict.

    prefix: which, where there are several ("encoder.lstm."); nonlinearity: tanh or relu, for an nn.RNN.
    Raises ModuleError in one sentence for everything that is not exactly one nn.RNN, nn.LSTM or nn.GRU.
    """
    try:
        with tensors(path) as file:
            return _found(file, path.name, prefix, nonlinearity)
    except FileNotFoundError:
        raise ModuleError(f"There is no file {path.name}.") from None
    except ArrayFileError as error:
        raise ModuleError(
            f"{path.name} cannot be read as safetensors: {plain(str(error))}."
        ) from None
    except OSError as error:
        raise ModuleError(f"{path.name} cannot be read: {error.strerror}.") from None


def plain(text: str) -> str:
    """Somebody's text as one printable line for a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:300]


def _found(file: Tensors, name: str, prefix: str | None, nonlinearity: str) -> Found:
    groups: dict[str, dict[str, str]] = {}  # prefix -> torch.nn's name -> the name in the file
    for key in file.entries:
        if match := _PART.fullmatch(key):
            layer = int(match["layer"] or 0)
            own = f"{match['part']}_l{layer}{match['way'] or ''}"
            if groups.setdefault(match["prefix"], {}).setdefault(own, key) != key:
                raise ModuleError(f"{name} has {plain(own)} twice.")
    chosen = _chosen(groups, prefix, name)
    names = groups[chosen]
    _check_names(names, name)
    shapes = {own: file.entries[key].shape for own, key in names.items()}
    kind = _kind(shapes, nonlinearity, name)
    weights = {own: file.floats(key) for own, key in names.items()}
    ignored = tuple(key for key in file.entries if key not in names.values())
    double = any(array.dtype == np.float64 for array in weights.values())
    return Found(kind, weights, chosen, ignored, double)


def _chosen(groups: dict[str, dict[str, str]], prefix: str | None, name: str) -> str:
    """The prefix of the module that is meant."""
    if not groups:
        raise ModuleError(
            f"{name} holds no nn.RNN, nn.LSTM or nn.GRU: no tensor in it is called weight_ih_l0 or ends so."
        )
    listed = listing(repr(plain(one)) for one in groups)
    if prefix is not None:
        wanted = prefix if prefix in groups else f"{prefix}."
        if wanted not in groups:
            raise ModuleError(f"{name} has no recurrent net under that prefix; it has {listed}.")
        return wanted
    if len(groups) > 1:
        raise ModuleError(
            f"{name} holds {len(groups)} recurrent nets: choose one with --prefix, of {listed}."
        )
    return next(iter(groups))


def listing(names: Iterable[str]) -> str:
    """Some names in a sentence."""
    every = list(names)
    rest = len(every) - _SHOWN
    return ", ".join(every[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _check_names(names: dict[str, str], name: str) -> None:
    """All layers from 0 on, all directions, all biases or none; no projection."""
    if any(own.startswith(("weight_hr", "bias_hr")) for own in names):
        raise ModuleError(
            f"{name} holds an LSTM with proj_size (weight_hr_l0): projected LSTMs cannot be opened."
        )
    ends = {own.split("_l", 1)[1] for own in names}
    layers = 1 + max(int(end.removesuffix("_reverse")) for end in ends)
    if layers > MAX_LAYERS:
        raise ModuleError(f"{layers} layers are too many: {MAX_LAYERS} is the limit.")
    ways = ("", "_reverse") if any(end.endswith("_reverse") for end in ends) else ("",)
    biased = any(own.startswith("bias") for own in names)
    parts = ("weight_ih", "weight_hh", *(("bias_ih", "bias_hh") if biased else ()))
    for layer in range(layers):
        for way in ways:
            for part in parts:
                if f"{part}_l{layer}{way}" not in names:
                    raise ModuleError(
                        f"{name} lacks {part}_l{layer}{way}: its weights are not whole."
                    )


def _kind(shapes: dict[str, tuple[int, ...]], nonlinearity: str, name: str) -> str:
    """The cell, from rows a unit; the other shapes are checked when the module is made."""
    into, within = shapes["weight_ih_l0"], shapes["weight_hh_l0"]
    if len(into) != 2 or len(within) != 2 or 0 in (*into, *within):
        raise ModuleError(f"{name}: weight_ih_l0 and weight_hh_l0 must be matrices.")
    rows, units = within
    times = rows // units
    if rows != into[0] or rows % units or times not in (1, *_KINDS):
        raise ModuleError(
            f"{name}: weight_ih_l0 has {into[0]} rows and weight_hh_l0 the shape {list(within)}; "
            "an RNN has 1, a GRU 3 and an LSTM 4 rows a unit."
        )
    if times == 1:
        if nonlinearity not in NONLINEARITIES:
            raise ModuleError(
                f"{name} holds an nn.RNN and does not say whether its units are tanh or ReLU: "
                "add --nonlinearity tanh or --nonlinearity relu."
            )
        return NONLINEARITIES[nonlinearity]
    if nonlinearity:
        label = _KINDS[times].upper()
        raise ModuleError(f"{name} holds an {label}, and --nonlinearity is a choice of an nn.RNN.")
    return _KINDS[times]
