"""One snapshot of one trial out of a recording, and the words along its time axis: what most charts begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

WHOLE = 14
"""Words of a sentence that is short enough to write every word out."""


def at(
    recording: xr.Dataset,
    *,
    step: int | None = None,
    trial: int = 0,
    layer: int = 0,
    direction: int = 0,
) -> xr.Dataset:
    """The newest snapshot that is not newer than ``step`` (None: the last), of one trial, layer and direction.

    The chosen dims are gone, as are the steps beyond the trial's length; ``attrs["step"]`` is the snapshot's step.
    Raises ValueError for a step before the first snapshot, IndexError for a place that is not there.
    """
    index = snapshot(recording, step)
    wanted = {"snapshot": index, "trial": trial, "layer": layer, "direction": direction}
    found = recording.isel({dim: i for dim, i in wanted.items() if dim in recording.dims})
    if "length" in recording.coords:
        length = int(np.atleast_1d(recording["length"].values)[trial])
        times = [d for d in ("time", "loss_time", "state_time") if d in found.dims]
        found = found.isel({dim: slice(0, length) for dim in times})
    return found.assign_attrs(step=int(recording["snapshot"][index]))


def snapshot(recording: xr.Dataset, step: int | None = None) -> int:
    """The place of the newest snapshot that is not newer than ``step`` (None: the last).

    Raises ValueError for a step before the first snapshot.
    """
    snapshots = np.asarray(recording["snapshot"])
    index = len(snapshots) - 1
    if step is not None:
        index = int(np.searchsorted(snapshots, step, side="right")) - 1
        if index < 0:
            raise ValueError(f"The first snapshot is of step {snapshots[0]}; step = {step}.")
    return index


def words(recording: xr.Dataset, trial: int = 0) -> list[str]:
    """What stands at every step of a trial: its words, or the numbers of the steps."""
    if "word" not in recording.coords:
        return [str(number) for number in range(recording.sizes["time"])]
    length = int(np.asarray(recording["length"])[trial])
    return [str(word) for word in np.asarray(recording["word"])[trial, :length]]


def places(recording: xr.Dataset, trial: int = 0) -> list[dict[str, Any]]:
    """For every step: its number, its word, and whether the word is to be written on an axis.

    In a long sentence filler is left unwritten, as ticks.
    """
    written = words(recording, trial)
    periods = ["start"] * len(written)
    if "period" in recording.coords:
        periods = [str(p) for p in np.asarray(recording["period"])[trial, : len(written)]]
    long = len(written) > WHOLE
    return [
        {"time": time, "word": word, "written": not (long and period == "filler")}
        for time, (word, period) in enumerate(zip(written, periods, strict=True))
    ]
