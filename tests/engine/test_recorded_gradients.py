"""Recorded gradients against autograd on the fused module, finite differences, and the law of the loss."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import engine
from engine import recorder
from engine.cells import CELLS
from engine.opened import opened
from engine.run import Run
from engine.tasks import Trials
from tests.engine.nets import module, unequal, untrained


@pytest.fixture(autouse=True)
def _in_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stored weights are float32; the witnesses need more digits."""
    monkeypatch.setattr(recorder, "opened", partial(opened, dtype=torch.float64))


PLACES: list[Any] = [(0, 0, 0, 1), (1, 0, 1, 3), (1, 1, 0, 2), (0, 1, 1, 2)]
"""Trial, layer, direction and time where finite differences are taken."""


def asked_last(run: Run) -> Trials:
    """Trials of one length that ask once, at the end."""
    return run.experiment.task.test(np.random.default_rng(1), 4, "gap 5")


def fused(run: Run) -> tuple[Any, torch.Tensor, torch.Tensor, torch.Tensor]:
    """torch.nn's module with the run's weights in float64, its embedding and its read-out."""
    made = module(run.experiment.network.cell, run.experiment.network.layers)
    stored = {k: torch.from_numpy(v).double() for k, v in run.snapshots[-1].weights.items()}
    made.load_state_dict(
        {k.removeprefix("recurrent."): v for k, v in stored.items() if "recurrent" in k}
    )
    return made, stored["embedding.weight"], stored["readout.weight"], stored["readout.bias"]


def margins(logits: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    """m = log p - log (1 - p), the long way."""
    p = logits.softmax(-1).gather(-1, answers[:, None])[:, 0]
    return p.log() - (1 - p).log()


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", [name for name, cell in CELLS.items() if cell.fused])
def test_gradients_are_autograds_on_the_fused_module(cell: str, layers: int) -> None:
    run = untrained(cell, layers=layers)
    trials = asked_last(run)
    data = engine.record(run, trials)
    net, embedding, weight, bias = fused(run)
    answers = torch.from_numpy(trials.targets[:, -1])
    x = embedding[torch.from_numpy(trials.inputs)].requires_grad_()
    logits = net(x)[0][:, -1] @ weight.T + bias
    for of, scalar in (
        ("margin", margins(logits, answers)),
        ("loss", nn.functional.cross_entropy(logits, answers, reduction="none")),
    ):
        np.testing.assert_allclose(data[of].values[0, :, -1], scalar.detach().numpy(), atol=1e-12)
        (wanted,) = torch.autograd.grad(scalar.sum(), x, retain_graph=True)
        np.testing.assert_allclose(
            data[f"gradient_{of}_input"].values[0], wanted.numpy(), atol=1e-12
        )


@pytest.mark.parametrize("cell", [name for name, cell in CELLS.items() if cell.fused])
def test_gradients_to_the_state_by_going_on_from_it(cell: str) -> None:
    run, at = untrained(cell), 3
    trials = asked_last(run)
    data = engine.record(run, trials)
    net, embedding, weight, bias = fused(run)
    answers = torch.from_numpy(trials.targets[:, -1])

    def recorded(name: str) -> torch.Tensor:
        return torch.from_numpy(data[name].values[0, :, 0, 0, at])[None]  # [layer, trial, unit]

    leaves = {part: recorded(part).requires_grad_() for part in CELLS[cell].state}
    start = dict(leaves)
    if (
        cell == "lstm"
    ):  # the cell state moves the answer through h = o tanh c as well: its total gradient
        through = recorded("output_gate") * leaves["cell"].tanh()
        start["hidden"] = leaves["hidden"] + through - recorded("hidden")
    given = tuple(start.values())
    rest = embedding[torch.from_numpy(trials.inputs[:, at + 1 :])]
    after, _ = net(rest, given if len(given) > 1 else given[0])
    total = margins(after[:, -1] @ weight.T + bias, answers).sum()
    found = torch.autograd.grad(total, list(leaves.values()))
    for part, wanted in zip(leaves, found, strict=True):
        ours = data[f"gradient_margin_{part}"].values[0, :, 0, 0, at]
        np.testing.assert_allclose(ours, wanted[0].numpy(), atol=1e-12)


@pytest.mark.parametrize(
    ("cell", "signal"),
    [(name, signal.name) for name, cell in CELLS.items() for signal in cell.signals],
)
def test_gradients_to_every_signal_by_finite_differences(cell: str, signal: str) -> None:
    run = untrained(cell, layers=2, directions=2)
    trials = unequal(run, 1, 3, each=1)
    data = engine.record(run, trials)
    last = data["length"].values - 1
    ε = 1e-5
    for trial, layer, way, time in PLACES:
        value = float(data[signal].values[0, trial, layer, way, time, 1])
        moved = []
        for by in (ε, -ε):
            edit = engine.Clamp(
                signal=signal,
                value=value + by,
                units=(1,),
                times=(time,),
                trials=(trial,),
                layer=layer,
                direction=way,
            )
            moved.append(engine.record(run, trials, edits=[edit], gradients=False))
        for of in ("margin", "loss"):
            up, down = (float(one[of].values[0, trial, last[trial]]) for one in moved)
            found = data[f"gradient_{of}_{signal}"].values[0, trial, layer, way, time, 1]
            assert found == pytest.approx((up - down) / (2 * ε), abs=1e-8)
    assert np.nanmax(abs(data[f"gradient_margin_{signal}"].values)) > 1e-4


@pytest.mark.parametrize("cell", CELLS)
def test_the_loss_gradient_is_wrongness_times_the_margins(cell: str) -> None:
    run = untrained(cell, layers=2, directions=2, snapshots=2)
    trials = unequal(run, 2, 5)
    data = engine.record(run, trials, every=True)
    last = data["length"] - 1
    p = np.exp(-data["loss"].isel(time=last))
    np.testing.assert_allclose(
        data["margin"].isel(time=last), np.log(p) - np.log(1 - p), rtol=0, atol=1e-12
    )
    for name in ("input", *(signal.name for signal in CELLS[cell].signals)):
        found = data[f"gradient_loss_{name}"]
        wanted = (data[f"gradient_margin_{name}"] * -(1 - p)).transpose(*found.dims)
        np.testing.assert_allclose(found.values, wanted.values, rtol=0, atol=1e-13)
