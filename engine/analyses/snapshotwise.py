"""A run one snapshot after the other, for analyses that hold much for each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import xarray as xr

from engine.opened import Model
from engine.run import Run


def each_snapshot(model: Model, of: Callable[[Model], xr.Dataset]) -> xr.Dataset:
    """Ask ``of`` of every snapshot of a run alone (of a module: once) and stack the answers."""
    if not isinstance(model, Run) or len(model.snapshots) < 2:
        return of(model)
    parts = [of(replace(model, snapshots=(snapshot,))) for snapshot in model.snapshots]
    return xr.concat(
        parts, "snapshot", data_vars="minimal", coords="minimal", compat="override", join="override"
    )
