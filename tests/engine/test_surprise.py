"""Surprise against torch.nn.functional, by hand, and the chain rule."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.analyses.surprise import next_asked, surprise
from engine.cells import CELLS
from engine.edits import Clamp
from engine.recorder import record
from engine.tasks.contract import Trials
from tests.engine.nets import module, unequal, untrained


@pytest.mark.parametrize("cell", CELLS)
def test_it_is_the_cross_entropy_of_the_answer_that_is_asked_next(cell: str) -> None:
    run = untrained(cell, snapshots=2, task="copy")
    trials = unequal(run, 3, 6)
    found = surprise(run, trials)
    output = torch.from_numpy(record(run, trials, every=True, gradients=False)["output"].values)
    for trial, length in enumerate(trials.lengths):
        asked = np.flatnonzero(trials.targets[trial] >= 0)
        for time in range(length):
            later = asked[asked >= time]
            target = int(trials.targets[trial, later[0] if len(later) else asked[-1]])
            wanted = torch.nn.functional.cross_entropy(
                output[:, trial, time], torch.full((2,), target), reduction="none"
            )
            assert np.allclose(found["surprise"][:, trial, time], wanted, atol=1e-5)
            assert found["right"].values[trial, time] == run.experiment.task.answers[target]
        assert np.isnan(found["surprise"][:, trial, length:]).all()
        assert found["asked"].values[trial].tolist() == (trials.targets[trial] >= 0).tolist()


def test_the_running_sum_is_minus_log_p_of_all_right_answers_together() -> None:
    run = untrained("gru", task="copy")
    trials = unequal(run, 4)
    recorded = record(run, trials, gradients=False)
    shares = torch.from_numpy(recorded["output"].values).double().softmax(-1)[0]
    found = surprise(run, trials)
    for trial in range(trials.count):
        together = 1.0
        for time, target in enumerate(trials.targets[trial]):
            if target >= 0:
                together *= float(shares[trial, time, target])
            assert float(found["running"][0, trial, time]) == pytest.approx(
                -np.log(together), rel=1e-5, abs=1e-6
            )
    losses = recorded["loss"].sum("time")
    assert np.allclose(found["running"][..., -1], losses, rtol=1e-5)


def test_a_number_has_its_squared_error() -> None:
    run = untrained("lstm", task="adding")
    trials = unequal(run, 5)
    found = surprise(run, trials)
    wanted = record(run, trials, gradients=False)["loss"]
    asked = ~np.isnan(trials.targets)
    assert np.allclose(found["surprise"].values[0][asked], wanted.values[0][asked], atol=1e-6)
    assert found.attrs["unit"] == "squared error"


def test_a_sentence_that_asks_nothing_is_measured_by_the_nets_own_answer() -> None:
    run = untrained("rnn", task="fluent")
    trials = run.experiment.task.read("the boat was quiet").trials
    found = surprise(run, trials)
    output = record(run, trials, gradients=False)["output"].values[0, 0, -1]
    assert set(found["right"].values[0]) == {run.experiment.task.answers[int(output.argmax())]}
    assert not found["asked"].values.any()
    assert not found["running"].values.any()


def test_edits_change_it() -> None:
    run = untrained("lstm", task="copy")
    trials = unequal(run, 4)
    held = surprise(run, trials, edits=[Clamp("output_gate", 0.0)])
    bias = torch.from_numpy(run.snapshots[0].weights["readout.bias"])
    wanted = -bias.log_softmax(-1)[int(trials.targets[0, -1])]
    assert float(held["surprise"][0, 0, -1]) == pytest.approx(float(wanted), abs=1e-5)


def test_a_module_has_no_right_answers() -> None:
    with pytest.raises(ValueError, match="without a task"):
        surprise(module("lstm").float(), torch.zeros(1, 3, 3))


def test_the_next_asked_target_of_a_row_by_hand() -> None:
    asked = np.array([[False, True, False, False, True, False], [False] * 6])
    targets = np.array([[-1, 7, -1, -1, 9, -1], [-1] * 6])
    assert next_asked(targets, asked).tolist() == [[7, 7, 9, 9, 9, 9], [-1] * 6]


def test_trials_without_a_target_type_keep_their_lengths() -> None:
    run = untrained("rnn", task="recall")
    trials: Trials = unequal(run, 2, 5)
    found = surprise(run, trials)
    for trial, length in enumerate(trials.lengths):
        assert not np.isnan(found["running"].values[0, trial, :length]).any()
        assert np.isnan(found["running"].values[0, trial, length:]).all()
