"""Credit and shares: how every step's answer pulls on every earlier step, for any net.

All from the unrolled graph, exact, all later paths counted. `engine.jacobian` explains them step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, get_args

import numpy as np
import torch
import xarray as xr
from torch import Tensor

from engine.opened import Inputs, Model, Opened, opened
from engine.scalars import Scalar, scalars
from engine.scores import loss_of
from engine.tape import Tape
from engine.truncated import apart, cut
from engine.unroll import Layers, Place, Tap, unroll

BUDGET = 32 * 2**20
"""Bytes that one chunk of a batched product may hold of its result."""
SHARE_STACKED = 1 / 4
"""Of it, where several snapshots are stacked: there every row of the product copies the weights, and what stays near the
processor's cache is several times as fast (T = 99, H = 32, 40 snapshots: 0.9 s with chunks of 8 MB, 8 s with 256)."""


Path = Literal["total", "direct", "recurrence"]


@torch.enable_grad()
def credit(
    model: Model,
    inputs: Inputs,
    *,
    targets: Tensor | np.ndarray | None = None,
    of: Scalar = "margin",
    signal: str = "hidden",
    reduce: Literal["norm", "none"] = "norm",
    every: bool = False,
    answer_steps: Sequence[int] | None = None,
    state_steps: Sequence[int] | None = None,
    window: int | None = None,
    path: Path = "total",
) -> xr.DataArray:
    """∂q_t/∂signal_k for every answer step t and every earlier or later step k.

    q is the margin or the loss of ``targets`` ``[trial, time]`` (by default those of the trials; where nothing is
    asked: of the net's own top answer), or a callable outputs ``[trial, time, …]`` → ``[trial, time]``; a plain module
    needs a callable, and its outputs are its hidden states. Result: dims ``(snapshot, trial, layer, direction, loss_time, state_time)``, the
    Euclidean norm over units; with ``reduce="none"`` a last dim ``unit``. NaN where q is NaN and beyond a trial's
    length. ``every`` stacks all snapshots of a run; ``answer_steps`` and ``state_steps`` take only these t and k, and are then
    coordinates; with ``window`` the gradient is cut every so many steps, as a training with that window feels it.
    path: "direct" counts only the ways that pass through no other step's recurrence (up through the layers of step k and through the
    read-out), "recurrence" only the others, "total" both: vectors add up, norms do not. With the read-out "state" the direct way
    leads to the answer's own step alone; one that pools steps has it to every step it reads.
    One batched vector-Jacobian product in chunks of answer steps, of at most `BUDGET` bytes where one step is not
    more than that. Raises ValueError or TypeError in one sentence.
    """
    if reduce not in ("norm", "none"):
        raise ValueError(f"reduce = {reduce!r}: choose norm or none.")
    if path not in get_args(Path):
        raise ValueError(f"path = {path!r}: choose {', '.join(get_args(Path))}.")
    model_ = opened(model, inputs, every=every)
    names = [known.name for known in model_.cell.signals]
    if signal not in names:
        raise ValueError(f"signal = {signal!r}: the {model_.cell.label} has {', '.join(names)}.")
    time = model_.inputs.shape[2]
    chosen = [_steps(steps, time) for steps in (answer_steps, state_steps)]
    tape, other = Tape([signal]), Tape([signal])
    through = apart(tape) if path == "direct" else tape if window is None else cut(window, tape)
    q = _answers(model_, through, targets, of)
    undefined = q.detach().isnan()[..., chosen[0]]
    q = q.nan_to_num()
    without = None
    if path == "recurrence":
        without = _answers(model_, apart(other), targets, of).nan_to_num()
    leaves, others = (
        [one.values[key][k] for key in sorted(one.values) for k in chosen[1]]
        for one in (tape, other)
    )
    alone = len(model_.snapshots) == 1
    blocks = []
    budget = int(BUDGET * (1 if alone else SHARE_STACKED))
    row_bytes = sum(leaf.numel() for leaf in leaves) * q.element_size()
    for rows in _chunks(chosen[0], max(1, budget // max(1, row_bytes))):
        seeds = torch.zeros(len(rows), *q.shape, dtype=q.dtype)
        seeds[range(len(rows)), ..., rows] = 1
        stacked = torch.stack(products(q, leaves, seeds), -2)
        # [row, snapshot, trial, key * time, unit]
        if without is not None:
            stacked = stacked - torch.stack(products(without, others, seeds), -2)
        blocks.append(stacked.norm(dim=-1) if reduce == "norm" else stacked)
    whole = torch.cat(blocks)
    whole = whole.unsqueeze(1) if alone else whole
    units = whole.shape[4:]
    places = (len(model_.layers), len(model_.layers[0]), len(chosen[1]))
    whole = whole.reshape(*whole.shape[:3], *places, *units).movedim(0, 4)
    if bool(undefined.any()):
        unknown = undefined[:, :, None, None, :, None]
        whole = whole.masked_fill(unknown[..., None] if units else unknown, torch.nan)
    dims = ["snapshot", "trial", "layer", "direction", "loss_time", "state_time", "unit"]
    coords = {"snapshot": list(model_.snapshots)}
    if answer_steps is not None:
        coords["loss_time"] = chosen[0]
    if state_steps is not None:
        coords["state_time"] = chosen[1]
    result = xr.DataArray(whole.numpy(), dims=dims[: whole.ndim], coords=coords)
    return _within(result.rename(f"credit_{signal}"), model_.lengths.numpy(), chosen, time)


def _answers(model: Opened, tap: Tap, targets: Tensor | np.ndarray | None, of: Scalar) -> Tensor:
    """q ``[snapshot, trial, time]`` through `unroll` with this tap."""
    # One net alone needs no snapshot dim, and its products then need no copies of the weights.
    alone = len(model.snapshots) == 1
    layers = _unstacked(model.layers) if alone else model.layers
    x = (model.inputs[0] if alone else model.inputs).detach().requires_grad_()
    hidden = unroll(model.cell, layers, x, lengths=model.lengths, tap=tap)
    if alone:
        hidden, x = hidden.unsqueeze(0), x.unsqueeze(0)
    return scalars(model, model.read(hidden, inputs=x), targets, of)


def products(q: Tensor, leaves: Sequence[Tensor], seeds: Tensor) -> list[Tensor]:
    """Σ seed · ∂q/∂leaf for every seed ``[row, …q]`` at once: ``[row, …leaf]`` each, 0 for a leaf that q does not depend on."""
    found = torch.autograd.grad(
        q, list(leaves), seeds, is_grads_batched=True, retain_graph=True, allow_unused=True
    )
    return [
        seeds.new_zeros(len(seeds), *leaf.shape) if one is None else one
        for one, leaf in zip(found, leaves, strict=True)
    ]


def _steps(given: Sequence[int] | None, time: int) -> list[int]:
    """Steps that are there. Raises ValueError for others."""
    steps = list(range(time)) if given is None else [int(step) for step in given]
    if not steps or not all(0 <= step < time for step in steps):
        raise ValueError(f"Steps lie between 0 and {time - 1}; asked: {steps or 'none'}.")
    return steps


def _unstacked(layers: Layers) -> Layers:
    """The weights of the one snapshot."""
    return [[{name: part[0] for name, part in way.items()} for way in ways] for ways in layers]


def _chunks(steps: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(steps), size):
        yield steps[start : start + size]


def _within(
    credits: xr.DataArray, lengths: np.ndarray, chosen: Sequence[Sequence[int]], time: int
) -> xr.DataArray:
    """Blank what lies beyond a trial's length."""
    if (lengths >= time).all():
        return credits
    length = xr.DataArray(lengths, dims="trial")
    t, k = (
        xr.DataArray(np.asarray(steps), dims=dim)
        for steps, dim in zip(chosen, ("loss_time", "state_time"), strict=True)
    )
    return credits.where((t < length) & (k < length)).transpose(*credits.dims)


@torch.enable_grad()
def shares(
    model: Model,
    inputs: Inputs,
    *,
    of: Literal["loss"] | Callable[[Tensor], Tensor] = "loss",
) -> xr.Dataset:
    """The share of ∂L/∂W that each step contributes: the weights are one copy per step, summed over trials.

    ∂L/∂W = Σ_t ∂L/∂W_t, where W_t is the copy that step t uses (P. J. Werbos, Backpropagation through time, 1990).
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

    # A read-out may leave the recurrence aside: then the inputs still need a gradient, and the shares are 0.
    x = model_.inputs.detach().requires_grad_()
    hidden = unroll(model_.cell, model_.layers, x, lengths=model_.lengths, tap=tap)
    output = model_.read(hidden, inputs=x)
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
