"""Which snapshot of a recording is shown at a training step."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr


def newest(recording: xr.Dataset, step: int | None) -> int:
    """The place of the newest snapshot up to a step; None: the last; the first where all are newer."""
    steps = recording["snapshot"].values
    return len(steps) - 1 if step is None else max(0, int((steps <= step).sum()) - 1)
