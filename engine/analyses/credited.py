"""Credit: how hard every step's answer pulls on the state of every other step, while the net learns."""

from __future__ import annotations

from typing import cast

import numpy as np
import xarray as xr
from torch import Tensor

from engine.analyses.parts import Size, evenly, in_parts, needs_a_task, size_of, stacked, thinned
from engine.gradients import Path, credit
from engine.opened import Inputs, Model, opened
from engine.run import Run
from engine.scalars import Scalar, asked_at

SECONDS = 1.5
"""About as long as this may take on one slow core; when it would take longer, snapshots are left out evenly."""
MOST_ROWS = 200
"""Answer steps that are looked at in a long sequence: more rows than a picture has pixels tell nothing."""
GRAPH = 64 * 2**20
"""Bytes that the unrolled graph of the snapshots which are looked at together may take, roughly."""
_KEPT = 60
"""Floats that a step keeps for each unit."""


def credited(
    model: Model,
    inputs: Inputs,
    *,
    of: str = "margin",
    signal: str = "",
    window: int = 0,
    path: str = "total",
) -> xr.Dataset:
    """‖∂q_t/∂s_k‖ for every answer step t and every state step k, over units, at every snapshot.

    q is the margin (what still moves the answer) or the loss (what training feels): of the right answer at asked
    steps, elsewhere of the net's own top answer. A plain module has neither, and is asked for ``of="outputs"``: q_t is the sum
    of its outputs, the hidden states of the top layer, at step t. s is a signal; empty: the state that carries the news. With a ``window`` the
    gradient is cut every so many steps, as truncated back-propagation cuts it (0: not at all). path: "total", or of it only what comes
    "direct", through the read-out to step k and no further, or only through the "recurrence"; the vectors add up, these norms do not.

    Variable, float32: credit ``(snapshot, trial, layer, direction, loss_time, state_time)``, NaN beyond a trial's length and where
    q is not defined; coordinates ``asked`` (trial, loss_time), and ``loss_time``, which has holes beyond `MOST_ROWS` steps.
    attrs: of, state, window, path, and how many snapshots were ``left_out``. Raises ValueError in one sentence.
    """
    if of != "outputs":
        needs_a_task(model, "Credit of the answers")
    elif isinstance(model, Run):
        raise ValueError('of = "outputs" is for a plain module: choose margin or loss.')
    size = size_of(model, inputs)
    rows = evenly(size.time, MOST_ROWS)
    most, together = plan(size, len(rows) * (2 if path == "recurrence" else 1))
    parts = [
        _together(part, inputs, of, signal, window, path, rows)
        for part in in_parts(thinned(model, most), together)
    ]
    whole = stacked(parts)
    return whole.assign_attrs(left_out=size.snapshots - whole.sizes["snapshot"])


def plan(size: Size, rows: int) -> tuple[int, int]:
    """How many snapshots can be looked at in `SECONDS`, and how many of them together.

    Stacked, every pair of steps copies the weights; one by one, every step costs the overhead of its operations.
    The seconds were measured on one core, cells of 16 to 128 units, 49 to 199 steps.
    """
    pairs = rows * size.time * size.trials * size.ways
    stacked_each = pairs * size.blocks * size.units * (4e-9 + 5e-10 * size.units)
    work = pairs * size.blocks * size.units * (4e-9 + 5e-11 * size.units)
    alone_each = work + 7e-4 * size.time * size.ways
    most = max(1, int(SECONDS / min(stacked_each, alone_each)))
    if alone_each < stacked_each:
        return most, 1
    return most, max(1, GRAPH // (4 * _KEPT * size.units * size.ways * size.trials * size.time))


def _together(
    model: Model, inputs: Inputs, of: str, signal: str, window: int, path: str, rows: list[int]
) -> xr.Dataset:
    """The same, these snapshots stacked."""
    known = opened(model, inputs, every=True)
    name = signal or known.cell.state[-1]
    scalars: dict[str, Scalar] = {"margin": "margin", "loss": "loss", "outputs": _sum}
    if of not in scalars:
        raise ValueError(f"of = {of!r}: choose margin or loss.")
    if window < 0:
        raise ValueError(f"window = {window}: at least 1 step, or 0 for no cut.")
    found = credit(
        model,
        inputs,
        of=scalars[of],
        signal=name,
        every=True,
        answer_steps=rows,
        window=window or None,
        path=cast(Path, path),
    )
    asked = asked_at(known).numpy()[:, rows]
    return xr.Dataset(
        {"credit": found.astype(np.float32)},
        {"asked": (("trial", "loss_time"), asked)},
        {"cell": known.cell.name, "of": of, "state": name, "window": window, "path": path},
    )


def _sum(outputs: Tensor) -> Tensor:
    """All outputs of a step, added up: one number that every unit counts in alike."""
    return outputs.sum(-1)
