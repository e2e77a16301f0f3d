"""Credit is what one autograd pass for every loss says, in chunks or whole, for runs and modules."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import engine
from engine import gradients, recorder
from engine.cells import CELLS
from engine.network import layers_of
from engine.opened import opened
from engine.tape import Tape
from engine.unroll import unroll
from tests.engine.nets import FEATURES, UNITS, module, random, unequal, untrained

TRIALS, TIME = 2, 6
FUSED = [name for name, cell in CELLS.items() if cell.fused]
SHAPES = [(1, 1), (2, 1), (1, 2), (2, 2)]


@pytest.fixture(autouse=True)
def _in_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stored weights are float32; the witnesses need more digits."""
    for where in (gradients, recorder):
        monkeypatch.setattr(where, "opened", partial(opened, dtype=torch.float64))


def of(outputs: Tensor) -> Tensor:
    """Some scalar at every step, of that step's outputs."""
    return (outputs * random(outputs.shape[-1], seed=9)).sum(-1).sin()


def one_by_one(net: Any, x: Tensor, name: str, signal: str) -> np.ndarray:
    """``[trial, layer, direction, loss_time, state_time, unit]``: one autograd pass for every trial and loss."""
    tape = Tape([signal])
    directions = 2 if net.bidirectional else 1
    q = of(unroll(CELLS[name], layers_of(net), x.clone().requires_grad_(), tap=tape))
    result = np.zeros((len(x), net.num_layers, directions, TIME, TIME, UNITS))
    for layer, way in product(range(net.num_layers), range(directions)):
        leaves = tape.series(signal, layer, way)
        for trial, t in product(range(len(x)), range(TIME)):
            found = torch.autograd.grad(
                q[trial, t], leaves, retain_graph=True, materialize_grads=True
            )
            result[trial, layer, way, t] = torch.stack(found)[:, trial].numpy()
    return result


@pytest.mark.parametrize(("layers", "directions"), SHAPES)
@pytest.mark.parametrize(
    ("name", "signal"), [(name, signal.name) for name in FUSED for signal in CELLS[name].signals]
)
def test_one_pass_per_loss(name: str, signal: str, layers: int, directions: int) -> None:
    net, x = module(name, layers, directions), random(TRIALS, TIME, FEATURES)
    wanted = one_by_one(net, x, name, signal)
    whole = engine.credit(net, x, of=of, signal=signal, reduce="none")
    assert whole.dims == (
        "snapshot",
        "trial",
        "layer",
        "direction",
        "loss_time",
        "state_time",
        "unit",
    )
    np.testing.assert_allclose(whole.values[0], wanted, rtol=0, atol=1e-10)
    norms = engine.credit(net, x, of=of, signal=signal)
    assert norms.dims == whole.dims[:-1] and norms.name == f"credit_{signal}"
    np.testing.assert_allclose(norms.values[0], np.linalg.norm(wanted, axis=-1), rtol=0, atol=1e-10)
    assert np.abs(wanted).max() > 1e-2
    if directions == 1:
        assert not np.triu(norms.values[0, :, 0, 0], 1).any()  # what is later moves nothing


@pytest.mark.parametrize("of_", ["margin", "loss"])
@pytest.mark.parametrize("cell", CELLS)
def test_the_asked_row_is_the_recorded_gradient(cell: str, of_: Any) -> None:
    run = untrained(cell, layers=2, directions=2)
    trials = unequal(run, 2, 4)
    recorded = engine.record(run, trials)
    for signal in CELLS[cell].signals:
        found = engine.credit(run, trials, of=of_, signal=signal.name, reduce="none")
        for trial, length in enumerate(trials.lengths):
            row = found.values[0, trial, :, :, length - 1]
            wanted = recorded[f"gradient_{of_}_{signal.name}"].values[0, trial]
            np.testing.assert_allclose(row, wanted, rtol=0, atol=1e-12)
            assert np.isnan(found.values[0, trial, ..., length:, :, :]).all()
            assert np.isnan(found.values[0, trial, ..., length:, :]).all()
            assert not np.isnan(found.values[0, trial, ..., :length, :length, :]).any()


def test_unasked_steps_answer_for_the_nets_own_top_answer() -> None:
    run = untrained("lstm")
    trials = run.experiment.task.test(np.random.default_rng(1), 3, "gap 4")
    tops = engine.record(run, trials)["output"].values[0].argmax(-1)
    wanted = np.where(trials.targets >= 0, trials.targets, tops)
    mine = engine.credit(run, trials)
    assert mine.identical(engine.credit(run, trials.inputs, targets=wanted))
    assert mine.identical(engine.credit(run, trials, of="margin", targets=trials.targets))
    other = engine.credit(run, trials, targets=(wanted + 1) % 8)
    assert float(abs(mine - other).max()) > 1e-4


def test_where_numbers_are_asked_the_other_rows_are_unknown() -> None:
    run = untrained("gru", task="adding")
    trials = run.experiment.task.test(np.random.default_rng(1), 3, "gap 6")
    for of_ in ("margin", "loss"):
        found = engine.credit(run, trials, of=of_)
        assert found.isel(loss_time=-1).notnull().all()
        assert found.isel(loss_time=slice(0, -1)).isnull().all()
        recorded = engine.record(run, trials)[f"gradient_{of_}_hidden"].values
        np.testing.assert_allclose(
            found.values[..., -1, :], np.linalg.norm(recorded, axis=-1), rtol=0, atol=1e-12
        )


@pytest.mark.parametrize("budget", [1, 3 * 2 * TRIALS * 2 * TIME * UNITS * 8])
@pytest.mark.parametrize("reduce", ["norm", "none"])
def test_in_chunks_it_is_the_same(
    monkeypatch: pytest.MonkeyPatch, budget: int, reduce: Any
) -> None:
    net, x = module("lstm", 2, 2), random(TRIALS, TIME, FEATURES)
    whole = engine.credit(net, x, of=of, reduce=reduce)
    rows: list[list[int]] = []
    monkeypatch.setattr(gradients, "BUDGET", budget)
    chunks = gradients._chunks

    def noted(steps: list[int], size: int) -> list[list[int]]:
        rows.extend(chunks(steps, size))
        return rows

    monkeypatch.setattr(gradients, "_chunks", noted)
    parts = engine.credit(net, x, of=of, reduce=reduce)
    assert [len(row) for row in rows] == ([1] * 6 if budget == 1 else [3, 3])
    np.testing.assert_allclose(parts.values, whole.values, rtol=0, atol=1e-14)


def test_nothing_of_the_outside_matters() -> None:
    net, x = module("gru", 2), random(TRIALS, TIME, FEATURES)
    wanted = engine.credit(net, x, of=of)
    for value in net.parameters():
        value.requires_grad_(False)
    with torch.no_grad():
        assert engine.credit(net, x.numpy(), of=of).identical(wanted)
    assert all(value.grad is None for value in net.parameters())


RUN, NET = untrained("gru"), module("gru")
TOKENS, X = np.ones((2, 3), np.int64), random(2, 3, FEATURES)


@pytest.mark.parametrize(
    ("model", "inputs", "options", "words"),
    [
        (
            NET,
            X,
            {},
            "of = 'margin': a plain module has no answers; give a function of its outputs.",
        ),
        (
            RUN,
            TOKENS,
            {"of": "reach"},
            "of = 'reach': choose margin, loss or a function of the outputs.",
        ),
        (NET, X, {"of": lambda out: out}, "of(outputs) has shape [2, 3, 4]; wanted [2, 3]."),
        (
            NET,
            X,
            {"of": lambda out: 1.0},
            "of(outputs) is no tensor that was computed from the outputs.",
        ),
        (
            NET,
            X,
            {"of": lambda out: out.sum(-1).detach()},
            "of(outputs) is no tensor that was computed from the outputs.",
        ),
        (
            NET,
            X,
            {"of": of, "signal": "cell"},
            "signal = 'cell': the GRU has reset, update, candidate, hidden.",
        ),
        (NET, X, {"of": of, "reduce": "max"}, "reduce = 'max': choose norm or none."),
        (RUN, TOKENS, {"targets": TOKENS[:1]}, "targets have shape [1, 3]; wanted [2, 3]."),
        (
            RUN,
            TOKENS,
            {"targets": TOKENS + 7},
            "targets are answer numbers 0 to 7, or -1 for none.",
        ),
        (
            RUN,
            TOKENS,
            {"targets": TOKENS / 2},
            "targets are answer numbers 0 to 7, or -1 for none.",
        ),
        (
            untrained("gru", task="adding"),
            torch.zeros(1, 4, 2),
            {},
            "targets are missing: this task asks for numbers.",
        ),
    ],
)
def test_errors_are_one_sentence(model: Any, inputs: Any, options: dict, words: str) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        engine.credit(model, inputs, **options)
    assert str(caught.value) == words
