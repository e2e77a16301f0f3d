"""Which number of every step a gradient is of: the margin, the loss, or what a caller makes of the outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from engine.opened import Opened, checked_targets
from engine.scores import loss_of, margin_of

Scalar = Literal["margin", "loss"] | Callable[[Tensor], Tensor]


def scalars(
    model: Opened, output: Tensor, targets: Tensor | np.ndarray | None, of: Scalar
) -> Tensor:
    """q ``[snapshot, trial, time]``; NaN where it is not defined.

    The margin or the loss of ``targets`` ``[trial, time]``, by default the model's own; where nothing is asked, of the net's own
    top answer. Raises ValueError in one sentence.
    """
    if callable(of):
        found = [of(one) for one in output]
        for one in found:
            if not isinstance(one, Tensor) or not one.requires_grad:
                raise ValueError("of(outputs) is no tensor that was computed from the outputs.")
            if one.shape != output.shape[1:3]:
                raise ValueError(
                    f"of(outputs) has shape {list(one.shape)}; wanted {list(output.shape[1:3])}."
                )
        return torch.stack(found)
    score = {"margin": margin_of, "loss": loss_of}.get(of)
    if score is None:
        raise ValueError(f"of = {of!r}: choose margin, loss or a function of the outputs.")
    if model.answers is None:
        raise ValueError(
            f"of = {of!r}: a plain module has no answers; give a function of its outputs."
        )
    given = model.targets
    if targets is not None:
        given = checked_targets(targets, output.shape[1:3], model.answers)
    if not model.answers:
        if given is None:
            raise ValueError("targets are missing: this task asks for numbers.")
        return score(output, given)
    tops = output.argmax(-1)  # [snapshot, trial, time]
    wanted = tops if given is None else torch.where(given >= 0, given, tops)
    return torch.stack([score(one, row) for one, row in zip(output, wanted, strict=True)])


def asked_at(model: Opened) -> Tensor:
    """Whether the inputs ask something ``[trial, time]``; a plain module is asked nothing."""
    if model.targets is None:
        return torch.zeros(model.inputs.shape[1:3], dtype=torch.bool)
    return ~model.targets.isnan() if model.targets.is_floating_point() else model.targets >= 0
