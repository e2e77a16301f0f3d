"""Paths: their sum is the gradient, each is what a second computation says, and distance tells them apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import engine
from engine.analyses import ANALYSES
from engine.analyses.paths import paths
from engine.gradients import credit
from engine.opened import Opened, opened
from engine.questions import trials_of
from engine.recorder import Tape
from engine.run import Run
from engine.scores import margin_of
from engine.tasks.fluent import Fluent
from engine.unroll import unroll

TASK = Fluent(gap=8)
TEXTS = (TASK.far_texts(8)[0], TASK.far_texts(5)[1])


@pytest.fixture(scope="module", params=["attention", "weighted", "mean"])
def run(request: pytest.FixtureRequest) -> Run:
    choice = {
        "task": {"name": "fluent", "gap": 8},
        "network": {"cell": "gru", "units": 5, "embedding": 4, "readout": request.param},
        "training": {"steps": 12, "snapshots": 3, "batch": 16},
    }
    return engine.train(engine.Experiment.model_validate(choice))


def vectors(run: Run, path: Any, trial: int) -> np.ndarray:
    """∂m/∂h_k of the trial's last step by the path of `engine.gradients.credit`: ``[time, unit]``."""
    trials = trials_of(TASK, TEXTS)
    last = int(trials.lengths[trial]) - 1
    found = credit(run, trials, reduce="none", answer_steps=[last], path=path)
    return found.isel(snapshot=-1, trial=trial, layer=0, direction=0, loss_time=0).values[
        : last + 1
    ]


@pytest.mark.parametrize("trial", [0, 1])
def test_total_and_direct_are_those_of_credit(run: Run, trial: int) -> None:
    """A second source: `credit` cuts the recurrence in the net, `paths` in what the read-out reads."""
    found = paths(run, trials_of(TASK, TEXTS)).isel(snapshot=-1, trial=trial)
    total, direct = vectors(run, "total", trial), vectors(run, "direct", trial)
    scale = np.linalg.norm(total[-1])
    for name, wanted in (("total", total), ("direct", direct)):
        norms = np.linalg.norm(wanted, axis=-1) / scale
        np.testing.assert_allclose(
            found[name].values[: len(norms)], norms, rtol=2e-4, atol=1e-6, err_msg=name
        )
    assert (
        found["total"].values[len(total) :].size == 0
        or np.isnan(found["total"].values[len(total) :]).all()
    )


def test_the_ways_add_up_to_autograds_gradient_as_vectors(run: Run) -> None:
    """In float64, with the states of every step as leaves: direct_k + Σ_j (∂h_j/∂h_k)^T g_j over j up to T is ∂m/∂h_k."""
    trials = trials_of(TASK, TEXTS[:1])
    model = opened(run, trials, dtype=torch.float64)
    tape = Tape(["hidden"])
    with torch.enable_grad():
        hidden = unroll(
            model.cell, model.layers, model.inputs.requires_grad_(), lengths=model.lengths, tap=tape
        )
        steps = tape.series("hidden", 0, 0)
        last = len(steps) - 1
        right = torch.tensor([[int(trials.targets[0, -1])]])
        margin = margin_of(model.read(hidden, steps=torch.tensor([[last]]))[0], right).sum()
        total = torch.cat(torch.autograd.grad(margin, steps, retain_graph=True))[:, 0]
    found = paths(run, trials).isel(snapshot=-1, trial=0)
    at_blank = float(total[last].norm())
    np.testing.assert_allclose(found["total"].values * at_blank, total.norm(dim=-1), rtol=1e-6)
    own = _finite_differences(model, hidden.detach(), right)
    np.testing.assert_allclose(found["direct"].values * at_blank, own.norm(dim=-1), rtol=1e-5)
    # ∂h_j/∂h_k by autograd, one unit of one later state at a time.
    later, chain = torch.zeros_like(own), torch.zeros_like(own)
    for k in range(last):
        for j in range(k + 1, last + 1):
            for unit in range(own.shape[1]):
                with torch.enable_grad():
                    (row,) = torch.autograd.grad(steps[j][0, 0, unit], steps[k], retain_graph=True)
                into = chain if j == last else later
                into[k] += own[j, unit] * row[0, 0]
    np.testing.assert_allclose((own + later + chain).numpy(), total.numpy(), atol=1e-9)
    for name, wanted in (("later", later), ("chain", chain)):
        np.testing.assert_allclose(
            found[name].values * at_blank, wanted.norm(dim=-1), rtol=1e-5, atol=1e-8, err_msg=name
        )


def _finite_differences(model: Opened, hidden: Tensor, right: Tensor) -> Tensor:
    """∂m/∂h_k ``[time, unit]`` with all other states held: what the read-out alone does with h_k."""
    time, units = hidden.shape[2:]
    found = torch.zeros(time, units, dtype=torch.float64)

    def margin(states: Tensor) -> float:
        output = model.read(states, steps=torch.tensor([[time - 1]]))
        return float(margin_of(output[0], right))

    for k in range(time):
        for unit in range(units):
            nudge = torch.zeros_like(hidden)
            nudge[0, 0, k, unit] = 1e-5
            found[k, unit] = (margin(hidden + nudge) - margin(hidden - nudge)) / 2e-5
    return found


def test_what_the_answer_reads_with_is_recorded_and_adds_up_to_one(run: Run) -> None:
    trials = trials_of(TASK, TEXTS)
    found = paths(run, trials)
    recorded = ANALYSES["record"](run, trials)["attention"]
    for trial, length in enumerate(trials.lengths):
        weight = found["weight"].isel(trial=trial).values[:, :length]
        np.testing.assert_allclose(weight.sum(-1), 1, rtol=1e-5)
        np.testing.assert_allclose(
            weight,
            recorded.isel(trial=trial, time=int(length) - 1).values[:, :length],
            atol=1e-6,
        )


def test_snapshots_and_trials_do_not_touch(run: Run) -> None:
    both = paths(run, trials_of(TASK, TEXTS))
    alone = paths(run.at(run.snapshots[1].step), trials_of(TASK, TEXTS[1:]))
    time = alone.sizes["time"]
    for name in ("total", "direct", "chain", "later", "weight", "margin"):
        here = both[name].isel(snapshot=1, trial=1)
        here = here.isel(time=slice(0, time)) if "time" in here.dims else here
        np.testing.assert_allclose(
            here, alone[name].isel(snapshot=0, trial=0), rtol=1e-4, atol=1e-12
        )


def test_a_read_out_without_earlier_states_has_one_path_and_is_refused() -> None:
    plain = engine.train(
        engine.Experiment.model_validate(
            {"task": {"name": "fluent", "gap": 8}, "training": {"steps": 1, "batch": 4}}
        )
    )
    with pytest.raises(ValueError, match="one path"):
        paths(plain, trials_of(TASK, TEXTS))
