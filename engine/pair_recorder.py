"""Recording an encoder–decoder: every signal of both sides, every score and weight of attention, and what is written."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
import xarray as xr
from torch import Tensor

from engine.attention_edits import Attending
from engine.cells import Cell
from engine.opened_pair import Decoded, Encoded, OpenedPair, opened_pair
from engine.pair_writing import decode, encode
from engine.run import Run
from engine.tape import Tape
from engine.tasks.contract import UNASKED
from engine.tasks.pairs import Pairs


@torch.no_grad()
def record_pair(
    run: Run,
    pairs: Pairs,
    *,
    edits: Iterable[Attending] = (),
    told: bool = False,
    width: int = 1,
    every: bool = False,
    signals: bool = True,
) -> xr.Dataset:
    """Record a net that reads and writes. ``told`` the right words, or on its own: greedy, or with a beam of some width.

    Variables, on ``source_time``: encoder_* (every signal of the encoder's cell, ``(snapshot, trial, layer, encoder_direction,
    source_time, encoder_unit)``), annotation \\bar h_s (both directions side by side, dim ``number``); on ``time``: every signal of the decoder's cell
    ``(snapshot, trial, layer, direction, time, unit)``, state h_t of its top layer (dim ``number``), output (``answer``), fed (what it was told: 0 the start, answer + 1), written (answer numbers, -1 beyond
    the end), probability of what is written; with attention score e_ts and attention α_ts ``(snapshot, trial, time, source_time)`` after all
    changes, and context; and the one vector v. Coordinates: length and written_length ``(trial)`` and ``(snapshot, trial)``, right ``(trial, time)``: what is to be written,
    -1 where that is not known. NaN beyond a source's length and beyond what is written, which on its own is at most `Translation.limit` steps of a source. ``signals=False``
    leaves out the cells' signals.
    Raises ValueError, in one sentence, for what does not fit.
    """
    model = opened_pair(run, every=every)
    reading, writing = (
        Tape([signal.name for signal in cell.signals] if signals else [])
        for cell in (model.cell, model.decoder_cell)
    )
    encoded = encode(model, pairs, reading)
    fed, decoded, written = decode(model, encoded, pairs, tuple(edits), told, width, writing)
    data = _pair_data(encoded, decoded, fed, written)
    if signals:
        both = 2 if run.experiment.network.bidirectional else 1
        layers = run.experiment.network.layers
        data |= _signals(reading, model.cell, layers, both, "encoder_", "source_time")
        data |= _signals(writing, model.decoder_cell, layers, 1, "", "time")
    return _dataset(data, model, pairs, written, told)


def _pair_data(
    encoded: Encoded, decoded: Decoded, fed: Tensor, written: Tensor
) -> dict[str, xr.DataArray]:
    step = ("snapshot", "trial", "time")
    shares = decoded.outputs.softmax(-1)
    chosen = shares.gather(-1, written.clamp(min=0).unsqueeze(-1))[..., 0]
    data = {
        "annotation": _array(("snapshot", "trial", "source_time", "number"), encoded.annotations),
        "vector": _array(("snapshot", "trial", "part"), encoded.vector),
        "state": _array((*step, "number"), decoded.hidden),
        "output": _array((*step, "answer"), decoded.outputs),
        "probability": _array(step, chosen),
        "fed": _array(step, fed),
        "written": _array(step, written),
    }
    if decoded.scores is not None and decoded.weights is not None and decoded.context is not None:
        data["score"] = _array((*step, "source_time"), decoded.scores)
        data["attention"] = _array((*step, "source_time"), decoded.weights)
        data["context"] = _array((*step, "number"), decoded.context)
    return data


def _signals(
    tape: Tape, cell: Cell, layers: int, ways: int, prefix: str, time: str
) -> dict[str, xr.DataArray]:
    """Every signal of one side; the encoder has directions and units of its own, whose dims begin with the prefix."""

    def stacked(name: str) -> Tensor:
        return torch.stack(
            [
                torch.stack(
                    [torch.stack(tape.series(name, layer, way), 2) for way in range(ways)], 2
                )
                for layer in range(layers)
            ],
            2,
        )

    dims = ("snapshot", "trial", "layer", f"{prefix}direction", time, f"{prefix}unit")
    return {f"{prefix}{signal.name}": _array(dims, stacked(signal.name)) for signal in cell.signals}


def _array(dims: tuple[str, ...], values: Tensor) -> xr.DataArray:
    return xr.DataArray(values.detach().numpy(), dims=dims)


def _dataset(
    data: dict[str, xr.DataArray], model: OpenedPair, pairs: Pairs, written: Tensor, told: bool
) -> xr.Dataset:
    """Label the arrays, and blank what is padding."""
    steps = written.shape[-1]
    right = np.full((pairs.count, steps), UNASKED)
    right[:, : pairs.targets.shape[1]] = pairs.targets[:, :steps]
    dataset = xr.Dataset(data).assign_coords(
        snapshot=list(model.snapshots),
        answer=list(model.task.answers),
        length=("trial", pairs.lengths),
        written_length=(("snapshot", "trial"), (written != UNASKED).sum(-1).numpy()),
        right=(("trial", "time"), right),
    )
    source = xr.DataArray(np.arange(pairs.inputs.shape[1]), dims="source_time") < dataset["length"]
    own = dataset["written"] != UNASKED
    for name, variable in data.items():
        if name in ("fed", "written"):
            continue
        inside = [
            mask
            for mask in (source, own)
            if set(mask.dims) & {"time", "source_time"} <= set(variable.dims)
        ]
        for mask in inside:
            dataset[name] = dataset[name].where(mask).transpose(*variable.dims)
    dataset.attrs["experiment"] = model.experiment.model_dump_json()
    dataset.attrs["cell"] = model.decoder_cell.name
    dataset.attrs["told"] = int(told)
    return dataset
