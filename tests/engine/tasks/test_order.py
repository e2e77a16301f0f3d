"""Temporal order."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from engine.tasks.order import Order


@pytest.mark.parametrize("length", [5, 6, 9, 10, 37, 100])
def test_marks_stand_where_the_paper_puts_them(length: int) -> None:
    trials = Order().test(np.random.default_rng(0), 4000, f"gap {length}")
    marks = [np.flatnonzero((row == 6) | (row == 7)) for row in trials.inputs]
    assert all(len(places) == 2 for places in marks)
    first, second = np.array(marks).T
    assert set(first) == set(range(max(1, length // 10), max(1, length // 5) + 1))
    assert set(second) == set(range(length // 2, 6 * length // 10 + 1))
    assert second.max() < length - 1


def test_the_four_classes_are_equally_likely_and_named() -> None:
    task = Order()
    assert task.answers == tuple(f"{a} then {b}" for a, b in product("XY", repeat=2))
    trials = task.test(np.random.default_rng(0), 8000, "gap 20")
    np.testing.assert_allclose(np.bincount(trials.targets[:, -1]) / 8000, 1 / 4, atol=0.02)


def test_distractors_are_neither_marks_nor_frame() -> None:
    task = Order()
    trials = task.test(np.random.default_rng(0), 200, "gap 30")
    for trial in range(200):
        words = task.wording(trials, trial)
        assert words[0] == "E" and words[-1] == "B"
        assert sorted(set(words[1:-1]) - set("XY")) == sorted(set(words[1:-1]) & set("abcd"))
        assert sum(word in "XY" for word in words) == 2


def test_half_the_length_is_the_shortest_unless_chosen() -> None:
    assert [Order(gap=gap).shortest for gap in (5, 9, 10, 50)] == [5, 5, 5, 25]
