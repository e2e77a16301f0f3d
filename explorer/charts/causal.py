"""The matrix of credit as pictures show it: what cannot be is blank, so that it is not taken for what has vanished."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

LIMITS = (1e-8, 10.0)
"""The colours of credit, per unit of the state: absolute, the same for every net, sentence and training step."""


def matrices(
    recording: xr.Dataset, *, trial: int = 0, layer: int = 0, direction: int = 0
) -> tuple[np.ndarray, list[int]]:
    """Credit ``[snapshot, answer step, state step]``, cut at the trial's length, and the answer steps.

    recording: of the analysis "credit". Where the net reads one way, a later state cannot move an earlier answer: NaN.
    """
    values = np.asarray(recording["credit"])[:, trial, layer, direction].astype(float)
    answers = np.asarray(recording["loss_time"])
    length = values.shape[-1]
    if "length" in recording.coords:
        length = int(np.asarray(recording["length"])[trial])
    values = values[:, answers < length, :length]
    answers = answers[answers < length]
    if recording.sizes["direction"] == 1:
        values[:, np.arange(length) > answers[:, None]] = np.nan
    return values, [int(answer) for answer in answers]


def last_asked(recording: xr.Dataset, trial: int = 0) -> int:
    """The place among the answer steps that is looked at first: the last at which something is asked, or the last."""
    _, answers = matrices(recording, trial=trial)
    asked = np.flatnonzero(np.asarray(recording["asked"])[trial, : len(answers)])
    return int(asked[-1]) if len(asked) else len(answers) - 1


def cue(recording: xr.Dataset, trial: int = 0) -> int:
    """The step whose word settles the answer; the first one where none does."""
    if "period" not in recording.coords:
        return 0
    found = np.flatnonzero(np.asarray(recording["period"])[trial] == "cue")
    return int(found[0]) if len(found) else 0


def symbols(recording: xr.Dataset) -> tuple[str, str]:
    """The letters of q and of the state: m, L or Σh, h or c."""
    of, state = str(recording.attrs["of"]), str(recording.attrs["state"])
    return {"margin": "m", "loss": "L", "outputs": "Σh"}[of], {"hidden": "h", "cell": "c"}.get(
        state, state
    )
