"""Writing on one's own: each step reads the likeliest word of the step before it, until the end is written."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.attention_edits import Attending
from engine.opened_pair import Encoded, OpenedPair
from engine.tasks.contract import UNASKED

ENDS = 0
"""The answer that ends what is written."""


@torch.no_grad()
def greedy(
    model: OpenedPair, encoded: Encoded, most: int | Tensor, changes: Sequence[Attending] = ()
) -> Tensor:
    """Answer numbers ``[snapshot, trial, time]``, the end among them and UNASKED beyond it.

    y_t = argmax of the outputs, read as fed token of step t + 1. most: steps at most, of all trials or of each ``[trial]``.
    """
    limits = torch.as_tensor(most)
    shape = len(model.snapshots), encoded.annotations.shape[1]
    state, word = encoded.start, torch.full(shape, -1)
    ended = torch.zeros(shape, dtype=torch.bool)
    written = []
    for time in range(int(limits.max())):
        step = model.decode(
            encoded, word.unsqueeze(-1) + 1, start=state, first=time, changes=changes
        )
        state, word = step.last, step.outputs[..., 0, :].argmax(-1)
        written.append(word.masked_fill(ended, UNASKED))
        ended = ended | (word == ENDS) | (time + 1 >= limits)
        if bool(ended.all()):
            break
    return torch.stack(written, -1)


def fed_back(written: Tensor) -> Tensor:
    """What the decoder reads when it is told what it wrote ``[snapshot, trial, time]``: the start, then answer + 1."""
    start = written.new_zeros(*written.shape[:-1], 1)
    return torch.cat([start, written[..., :-1] + 1], -1)
