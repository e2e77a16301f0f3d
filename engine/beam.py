"""Beam search: the likeliest whole string that a net finds when it keeps several beginnings, not only the likeliest word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.attention_edits import Attending
from engine.opened_pair import Encoded, OpenedPair
from engine.writing import ENDS

WIDEST = 16


@dataclass(frozen=True)
class Hypothesis:
    """A string as answer numbers, the end among them where it was written, and ln p of it, in nats."""

    words: tuple[int, ...]
    log_probability: float


@torch.no_grad()
def beam(
    model: OpenedPair,
    encoded: Encoded,
    most: int,
    width: int,
    changes: Sequence[Attending] = (),
) -> list[Hypothesis]:
    """The ``width`` likeliest strings that were found, the likeliest first; for one snapshot and one trial.

    ln p(y) = Σ_t ln p(y_t | y_<t). After every step the ``width`` likeliest beginnings are kept; what ended stays in the race with
    the probability it has (no length is favoured). Width 1 is greedy. With as many beginnings as there are strings the search is exact
    (test). A. Graves, 2012. Raises ValueError for a width that is not 1 … WIDEST, or for several snapshots or trials.
    """
    check(width)
    if encoded.annotations.shape[:2] != (1, 1):
        raise ValueError("A beam is of one snapshot and one trial.")
    changes = [replace_trial(change) for change in changes]
    state = encoded.start
    alive = [Hypothesis((), 0.0)]
    ended: list[Hypothesis] = []
    for time in range(most):
        fed = torch.tensor([[one.words[-1] + 1 if one.words else 0] for one in alive])
        step = model.decode(
            _repeated(encoded, len(alive)), fed, start=state, first=time, changes=changes
        )
        logs = step.outputs[0, :, 0].log_softmax(-1)  # [beginning, answer]
        found = [
            (place, Hypothesis((*one.words, word), one.log_probability + value))
            for place, one in enumerate(alive)
            for word, value in enumerate(logs[place].tolist())
        ]
        running = [(-1, one) for one in ended] + found
        kept = sorted(running, key=lambda each: -each[1].log_probability)[:width]
        ended = [one for _, one in kept if one.words[-1] == ENDS]
        going = [(place, one) for place, one in kept if one.words[-1] != ENDS]
        if not going:
            break
        alive = [one for _, one in going]
        places = torch.tensor([place for place, _ in going])
        state = {name: value[:, places] for name, value in step.last.items()}
        if time == most - 1:
            ended += alive
    return sorted(ended, key=lambda one: -one.log_probability)


def check(width: object) -> None:
    """Refuse what is no number of beginnings. Raises ValueError with field, value and limit."""
    if not (isinstance(width, int) and 1 <= width <= WIDEST):
        raise ValueError(f"beam = {width!r}: must be a whole number from 1 to {WIDEST}.")


def replace_trial(change: Attending) -> Attending:
    """The same change for every beginning of the one trial."""
    return change.model_copy(update={"trial": None})


def _repeated(encoded: Encoded, count: int) -> Encoded:
    """One source, once for every beginning."""

    def rows(value: Tensor) -> Tensor:
        return value.expand(value.shape[0], count, *value.shape[2:])

    return replace(encoded, annotations=rows(encoded.annotations), vector=rows(encoded.vector))
