"""Weights of a net that writes: what is read from its state and its context, and what scores its attention."""

from __future__ import annotations

import numpy as np
import xarray as xr

from engine.opened_pair import opened_pair
from engine.run import Run
from engine.tasks.pairs import Pairs


def pair_weights(model: Run, inputs: Pairs) -> xr.Dataset:
    r"""W_y, b_y and the attention's own weights of every snapshot; the inputs decide nothing.

    Variables, float32: state_weights ``(snapshot, answer, number)``, what of y_t = W_y [h_t; context_t] + b_y takes h_t;
    with attention also context_weights ``(snapshot, answer, number)``, what takes the context; readout_bias ``(snapshot, answer)``; and by its name each weight of the
    attention, scores_query and scores_key ``(snapshot, unit, number)``, scores_score ``(snapshot, unit)``. Raises ValueError
    for a run that writes nothing.
    """
    net = opened_pair(model, every=True)
    stacked = {name: value.numpy().astype(np.float32) for name, value in net.stacked.items()}
    matrix = stacked["readout.weight"]
    width = matrix.shape[-1] // (2 if net.attention else 1)
    dims = ("snapshot", "answer", "number")
    data: dict[str, tuple[tuple[str, ...], np.ndarray]] = {
        "state_weights": (dims, matrix[..., :width]),
        "readout_bias": (dims[:2], stacked["readout.bias"]),
    }
    if net.attention:
        data["context_weights"] = (dims, matrix[..., width:])
    for name, value in stacked.items():
        if name.startswith("scores."):
            inside = ("snapshot", "unit", "number")[: value.ndim]
            data[name.replace(".", "_")] = (inside, value)
    coords = {"snapshot": list(net.snapshots), "answer": list(net.task.answers)}
    return xr.Dataset(data, coords, {"attention": model.experiment.network.attention})
