"""What can be opened, and one sentence for what cannot."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import engine
from engine.cells import CELLS
from engine.run import Run
from engine.tasks import TASKS
from tests.engine.nets import FEATURES, UNITS, fill, module, random, untrained


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", [name for name, cell in CELLS.items() if cell.fused])
def test_a_plain_module(cell: str, layers: int, directions: int) -> None:
    net = module(cell, layers, directions)
    x = random(2, 5, FEATURES)
    data = engine.record(net, x)
    np.testing.assert_allclose(data["output"].values[0], net(x)[0].detach().numpy(), atol=1e-12)
    top = data["hidden"].isel(snapshot=0, layer=-1)
    for way in range(directions):
        np.testing.assert_array_equal(
            top.isel(direction=way).values,
            data["output"].values[0, ..., way * UNITS :][..., :UNITS],
        )
    assert data["output"].dims == ("snapshot", "trial", "time", "output_unit")
    assert data.attrs == {"cell": cell}
    assert not [name for name in data if str(name).startswith(("gradient", "margin", "loss"))]


def test_plain_modules_of_other_makes() -> None:
    x = random(2, 5, FEATURES)
    late = fill(nn.LSTM(FEATURES, UNITS, 2, bias=False, dropout=0.5).double()).eval()
    data = engine.record(late, x)
    wanted = late(x.transpose(0, 1))[0].transpose(0, 1)
    np.testing.assert_allclose(data["output"].values[0], wanted.detach().numpy(), atol=1e-12)
    for half in (torch.bfloat16, torch.float16):
        small = nn.GRU(FEATURES, UNITS).to(half)
        assert engine.record(small, x)["hidden"].dtype == np.float32


@pytest.mark.parametrize(
    ("model", "inputs", "words"),
    [
        (
            nn.Linear(3, 4),
            torch.zeros(1, 2, 3),
            "A model is a Run, an nn.RNN, an nn.LSTM or an nn.GRU; this is a Linear.",
        ),
        (
            nn.LSTM(3, 4, proj_size=2),
            torch.zeros(1, 2, 3),
            "proj_size = 2: projected LSTMs cannot be opened.",
        ),
        (
            nn.GRU(3, 4, 2, dropout=0.5),
            torch.zeros(1, 2, 3),
            "dropout = 0.5: call .eval() on the module first.",
        ),
        (
            nn.GRU(3, 4),
            torch.zeros(1, 2, 5),
            "Inputs have shape [1, 2, 5]; wanted [trial, time, 3].",
        ),
        (nn.GRU(3, 4), torch.zeros(2, 3), "Inputs have shape [2, 3]; wanted [trial, time, 3]."),
        (nn.GRU(3, 4), torch.zeros(2, 0, 3), "Inputs have no time step."),
        (
            nn.GRU(3, 4),
            torch.full((1, 2, 3), torch.nan),
            "Inputs hold a number that is not finite.",
        ),
        (nn.GRU(3, 4), "France", "Inputs of a plain module are a tensor [trial, time, input]."),
        (
            untrained("gru"),
            torch.zeros(2, 5),
            "Inputs of this run are token numbers [trial, time].",
        ),
        (
            untrained("gru"),
            torch.zeros(5, dtype=torch.int64),
            "Inputs of this run are token numbers [trial, time].",
        ),
        (
            untrained("gru"),
            torch.full((1, 2), 20),
            "Token numbers of this run lie between 0 and 19.",
        ),
        (
            untrained("gru"),
            torch.full((1, 2), -1),
            "Token numbers of this run lie between 0 and 19.",
        ),
        (
            untrained("gru", task="adding"),
            torch.zeros(1, 4, 3),
            "Inputs of this run are numbers [trial, time, 2].",
        ),
        (Run(engine.Experiment(), (), (), {}), torch.zeros(1, 2), "The run has no snapshot yet."),
    ],
)
def test_errors_are_one_sentence(model: Any, inputs: Any, words: str) -> None:
    for look in (
        engine.record,
        partial(engine.credit, of=lambda out: out.sum(-1)),
        engine.jacobians,
    ):
        with pytest.raises((ValueError, TypeError)) as caught:
            look(model, inputs)
        assert str(caught.value) == words


def test_trials_of_another_task_are_refused() -> None:
    run = untrained("gru", task="clouds")
    other = TASKS["fluent"]()
    with pytest.raises(ValueError, match=r"Token numbers of this run|targets are answer numbers"):
        engine.record(run, other.test(np.random.default_rng(0), 3, "gap 4"))
    with pytest.raises(
        TypeError, match=r"Inputs of a plain module are a tensor \[trial, time, input\]\."
    ):
        engine.record(module("gru"), other.test(np.random.default_rng(0), 3, "gap 4"))
