"""Recording: weights + inputs + edits -> one labelled array set, for one snapshot or all of them stacked.

A recording is a pure function; nothing is left behind in the model. This module and `gradients` are the only
places where tensors become arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
import xarray as xr
from torch import Tensor

from engine.edits import check
from engine.opened import Inputs, Model, Opened, opened
from engine.pair_recorder import record_pair
from engine.run import Run
from engine.scores import loss_of, margin_of
from engine.tape import Tape
from engine.tasks import PERIODS
from engine.tasks.translation import Translation, as_pairs
from engine.unroll import unroll

DIMS = ("snapshot", "trial", "layer", "direction", "time", "unit")


@torch.enable_grad()
def record(
    model: Model,
    inputs: Inputs,
    *,
    edits: Iterable[Any] = (),
    every: bool = False,
    gradients: bool = True,
) -> xr.Dataset:
    """Record every signal of a model on inputs, and what moves its answer.

    Variables: the cell's signals and their start states, ``input``, ``output``; where the inputs ask something:
    ``loss`` (nats, or squared error) and ``margin`` m = logit(right) - logsumexp(others) per step,
    ``gradient_margin_*`` ∂m/∂signal of each trial's last asked step, and ``gradient_loss_*`` ∂L/∂signal of the
    loss summed over its steps. A gradient counts all later paths: that of the cell state includes c_t → h_t.
    Where the read-out pools steps: ``attention`` ``(snapshot, trial, time, source_time)``, the weights of what the answer of
    each step is read from; rows add up to 1, exactly 0 for steps that do not count.
    A run that reads and then writes is recorded by `engine.pair_recorder.record_pair`, on its own and greedily, without gradients.
    Dims as in `DIMS`, never squeezed; NaN beyond a trial's length. ``every`` stacks all snapshots of a run.
    Raises ValueError or TypeError, in one sentence, for inputs or edits that do not fit.
    """
    if isinstance(model, Run) and isinstance(model.experiment.task, Translation):
        return record_pair(model, as_pairs(model.experiment.task, inputs), edits=edits, every=every)
    model_ = opened(model, inputs, every=every)
    x = model_.inputs.detach().requires_grad_()
    edits = tuple(edits)
    check(
        edits,
        model_.cell,
        layers=len(model_.layers),
        directions=len(model_.layers[0]),
        units=model_.units,
        lengths=model_.lengths.tolist(),
    )
    signals = [signal.name for signal in model_.cell.signals]
    starts = [f"initial_{name}" for name in model_.cell.state]
    tape = Tape([*signals, *starts], edits)
    hidden = unroll(model_.cell, model_.layers, x, lengths=model_.lengths, tap=tape)
    output = model_.read(hidden, inputs=x)
    data = {"input": _array(("snapshot", "trial", "time", "feature"), x)}
    data |= {name: _signal(tape, name, model_) for name in signals}
    data |= {name: _start(tape, name, model_) for name in starts}
    last = "output_unit" if model_.answers is None else "answer"
    data["output"] = _array(("snapshot", "trial", "time", last), output)
    if model_.pools:
        dims = ("snapshot", "trial", "time", "source_time")
        data["attention"] = _array(dims, model_.attention(hidden))
    if model_.targets is not None and model_.answers is not None:
        margin, loss = margin_of(output, model_.targets), loss_of(output, model_.targets)
        data["margin"] = _array(("snapshot", "trial", "time"), margin)
        data["loss"] = _array(("snapshot", "trial", "time"), loss)
        if gradients:
            scalars = {"margin": _last(margin), "loss": loss.nansum(-1)}
            for of, scalar in scalars.items():
                data |= _gradients(of, scalar, tape, signals, x, model_)
    return _dataset(data, model_)


def _last(values: Tensor) -> Tensor:
    """The value at each trial's last asked step ``[snapshot, trial]``; 0 where nothing is asked."""
    asked = ~values[0].isnan()  # [trial, time]
    time = torch.arange(values.shape[-1])
    final = (asked * (time + 1)).amax(-1) - 1
    picked = values.gather(-1, final.clamp(min=0).expand(values.shape[0], -1).unsqueeze(-1))[..., 0]
    return torch.where(final >= 0, picked, torch.zeros_like(picked))


def _gradients(
    of: str, scalar: Tensor, tape: Tape, signals: Sequence[str], x: Tensor, model: Opened
) -> dict[str, xr.DataArray]:
    """One backward pass: trials and snapshots do not touch, so the sum of all scalars serves them all."""
    keys = [key for key in tape.values if key[0] in signals]
    leaves = [value for key in keys for value in tape.series(*key)]
    found = torch.autograd.grad(
        scalar.sum(), [x, *leaves], retain_graph=True, allow_unused=True, materialize_grads=True
    )
    grads = Tape(signals)
    flat = iter(found[1:])
    for key in keys:
        grads.values[key] = {time: next(flat) for time in range(len(tape.values[key]))}
    data = {f"gradient_{of}_{name}": _signal(grads, name, model) for name in signals}
    data[f"gradient_{of}_input"] = _array(("snapshot", "trial", "time", "feature"), found[0])
    return data


def _signal(tape: Tape, name: str, model: Opened) -> xr.DataArray:
    """Stack a signal to ``[snapshot, trial, layer, direction, time, unit]``."""
    stacked = torch.stack(
        [
            torch.stack(
                [torch.stack(tape.series(name, layer, d), 2) for d in range(len(directions))], 2
            )
            for layer, directions in enumerate(model.layers)
        ],
        2,
    )
    return _array(DIMS, stacked)


def _start(tape: Tape, name: str, model: Opened) -> xr.DataArray:
    """Stack a start state to ``[snapshot, trial, layer, direction, unit]``."""
    stacked = torch.stack(
        [
            torch.stack([tape.values[name, layer, d][-1] for d in range(len(directions))], 2)
            for layer, directions in enumerate(model.layers)
        ],
        2,
    )
    return _array(tuple(dim for dim in DIMS if dim != "time"), stacked)


def _array(dims: tuple[str, ...], values: Tensor) -> xr.DataArray:
    return xr.DataArray(values.detach().numpy(), dims=dims)


def _dataset(data: Mapping[str, xr.DataArray], model: Opened) -> xr.Dataset:
    """Label the arrays, and blank what lies beyond a trial's length."""
    dataset = xr.Dataset(dict(data)).assign_coords(
        snapshot=list(model.snapshots), length=("trial", model.lengths.numpy())
    )
    if model.answers:
        dataset = dataset.assign_coords(answer=list(model.answers))
    if model.periods is not None:
        words = np.array(PERIODS)[model.periods]
        dataset = dataset.assign_coords(period=(("trial", "time"), words))
    if bool((model.lengths < model.inputs.shape[2]).any()):
        inside = xr.DataArray(np.arange(model.inputs.shape[2]), dims="time") < dataset["length"]
        for name in list(dataset.data_vars):
            if "time" in dataset[name].dims:
                dataset[name] = dataset[name].where(inside).transpose(*dataset[name].dims)
    if model.experiment is not None:
        dataset.attrs["experiment"] = model.experiment.model_dump_json()
    dataset.attrs["cell"] = model.cell.name
    return dataset
