"""Weights: the matrices that are used again at every step, what each word adds, and their singular values."""

from __future__ import annotations

import numpy as np
import xarray as xr

from engine.opened import Inputs, Model, Opened, opened
from engine.run import Run
from engine.tasks import Trials

LAYER = ("snapshot", "layer", "direction")


def weights(model: Model, inputs: Inputs) -> xr.Dataset:
    """W_xh, W_hh and W_hy of every snapshot, in PyTorch's layout; the inputs only say which words are looked at.

    Variables, float32: input_weights ``(snapshot, layer, direction, row, feature)``, NaN beyond what a layer reads,
    recurrent_weights ``(…, row, unit)``, input_bias and recurrent_bias ``(…, row)``; their singular values by block of
    rows, largest first: input_singular and recurrent_singular ``(…, gate, value)``. Of a run also readout_weights
    ``(snapshot, answer, readout_unit)``, readout_bias, readout_singular (readout_unit counts what the linear layer reads; a read-out
    that weighs steps by weights of its own also has weighing_* ``(snapshot, weighing_row[, weighing_column])``, and attrs have readout
    where it is not "state"); where inputs are words embedding
    ``(snapshot, token, embedded)`` and word_weights = W_xh · embedding ``(snapshot, direction, row, token)``: the
    column that a one-hot word picks; and picked ``(trial, time)``, the number of the word at every step.
    Coordinates: gate, the signal of each block of rows; token and answer, their words.
    """
    net = opened(model, inputs, every=True)
    gates = net.cell.blocks
    matrices = {
        "input_weights": _stacked(net, "weight_ih"),
        "recurrent_weights": _stacked(net, "weight_hh"),
    }
    columns = {"input_weights": "feature", "recurrent_weights": "unit"}
    data: dict[str, tuple[tuple[str, ...], np.ndarray]] = {}
    for name, values in matrices.items():
        data[name] = ((*LAYER, "row", columns[name]), values)
        singular = _singular(values, len(gates))
        data[name.replace("weights", "singular")] = (
            (*LAYER, "gate", columns[name] + "_value"),
            singular,
        )
    data["input_bias"] = ((*LAYER, "row"), _stacked(net, "bias_ih")[..., 0, :])
    data["recurrent_bias"] = ((*LAYER, "row"), _stacked(net, "bias_hh")[..., 0, :])
    coords: dict[str, list] = {"snapshot": list(net.snapshots), "gate": list(gates)}
    attrs = {"cell": net.cell.name}
    if net.ends is not None and net.pools:
        attrs["readout"] = net.ends.readout.name
    if isinstance(model, Run):
        more, words = _ends(model, matrices["input_weights"], inputs)
        data, coords = data | more, coords | words
    small = {
        name: (dims, values.astype(np.float32) if values.dtype.kind == "f" else values)
        for name, (dims, values) in data.items()
    }
    return xr.Dataset(small, coords, attrs)


def _stacked(net: Opened, part: str) -> np.ndarray:
    """A part of all layers and directions ``[snapshot, layer, direction, …]``, NaN where a layer is narrower."""
    arrays = [[one[part].detach().numpy() for one in directions] for directions in net.layers]
    wide = max(array.shape[-1] for directions in arrays for array in directions)

    def filled(array: np.ndarray) -> np.ndarray:
        missing = wide - array.shape[-1]
        return (
            np.pad(array, ((0, 0), (0, 0), (0, missing)), constant_values=np.nan)
            if missing
            else array
        )

    return np.stack([np.stack([filled(one) for one in directions], 1) for directions in arrays], 1)


def _singular(matrices: np.ndarray, gates: int) -> np.ndarray:
    """Singular values of each block of rows ``[…, gate, value]``; of a narrower layer without the NaN columns, then 0."""
    blocks = matrices.reshape(*matrices.shape[:-2], gates, -1, matrices.shape[-1])
    return np.linalg.svd(np.nan_to_num(blocks), compute_uv=False)


def _ends(run: Run, input_weights: np.ndarray, inputs: Inputs) -> tuple[dict, dict[str, list]]:
    """Embedding and read-out: what the recurrence reads, and what is read from it."""
    task = run.experiment.task
    kept = {
        name: np.stack([snapshot.weights[name] for snapshot in run.snapshots])
        for name in run.snapshots[0].weights
        if not name.startswith("recurrent.")
    }
    matrix = kept["readout.weight"]
    data = {
        "readout_weights": (("snapshot", "answer", "readout_unit"), matrix),
        "readout_bias": (("snapshot", "answer"), kept["readout.bias"]),
        "readout_singular": (
            ("snapshot", "readout_value"),
            np.linalg.svd(matrix, compute_uv=False),
        ),
    }
    for name, values in kept.items():
        if name.startswith("weighing."):
            places = ("weighing_row", "weighing_column")[: values.ndim - 1]
            data[name.replace(".", "_")] = (("snapshot", *places), values)
    coords: dict[str, list] = {"answer": list(task.answers) or ["the number"]}
    if "embedding.weight" in kept:
        embedding = kept["embedding.weight"]  # [snapshot, token, embedded]
        first = input_weights[
            :, 0, :, :, : embedding.shape[-1]
        ]  # [snapshot, direction, row, feature]
        data["embedding"] = (("snapshot", "token", "embedded"), embedding)
        data["word_weights"] = (
            ("snapshot", "direction", "row", "token"),
            first @ embedding.swapaxes(-1, -2)[:, None],
        )
        coords["token"] = list(task.vocabulary)
        if isinstance(inputs, str):
            inputs = task.read(inputs).trials
        numbers = np.asarray(inputs.inputs if isinstance(inputs, Trials) else inputs)
        data["picked"] = (("trial", "time"), numbers.astype(np.int64))
    return data, coords
