"""The equations of all cells once more, in numpy and gate by gate: a second source for the steps.

Written from the textbook lines, not from the engine's: no stacked chunks, one matrix for each gate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

Arrays = Mapping[str, np.ndarray]
Force = Callable[[str, np.ndarray], np.ndarray]

ROWS = {
    "rnn": ("hidden",),
    "sigmoid": ("hidden",),
    "relu": ("hidden",),
    "lstm": ("input_gate", "forget", "candidate", "output_gate"),
    "gru": ("reset", "update", "candidate"),
}
"""Which rows of the stacked weights belong to which gate, as PyTorch's manual says."""


def as_it_is(name: str, value: np.ndarray) -> np.ndarray:
    """Force nothing."""
    return value


def sigmoid(a: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-a)."""
    return 1 / (1 + np.exp(-a))


def step(
    cell: str, weights: Arrays, x: np.ndarray, state: Arrays, force: Force = as_it_is
) -> dict[str, np.ndarray]:
    """All signals of one step; ``force(name, value)`` is what the next line uses."""
    units = weights["weight_hh"].shape[1]

    def drive(gate: str) -> np.ndarray:
        at = ROWS[cell].index(gate) * units
        rows = slice(at, at + units)
        return x @ weights["weight_ih"][rows].T + weights["bias_ih"][rows]

    def pull(gate: str) -> np.ndarray:
        at = ROWS[cell].index(gate) * units
        rows = slice(at, at + units)
        return state["hidden"] @ weights["weight_hh"][rows].T + weights["bias_hh"][rows]

    if cell == "lstm":
        i = force("input_gate", sigmoid(drive("input_gate") + pull("input_gate")))
        f = force("forget", sigmoid(drive("forget") + pull("forget")))
        g = force("candidate", np.tanh(drive("candidate") + pull("candidate")))
        o = force("output_gate", sigmoid(drive("output_gate") + pull("output_gate")))
        c = force("cell", f * state["cell"] + i * g)
        h = force("hidden", o * np.tanh(c))
        return {
            "input_gate": i,
            "forget": f,
            "candidate": g,
            "output_gate": o,
            "cell": c,
            "hidden": h,
        }
    if cell == "gru":
        r = force("reset", sigmoid(drive("reset") + pull("reset")))
        z = force("update", sigmoid(drive("update") + pull("update")))
        n = force("candidate", np.tanh(drive("candidate") + r * pull("candidate")))
        h = force("hidden", (1 - z) * n + z * state["hidden"])
        return {"reset": r, "update": z, "candidate": n, "hidden": h}
    total = drive("hidden") + pull("hidden")
    squashed = {"rnn": np.tanh(total), "sigmoid": sigmoid(total), "relu": np.maximum(total, 0)}
    return {"hidden": force("hidden", squashed[cell])}
