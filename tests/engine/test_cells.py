"""Every registered cell is the function that its table says it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.cells import CELLS, Cell
from engine.network import layers_of
from tests.engine import hand
from tests.engine.nets import FEATURES, UNITS, arrays, fill, module, random

TRIALS = 5
cells = pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)


def weights_of(cell: Cell, seed: int = 0) -> dict[str, Tensor]:
    """One layer's weights, detached."""
    [[weights]] = layers_of(module(cell.name, seed=seed))
    return {name: value.detach() for name, value in weights.items()}


def states_of(cell: Cell) -> dict[str, Tensor]:
    """A state that is not zero."""
    return {name: random(TRIALS, UNITS, seed=7 + i).tanh() for i, name in enumerate(cell.state)}


@cells
def test_the_table_is_complete(cell: Cell) -> None:
    names = [signal.name for signal in cell.signals]
    assert CELLS[cell.name] is cell
    assert len(set(names)) == len(names)
    assert set(cell.state) <= set(names)
    assert set(cell.blocks) <= set(names)
    assert cell.state[0] == "hidden"
    assert len(cell.equation) == len(names)  # one line for each value
    for signal in cell.signals:
        assert signal.symbol and signal.words and signal.dims == ("unit",)
        assert cell.signal(signal.name) is signal
    assert cell.label and cell.words and cell.source and cell.__doc__


@cells
def test_every_signal_passes_the_tap_once(cell: Cell) -> None:
    seen: list[str] = []

    def tap(name: str, value: Tensor) -> Tensor:
        seen.append(name)
        assert value.shape == (TRIALS, UNITS)
        return value

    new = cell.step(weights_of(cell), random(TRIALS, FEATURES), states_of(cell), tap)
    assert seen == [signal.name for signal in cell.signals]
    assert tuple(new) == cell.state


@cells
def test_values_by_hand(cell: Cell) -> None:
    weights, x, state = weights_of(cell), random(TRIALS, FEATURES), states_of(cell)
    found: dict[str, Tensor] = {}

    def tap(name: str, value: Tensor) -> Tensor:
        found[name] = value
        return value

    new = cell.step(weights, x, state, tap)
    wanted = hand.step(cell.name, arrays(weights), x.numpy(), arrays(state))
    assert found.keys() == wanted.keys()
    for name, value in found.items():
        np.testing.assert_allclose(value.numpy(), wanted[name], rtol=0, atol=1e-14)
    for name, value in new.items():
        assert value is found[name]


@pytest.mark.parametrize(
    ("name", "signal"),
    [(name, signal.name) for name, cell in CELLS.items() for signal in cell.signals],
)
def test_the_next_line_uses_what_the_tap_returns(name: str, signal: str) -> None:
    cell = CELLS[name]
    weights, x, state = weights_of(cell), random(TRIALS, FEATURES), states_of(cell)
    held = random(TRIALS, UNITS, seed=99)
    new = cell.step(weights, x, state, lambda at, value: held if at == signal else value)
    wanted = hand.step(
        name,
        arrays(weights),
        x.numpy(),
        arrays(state),
        lambda at, value: held.numpy() if at == signal else value,
    )
    for part in cell.state:
        np.testing.assert_allclose(new[part].numpy(), wanted[part], rtol=0, atol=1e-14)
    free = hand.step(name, arrays(weights), x.numpy(), arrays(state))
    assert np.abs(wanted["hidden"] - free["hidden"]).max() > 1e-3  # the signal matters


@cells
def test_signals_stay_in_their_range_and_reach_it(cell: Cell) -> None:
    weights = {name: 20 * value for name, value in weights_of(cell).items()}
    state: Mapping[str, Tensor] = {
        name: torch.zeros(200, UNITS, dtype=torch.float64) for name in cell.state
    }
    found: dict[str, Tensor] = {}

    def tap(name: str, value: Tensor) -> Tensor:
        found[name] = value
        return value

    for seed in range(3):
        state = cell.step(weights, random(200, FEATURES, seed=seed), state, tap)
    for signal in cell.signals:
        low, high = signal.range
        value = found[signal.name]
        if low is not None:
            assert low <= value.min() < low + 0.3
        if high is not None:
            assert high - 0.3 < value.max() <= high
        if (low, high) == (0.0, None):
            assert value.max() > 1


@cells
def test_gradients_by_finite_differences(cell: Cell) -> None:
    weights, state = weights_of(cell), states_of(cell)
    values = [*weights.values(), random(TRIALS, FEATURES), *state.values()]
    leaves = [value.clone().requires_grad_() for value in values]

    def function(*given: Tensor) -> tuple[Tensor, ...]:
        own = dict(zip(weights, given, strict=False))
        old = dict(zip(state, given[len(own) + 1 :], strict=True))
        return tuple(cell.step(own, given[len(own)], old, lambda name, value: value).values())

    assert torch.autograd.gradcheck(function, leaves)


@pytest.mark.parametrize("name", ["rnn", "relu", "lstm", "gru"])
def test_one_step_is_the_cell_of_torch(name: str) -> None:
    cell = CELLS[name]
    options = {} if cell.nonlinearity is None else {"nonlinearity": cell.nonlinearity}
    theirs = fill(getattr(nn, f"{cell.module}Cell")(FEATURES, UNITS, **options).double())
    weights = dict(theirs.named_parameters())
    x, state = random(TRIALS, FEATURES), states_of(cell)
    old = tuple(state.values())
    given: Any = theirs(x, old if len(old) > 1 else old[0])
    wanted = given if isinstance(given, tuple) else (given,)
    found = tuple(cell.step(weights, x, state, lambda _, value: value).values())
    seeds = [random(TRIALS, UNITS, seed=50 + i) for i in range(len(wanted))]
    for mine, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(mine, other, rtol=0, atol=1e-14)
    ours = torch.autograd.grad(found, list(weights.values()), seeds)
    others = torch.autograd.grad(wanted, list(weights.values()), seeds)
    for mine, other in zip(ours, others, strict=True):
        torch.testing.assert_close(mine, other, rtol=0, atol=1e-13)
