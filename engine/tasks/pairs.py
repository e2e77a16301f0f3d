"""Sources and what is to be written of each, as arrays; and how a task draws them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from engine.tasks.contract import CUE, UNASKED, Trials


@dataclass(frozen=True)
class Pairs(Trials):
    """Sources, and what is to be written of each.

    inputs, periods, lengths: of the source, ``[trial, source_time]`` and ``[trial]``, token 0 beyond its length
    targets: answer numbers int64 ``[trial, time]`` with the end among them, UNASKED beyond it or where nothing is known
    written: int64 ``[trial]``, how many steps are written, the end among them
    """

    written: np.ndarray

    @property
    def fed(self) -> np.ndarray:
        """What the decoder reads when it is told the right words ``[trial, time]``: 0, the start, then answer + 1."""
        shifted = np.zeros_like(self.targets)
        shifted[:, 1:] = self.targets[:, :-1] + 1
        return shifted

    def pick(self, rows: np.ndarray | slice) -> Pairs:
        """Some of the pairs."""
        picked = super().pick(rows)
        return Pairs(**vars(picked) | {"written": self.written[rows]})


def pairs(sources: list[np.ndarray], targets: list[np.ndarray]) -> Pairs:
    """Pairs from token numbers and answer numbers of each; the end is put behind every target."""
    lengths = np.array([len(one) for one in sources], np.int64)
    written = np.array([len(one) + 1 for one in targets], np.int64)
    inputs = np.zeros((len(sources), lengths.max()), np.int64)
    wanted = np.full((len(targets), written.max()), UNASKED, np.int64)
    for row, (source, target) in enumerate(zip(sources, targets, strict=True)):
        inputs[row, : len(source)] = source
        wanted[row, : len(target)] = target
        wanted[row, len(target)] = 0
    return Pairs(inputs, wanted, np.full(inputs.shape, CUE, np.int8), lengths, written)


def join(*parts: Pairs) -> Pairs:
    """Put pairs below one another; shorter sources and shorter targets are padded at the end."""

    def stretched(name: str, fill: int) -> np.ndarray:
        arrays = [getattr(part, name) for part in parts]
        width = max(array.shape[1] for array in arrays)
        pads = [((0, 0), (0, width - array.shape[1])) for array in arrays]
        return np.concatenate(
            [np.pad(a, pad, constant_values=fill) for a, pad in zip(arrays, pads, strict=True)]
        )

    return Pairs(
        stretched("inputs", 0),
        stretched("targets", UNASKED),
        stretched("periods", CUE),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate([part.written for part in parts]),
    )


def evenly(rng: np.random.Generator, lengths: np.ndarray, count: int) -> np.ndarray:
    """Lengths of ``count`` trials, every one equally often where the count allows, in random order."""
    return rng.permutation(np.resize(lengths, count))


def of_lengths(
    lengths: np.ndarray, draw: Callable[[int, int], Iterable[np.ndarray]]
) -> list[np.ndarray]:
    """Sources of these lengths ``[trial]``, in this order; ``draw(count, length)`` gives those of one length."""
    found: dict[int, np.ndarray] = {}
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length).tolist()
        found |= dict(zip(rows, draw(len(rows), length), strict=True))
    return [found[row] for row in range(len(lengths))]
