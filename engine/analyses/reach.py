"""Reach: what still moves the answer, and how far back it can come from."""

from __future__ import annotations

import torch
import xarray as xr

from engine.analyses.parts import in_parts, needs_a_task, stacked
from engine.opened import Model, opened
from engine.readouts import READOUTS
from engine.run import Run
from engine.scores import margin_of
from engine.tape import Tape
from engine.tasks import Trials
from engine.unroll import unroll

BUDGET = 256 * 2**20
"""Bytes that the snapshots which are looked at together may hold, roughly: a large net is looked at in parts."""
_KEPT = 40
"""Floats that a step keeps for each unit, with their gradients."""


def reach(run: Run, trials: Trials) -> xr.Dataset:
    """‖∂m/∂s_k‖ / ‖∂m/∂s_T‖ for every step k up to the blank T, at every snapshot.

    s is the state that carries the news, the last that the cell lists: the cell state of an LSTM, else the hidden
    state; its gradient counts all later paths, and where the read-out pools steps also the direct one from the
    answer to s_k: at once, not through the recurrence. Such a reach may be far above 1: learned weights may leave s_T next to
    nothing. Norms run over units, layers and directions. m is the margin of the
    right answer at the trial's last step; of the net's own top answer where the trial asks nothing.

    Variables, float32: reach ``(snapshot, trial, time)``, NaN beyond a trial's length; margin ``(snapshot, trial)`` in
    nats; where answers are words also probability ``(snapshot, trial, answer)``. The loss gradient on the same scale
    is (1 - σ(m)) · reach. Reach is not use: an untrained net has reach too.
    """
    needs_a_task(run, "Reach of a right answer")
    network = run.experiment.network
    if READOUTS[network.readout].pooled == "inputs":
        raise ValueError(
            f"network.readout = {network.readout!r}: no state moves the answer, so none has a reach."
        )
    units = network.units * network.layers * (2 if network.bidirectional else 1)
    together = max(1, BUDGET // (4 * _KEPT * units * max(1, trials.periods.size)))
    return stacked([_together(part, trials) for part in in_parts(run, together)])


@torch.enable_grad()
def _together(part: Model, trials: Trials) -> xr.Dataset:
    """The same, all snapshots stacked."""
    model = opened(part, trials, every=True)
    memory = model.cell.state[-1]
    tape = Tape([memory])
    x = model.inputs.requires_grad_()
    hidden = unroll(model.cell, model.layers, x, lengths=model.lengths, tap=tape)
    last = model.lengths - 1
    row = torch.arange(len(last))
    output = model.read(hidden, steps=last.unsqueeze(-1))  # [snapshot, trial, 1, answer]
    tops = output.argmax(-1)
    targets = torch.from_numpy(trials.targets)[row, last].unsqueeze(-1)  # [trial, 1]
    wanted = torch.where(targets >= 0, targets, tops) if model.answers else targets
    margin = margin_of(output, wanted).squeeze(-1)
    series = [tape.series(*key) for key in sorted(tape.values)]
    gradients = iter(torch.autograd.grad(margin.sum(), [one for many in series for one in many]))
    squares = sum(
        torch.stack([next(gradients).square().sum(-1) for _ in many], -1) for many in series
    )
    norms = torch.as_tensor(squares).sqrt()  # [snapshot, trial, time]
    relative = norms / norms[:, row, last].unsqueeze(-1)
    beyond = torch.arange(relative.shape[-1]) > last.unsqueeze(-1)
    data = {
        "reach": (("snapshot", "trial", "time"), relative.masked_fill(beyond, torch.nan).numpy()),
        "margin": (("snapshot", "trial"), margin.detach().numpy()),
    }
    coords: dict[str, list] = {"snapshot": list(model.snapshots)}
    if model.answers:
        shares = output.detach().softmax(-1).squeeze(2).numpy()
        data["probability"] = (("snapshot", "trial", "answer"), shares)
        coords["answer"] = list(model.answers)
    return xr.Dataset(data, coords, {"cell": model.cell.name, "state": memory})
