"""Pulls: the gradient at one step, itemised by the answers that it comes from."""

from __future__ import annotations

from typing import Literal, cast

import numpy as np
import xarray as xr

from engine.analyses.credited import plan
from engine.analyses.parts import evenly, in_parts, needs_a_task, size_of, stacked, thinned
from engine.gradients import credit
from engine.opened import Inputs, Model, opened
from engine.scalars import asked_at

MOST_ROWS = 400
"""Answers that are looked at in a long sequence."""


def pulls(
    model: Model, inputs: Inputs, *, time: int = 0, of: str = "margin", signal: str = ""
) -> xr.Dataset:
    """∂q_t/∂s_time for every answer step t, unit by unit, at every snapshot.

    q as in `credited`. Where q is the loss, the pulls of the asked steps add up to ∂L/∂s_time, the gradient that
    back-propagation brings to this step (a test says so). After J. Bruner et al., RNNbow, 2017.

    Variable, float32: pull ``(snapshot, trial, layer, direction, loss_time, unit)``; coordinates ``asked`` (trial, loss_time) and
    ``state_time``, the chosen step. attrs: of, state, ``left_out`` snapshots. Raises ValueError in one sentence.
    """
    needs_a_task(model, "The pull of the answers")
    if of not in ("margin", "loss"):
        raise ValueError(f"of = {of!r}: choose margin or loss.")
    size = size_of(model, inputs)
    rows = evenly(size.time, MOST_ROWS)
    most, together = plan(size, len(rows))
    parts = []
    for part in in_parts(thinned(model, most), together):
        known = opened(part, inputs, every=True)
        name = signal or known.cell.state[-1]
        found = credit(
            part,
            inputs,
            of=cast(Literal["margin", "loss"], of),
            signal=name,
            reduce="none",
            every=True,
            answer_steps=rows,
            state_steps=[time],
        )
        asked = asked_at(known).numpy()[:, rows]
        attrs = {"cell": known.cell.name, "of": of, "state": name}
        pull = found.isel(state_time=0).astype(np.float32)
        parts.append(xr.Dataset({"pull": pull}, {"asked": (("trial", "loss_time"), asked)}, attrs))
    whole = stacked(parts)
    return whole.assign_attrs(left_out=size.snapshots - whole.sizes["snapshot"])
