"""The shares of the steps add up to autograd's gradient, and each is the effect of its own step's weights."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np
import pytest
import torch
from torch import Tensor

import engine
from engine import gradients
from engine.cells import CELLS
from engine.opened import opened
from engine.scores import loss_of
from engine.unroll import Place, unroll
from tests.engine.nets import FEATURES, module, random, unequal, untrained


@pytest.fixture(autouse=True)
def _in_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stored weights are float32; the witnesses need more digits."""
    monkeypatch.setattr(gradients, "opened", partial(opened, dtype=torch.float64))


def of(outputs: Tensor) -> Tensor:
    """Some scalar at every step, of that step's outputs."""
    return (outputs * random(outputs.shape[-1], seed=9)).sum(-1).sin()


@pytest.mark.parametrize(("layers", "directions"), [(1, 1), (2, 1), (1, 2), (2, 2)])
@pytest.mark.parametrize("name", [name for name, cell in CELLS.items() if cell.fused])
def test_shares_add_up_to_autograds_gradient(name: str, layers: int, directions: int) -> None:
    net, x = module(name, layers, directions), random(2, 6, FEATURES)
    found = engine.shares(net, x, of=of)
    of(net(x)[0]).sum().backward()
    for layer, way in product(range(layers), range(directions)):
        for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            share = found[f"{part}_l{layer}"]
            assert share.dims[:4] == ("snapshot", "direction", "time", "row")
            wanted = getattr(net, f"{part}_l{layer}{'_reverse' if way else ''}").grad.numpy()
            total = share.sum("time").values[0, way]
            np.testing.assert_allclose(total, wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("layer", "way", "time", "part", "place"),
    [
        (0, 0, 1, "weight_hh", (2, 1)),
        (1, 1, 2, "weight_ih", (3, 5)),
        (0, 1, 0, "bias_hh", (1,)),
    ],
)
@pytest.mark.parametrize("cell", CELLS)
def test_one_share_by_finite_differences(
    cell: str, layer: int, way: int, time: int, part: str, place: tuple[int, ...]
) -> None:
    run = untrained(cell, layers=2, directions=2)
    trials = unequal(run, 1, 3)
    model = opened(run, trials, dtype=torch.float64)

    def loss(by: float) -> float:
        def tap(signal: str, value: Tensor, here: Place) -> Tensor:
            if (signal, here) == (part, Place(layer, way, time)):
                value = value.clone()
                value[0].squeeze(0)[place] += by  # a bias is [snapshot, 1, rows]
            return value

        hidden = unroll(model.cell, model.layers, model.inputs, lengths=model.lengths, tap=tap)
        assert model.targets is not None
        return float(loss_of(model.read(hidden), model.targets).nansum())

    wanted = (loss(1e-5) - loss(-1e-5)) / 2e-5
    share = engine.shares(run, trials)[f"{part}_l{layer}"].values[(0, way, time, *place)]
    assert share == pytest.approx(wanted, abs=1e-8)
    assert abs(wanted) > 1e-6


def test_shares_need_a_question() -> None:
    words = r"The inputs ask nothing: give trials with targets, or a function of the outputs\."
    with pytest.raises(ValueError, match=words):
        engine.shares(untrained("gru"), np.ones((2, 3), np.int64))
