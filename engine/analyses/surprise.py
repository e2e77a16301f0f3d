"""Surprise: how unexpected the right answer is at every step, and what the asked steps add up to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import xarray as xr

from engine.edits import Edit, check
from engine.opened import Inputs, Model, Opened, opened
from engine.scores import loss_of
from engine.tape import Tape
from engine.unroll import unroll

STEP = ("snapshot", "trial", "time")


@torch.no_grad()
def surprise(model: Model, inputs: Inputs, *, edits: Sequence[Edit] = ()) -> xr.Dataset:
    """s_t = -log p(right answer | x_1 … x_t) in nats at every step, and its sum over the steps that ask.

    By the chain rule of probability the sum is -log p of all right answers together, and it is what training adds
    up: L = Σ_t s_t over the asked steps. Where a step asks nothing, s_t is that of the answer which is asked for next
    (after the last question: of the last one), as if it were asked there; it is in no sum. Where a trial asks
    nothing at all, it is that of the net's own top answer at the end. An answer that is a number has the squared
    error in place of s_t.

    Variables, float32: surprise, running ``(snapshot, trial, time)``, NaN beyond a trial's length; asked
    ``(trial, time)``, whether the step asks. Coordinate right ``(trial, time)``: the answer in question (of the last
    snapshot where it is the net's own). attrs: unit, and answers, how many there are: guessing has ln(answers).
    Raises ValueError for a model without a task.
    """
    net = opened(model, inputs, every=True)
    if net.answers is None:
        raise ValueError("Surprise needs right answers, and this module comes without a task.")
    check(edits, net.cell, layers=len(net.layers), directions=len(net.layers[0]), units=net.units, lengths=net.lengths.tolist())  # fmt: skip
    hidden = unroll(net.cell, net.layers, net.inputs, lengths=net.lengths, tap=Tape((), edits))
    output = net.read(hidden)  # [snapshot, trial, time, answer]
    targets = np.full(output.shape[1:3], np.nan if not net.answers else -1)
    if net.targets is not None:
        targets = net.targets.numpy()
    asked: np.ndarray = np.greater_equal(targets, 0) if net.answers else np.isfinite(targets)
    wanted = next_asked(targets, asked)
    if net.answers:
        last = net.lengths - 1
        tops = output[-1, torch.arange(len(last)), last].argmax(-1).numpy()
        wanted = np.where(asked.any(-1, keepdims=True), wanted, tops[:, None]).astype(np.int64)
    values = loss_of(output, torch.from_numpy(wanted)).numpy().astype(np.float64)
    inside = np.arange(asked.shape[1]) < net.lengths.numpy()[:, None]
    running = np.cumsum(np.where(asked & inside, values, 0.0), -1)
    data = {
        "surprise": (STEP, np.where(inside, values, np.nan).astype(np.float32)),
        "running": (STEP, np.where(inside, running, np.nan).astype(np.float32)),
        "asked": (STEP[1:], asked & inside),
    }
    coords = {"snapshot": list(net.snapshots), "right": (STEP[1:], _words(wanted, net))}
    attrs = {"cell": net.cell.name, "answers": len(net.answers)}
    return xr.Dataset(data, coords, attrs | {"unit": "nats" if net.answers else "squared error"})


def next_asked(targets: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """For every step the target that is asked for next, at it or after it; after the last question the last one.

    Both ``[trial, time]``; a trial that asks nothing keeps its targets.
    """
    time = np.arange(targets.shape[1])
    ahead = np.where(asked, time, len(time))
    nearest = np.minimum.accumulate(ahead[:, ::-1], -1)[:, ::-1]
    final = np.where(asked, time, 0).max(-1, keepdims=True)
    return np.take_along_axis(targets, np.where(nearest < len(time), nearest, final), -1)


def _words(wanted: np.ndarray, net: Opened) -> np.ndarray:
    if not net.answers:
        return np.array([[f"{value:g}" for value in row] for row in wanted])
    return np.array(net.answers)[wanted]
