"""Recall of the first token."""

from __future__ import annotations

import numpy as np

from engine.tasks.recall import ANIMALS, ASKED, FILLERS, Recall


def test_an_animal_comes_first_then_filler_then_the_question() -> None:
    task = Recall(gap=7)
    trials = task.test(np.random.default_rng(0), 300, "gap 7")
    for trial in range(300):
        first, *filler, last = task.wording(trials, trial)
        assert first in ANIMALS and last == ASKED and len(filler) == 7
        assert set(filler) <= set(FILLERS)


def test_no_filler_is_an_answer() -> None:
    assert not set(FILLERS) & set(ANIMALS)
    assert len(ANIMALS) == 8 and Recall().baseline() == 1 / 8


def test_every_animal_and_every_filler_comes_up_about_equally_often() -> None:
    trials = Recall(gap=10, shortest_gap=10).batch(np.random.default_rng(0), 8000)
    animals = np.bincount(trials.targets[:, -1], minlength=8) / 8000
    np.testing.assert_allclose(animals, 1 / 8, atol=0.02)
    fillers = np.unique(trials.inputs[:, 1:-1], return_counts=True)[1] / 80_000
    np.testing.assert_allclose(fillers, 1 / 10, atol=0.01)


def test_gaps_begin_at_zero_unless_chosen() -> None:
    assert Recall(gap=12).shortest == 0
    assert Recall(gap=12, shortest_gap=4).shortest == 4
