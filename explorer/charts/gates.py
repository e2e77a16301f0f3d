"""What the gates keep: every gate of every unit at every step, in the words of the notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import altair as alt
import numpy as np

from engine.cells import CELLS, Cell
from explorer import theme
from explorer.charts.bands import silent
from explorer.charts.panels import Panel, panels
from explorer.charts.pick import at, places
from explorer.charts.shades import Kind, around_zero

if TYPE_CHECKING:
    import xarray as xr

HOW_TO_READ = (
    "One line is one unit, the same in every panel, and one column is one step: yellow is an open gate, dark blue "
    "a shut one. Candidate and update are signed: blue below 0, orange above it."
)
KEEPERS = ("forget", "update")
"""Gates that multiply the old state: the units are sorted by them."""


@dataclass(frozen=True)
class Gate:
    """One panel: its key, its name in words, its symbol, what it means, and the signals whose product it is."""

    key: str
    label: str
    symbol: str
    signals: tuple[str, ...]
    signed: bool = False
    meant: str = ""

    @property
    def detail(self) -> str:
        """Symbol and meaning."""
        return f"{self.symbol}: {self.meant}" if self.meant else self.symbol


def gates(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
    mode: theme.Mode = "light",
    title: str = "What do the gates do at every step?",
) -> alt.LayerChart:
    """Gates and candidate, and for the LSTM what it writes, i ⊙ g: one snapshot of an `engine.record`.

    Units are drawn in the same order in every panel: those that keep longest, by the mean of the gate that multiplies
    the old state at the last snapshot, at the top. Raises ValueError for a cell without gates.
    """
    place = {"trial": trial, "layer": layer, "direction": direction}
    shown = gates_of(CELLS[recording.attrs["cell"]])
    found = at(recording, step=step, **place)
    units, steps = recording.sizes["unit"], places(recording, trial)
    signed = " and ".join(gate.label for gate in shown if gate.signed)
    return panels(
        [
            Panel(
                gate.label,
                values(found, gate).transpose("unit", "time").values,
                "signed" if gate.signed else "gate",
                (-1.0 if gate.signed else 0.0, 1.0),
                gate.detail,
                signed if gate.signed else "gate",
            )
            for gate in shown
        ],
        rows=[f"unit {unit + 1}" for unit in range(units)],
        columns=[step["word"] for step in steps],
        row_title=f"in every panel {units} units, those that keep longest at the top",
        column_title="word" if "word" in recording.coords else "time step",
        order=order(recording, **place),
        silent=silent(recording, trial),
        mode=mode,
        title=title,
    )


@dataclass(frozen=True, eq=False)
class Moving:
    """A panel for all snapshots: numbers ``[snapshot, unit, time]``, its scale and the ends of the scale."""

    key: str
    label: str
    symbol: str
    values: np.ndarray
    kind: Kind
    limits: tuple[float, float]
    color: str
    meant: str


def moving(
    recording: xr.Dataset, *, trial: int = 0, layer: int = 0, direction: int = 0
) -> list[Moving]:
    """All gates and the states below them, for a picture that moves; of a cell without gates only the states."""
    cell = CELLS[recording.attrs["cell"]]
    here = recording.isel(trial=trial, layer=layer, direction=direction)
    if "length" in recording.coords:
        here = here.isel(time=slice(0, int(np.asarray(recording["length"])[trial])))
    states = tuple(
        Gate(s.name, s.words, s.symbol.removesuffix("_t"), (s.name,), s.range[0] != 0.0)
        for s in cell.signals
        if s.name in cell.state
    )
    gated = len(cell.signals) > len(states)
    found = []
    for gate in (*(gates_of(cell) if gated else ()), *states):
        numbers = values(here, gate).transpose("snapshot", "unit", "time").values
        limits = (-1.0 if gate.signed else 0.0, 1.0)
        bounds = [end for name in gate.signals for end in cell.signal(name).range]
        if None in bounds:
            top = around_zero(numbers)[1]
            limits = (-top if gate.signed else 0.0, top)
        kind: Kind = "signed" if gate.signed else "gate"
        color = theme.GATES.get(gate.key, "")
        found.append(
            Moving(gate.key, gate.label, gate.symbol, numbers, kind, limits, color, gate.meant)
        )
    return found


def gates_of(cell: Cell) -> tuple[Gate, ...]:
    """What is drawn of a cell: every signal that is no state, and the product that an LSTM adds to c.

    Raises ValueError for a cell without gates.
    """
    found = []
    for signal in cell.signals:
        if signal.name not in cell.state:
            label, _, meant = signal.words.partition(" (")
            symbol, signed = signal.symbol.removesuffix("_t"), signal.range[0] != 0.0
            meant = meant.rstrip(")")
            found.append(Gate(signal.name, label, symbol, (signal.name,), signed, meant))
    if not found:
        raise ValueError(f"The {cell.label} has no gates: its only value is its hidden state.")
    keys = [gate.key for gate in found]
    if {"input_gate", "candidate"} <= set(keys):
        pair = ("input_gate", "candidate")
        written = Gate("written", "update", "i · g", pair, signed=True, meant="added to c")
        found.insert(keys.index("candidate") + 1, written)
    return tuple(found)


def values(found: xr.Dataset, gate: Gate) -> xr.DataArray:
    """The numbers of a panel, with the dims that the recording has."""
    product = found[gate.signals[0]]
    for name in gate.signals[1:]:
        product = product * found[name]
    return product


def order(
    recording: xr.Dataset, *, trial: int = 0, layer: int = 0, direction: int = 0
) -> list[int]:
    """Units, those that keep longest first, at the last snapshot; by index in a cell that has no such gate."""
    keeper = next((name for name in KEEPERS if name in recording), None)
    if keeper is None:
        return list(range(recording.sizes["unit"]))
    kept = at(recording, trial=trial, layer=layer, direction=direction)[keeper].mean("time")
    return [int(unit) for unit in np.argsort(-kept.values, kind="stable")]
