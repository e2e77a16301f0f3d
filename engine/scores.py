"""The scalars that pictures are gradients of: the margin of the right answer, and the loss.

The loss gradient vanishes once a net is right, ∂L = -(1 - p) ∂m; the margin does not. So "what still moves
the answer" is the margin, and the loss is what training feels.
"""

from __future__ import annotations

import torch
from torch import Tensor


def margin_of(output: Tensor, targets: Tensor) -> Tensor:
    """m = logit(right) - logsumexp(the others) ``[…, trial, time]``; NaN where nothing is asked.

    output ``[…, trial, time, answer]``, targets ``[trial, time]``. A numeric answer is its own margin: the
    output itself, since it is what moves.
    """
    if targets.is_floating_point():
        return torch.where(targets.isnan(), torch.nan, output[..., 0])
    right = _pick(output, targets)
    if output.shape[-1] == 1:
        return torch.where(targets < 0, torch.nan, right)
    own = torch.nn.functional.one_hot(targets.clamp(min=0), output.shape[-1]).bool()
    others = output.masked_fill(own, -torch.inf).logsumexp(-1)
    return torch.where(targets < 0, torch.nan, right - others)


def loss_of(output: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy in nats, or the squared error, ``[…, trial, time]``; NaN where nothing is asked."""
    if targets.is_floating_point():
        known = targets.nan_to_num()
        return torch.where(targets.isnan(), torch.nan, (output[..., 0] - known) ** 2)
    surprise = output.logsumexp(-1) - _pick(output, targets)
    return torch.where(targets < 0, torch.nan, surprise)


def _pick(output: Tensor, targets: Tensor) -> Tensor:
    """The output of the right answer; that of answer 0 where nothing is asked."""
    index = targets.clamp(min=0).expand(output.shape[:-1]).unsqueeze(-1)
    return output.gather(-1, index)[..., 0]
