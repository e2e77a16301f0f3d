"""Slopes: the derivative of every squashing function where it was really met, at each step and unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from engine.cells import CELLS, Cell
from engine.edits import Edit
from engine.opened import Inputs, Model
from engine.recorder import record

SQUASHED = "cell"
"""The state that passes through a tanh on its way out: h = o ⊙ tanh(c)."""


def functions(cell: Cell) -> dict[str, str]:
    """Signals that are the outcome of a squashing function, and which: the gates, in the order of the table.

    A block of rows of the weights ends in one squashing function, told by its range; the LSTM's cell state goes through
    another tanh when it is read.
    """
    named: dict[tuple[float | None, float | None], str] = {
        (0.0, 1.0): "σ",
        (-1.0, 1.0): "tanh",
        (0.0, None): "ReLU",
    }
    found = {s.name: named[s.range] for s in cell.signals if s.name in cell.blocks}
    return found | {s.name: "tanh" for s in cell.signals if s.name == SQUASHED}


def slopes(model: Model, inputs: Inputs, *, edits: Sequence[Edit] = ()) -> xr.Dataset:
    """The slope that the error is multiplied with on its way back through each squashing function.

        σ′ = s (1 - s) ≤ ¼,   tanh′ = 1 - g² ≤ 1,   ReLU′ = 1 where h > 0, else 0;   for the cell state 1 - tanh²(c)

    Computed from the recorded values, at every snapshot. Variables: one for each signal that is squashed, by the name
    of the signal, ``(snapshot, trial, layer, direction, time, unit)``, float32, NaN beyond a trial's length; attrs of
    each: function. Raises ValueError or TypeError in one sentence.
    """
    recorded = record(model, inputs, edits=edits, every=True, gradients=False)
    cell = CELLS[recorded.attrs["cell"]]
    data = {
        name: slope(recorded[name], function, through=name == SQUASHED).assign_attrs(
            function=function
        )
        for name, function in functions(cell).items()
    }
    return xr.Dataset(data, attrs={"cell": cell.name}).astype(np.float32, keep_attrs=True)


def slope(values: xr.DataArray, function: str, *, through: bool = False) -> xr.DataArray:
    """The derivative of a squashing function where its outcome is ``values``; ``through``: where its input is."""
    if through:
        squashed: xr.DataArray = xr.apply_ufunc(np.tanh, values, keep_attrs=True)
        return 1 - squashed**2
    if function == "σ":
        return values * (1 - values)
    if function == "tanh":
        return 1 - values**2
    return (values > 0).where(values.notnull()).astype(values.dtype)
