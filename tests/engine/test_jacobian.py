"""Step Jacobians against autograd and numpy, and their products against credit."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import engine
from engine import gradients, jacobian
from engine.cells import CELLS
from engine.jacobian import swept_credit
from engine.opened import opened
from tests.engine.nets import FEATURES, UNITS, module, random, unequal, untrained

TRIALS, TIME = 2, 6
FUSED = [name for name, cell in CELLS.items() if cell.fused]


@pytest.fixture(autouse=True)
def _in_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stored weights are float32; the witnesses need more digits."""
    for where in (gradients, jacobian):
        monkeypatch.setattr(where, "opened", partial(opened, dtype=torch.float64))


def go_on(net: Any, x: Tensor, state: Tensor) -> Tensor:
    """The state after the steps of x ``[time, feature]`` from a state ``[parts * unit]``, by torch's module."""
    parts = [part[None, None] for part in state.split(UNITS)]
    _, last = net(x[None], tuple(parts) if len(parts) > 1 else parts[0])
    return torch.cat([part[0, 0] for part in (last if isinstance(last, tuple) else (last,))])


@pytest.mark.parametrize("name", FUSED)
def test_every_step_is_autograds_on_the_fused_module(name: str) -> None:
    net, x = module(name), random(TRIALS, TIME, FEATURES)
    found = engine.jacobians(net, x)
    size = UNITS * len(CELLS[name].state)
    assert found["part"].values.tolist() == [p for p in CELLS[name].state for _ in range(UNITS)]
    for trial in range(TRIALS):
        state = torch.zeros(size, dtype=x.dtype)
        for time in range(TIME):
            step = partial(go_on, net, x[trial, time : time + 1])
            wanted = torch.autograd.functional.jacobian(step, state)
            ours = found["jacobian"].values[0, trial, 0, 0, time]
            np.testing.assert_allclose(ours, wanted.numpy(), rtol=0, atol=1e-12)
            state = step(state).detach()


@pytest.mark.parametrize("name", FUSED)
def test_their_product_is_the_whole_path(name: str) -> None:
    net, x = module(name), random(TRIALS, TIME, FEATURES)
    found = engine.jacobians(net, x)["jacobian"].values[0, :, 0, 0]
    start = torch.zeros(UNITS * len(CELLS[name].state), dtype=x.dtype)
    for trial in range(TRIALS):
        wanted = torch.autograd.functional.jacobian(partial(go_on, net, x[trial]), start)
        product = np.linalg.multi_dot(list(found[trial, ::-1]))
        np.testing.assert_allclose(product, wanted.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_singular_values_products_and_bound(cell: str) -> None:
    run = untrained(cell, layers=2, directions=2)
    trials = run.experiment.task.test(np.random.default_rng(0), TRIALS, "gap 4")
    found = engine.jacobians(run, trials)
    lead = ("snapshot", "trial", "layer", "direction")
    assert found["jacobian"].dims == (*lead, "time", "state", "state_before")
    assert found["singular_values"].dims == (*lead, "time", "rank")
    assert found["product_norm"].dims == found["bound"].dims == (*lead, "span")
    steps = found["jacobian"].values
    np.testing.assert_allclose(
        found["singular_values"].values, np.linalg.svd(steps, compute_uv=False), rtol=0, atol=1e-12
    )
    time = steps.shape[4]
    for place in np.ndindex(steps.shape[:4]):
        own = steps[place] if place[3] == 0 else steps[place][::-1]  # the direction's own order
        product = np.eye(own.shape[-1])
        largest = 1.0
        for span in range(time + 1):
            if span:
                product = product @ own[time - span]
                largest *= float(np.linalg.norm(own[time - span], 2))
            norm, bound = (
                float(found[name].values[(*place, span)]) for name in ("product_norm", "bound")
            )
            assert norm == pytest.approx(np.linalg.norm(product, 2), rel=1e-9, abs=1e-14)
            assert bound == pytest.approx(largest, rel=1e-9)
            assert norm <= bound * (1 + 1e-9)


@pytest.mark.parametrize("name", FUSED)
def test_the_reverse_direction_is_the_forward_one_of_turned_inputs(name: str) -> None:
    net, x = module(name, 1, 2), random(TRIALS, TIME, FEATURES)
    single = module(name)
    weights = net.state_dict()
    single.load_state_dict({key: weights[f"{key}_reverse"] for key in single.state_dict()})
    both, turned = engine.jacobians(net, x), engine.jacobians(single, x.flip(1))
    back = both.isel(direction=1)
    for key in ("product_norm", "bound"):
        np.testing.assert_allclose(back[key], turned[key].isel(direction=0), rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        back["jacobian"].values, turned["jacobian"].values[:, :, :, 0, ::-1], rtol=0, atol=1e-13
    )


@pytest.mark.parametrize("name", FUSED)
def test_upper_layers_read_the_lower_ones(name: str) -> None:
    net, x = module(name, 2, 2), random(TRIALS, TIME, FEATURES)
    lower = engine.record(net, x)["hidden"].isel(snapshot=0, layer=0)
    below = torch.from_numpy(np.concatenate([lower.isel(direction=d).values for d in (0, 1)], -1))
    upper = type(net)(
        2 * UNITS,
        UNITS,
        **({"nonlinearity": net.nonlinearity} if hasattr(net, "nonlinearity") else {}),
    )
    weights = net.state_dict()
    upper.double().load_state_dict(
        {f"{p}_l0": weights[f"{p}_l1"] for p in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    )
    wanted = engine.jacobians(upper, below)["jacobian"].values[:, :, 0, 0]
    found = engine.jacobians(net, x)["jacobian"].values[:, :, 1, 0]
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-13)


@pytest.mark.parametrize("of", ["margin", "loss"])
@pytest.mark.parametrize("cell", CELLS)
def test_products_are_the_credit_of_one_layer(cell: str, of: Any) -> None:
    run = untrained(cell)
    trials = run.experiment.task.test(np.random.default_rng(0), 3, "gap 6")
    wanted, found = engine.credit(run, trials, of=of), swept_credit(run, trials, of=of)
    assert found.dims == wanted.dims
    np.testing.assert_allclose(found.values, wanted.values, rtol=0, atol=1e-10)
    assert np.tril(wanted.values[0, 0, 0, 0]).max() > 1e-2


@pytest.mark.parametrize("name", FUSED)
def test_products_are_the_credit_of_a_plain_module(name: str) -> None:
    net, x = module(name), random(TRIALS, TIME, FEATURES)

    def of(outputs: Tensor) -> Tensor:
        return outputs.square().sum(-1)

    wanted, found = engine.credit(net, x, of=of), swept_credit(net, x, of=of)
    np.testing.assert_allclose(found.values, wanted.values, rtol=0, atol=1e-10)


def test_where_numbers_are_asked() -> None:
    run = untrained("lstm", task="adding")
    trials = run.experiment.task.test(np.random.default_rng(1), 3, "gap 6")
    wanted, found = engine.credit(run, trials), swept_credit(run, trials)
    np.testing.assert_allclose(found.values, wanted.values, rtol=0, atol=1e-12)


def test_refusals() -> None:
    run = untrained("gru")
    for look in (engine.jacobians, swept_credit):
        with pytest.raises(ValueError, match=r"Step Jacobians need trials of one length"):
            look(run, unequal(run, 2, 4))
    for shape in ((2, 1), (1, 2)):
        with pytest.raises(ValueError, match=r"the credit of one layer and direction only\."):
            swept_credit(module("gru", *shape), random(2, 3, FEATURES), of=lambda out: out.sum(-1))
