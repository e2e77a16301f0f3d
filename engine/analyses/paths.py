"""Paths: how much of what moves the answer comes through attention at once, and how much through the recurrence."""

from __future__ import annotations

import numpy as np
import torch
import xarray as xr
from torch import Tensor

from engine.analyses.parts import in_parts, needs_a_task, stacked
from engine.opened import Model, opened
from engine.readouts import READOUTS
from engine.run import Run
from engine.scores import margin_of
from engine.tape import Tape
from engine.tasks import Trials
from engine.unroll import unroll

BUDGET = 256 * 2**20
"""Bytes that the snapshots which are looked at together may hold, roughly."""
_KEPT = 80
"""Floats that a step keeps for each unit, with their gradients."""
_SMALLEST = 1e-37
"""Below it float32 has no full numbers; less is written as 0."""


def paths(run: Run, trials: Trials) -> xr.Dataset:
    r"""∂m/∂h_k for every step k up to the blank T, apart by the way it takes, at every snapshot.

    h is the state of the top layer, in both directions together; m is the margin of the right answer at the trial's last step, or of
    the net's own top answer where nothing is asked. With g_k = ∂m/∂h_k as the read-out itself reads h_k:

        direct_k  g_k                                    at once: 1 step through attention
        chain_k   (∂h_T/∂h_k)^T g_T                      through the recurrence alone, to the state of now: T − k steps
        later_k   Σ_{k<j<T} (∂h_j/∂h_k)^T g_j            some steps of the recurrence, and from there through attention
        total_k   their sum, as vectors

    g_T is counted as direct. What `engine.gradients.credit` calls the path "recurrence" is chain + later.
    Variables, float32: these four ``(snapshot, trial, time)``, norms relative to ‖total_T‖, so that total is the reach of the hidden
    state; weight ``(snapshot, trial, time)``, the α of the answer's step; probability ``(snapshot, trial, answer)``, margin ``(snapshot,
    trial)`` in nats. NaN beyond a trial's length. Computed in float64: the long way is soon below 1e-20.
    Raises ValueError in one sentence for a read-out that pools no states, and for a task without words as answers.
    """
    needs_a_task(run, "The paths to an answer")
    network = run.experiment.network
    if READOUTS[network.readout].pooled != "states":
        raise ValueError(
            f"network.readout = {network.readout!r} looks at no earlier state: there is one path, through the recurrence."
        )
    if not run.experiment.task.answers:
        raise ValueError("The paths are those of an answer in words, and this task has numbers.")
    units = network.units * network.layers * (2 if network.bidirectional else 1)
    together = max(1, BUDGET // (8 * _KEPT * units * max(1, trials.periods.size)))
    return stacked([_together(part, trials) for part in in_parts(run, together)])


@torch.enable_grad()
def _together(part: Model, trials: Trials) -> xr.Dataset:
    """The same, all snapshots stacked."""
    model = opened(part, trials, every=True, dtype=torch.float64)
    tape = Tape(["hidden"])
    x = model.inputs.detach().requires_grad_()
    hidden = unroll(model.cell, model.layers, x, lengths=model.lengths, tap=tape)
    last = model.lengths - 1
    row = torch.arange(len(last))
    read = hidden.detach().requires_grad_()  # what the read-out reads, apart from what goes on
    output = model.read(read, steps=last.unsqueeze(-1))  # [snapshot, trial, 1, answer]
    targets = torch.from_numpy(trials.targets)[row, last].unsqueeze(-1)
    margin = margin_of(output, torch.where(targets >= 0, targets, output.argmax(-1))).squeeze(-1)
    (own,) = torch.autograd.grad(margin.sum(), read)  # [snapshot, trial, time, direction * unit]
    ways = len(model.layers[0])
    leaves = [s for way in range(ways) for s in tape.series("hidden", len(model.layers) - 1, way)]
    now = torch.zeros_like(own)
    now[:, row, last] = own[:, row, last]
    total, through = (_back(hidden, seed, leaves, ways) for seed in (own, now))
    chain = through - now
    found = {
        "total": total,
        "direct": own,
        "chain": chain,
        "later": total - own - chain,
    }
    at_blank = total[:, row, last].norm(dim=-1).unsqueeze(-1)
    beyond = torch.arange(hidden.shape[2]) > last.unsqueeze(-1)
    parts = {name: value.norm(dim=-1) / at_blank for name, value in found.items()}
    with torch.no_grad():
        parts["weight"] = model.attention(hidden, steps=last.unsqueeze(-1)).squeeze(2)
    dims: tuple[str, ...] = ("snapshot", "trial", "time")
    data = {name: (dims, _float32(v.masked_fill(beyond, torch.nan))) for name, v in parts.items()}
    shares = output.detach().softmax(-1).squeeze(2)
    data["probability"] = (("snapshot", "trial", "answer"), _float32(shares))
    data["margin"] = (("snapshot", "trial"), _float32(margin.detach()))
    coords = {"snapshot": list(model.snapshots), "answer": list(model.answers or ())}
    return xr.Dataset(data, coords, {"cell": model.cell.name})


def _back(hidden: Tensor, seed: Tensor, leaves: list[Tensor], ways: int) -> Tensor:
    """Σ seed · ∂hidden/∂(state of every step), ``[snapshot, trial, time, direction * unit]``."""
    found = torch.autograd.grad(
        hidden, leaves, seed, retain_graph=True, allow_unused=True, materialize_grads=True
    )
    time = len(leaves) // ways
    sides = [torch.stack(found[way * time : (way + 1) * time], -2) for way in range(ways)]
    return torch.cat(sides, -1)


def _float32(values: Tensor) -> np.ndarray:
    """As numbers that every reader has."""
    return torch.where(values.abs() < _SMALLEST, 0 * values, values).float().numpy()
