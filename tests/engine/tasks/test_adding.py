"""The adding problem."""

from __future__ import annotations

import numpy as np
import pytest

from engine.tasks.adding import Adding


def test_the_baseline_is_the_variance_of_the_sum() -> None:
    """∫∫ (u + v − 1)² du dv by Gauss–Legendre, exact for polynomials; 1 is the best constant."""
    nodes, weights = np.polynomial.legendre.leggauss(4)
    u, w = (nodes + 1) / 2, weights / 2

    def error(guess: float) -> float:
        return float(w @ (u[:, None] + u[None, :] - guess) ** 2 @ w)

    assert error(1) == pytest.approx(Adding().baseline(), abs=1e-12)
    assert min(error(1 - 1e-3), error(1 + 1e-3)) > error(1)


def test_no_function_of_the_last_step_beats_the_baseline() -> None:
    trials = Adding().test(np.random.default_rng(0), 100_000, "gap 4")
    target, last = trials.targets[:, -1].astype(np.float64), trials.inputs[:, -1]
    assert np.mean((target - 1) ** 2) == pytest.approx(1 / 6, abs=0.003)
    assert not last[:, 1].any()  # the last step is never marked, so its value tells nothing
    bins = np.digitize(last[:, 0], np.linspace(0, 1, 11)[1:-1])
    best = sum(target[bins == b].var() * (bins == b).mean() for b in range(10))
    assert best == pytest.approx(1 / 6, abs=0.003)


@pytest.mark.parametrize("length", [3, 4, 5, 50])
def test_one_mark_in_each_half(length: int) -> None:
    trials = Adding().test(np.random.default_rng(0), 3000, f"gap {length}")
    marks = trials.inputs[:, :, 1]
    assert set(np.unique(marks)) == {0, 1}
    half = length // 2
    assert (marks[:, :half].sum(axis=1) == 1).all()
    assert (marks[:, half:].sum(axis=1) == 1).all()
    assert (marks.sum(axis=0)[:-1] > 0).all() and marks[:, -1].sum() == 0
    assert ((trials.inputs[:, :, 0] >= 0) & (trials.inputs[:, :, 0] < 1)).all()


def test_steps_are_worded_as_numbers_and_marks() -> None:
    task = Adding()
    trials = task.test(np.random.default_rng(0), 5, "gap 6")
    for trial in range(5):
        words = task.wording(trials, trial)
        assert sum(word.endswith(" ✓") for word in words) == 2
        total = sum(float(word.removesuffix(" ✓")) for word in words if word.endswith("✓"))
        assert total == pytest.approx(trials.targets[trial, -1], abs=0.011)
    assert task.vocabulary == task.answers == ()


def test_all_trials_have_the_full_length_unless_chosen() -> None:
    assert Adding(gap=50).shortest == 50
    assert Adding(gap=50, shortest_gap=3).shortest == 3
