"""Credit and shares: how every step's answer pulls on every earlier step, for any net.

All from the unrolled graph, exact, all later paths counted. `engine.jacobian` explains them step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
import torch
import xarray as xr
from torch import Tensor

from engine.opened import Inputs, Model, Opened, checked_targets, opened
from engine.recorder import Tape
from engine.scores import loss_of, margin_of
from engine.unroll import Place, unroll

Scalar = Literal["margin", "loss"] | Callable[[Tensor], Tensor]

BUDGET = 256 * 2**20
"""Bytes that one chunk of a batched product may hold of its result. With what lies on the way there the peak is up to
six times as much: an LSTM of 32 units over 2000 steps takes 1.4 GB."""


@torch.enable_grad()
def credit(
    model: Model,
    inputs: Inputs,
    *,
    targets: Tensor | np.ndarray | None = None,
    of: Scalar = "margin",
    signal: str = "hidden",
    reduce: Literal["norm", "none"] = "norm",
) -> xr.DataArray:
    """∂q_t/∂signal_k for every answer step t and every earlier or later step k.

    q is the margin or the loss of ``targets`` ``[trial, time]`` (by default those of the trials; where nothing is
    asked: of the net's own top answer), or a callable outputs ``[trial, time, …]`` → ``[trial, time]``; a plain module
    needs a callable, and its outputs are its hidden states. Result: dims ``(snapshot, trial, layer, direction, loss_time, state_time)``, the
    Euclidean norm over units; with ``reduce="none"`` a last dim ``unit``. One batched vector-Jacobian product in
    chunks of answer steps, of at most `BUDGET` bytes where one step is not more than that. NaN where q is NaN and
    beyond a trial's length. Raises ValueError or TypeError in one sentence.
    """
    if reduce not in ("norm", "none"):
        raise ValueError(f"reduce = {reduce!r}: choose norm or none.")
    model_ = opened(model, inputs)
    names = [known.name for known in model_.cell.signals]
    if signal not in names:
        raise ValueError(f"signal = {signal!r}: the {model_.cell.label} has {', '.join(names)}.")
    tape = Tape([signal])
    x = model_.inputs.detach().requires_grad_()
    hidden = unroll(model_.cell, model_.layers, x, lengths=model_.lengths, tap=tape)
    q = scalars(model_, model_.read(hidden), targets, of)  # [snapshot, trial, time]
    undefined = q.detach().isnan()
    q = q.nan_to_num()
    keys = sorted(tape.values)
    leaves = [value for key in keys for value in tape.series(*key)]
    blocks = []
    for rows in _chunks(q.shape[-1], sum(leaf.numel() for leaf in leaves) * q.element_size()):
        seeds = torch.zeros(len(rows), *q.shape, dtype=q.dtype)
        seeds[range(len(rows)), ..., rows] = 1
        found = torch.autograd.grad(
            q, leaves, seeds, is_grads_batched=True, retain_graph=True, materialize_grads=True
        )
        stacked = torch.stack(found, -2)  # [row, snapshot, trial, key * time, unit]
        blocks.append(stacked.norm(dim=-1) if reduce == "norm" else stacked)
    whole = torch.cat(blocks)
    time, layers = q.shape[-1], len(model_.layers)
    units = whole.shape[4:]
    whole = whole.reshape(*whole.shape[:3], layers, len(keys) // layers, time, *units)
    whole = whole.movedim(0, 4)
    if bool(undefined.any()):
        unknown = undefined[:, :, None, None, :, None]
        whole = whole.masked_fill(unknown[..., None] if units else unknown, torch.nan)
    dims = ["snapshot", "trial", "layer", "direction", "loss_time", "state_time", "unit"]
    result = xr.DataArray(
        whole.numpy(), dims=dims[: whole.ndim], coords={"snapshot": list(model_.snapshots)}
    ).rename(f"credit_{signal}")
    return _within(result, model_.lengths.numpy())


def scalars(
    model: Opened, output: Tensor, targets: Tensor | np.ndarray | None, of: Scalar
) -> Tensor:
    """q ``[snapshot, trial, time]``; NaN where it is not defined."""
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


def _chunks(rows: int, bytes_per_row: int) -> Iterator[range]:
    size = max(1, min(rows, BUDGET // max(1, bytes_per_row)))
    for start in range(0, rows, size):
        yield range(start, min(rows, start + size))


def _within(credits: xr.DataArray, lengths: np.ndarray) -> xr.DataArray:
    """Blank what lies beyond a trial's length."""
    time = credits.sizes["loss_time"]
    if (lengths >= time).all():
        return credits
    length = xr.DataArray(lengths, dims="trial")
    inside = (xr.DataArray(np.arange(time), dims="loss_time") < length) & (
        xr.DataArray(np.arange(time), dims="state_time") < length
    )
    return credits.where(inside).transpose(*credits.dims)


@torch.enable_grad()
def shares(
    model: Model,
    inputs: Inputs,
    *,
    of: Literal["loss"] | Callable[[Tensor], Tensor] = "loss",
) -> xr.Dataset:
    """The share of ∂L/∂W that each step contributes: the weights are one copy per step, summed over trials.

    L is the loss summed over asked steps and trials, or the sum of a callable outputs → ``[trial, time]``. Variables
    by layer, because they read different features: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, weight_ih_l1 …
    with dims ``(snapshot, direction, time, row[, column_…])``. The sum over time is autograd's gradient. Memory: T copies
    of the weights. Raises ValueError or TypeError in one sentence.
    """
    model_ = opened(model, inputs)
    copies: dict[tuple[str, int, int], dict[int, Tensor]] = {}

    def tap(name: str, value: Tensor, place: Place) -> Tensor:
        if not name.startswith(("weight", "bias")):
            return value
        own = value.detach().clone().requires_grad_()
        copies.setdefault((name, place.layer, place.direction), {})[place.time] = own
        return own

    hidden = unroll(model_.cell, model_.layers, model_.inputs, lengths=model_.lengths, tap=tap)
    output = model_.read(hidden)
    if callable(of):
        total = scalars(model_, output, None, of).sum()
    elif model_.targets is None:
        raise ValueError(
            "The inputs ask nothing: give trials with targets, or a function of the outputs."
        )
    else:
        total = loss_of(output, model_.targets).nansum()
    keys = sorted(copies)
    leaves = [copies[key][time] for key in keys for time in sorted(copies[key])]
    flat = iter(torch.autograd.grad(total, leaves, allow_unused=True, materialize_grads=True))
    found = {key: torch.stack([next(flat) for _ in copies[key]], 1) for key in keys}
    data = {}
    for layer, directions in enumerate(model_.layers):
        for part in directions[0]:
            stacked = torch.stack([found[part, layer, d] for d in range(len(directions))], 1)
            if part.startswith("bias"):
                stacked = stacked.squeeze(-2)
            dims = ["snapshot", "direction", "time", "row", f"column_{part}_l{layer}"]
            data[f"{part}_l{layer}"] = xr.DataArray(stacked.numpy(), dims=dims[: stacked.ndim])
    return xr.Dataset(data, {"snapshot": list(model_.snapshots)})
