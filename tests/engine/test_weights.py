"""The analysis of weights: they are the stored ones, and what they are said to add is what the net adds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.analyses.weights import weights
from engine.cells import CELLS
from engine.explained import explained, stored_weights
from engine.recorder import record
from engine.worked import layer_weights
from tests.engine.nets import UNITS, module, unequal, untrained


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("task", ["recall", "adding"])
def test_they_are_the_stored_weights_of_every_layer_and_direction(cell: str, task: str) -> None:
    run = untrained(cell, layers=2, directions=2, snapshots=2, task=task)
    found = weights(run, unequal(run, 4))
    assert list(found["gate"].values) == list(CELLS[cell].blocks)
    for place, snapshot in enumerate(run.snapshots):
        for layer in range(2):
            for direction in range(2):
                wanted = layer_weights(snapshot.weights, layer, direction)
                made = stored_weights(found, place, layer, direction)
                for part, array in wanted.items():
                    assert np.array_equal(made[part], array), part


def test_a_one_hot_word_picks_a_column_of_w_xh_times_embedding() -> None:
    run = untrained("lstm", snapshots=2, directions=2)
    trials = unequal(run, 3)
    found = weights(run, trials)
    words = len(run.experiment.task.vocabulary)
    for place, snapshot in enumerate(run.snapshots):
        for direction, end in enumerate(("", "_reverse")):
            matrix = torch.from_numpy(snapshot.weights[f"recurrent.weight_ih_l0{end}"])
            table = torch.from_numpy(snapshot.weights["embedding.weight"])
            for trial, time in ((0, 0), (1, 2)):
                token = int(found["picked"].values[trial, time])
                assert token == trials.inputs[trial, time]
                one_hot = torch.nn.functional.one_hot(torch.tensor(token), words).float()
                wanted = matrix @ (table.T @ one_hot)
                made = found["word_weights"].values[place, direction, :, token]
                assert np.allclose(made, wanted, atol=1e-5)


def test_singular_values_stretch_as_much_as_the_matrix_can() -> None:
    run = untrained("gru")
    found = weights(run, unequal(run, 3))
    for gate in range(3):
        block = found["recurrent_weights"].values[0, 0, 0, gate * UNITS : (gate + 1) * UNITS]
        values = found["recurrent_singular"].values[0, 0, 0, gate]
        # The eigenvalues of WᵀW are their squares: a second way to them.
        squares = np.linalg.eigvalsh(block.astype(np.float64).T @ block)[::-1]
        assert np.allclose(values**2, squares, atol=1e-4)
        directions = np.random.default_rng(0).standard_normal((200, UNITS))
        stretched = np.linalg.norm(directions @ block.T, axis=-1) / np.linalg.norm(
            directions, axis=-1
        )
        assert values[-1] - 1e-5 <= stretched.min() <= stretched.max() <= values[0] + 1e-5


def test_a_plain_module_has_its_matrices_and_no_answers() -> None:
    made = module("gru", layers=2).float()
    found = weights(made, torch.zeros(1, 4, 3))
    assert "readout_weights" not in found
    assert np.array_equal(
        stored_weights(found, 0, 1, 0)["weight_hh"], made.weight_hh_l1.detach().numpy()
    )


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_explained_is_what_was_recorded(cell: str) -> None:
    run = untrained(cell, layers=2, directions=2, snapshots=3)
    trials = unequal(run, 3, 6)
    recording = record(run, trials, every=True, gradients=False)
    step = 1
    stored = weights(run, trials).isel(snapshot=[1])
    place = {"trial": 2, "layer": 1, "direction": 1, "time": 2, "unit": 3}
    made = explained(recording, stored, step=step, **place)
    assert made.snapshot == step
    for line in made.lines:
        wanted = recording[line.signal.name].isel({"snapshot": 1, **place})
        assert line.value == pytest.approx(float(wanted), abs=1e-6)
    output = recording["output"].values[1, 2, 2]
    assert made.answer is not None
    assert made.answer.word == run.experiment.task.answers[int(output.argmax())]
    assert made.answer.logit.value == pytest.approx(float(output.max()), abs=1e-6)


def test_weights_of_another_step_are_refused() -> None:
    run = untrained("rnn", snapshots=3)
    trials = unequal(run, 3)
    recording = record(run, trials, every=True, gradients=False)
    with pytest.raises(ValueError, match="no weights of training step 2"):
        explained(recording, weights(run, trials).isel(snapshot=[0]))
