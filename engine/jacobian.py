"""Step Jacobians A_t = ∂state_t/∂state_{t-1}: the factors of back-propagation through time.

One ``vmap(jacrev(step))`` per layer and direction, inputs held fixed. For one layer read at its own step their
products are the credit; with more layers, or a read-out that pools steps, they are only the path through the recurrence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
import xarray as xr
from torch import Tensor
from torch.func import jacrev, vmap

from engine.cells import Cell
from engine.opened import Inputs, Model, Opened, opened
from engine.scalars import Scalar, scalars
from engine.tape import Tape
from engine.unroll import Weights, unroll


@torch.no_grad()
def jacobians(model: Model, inputs: Inputs) -> xr.Dataset:
    """Step Jacobians of every layer and direction, their singular values, and the norms of their products.

    A_t = ∂state_t/∂state_{t-1} with the inputs held fixed, and ‖A_t ⋯ A_k‖ ≤ ∏ σ_max(A_j): where all singular values are
    below 1 the error must vanish, above 1 it may grow (R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of training
    recurrent neural networks, 2013).

    jacobian ``(snapshot, trial, layer, direction, time, state, state_before)``: the state is hidden, or hidden and
    cell one after the other (coordinate ``part``); "before" is the step before in the direction's own order.
    singular_values ``(…, time, rank)``, largest first. product_norm ``(…, span)``: spectral norm of the product of
    the direction's last ``span`` Jacobians, 1 at span 0; bound ``(…, span)``: product of their largest singular values.
    Memory: 8 · trials · layers · directions · T · S² bytes in float64, S the state's size. Trials must have one
    length. Raises ValueError or TypeError in one sentence.
    """
    model_ = one_length(model, inputs)
    layers = list(trajectory(model_))
    found = [
        [step_jacobians(model_.cell, weights, x, before) for weights, x, before, _ in directions]
        for directions in layers
    ]
    whole = torch.stack([torch.stack(directions, 2) for directions in found], 2)
    states = [before for directions in layers for _, _, before, _ in directions]
    # A slope may be finite where the state is not: that of ReLU at NaN is 0.
    if not all(bool(values.isfinite().all()) for values in (whole, *states)):
        raise ValueError(
            "The step Jacobians are not finite: the weights are too large, or no numbers."
        )
    values = torch.linalg.svdvals(whole)
    norms = torch.stack([_product_norms(whole[:, :, :, d], d) for d in range(whole.shape[3])], 3)
    ordered = torch.stack(
        [
            values[:, :, :, d, :, 0].flip(-1) if d == 0 else values[:, :, :, d, :, 0]
            for d in range(whole.shape[3])
        ],
        3,
    )
    bound = torch.cat([torch.ones_like(ordered[..., :1]), ordered.cumprod(-1)], -1)
    dims = ("snapshot", "trial", "layer", "direction")
    parts = [name for name in model_.cell.state for _ in range(model_.units)]
    return xr.Dataset(
        {
            "jacobian": ((*dims, "time", "state", "state_before"), whole.numpy()),
            "singular_values": ((*dims, "time", "rank"), values.numpy()),
            "product_norm": ((*dims, "span"), norms.numpy()),
            "bound": ((*dims, "span"), bound.numpy()),
        },
        {"snapshot": list(model_.snapshots), "part": ("state", parts)},
        {"cell": model_.cell.name},
    )


def step_jacobians(cell: Cell, weights: Weights, x: Tensor, before: Tensor) -> Tensor:
    """A_t ``[snapshot, trial, time, state, state]`` from x ``[…, time, feature]`` and the states before."""

    def next_state(own: Weights, x_t: Tensor, old: Tensor) -> Tensor:
        state = dict(zip(cell.state, old.chunk(len(cell.state)), strict=True))
        new = cell.step(own, x_t, state, lambda name, value: value)
        return torch.cat([new[name] for name in cell.state])

    single = {k: v.squeeze(1) if k.startswith("bias") else v for k, v in weights.items()}
    over_time = vmap(jacrev(next_state, argnums=2), in_dims=(None, 0, 0))
    over_trials = vmap(over_time, in_dims=(None, 0, 0))
    return vmap(over_trials)(single, x, before)


def swept_credit(model: Model, inputs: Inputs, *, of: Scalar = "margin") -> xr.DataArray:
    """Credit of the hidden state by products of step Jacobians: the fast way for one layer, one direction.

    ∂q_t/∂state_k = ∂q_t/∂h_t · A_t ⋯ A_{k+1}. Dims and meaning as `engine.credit` with its defaults; steps after the
    answer get 0. A callable ``of`` must read each step's output alone. Raises ValueError for more than one layer or direction,
    and for a read-out that pools steps.
    """
    model_ = one_length(model, inputs)
    if model_.pools:
        raise ValueError(
            "Products of step Jacobians are the credit only where each answer is read from its own step."
        )
    if len(model_.layers) * len(model_.layers[0]) > 1:
        raise ValueError(
            "Products of step Jacobians are the credit of one layer and direction only."
        )
    [[(weights, x, before, hidden)]] = trajectory(model_)
    steps = step_jacobians(model_.cell, weights, x, before)
    with torch.enable_grad():
        hidden.requires_grad_()
        q = scalars(model_, model_.read(hidden), None, of)
        # ∂q_t/∂h_t: the answer is read at its own step
        (local,) = torch.autograd.grad(q.nan_to_num().sum(), hidden)
    time, units = local.shape[-2], model_.units
    # The rest of the state (the cell) is not read directly.
    rows = torch.nn.functional.pad(local, (0, steps.shape[-1] - units))
    result = local.new_zeros(*local.shape[:2], time, time)
    for k in reversed(range(time)):
        if k + 1 < time:
            rows[..., k + 1 :, :] = rows[..., k + 1 :, :] @ steps[..., k + 1, :, :]
        result[..., k:, k] = rows[..., k:, :units].norm(dim=-1)
    whole = result.masked_fill(q.isnan()[..., None], torch.nan)[:, :, None, None]
    dims = ("snapshot", "trial", "layer", "direction", "loss_time", "state_time")
    return xr.DataArray(whole.numpy(), dims=dims, coords={"snapshot": list(model_.snapshots)})


def one_length(model: Model, inputs: Inputs) -> Opened:
    """The opened model. Raises ValueError when its trials end at different steps."""
    model_ = opened(model, inputs)
    if bool((model_.lengths < model_.inputs.shape[2]).any()):
        raise ValueError("Step Jacobians need trials of one length; give them length by length.")
    return model_


def trajectory(model: Opened) -> Iterator[Sequence[tuple[Weights, Tensor, Tensor, Tensor]]]:
    """By layer and direction: its weights, what it reads ``[…, time, feature]``, the state before each step, its output."""
    names = [*model.cell.state, *(f"initial_{name}" for name in model.cell.state)]
    tape = Tape(names)
    with torch.no_grad():
        unroll(model.cell, model.layers, model.inputs, tap=tape)
    x = model.inputs
    for layer, directions in enumerate(model.layers):
        ways: list[tuple[Weights, Tensor, Tensor, Tensor]] = []
        tops = []
        for direction, weights in enumerate(directions):
            before = []
            for name in model.cell.state:
                series = tape.series(name, layer, direction)
                [start] = tape.series(f"initial_{name}", layer, direction)
                shifted = [start, *series[:-1]] if direction == 0 else [*series[1:], start]
                before.append(torch.stack(shifted, 2))
            tops.append(torch.stack(tape.series("hidden", layer, direction), 2))
            ways.append((weights, x, torch.cat(before, -1), tops[-1]))
        yield ways
        x = torch.cat(tops, -1)


def _product_norms(steps: Tensor, direction: int) -> Tensor:
    """Spectral norm of the product of the last ``span`` steps ``[…, span]``; steps ``[…, time, state, state]``."""
    time = steps.shape[-3]
    product = torch.eye(steps.shape[-1], dtype=steps.dtype).expand(*steps.shape[:-3], -1, -1)
    norms = [product.new_ones(product.shape[:-2])]
    for t in reversed(range(time)) if direction == 0 else range(time):
        product = product @ steps[..., t, :, :]
        norms.append(product_norm(product))
    return torch.stack(norms, -1)


def product_norm(product: Tensor) -> Tensor:
    """Spectral norm of the last two dims; infinite from where the product has left the range of its numbers."""
    kept = product.isfinite().all(-1).all(-1)
    norm = torch.linalg.matrix_norm(product.nan_to_num(0.0, 0.0, 0.0), 2)
    return torch.where(kept, norm, torch.inf)
