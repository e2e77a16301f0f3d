"""The copy memory problem."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from engine.tasks.copying import Copying
from engine.tasks.split import is_test


@pytest.mark.parametrize("delay", [1, 2, 20, 100])
def test_the_baseline_is_the_cross_entropy_of_who_knows_only_the_step(delay: int) -> None:
    """Brute force: at each step the best guess is the distribution of the targets there."""
    task = Copying(gap=delay)
    trials = task.test(np.random.default_rng(0), 40_000, f"gap {delay}")
    loss = 0.0
    for step in range(task.length(delay)):
        share = np.bincount(trials.targets[:, step], minlength=9) / trials.count
        loss -= sum(p * log(p) for p in share if p > 0)
    assert loss / task.length(delay) == pytest.approx(task.baseline(), abs=1e-3)


def test_the_baseline_is_the_printed_one() -> None:
    printed = {20: 0.520, 50: 0.297, 100: 0.173}
    for delay, value in printed.items():
        assert Copying(gap=delay).baseline() == pytest.approx(value, abs=5e-4)
    assert Copying(gap=20, test_gap=50).baseline() == pytest.approx(0.297, abs=5e-4)


@pytest.mark.parametrize("delay", [1, 2, 20])
def test_the_signal_comes_after_the_delay_and_every_step_is_asked(delay: int) -> None:
    task = Copying(gap=delay)
    trials = task.test(np.random.default_rng(0), 50, f"gap {delay}")
    words = [task.wording(trials, trial) for trial in range(50)]
    for row in words:
        assert len(row) == delay + 20
        assert set(row[:10]) <= set("ABCDEFGH")
        assert row[10:] == ("·",) * (delay - 1) + ("repeat",) + ("·",) * 10
    assert (trials.targets >= 0).all()
    np.testing.assert_array_equal(trials.targets[:, -10:], trials.inputs[:, :10] - 1)


def test_every_letter_is_equally_likely_at_every_place() -> None:
    trials = Copying(gap=5).test(np.random.default_rng(0), 20_000, "gap 5")
    for place in range(10):
        share = np.bincount(trials.inputs[:, place] - 1, minlength=8) / trials.count
        np.testing.assert_allclose(share, 1 / 8, atol=0.012)


def test_training_never_shows_a_message_of_the_test() -> None:
    """Of 8^10 messages, drawing many would hardly find a shared one: ask the checksum."""
    task, rng = Copying(gap=5), np.random.default_rng(0)
    assert not is_test(task.batch(rng, 2000).inputs[:, :10]).any()
    assert is_test(task.test(rng, 2000, "gap 5").inputs[:, :10]).all()


def test_delays_begin_at_one_unless_chosen() -> None:
    assert Copying(gap=20).shortest == 1
    assert Copying(gap=20, shortest_gap=20).shortest == 20
