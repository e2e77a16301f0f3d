"""Spectra: the factors of back-propagation through time, and what becomes of their product."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
import xarray as xr
from torch import Tensor

from engine.analyses.parts import evenly, one_by_one, size_of, stacked
from engine.jacobian import one_length, trajectory
from engine.opened import Inputs, Model, Opened
from engine.run import Run
from engine.sweep import Sweep, parts_of

SECONDS = 0.6
"""About as long as the norms of the products, and the eigenvalues, may each take; then steps are left out evenly."""
LONGEST = 10.0
"""Seconds that the Jacobians, their singular values and their product may take; beyond that the question is refused."""
DIMS = ("snapshot", "trial", "layer", "direction")


@torch.no_grad()
def spectra(model: Model, inputs: Inputs, *, until: int = -1) -> xr.Dataset:
    """Singular values and eigenvalues of the step Jacobians A_t = ∂state_t/∂state_{t-1}, and norms of their products.

        ∂state_t/∂state_{t-s} = A_t ⋯ A_{t-s+1},   ‖A_t ⋯ A_{t-s+1}‖ ≤ σ_max(A_t) ⋯ σ_max(A_{t-s+1})

    Of the first snapshot and of the newest not newer than ``until`` (-1: the last). The state is h; of an LSTM h and c, one after the other. All
    singular values below 1 force the product to vanish; one above 1 only permits it to explode. All this is the way through
    the recurrence; a read-out that pools steps has a direct way beside it, which analysis "credit" tells apart.

    Variables, float32: singular_value ``(…, time, rank)``, largest first; eigenvalue_real, eigenvalue_imag ``(…, eigen_time,
    rank)``; product_norm, bound ``(…, span)``: spectral norm of the product of the direction's last ``span`` Jacobians, 1 at span 0,
    and the product of their largest singular values; along ``(…, part, span)``: that norm for the path which never
    leaves one part of the state (c: ∏ diag(f); h: ∏ ∂h_t/∂h_{t-1} at fixed c_{t-1}); weight_real, weight_imag ``(snapshot, layer,
    direction, block, unit)``: eigenvalues of W_hh, block by block of its rows. Coordinates ``eigen_time`` and ``span`` have holes
    where all would take too long. Infinite beyond the range of numbers. Raises ValueError in
    one sentence: trials of several lengths, weights that are no numbers, too much to compute.
    """
    model = _two(model, until)
    size = size_of(model, inputs)
    state = size.states * size.units
    each = state**3 * size.time * size.trials * size.ways * min(2, size.snapshots) * 1e-9
    if 0.6 * each > LONGEST:
        raise ValueError(
            f"{size.time} step Jacobians of {state} × {state} numbers would take about "
            f"{0.6 * each:.0f} seconds; at most {LONGEST:g} are allowed. Ask for a shorter sequence."
        )
    eigen_times = evenly(size.time, int(size.time * SECONDS / (3.0 * each)) or 1)
    spans = evenly(size.time + 1, int(size.time * SECONDS / (0.5 * each)) or 2)
    parts = [_one(part, inputs, eigen_times, spans) for part in one_by_one(model)]
    return stacked(parts)


def _two(model: Model, until: int) -> Model:
    """A run with its first snapshot and the newest up to a step."""
    if not isinstance(model, Run):
        return model
    upto = [snapshot for snapshot in model.snapshots if until < 0 or snapshot.step <= until]
    if not upto:
        raise ValueError(
            f"until = {until}: the first snapshot is of step {model.snapshots[0].step}."
        )
    return replace(model, snapshots=(upto[0], upto[-1])[-len(upto) :])


def _one(model: Model, inputs: Inputs, eigen_times: list[int], spans: list[int]) -> xr.Dataset:
    """The same for one snapshot."""
    net = one_length(model, inputs)
    layers = [
        [{name: part.double() for name, part in way.items()} for way in ways] for ways in net.layers
    ]
    net = replace(net, inputs=net.inputs.double(), layers=layers)
    found: dict[str, list[Tensor]] = {}
    for ways in trajectory(net):
        rows: dict[str, list[Tensor]] = {}
        for direction, (weights, x, before, _) in enumerate(ways):
            sweep = Sweep(net.cell, weights, x, before, backwards=direction == 1)
            sweep.run(eigen_times, set(spans))
            blocks = weights["weight_hh"].unflatten(1, (-1, net.units))
            values = sweep.results() | parts_of("weight", torch.linalg.eigvals(blocks))
            for name, value in values.items():
                rows.setdefault(name, []).append(value)
        for name, both in rows.items():
            along = 1 if name.startswith("weight") else 2  # weights have no trials
            found.setdefault(name, []).append(torch.stack(both, along))
    return _dataset(net, found, eigen_times, spans)


def _dataset(
    net: Opened, found: dict[str, list[Tensor]], eigen_times: list[int], spans: list[int]
) -> xr.Dataset:
    ends = {
        "singular_value": ("time", "rank"),
        "eigenvalue_real": ("eigen_time", "rank"),
        "eigenvalue_imag": ("eigen_time", "rank"),
        "product_norm": ("span",),
        "bound": ("span",),
        "along": ("part", "span"),
    }
    weights = ("snapshot", "layer", "direction", "block", "unit")
    data = {}
    for name, layers in found.items():
        dims = (*DIMS, *ends[name]) if name in ends else weights
        whole = torch.stack(layers, dims.index("layer")).numpy()
        with np.errstate(over="ignore"):
            data[name] = (dims, whole.astype(np.float32))
    coords = {
        "snapshot": list(net.snapshots),
        "eigen_time": eigen_times,
        "span": spans,
        "part": list(net.cell.state),
        "block": list(net.cell.blocks),
    }
    return xr.Dataset(data, coords, {"cell": net.cell.name})
