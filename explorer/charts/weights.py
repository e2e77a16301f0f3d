"""One matrix of a net: W_xh, what each word adds, W_hh of one gate, or W_hy; the same at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import altair as alt
import numpy as np

from engine.cells import CELLS
from explorer import theme
from explorer.charts.heat import heat
from explorer.charts.pick import at
from explorer.charts.shades import around_zero

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "One cell is one weight: blue below 0, orange above, and the middle of the scale is 0. The same "
    "numbers are used at every step of the sentence."
)
Matrix = Literal["words", "input", "recurrent", "readout"]
HEIGHTS: dict[Matrix, int] = {"words": 440, "input": 400, "recurrent": 400, "readout": 400}


def weights(
    recording: xr.Dataset,
    *,
    matrix: Matrix = "recurrent",
    gate: str = "",
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    time: int | None = None,
    mode: theme.Mode = "light",
    title: str | None = None,
) -> alt.LayerChart:
    """recording: of the analysis "weights". gate: a block of rows, by its signal; empty: the first.

    words: W_xh · embedding ``[unit, word]``, one column for each word; the one that stands at ``time`` is framed, as
    is its row in the input. input: W_xh ``[unit, feature]``. recurrent: W_hh ``[unit, unit before]``. readout: W_hy
    ``[answer, unit]``. Colours reach to the largest weight of the whole matrix in all directions, so that gates and
    directions can be compared.
    Raises ValueError for a gate or a matrix that this net has not.
    """
    here = at(recording, step=step, trial=trial, layer=layer, direction=direction)
    gates = [str(name) for name in here["gate"].values]
    gate = gate or gates[0]
    if gate not in gates:
        raise ValueError(f"gate = {gate!r}: choose one of {', '.join(gates)}.")
    name = {"words": "word"}.get(matrix, matrix) + "_weights"
    if name not in here:
        raise ValueError(f"This net has no {name}.")
    whole = here[name].values
    block, frame = whole, None
    rows: list[str | int] = []
    if matrix == "readout":
        rows = [str(answer) for answer in here["answer"].values]
    else:
        units = len(whole) // len(gates)
        block = whole[gates.index(gate) * units :][:units]
        block = block[:, ~np.isnan(block).all(0)]  # beyond what this layer reads
        rows = list(range(1, units + 1))
    columns: list[str | int] = list(range(1, block.shape[1] + 1))
    picked = None
    if matrix == "words":
        columns = [str(word) for word in here["token"].values]
        if time is not None:
            picked = int(here["picked"].values[time])
            frame = None, picked
    across = {"words": "word", "input": "number of x", "recurrent": "unit before"}.get(
        matrix, "unit"
    )
    return heat(
        block,
        rows=rows,
        columns=columns,
        row_title="answer" if matrix == "readout" else "unit",
        column_title=across,
        value_title="weight",
        scale="signed",
        limits=around_zero(_everywhere(recording, name, here.attrs["step"], layer)),
        frame=frame,
        mode=mode,
        title=_title(recording, matrix, gate, columns, picked) if title is None else title,
        height=HEIGHTS[matrix],
    )


def _everywhere(recording: xr.Dataset, name: str, step: int, layer: int) -> np.ndarray:
    """The matrix of a layer in all directions, at a step of a snapshot."""
    found = recording[name].sel(snapshot=step)
    return (found.isel(layer=layer) if "layer" in found.dims else found).values


def letters(matrix: Matrix, letter: str) -> str:
    """The matrix as in the equation: W_xf."""
    source = {"words": "x", "input": "x", "recurrent": "h"}.get(matrix)
    return "W_hy" if source is None else f"W_{source}{letter}"


def _title(
    recording: xr.Dataset, matrix: Matrix, gate: str, columns: list[str | int], picked: int | None
) -> str:
    signal = CELLS[recording.attrs["cell"]].signal(gate)
    name = letters(matrix, signal.symbol[0])
    if matrix == "readout":
        return f"{name}: from the hidden state to the answers"
    if matrix != "words":
        return f"{name}, {signal.words.partition(' (')[0]}"
    said = f"{name} · embedding, {signal.words.partition(' (')[0]}: one column for each word"
    return said if picked is None else f"{said}; “{columns[picked]}” is framed"
