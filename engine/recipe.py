"""Five lines of PyTorch that make one number again, from a downloaded run file: text, to be copied.

The first three fetch the weights, the input and the state before the step; the last two are the cell's equation
for one unit, written out by hand. A test runs them for every signal of every cell.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.cells import Cell

_ROWS = "(w[{ih!r}] @ x + w[{bih!r}] + w[{hh!r}] @ h + w[{bhh!r}]).reshape({blocks}, {units})[:, {unit}]"
_APART = (
    "(w[{ih!r}] @ x + w[{bih!r}]).reshape({blocks}, {units})[:, {unit}], "
    "(w[{hh!r}] @ h + w[{bhh!r}]).reshape({blocks}, {units})[:, {unit}]"
)
_CELL = "torch.sigmoid(f) * c[{unit}] + torch.sigmoid(i) * torch.tanh(g)"
_NEW = "torch.tanh(a[2] + torch.sigmoid(a[0] + b[0]) * b[2])"
_KEEP = "torch.sigmoid(a[1] + b[1])"

FORMULAS: dict[str, tuple[str, dict[str, str]]] = {
    "rnn": (f"(a,) = {_ROWS}", {"hidden": "torch.tanh(a)"}),
    "sigmoid": (f"(a,) = {_ROWS}", {"hidden": "torch.sigmoid(a)"}),
    "relu": (f"(a,) = {_ROWS}", {"hidden": "torch.relu(a)"}),
    "lstm": (
        f"i, f, g, o = {_ROWS}",
        {
            "forget": "torch.sigmoid(f)",
            "input_gate": "torch.sigmoid(i)",
            "candidate": "torch.tanh(g)",
            "output_gate": "torch.sigmoid(o)",
            "cell": _CELL,
            "hidden": f"torch.sigmoid(o) * torch.tanh({_CELL})",
        },
    ),
    "gru": (
        f"a, b = {_APART}",
        {
            "reset": "torch.sigmoid(a[0] + b[0])",
            "update": _KEEP,
            "candidate": _NEW,
            "hidden": f"(1 - {_KEEP}) * {_NEW} + {_KEEP} * h[{{unit}}]",
        },
    ),
}
"""By cell: the line that makes what its gates are made of, and by signal what is printed."""


@dataclass(frozen=True)
class Number:
    """Which number: of which signal, unit, time step (of ``length``), layer and direction, at which training step."""

    signal: str
    unit: int
    time: int
    length: int
    layer: int
    direction: int
    step: int


def recipe(cell: Cell, units: int, number: Number, *, file: str, inputs: str, trial: int) -> str:
    """The five lines. file: name of the run file; inputs: Python that makes what `engine.record` reads, with
    ``run`` in reach; trial: which of its trials.

    Raises KeyError for a cell without a line in FORMULAS.
    """
    rows, signals = FORMULAS[cell.name]
    end = f"_l{number.layer}" + ("_reverse" if number.direction else "")
    names = {short: f"recurrent.{part}{end}" for short, part in _PARTS.items()}
    fill = {**names, "units": units, "unit": number.unit, "blocks": len(cell.blocks)}
    below = f'seen["hidden"].values[{number.layer - 1}, :, {number.time}].ravel()'
    x = f'seen["input"].values[{number.time}]' if number.layer == 0 else below
    states = ", ".join([x, *(_old(name, number) for name in cell.state)])
    letters = ", ".join(["x", *(cell.signal(name).symbol[0] for name in cell.state)])
    load = f"run = engine.load({file!r}).at({number.step}); w = {{name: torch.tensor(array) for name, array in run.snapshots[0].weights.items()}}"
    record = f"seen = engine.record(run, {inputs}, gradients=False).isel(snapshot=0, trial={trial})"
    return "\n".join(
        [
            f"import numpy, torch, engine; {load}",
            record,
            f"{letters} = map(torch.tensor, ({states}))",
            rows.format(**fill),
            f"print(float({signals[number.signal].format(**fill)}))",
        ]
    )


_PARTS = {"ih": "weight_ih", "hh": "weight_hh", "bih": "bias_ih", "bhh": "bias_hh"}


def _old(name: str, number: Number) -> str:
    """The state before the step: of the step that this direction comes from, or the start state."""
    came_from = number.time + 1 if number.direction else number.time - 1
    place = f"{number.layer}, {number.direction}"
    if 0 <= came_from < number.length:
        return f'seen["{name}"].values[{place}, {came_from}]'
    return f'seen["initial_{name}"].values[{place}]'
