"""Source credit: how hard each written word pulls on each state of the encoder, straight through attention and through the recurrence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import xarray as xr
from torch import Tensor

from engine.analyses.pair_parts import fitting
from engine.attention_edits import Attending
from engine.opened_pair import opened_pair
from engine.pair_writing import check_told, decode, encode
from engine.run import Run
from engine.scores import margin_of
from engine.tape import Tape
from engine.tasks.contract import UNASKED
from engine.tasks.pairs import Pairs


def source_credit(
    model: Run, inputs: Pairs, *, edits: Sequence[Attending] = (), told: int = 0
) -> xr.Dataset:
    r"""∂m_t/∂\bar h_s for every written word t and every state s of the encoder's top layer, at every snapshot.

    m_t is the margin of the word that is written (told the right words: of the right one); what is fed back are constants, so the gradient
    is that of teacher forcing on what was fed. Variables, float32 ``(snapshot, trial, time, source_time)``, norms over both directions' units:
    total   all paths that leave \bar h_s
    direct  the path of one step: \bar h_s as the attention of step t reads it, in its score and in the context
    recurrence  the others (total − direct, as vectors): later states of the encoder, the one vector, and the decoder's states
    NaN beyond a source's length and beyond what is written. Of a net and a source that are both large, snapshots are left out evenly
    (`engine.analyses.pair_parts`); attrs: told, and how many were ``left_out``. Raises ValueError in one sentence.
    """
    check_told(told)
    part = fitting(model, inputs, gradients=True)
    opened = opened_pair(part, every=True)
    with torch.enable_grad():
        tape = Tape(["hidden"])
        encoded = encode(opened, inputs, tape)
        _, decoded, wanted = decode(opened, encoded, inputs, tuple(edits), bool(told))
        if told:
            wanted = torch.from_numpy(inputs.targets).expand_as(wanted)
        margin = torch.stack(
            [margin_of(one, row) for one, row in zip(decoded.outputs, wanted, strict=True)]
        )
        top = model.experiment.network.layers - 1
        ways = 2 if model.experiment.network.bidirectional else 1
        leaves = [state for way in range(ways) for state in tape.series("hidden", top, way)]
        total, direct = _products(margin.nan_to_num(), leaves, encoded.annotations, ways)
    found = {"total": total, "direct": direct, "recurrence": total - direct}
    dims = ("snapshot", "trial", "time", "source_time")
    asked = (wanted != UNASKED).numpy()[..., None]
    source = np.arange(inputs.inputs.shape[1]) < inputs.lengths[:, None, None]
    blank = ~(asked & source)
    data = {
        name: (dims, np.where(blank, np.nan, value.norm(dim=-1).numpy()).astype(np.float32))
        for name, value in found.items()
    }
    coords = {"snapshot": list(opened.snapshots), "length": ("trial", inputs.lengths)}
    left_out = len(model.snapshots) - len(part.snapshots)
    return xr.Dataset(data, coords, {"cell": opened.cell.name, "told": told, "left_out": left_out})


def _products(
    margin: Tensor, leaves: Sequence[Tensor], annotations: Tensor, ways: int
) -> tuple[Tensor, Tensor]:
    """Gradients of every step's margin ``[snapshot, trial, time, source, direction * unit]``: all paths, and through attention alone."""
    steps = margin.shape[-1]
    seeds = margin.new_zeros(steps, *margin.shape)
    seeds[range(steps), ..., range(steps)] = 1
    asked = [*leaves, annotations]
    grads = torch.autograd.grad(margin, asked, seeds, is_grads_batched=True, allow_unused=True)
    # What nothing depends on has no gradient at all: the annotations of a net without attention.
    found = [
        one.new_zeros(steps, *one.shape) if grad is None else grad
        for one, grad in zip(asked, grads, strict=True)
    ]
    source = len(leaves) // ways
    sides = [torch.stack(found[way * source : (way + 1) * source], -2) for way in range(ways)]
    return torch.cat(sides, -1).movedim(0, 2), found[-1].movedim(0, 2)
