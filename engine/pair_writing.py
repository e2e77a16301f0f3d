"""What an encoder–decoder writes: told the right words, or on its own, greedy or with a beam."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.attention_edits import Attending, check
from engine.beam import beam
from engine.opened_pair import Decoded, Encoded, OpenedPair
from engine.tasks.contract import UNASKED
from engine.tasks.pairs import Pairs
from engine.unroll import Tap, keep
from engine.writing import fed_back, greedy


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

    On its own it writes at most `Translation.limit` steps of each source; told, as many as the arrays of the right words have.
    Raises ValueError, in one sentence, for changes that do not fit, and where the right words are not known.
    """
    lengths = pairs.lengths.tolist()
    most = [pairs.targets.shape[1] if told else model.task.limit(length) for length in lengths]
    check(edits, steps=most, lengths=lengths)
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
        written = greedy(model, encoded, torch.tensor(most), edits)
    else:
        written = _beams(model, encoded, most, edits, width)
    fed = fed_back(written)
    return fed, model.decode(encoded, fed, changes=edits, tap=tap), written


def check_told(told: object) -> None:
    """Refuse what is neither. Raises ValueError with field, value and limit."""
    if told not in (0, 1):
        raise ValueError(f"told = {told!r}: must be 0 or 1.")


def _beams(
    model: OpenedPair,
    encoded: Encoded,
    most: Sequence[int],
    edits: tuple[Attending, ...],
    width: int,
) -> Tensor:
    """The likeliest string of each snapshot and trial, -1 beyond its end; most: steps of each trial."""
    found = torch.full((*encoded.annotations.shape[:2], max(most)), UNASKED)
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
            best = beam(one, own, most[trial], width, mine)[0]
            found[row, trial, : len(best.words)] = torch.tensor(best.words)
    return found[..., : int((found != UNASKED).sum(-1).max())]
