"""Recorded: every value inside the net at every step, at every snapshot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from engine.edits import Edit
from engine.opened import Inputs, Model
from engine.recorder import record


def recorded(
    model: Model, inputs: Inputs, *, edits: Sequence[Edit] = (), gradients: int = 0
) -> xr.Dataset:
    """`engine.record` of all snapshots, as float32: signals, start states, input, output, margin and loss.

    ``gradients=1`` adds what moves the answer, ``gradient_margin_*``, and what training feels, ``gradient_loss_*``.
    Raises ValueError or TypeError in one sentence.
    """
    found = record(model, inputs, edits=edits, every=True, gradients=bool(gradients))
    return found.astype(np.float32, keep_attrs=True)
