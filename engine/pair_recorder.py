"""Recording an encoder–decoder: every signal of both sides, every score and weight of attention, and what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import torch
import xarray as xr
from torch import Tensor

from engine.attending import Attending, check
from engine.beam import beam
from engine.cells import Cell
from engine.opened_pair import Decoded, Encoded, OpenedPair, opened_pair
from engine.run import Run
from engine.tape import Tape
from engine.tasks.contract import UNASKED
from engine.tasks.pairs import Pairs
from engine.unroll import Tap, keep
from engine.writing import fed_back, greedy


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
    -1 where that is not known. NaN beyond a source's length and beyond what is written. ``signals=False`` leaves out the cells' signals.
    Raises ValueError, in one sentence, for what does not fit.
    """
    model = opened_pair(run, every=every)
    reading = Tape([signal.name for signal in model.cell.signals])
    writing = Tape([signal.name for signal in model.decoder_cell.signals])
    encoded = encode(model, pairs, reading)
    fed, decoded, written = decode(model, encoded, pairs, tuple(edits), told, width, writing)
    data = _pair_data(encoded, decoded, fed, written)
    if signals:
        both = 2 if run.experiment.network.bidirectional else 1
        layers = run.experiment.network.layers
        data |= _signals(reading, model.cell, layers, both, "encoder_", "source_time")
        data |= _signals(writing, model.decoder_cell, layers, 1, "", "time")
    return _dataset(data, model, pairs, written, told)


def encode(model: OpenedPair, pairs: Pairs, tap: Callable | None = None) -> Encoded:
    """What the encoder makes of the sources."""
    parts = torch.from_numpy(pairs.inputs), torch.from_numpy(pairs.lengths)
    return model.encode(*parts) if tap is None else model.encode(*parts, tap)


def decode(
    model: OpenedPair,
    encoded: Encoded,
    pairs: Pairs,
    edits: tuple[Attending, ...],
    told: bool,
    width: int = 1,
    tap: Tap = keep,
) -> tuple[Tensor, Decoded, Tensor]:
    """What the decoder reads, what it makes of it, and the answer numbers that it writes, UNASKED beyond their end; both ``[snapshot,
    trial, time]``. Told, it reads the right words and writes its likeliest ones; on its own it reads those that it wrote, as constants.

    Raises ValueError, in one sentence, for changes that do not fit, and where the right words are not known.
    """
    most = pairs.targets.shape[1]
    check(edits, steps=most, lengths=pairs.lengths.tolist())
    if edits and model.attention is None:
        raise ValueError("This net has no attention to change.")
    if told:
        if (pairs.targets == UNASKED).all(1).any():
            raise ValueError(
                "What is to be written of this source is not known: let the net write on its own."
            )
        fed = torch.from_numpy(pairs.fed).expand(len(model.snapshots), -1, -1)
        decoded = model.decode(encoded, fed, changes=edits, tap=tap)
        beyond = torch.from_numpy(pairs.targets) == UNASKED
        return fed, decoded, decoded.outputs.argmax(-1).masked_fill(beyond, UNASKED)
    if width == 1:
        written = greedy(model, encoded, most, edits)
    else:
        written = _beams(model, encoded, most, edits, width)
    fed = fed_back(written)
    return fed, model.decode(encoded, fed, changes=edits, tap=tap), written


def check_told(told: object) -> None:
    """Refuse what is neither. Raises ValueError with field, value and limit."""
    if told not in (0, 1):
        raise ValueError(f"told = {told!r}: must be 0 or 1.")


def _beams(
    model: OpenedPair, encoded: Encoded, most: int, edits: tuple[Attending, ...], width: int
) -> Tensor:
    """The likeliest string of each snapshot and trial, -1 beyond its end."""
    found = torch.full((*encoded.annotations.shape[:2], most), UNASKED)
    for row in range(found.shape[0]):
        for trial in range(found.shape[1]):
            here = (slice(row, row + 1), slice(trial, trial + 1))
            own = Encoded(
                encoded.annotations[here],
                encoded.vector[here],
                {name: value[here] for name, value in encoded.start.items()},
                encoded.inside[trial : trial + 1],
            )
            one = OpenedPair(
                model.experiment,
                {name: value[row : row + 1] for name, value in model.stacked.items()},
                model.snapshots[row : row + 1],
            )
            mine = [edit for edit in edits if edit.trial in (None, trial)]
            best = beam(one, own, most, width, mine)[0]
            found[row, trial, : len(best.words)] = torch.tensor(best.words)
    return found[..., : int((found != UNASKED).sum(-1).max())]


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
