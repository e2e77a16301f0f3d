"""What a trained encoder–decoder is measured by: strings by length, where its attention lies, and whether its output follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.attention_edits import Attend
from engine.bottleneck import OVERWRITES
from engine.opened_pair import opened_pair
from engine.pair_recorder import record_pair
from engine.run import Run
from engine.tasks.contract import UNASKED
from engine.tasks.pairs import Pairs
from engine.tasks.translation import MIXED, Translation
from engine.writing import greedy
from engine.written_scores import written_right

TRIALS = 240
"""Test pairs of each length."""


@dataclass(frozen=True)
class ByLength:
    """Shares 0 … 1 by length of the source: of strings that are written right to the end, and of single symbols, the end among them."""

    lengths: tuple[int, ...]
    strings: tuple[float, ...]
    symbols: tuple[float, ...]


def by_length(run: Run, lengths: Sequence[int], count: int = TRIALS) -> ByLength:
    """How a run's last snapshot does on test pairs of these lengths, writing on its own.

    The pairs of a length are the same for all runs of a task. Raises ValueError for a run that writes nothing, and for a length
    that the task does not have.
    """
    model = opened_pair(run)
    strings, symbols = [], []
    for length in lengths:
        pairs = _of_length(model.task, length, count)
        right, asked = written_right(model, pairs)[0].numpy(), pairs.targets != UNASKED
        strings.append(float((right | ~asked).all(-1).mean()))
        symbols.append(float(right[asked].mean()))
    return ByLength(tuple(lengths), tuple(strings), tuple(symbols))


def looking(run: Run, length: int | None, *, told: bool, count: int = TRIALS) -> float:
    """The share of steps whose largest weight of attention lies on the source that is to be written, in a reversal.

    That of step t is n - 1 - t of n symbols; the end, which has no source, is left out. length None: every length of the training.
    told: the decoder reads the right words, else its own. Raises ValueError for a net without attention.
    """
    task = run.experiment.task
    assert isinstance(task, Translation)
    pairs = _of_length(task, length, count)
    found = record_pair(run, pairs, told=told, signals=False)
    if "attention" not in found:
        raise ValueError("This net has no attention.")
    weights = found["attention"].values[0]  # [trial, time, source]
    time = np.arange(weights.shape[1])
    source = pairs.lengths[:, None] - 1 - time
    # Steps that are not written any more count as missed: they have no weights.
    largest = np.where(np.isnan(weights), -1.0, weights).argmax(-1)
    known = ~np.isnan(weights).all(-1)
    asked = source >= 0
    return float(((largest == source) & known)[asked].mean())


def follows(run: Run, length: int, *, count: int = OVERWRITES, seed: int = 0) -> float:
    """The share of random overwrites after which a reversal writes the symbol that it is made to look at.

    One test string each, a random step of it, and all weight on a random other source whose symbol is not the one that
    was written there. The net writes on its own before and after. Raises ValueError for a net without attention.
    """
    model = opened_pair(run)
    dice = np.random.default_rng(seed)
    pairs = model.task.test(dice, count, f"length {length}")
    lengths = torch.from_numpy(pairs.lengths)
    encoded = model.encode(torch.from_numpy(pairs.inputs), lengths)
    before = greedy(model, encoded, length)[0].numpy()
    symbols = pairs.inputs  # of a reversal a symbol and its answer have one number
    changes = []
    for trial in range(count):
        steps = np.flatnonzero(before[trial] > 0)
        if not len(steps):
            continue  # it wrote nothing, and counts as one that does not follow
        time = int(dice.choice(steps))
        others = np.flatnonzero(symbols[trial] != before[trial, time])
        changes.append(Attend(time=time, source=int(dice.choice(others)), trial=trial))
    if model.attention is None:
        raise ValueError("This net has no attention to change.")
    after = greedy(model, encoded, length, changes)[0].numpy()
    hit = [after[c.trial, c.time] == symbols[c.trial, c.source] for c in changes]
    return float(np.sum(hit) / count)


def _of_length(task: Translation, length: int | None, count: int) -> Pairs:
    condition = MIXED if length is None else f"length {length}"
    return task.test(np.random.default_rng([length or 0, 1]), count, condition)
