"""Training and test are told apart by the sequences themselves."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np

from engine.tasks.split import PRIME, is_test, one_side


def test_the_checksum_is_the_one_that_is_written_down() -> None:
    """Second source: Python's own integers, without overflow or arrays."""
    rng = np.random.default_rng(0)
    for length in (1, 2, 5, 40, 2000):
        sequences = rng.integers(1, 120, size=(20, length))
        for row, side in zip(sequences.tolist(), is_test(sequences), strict=True):
            total = sum(token * pow(31, t, PRIME) % PRIME for t, token in enumerate(row))
            assert side == (total % 5 == 0)


def test_one_sequence_in_five_is_test_and_each_side_gets_all_of_its_own() -> None:
    def draw(rng: np.random.Generator, count: int) -> np.ndarray:
        return rng.integers(1, 11, size=(count, 3))

    every = np.array(list(product(range(1, 11), repeat=3)))
    assert is_test(every).mean() == 0.2
    for split in ("train", "test"):
        rng = np.random.default_rng(0)
        drawn = one_side(partial(draw, rng), 20_000, split)
        own = every[is_test(every) == (split == "test")]
        assert drawn.shape == (20_000, 3)
        np.testing.assert_array_equal(np.unique(drawn, axis=0), np.unique(own, axis=0))


def test_only_the_empty_sequence_lies_on_both_sides() -> None:
    for split in ("train", "test"):
        assert one_side(lambda n: np.empty((n, 0), np.int64), 7, split).shape == (7, 0)
