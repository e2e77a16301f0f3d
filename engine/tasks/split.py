"""Which sequences are for training and which for the test: the sequence itself decides.

A checksum of its tokens puts each sequence on one side for good, so that training and test share
none, whatever the seeds, and on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from engine.tasks.contract import Split

TEST_SHARE = 5
"""One sequence in TEST_SHARE belongs to the test."""
PRIME = 1_000_003


def is_test(sequences: np.ndarray) -> np.ndarray:
    """Say which token sequences ``[trial, time]`` belong to the test: bool ``[trial]``.

    The checksum is Σ_t token_t · (31^t mod PRIME) mod PRIME; multiples of TEST_SHARE are test.
    """
    powers = _powers(sequences.shape[1])
    return (sequences * powers % PRIME).sum(axis=1) % TEST_SHARE == 0


def one_side(draw: Callable[[int], np.ndarray], count: int, split: Split) -> np.ndarray:
    """Draw sequences ``[trial, time]`` of one side, by drawing until there are enough of them.

    ``draw`` takes a number of trials. Only the empty sequence lies on both sides.
    """
    found: list[np.ndarray] = []
    missing = count
    while missing > 0:
        drawn = draw(missing * (6 if split == "test" else 2))
        kept = drawn if drawn.shape[1] == 0 else drawn[is_test(drawn) == (split == "test")]
        found.append(kept[:missing])
        missing -= len(found[-1])
    return found[0] if len(found) == 1 else np.concatenate(found)


@lru_cache(maxsize=64)
def _powers(length: int) -> np.ndarray:
    """31^t mod PRIME for t = 0 … length − 1: int64 ``[time]``."""
    powers = np.ones(length, np.int64)
    for i in range(1, length):
        powers[i] = powers[i - 1] * 31 % PRIME
    powers.setflags(write=False)
    return powers
