"""Reversal."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.tasks.reversal import Reversal
from engine.tasks.split import is_test


@pytest.mark.parametrize("length", [2, 3, 4])
def test_the_test_draws_all_of_its_own_sequences_and_the_training_all_others(length: int) -> None:
    every = np.array(list(product(range(1, 13), repeat=length)))
    tested = is_test(every)
    assert 0 < tested.sum() < len(every)
    if length == 4:
        return  # too many to draw them all
    task, rng = Reversal(gap=length, shortest_gap=length), np.random.default_rng(0)
    drawn = (task.batch(rng, 30_000), task.test(rng, 30_000, f"length {length}"))
    for found, own in zip(drawn, (every[~tested], every[tested]), strict=True):
        np.testing.assert_array_equal(np.unique(found.inputs, axis=0), own)


@pytest.mark.parametrize("length", [2, 3, 4])
def test_the_baseline_is_the_chance_of_the_best_constant_answer(length: int) -> None:
    """Brute force: every sequence of the test is equally likely, and so is every length."""
    own = int(is_test(np.array(list(product(range(1, 13), repeat=length)))).sum())
    assert Reversal(test_gap=length).baseline() == pytest.approx(1 / own, rel=0.03)
    mixed = Reversal(gap=length + 4, shortest_gap=length).baseline()
    assert mixed == pytest.approx(1 / (5 * own), rel=0.03)


def test_all_sources_of_a_batch_have_one_length_and_lengths_are_even() -> None:
    task, rng = Reversal(), np.random.default_rng(0)
    lengths = [set(task.batch(rng, 4).lengths.tolist()) for _ in range(3000)]
    assert all(len(of_batch) == 1 for of_batch in lengths)
    shares = np.bincount([of_batch.pop() for of_batch in lengths], minlength=13)[3:] / 3000
    np.testing.assert_allclose(shares, 1 / 10, atol=0.025)
    tested = np.bincount(task.test(rng, 240, "every length").lengths, minlength=13)
    assert tested.tolist() == [0] * 3 + [24] * 10


def test_every_symbol_is_equally_likely_at_every_place() -> None:
    drawn = Reversal(gap=6, shortest_gap=6).batch(np.random.default_rng(0), 20_000)
    for place in range(6):
        share = np.bincount(drawn.inputs[:, place], minlength=13)[1:] / drawn.count
        np.testing.assert_allclose(share, 1 / 12, atol=0.012)


def test_long_sources_are_asked_by_their_checksum() -> None:
    """Of 12^12 sequences drawing many would hardly find a shared one."""
    task, rng = Reversal(gap=12, shortest_gap=12), np.random.default_rng(0)
    assert not is_test(task.batch(rng, 2000).inputs).any()
    assert is_test(task.test(rng, 2000, "length 12").inputs).all()


def test_the_shortest_is_three_unless_chosen() -> None:
    assert [Reversal(gap=gap).shortest for gap in (2, 3, 12)] == [2, 3, 3]
    assert Reversal(gap=12, shortest_gap=12).shortest == 12


def test_letters_may_be_typed_without_spaces() -> None:
    task = Reversal()
    assert task.words_of("acdb") == task.words_of("a c d b") == ("a", "c", "d", "b")
    assert task.words_of("a") == ("a",) and task.words_of("axe") == ("axe",)
    with pytest.raises(ValueError, match="this one has 65"):
        task.words_of("a" * 65)
