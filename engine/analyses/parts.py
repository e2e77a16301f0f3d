"""Looking at a run in parts: how many snapshots and steps, when all of them would take too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from engine.cells import CELLS
from engine.opened import Inputs, Model
from engine.run import Run
from engine.tasks import Trials


@dataclass(frozen=True)
class Size:
    """What decides how long a look takes. ways: layers × directions; blocks: of rows in the stacked weights."""

    snapshots: int
    trials: int
    time: int
    units: int
    blocks: int
    ways: int
    states: int


def size_of(model: Model, inputs: Inputs) -> Size:
    """The size of a run or a plain module on inputs."""
    if isinstance(inputs, str) and isinstance(model, Run):
        inputs = model.experiment.task.read(inputs).trials
    shape = np.shape(inputs.inputs if isinstance(inputs, Trials) else inputs)
    trials, time = (int(shape[0]), int(shape[1])) if len(shape) > 1 else (1, 1)
    if isinstance(model, Run):
        network = model.experiment.network
        cell, units, layers = CELLS[network.cell], network.units, network.layers
        ways = layers * (2 if network.bidirectional else 1)
        return Size(
            len(model.snapshots), trials, time, units, len(cell.blocks), ways, len(cell.state)
        )
    blocks = {"LSTM": 4, "GRU": 3}.get(model.mode, 1)
    ways = model.num_layers * (2 if model.bidirectional else 1)
    states = 2 if model.mode == "LSTM" else 1
    return Size(1, trials, time, model.hidden_size, blocks, ways, states)


def evenly(count: int, most: int) -> list[int]:
    """At most ``most`` of the places 0 … count-1, evenly spaced, the first and the last among them; of one, the last."""
    if count <= most:
        return list(range(count))
    return sorted({round(place) for place in np.linspace(count - 1, 0, max(1, most)).tolist()})


def thinned(model: Model, most: int) -> Model:
    """A run with at most so many of its snapshots; a plain module has one."""
    if not isinstance(model, Run):
        return model
    kept = evenly(len(model.snapshots), most)
    return replace(model, snapshots=tuple(model.snapshots[place] for place in kept))


def in_parts(model: Model, together: int) -> Sequence[Model]:
    """The run cut into runs of at most ``together`` snapshots."""
    if not isinstance(model, Run):
        return [model]
    every = model.snapshots
    return [
        replace(model, snapshots=every[first : first + together])
        for first in range(0, max(1, len(every)), max(1, together))
    ]


def one_by_one(model: Model) -> Sequence[Model]:
    """The run with each of its snapshots alone."""
    return in_parts(model, 1)


def stacked(parts: Sequence[xr.Dataset]) -> xr.Dataset:
    """Answers for parts of a run, one after the other."""
    if len(parts) == 1:
        return parts[0]
    return xr.concat(
        parts, "snapshot", data_vars="minimal", coords="minimal", compat="override", join="override"
    )


def needs_a_task(model: Model, what: str) -> None:
    """Raises ValueError, in one sentence, for a plain module: it asks nothing and answers nothing."""
    if not isinstance(model, Run):
        raise ValueError(f"{what} needs a task: a plain module is asked nothing.")
