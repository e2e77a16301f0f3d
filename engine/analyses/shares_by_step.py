"""Shares: how much of the gradient of the weights comes from each step, and from how far before the loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import xarray as xr
from torch import Tensor

from engine.analyses.parts import in_parts, needs_a_task, size_of, stacked, thinned
from engine.gradients import products
from engine.opened import Inputs, Model, Opened, opened
from engine.scalars import asked_at
from engine.scores import loss_of
from engine.truncated import cut
from engine.unroll import Place, unroll

PARTS = ("weight_ih", "weight_hh")
BYTES = 96 * 2**20
"""What the gradients that are held at once may take: snapshots are looked at in parts."""
SECONDS = 1.5
"""About as long as this may take on one slow core; when it would take longer, snapshots are left out evenly."""


def shares_by_step(model: Model, inputs: Inputs, *, window: int = 0) -> xr.Dataset:
    """‖share of ∂L/∂W‖ of every step, and of every distance between the loss and the step, at every snapshot.

        ∂L/∂W = Σ_t Σ_k δ_k(t) v_kᵀ,   δ_k(t) = ∂L_t/∂(W v)_k,   v = x (weight_ih) or h_{k-1} (weight_hh)

    L is the loss of one trial, summed over its asked steps t. by_step ``(snapshot, trial, layer, direction, part, time)``: the
    Frobenius norm of what step k adds, summed over t; by_lag ``(…, part, lag)``: of what all pairs with |t - k| = lag add;
    total ``(…, part)``: of ∂L/∂W itself. The shares are matrices that may cancel, so their norms do not add up to the
    total. A read-out that pools steps reaches step k directly as well: then a far share need not have come through the recurrence.
    float32; 0 where nothing is asked. With a ``window`` the gradient is cut every so many steps (0: not at all).
    attrs: window, ``left_out`` snapshots. Raises ValueError in one sentence.
    """
    needs_a_task(model, "The gradient of the weights")
    if window < 0:
        raise ValueError(f"window = {window}: at least 1 step, or 0 for no cut.")
    size = size_of(model, inputs)
    known = opened(model, inputs)
    asked = asked_at(known)
    steps = torch.nonzero(asked.any(0)).flatten().tolist()
    if not steps:
        raise ValueError("The inputs ask nothing, so there is no loss and no gradient.")
    numbers = (len(steps) + 6) * size.trials * size.time * size.ways * size.blocks * size.units
    most = max(1, int(SECONDS / (numbers * 4 * (4e-9 + 2e-10 * size.units))))
    together = max(1, BYTES // (8 * numbers))
    parts = [
        _together(part, inputs, window, steps) for part in in_parts(thinned(model, most), together)
    ]
    whole = stacked(parts)
    return whole.assign_attrs(left_out=size.snapshots - whole.sizes["snapshot"], window=window)


@dataclass
class Products:
    """A tap that keeps both factors of every share: what the weights read, and leaves for ∂L/∂(W v).

    A bias is added to W v, so a bias of its own for every trial and step has the gradient δ.
    """

    trials: int
    read: dict[tuple[str, int, int, int], Tensor] = field(default_factory=dict)
    leaves: dict[tuple[str, int, int, int], Tensor] = field(default_factory=dict)

    def __call__(self, name: str, value: Tensor, place: Place) -> Tensor:
        at = (place.layer, place.direction, place.time)
        if name == "carried_hidden":
            self.read[("weight_hh", *at)] = value.detach()
        if not name.startswith("bias"):
            return value
        own = value.detach().expand(-1, self.trials, -1).clone().requires_grad_()
        self.leaves[(name.replace("bias", "weight"), *at)] = own
        return own


@torch.enable_grad()
def _together(model: Model, inputs: Inputs, window: int, steps: Sequence[int]) -> xr.Dataset:
    """The same, these snapshots stacked."""
    net = opened(model, inputs, every=True)
    trials, time = net.inputs.shape[1:3]
    factors = Products(trials)
    tap = cut(window, factors) if window else factors
    # A read-out may leave the recurrence aside: then the inputs still need a gradient, and the shares are 0.
    x = net.inputs.detach().requires_grad_()
    hidden = unroll(net.cell, net.layers, x, lengths=net.lengths, tap=tap)
    assert net.targets is not None  # something is asked
    loss = loss_of(net.read(hidden, inputs=x), net.targets).nan_to_num()
    keys = [
        (part, layer, direction)
        for part in PARTS
        for layer in range(len(net.layers))
        for direction in range(len(net.layers[0]))
    ]
    leaves = [factors.leaves[(*key, t)] for key in keys for t in range(time)]
    seeds = torch.zeros(len(steps), *loss.shape)
    seeds[range(len(steps)), ..., list(steps)] = 1
    found = products(loss, leaves, seeds)
    read = _read(net, factors)
    shape = (len(net.snapshots), trials, len(net.layers), len(net.layers[0]), len(PARTS))
    by_step, by_lag = np.zeros((*shape, time)), np.zeros((*shape, time))
    total = np.zeros(shape)
    for number, (part, layer, direction) in enumerate(keys):
        deltas = torch.stack(found[number * time : (number + 1) * time], 3)
        # deltas [answer, snapshot, trial, time, row], values [snapshot, trial, time, column]
        values = read[part, layer, direction]
        here = (slice(None), slice(None), layer, direction, PARTS.index(part))
        by_step[here] = (deltas.sum(0).norm(dim=-1) * values.norm(dim=-1)).numpy()
        by_lag[here] = _by_lag(deltas.double(), values.double(), steps).numpy()
        total[here] = _sum_of_products(deltas.sum(0).double(), values.double()).numpy()
    dims = ("snapshot", "trial", "layer", "direction", "part")
    data = {
        "by_step": ((*dims, "time"), by_step.astype(np.float32)),
        "by_lag": ((*dims, "lag"), by_lag.astype(np.float32)),
        "total": (dims, total.astype(np.float32)),
    }
    coords = {"snapshot": list(net.snapshots), "part": list(PARTS), "lag": np.arange(time)}
    return xr.Dataset(data, coords, {"cell": net.cell.name})


@torch.no_grad()
def _read(net: Opened, factors: Products) -> dict[tuple[str, int, int], Tensor]:
    """What each part of the weights reads ``[snapshot, trial, time, column]``: x of the layer, or the state before."""
    time = net.inputs.shape[2]
    outputs: dict[tuple[int, int, int], Tensor] = {}

    def tap(name: str, value: Tensor, place: Place) -> Tensor:
        if name == "hidden":
            outputs[place.layer, place.direction, place.time] = value
        return value

    unroll(net.cell, net.layers, net.inputs, lengths=net.lengths, tap=tap)
    found: dict[tuple[str, int, int], Tensor] = {}
    x = net.inputs
    for layer, ways in enumerate(net.layers):
        for direction in range(len(ways)):
            states = [factors.read["weight_hh", layer, direction, t] for t in range(time)]
            found["weight_hh", layer, direction] = torch.stack(states, 2)
            found["weight_ih", layer, direction] = x
        x = torch.cat(
            [torch.stack([outputs[layer, d, t] for t in range(time)], 2) for d in range(len(ways))],
            -1,
        )
    return found


def _sum_of_products(left: Tensor, right: Tensor) -> Tensor:
    """‖Σ_n left_n right_nᵀ‖ over the last but one dim: sqrt(Σ_nm (left_n·left_m)(right_n·right_m)), no matrix needed."""
    squares = ((left @ left.mT) * (right @ right.mT)).sum((-1, -2))
    return squares.clamp(min=0).sqrt()


def _by_lag(deltas: Tensor, values: Tensor, steps: Sequence[int]) -> Tensor:
    """Norm of all pairs (answer, step) with the same distance ``[snapshot, trial, lag]``."""
    time = deltas.shape[3]
    found = []
    for lag in range(time):
        pairs = {(n, k) for n, t in enumerate(steps) for k in (t - lag, t + lag) if 0 <= k < time}
        if not pairs:
            found.append(deltas.new_zeros(deltas.shape[1:3]))
            continue
        answers, places = zip(*sorted(pairs), strict=True)
        left = deltas[list(answers), :, :, list(places)]  # [pair, snapshot, trial, row]
        right = values[:, :, list(places)]
        found.append(_sum_of_products(left.permute(1, 2, 0, 3), right))
    return torch.stack(found, -1)
