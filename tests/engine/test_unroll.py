"""`unroll` with torch.nn's own weights is torch.nn: values, states, gradients, to 1e-12."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from engine.cells import CELLS
from engine.network import layers_of
from engine.tape import Tape
from engine.unroll import BEFORE, Place, unroll
from tests.engine.nets import FEATURES, UNITS, fill, module, random

TRIALS, TIME = 4, 7
LENGTHS = torch.tensor([5, 7, 1, 3])
FUSED = [name for name, cell in CELLS.items() if cell.fused]


def compare(ours: Sequence[Tensor], theirs: Sequence[Tensor]) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, rtol=0, atol=1e-12)


def states(tape: Tape, name: str, layers: int, directions: int, lengths: Tensor) -> Tensor:
    """The state after each trial's last step in the direction's order: ``[layer * direction, trial, unit]``."""
    rows = []
    for layer, direction in product(range(layers), range(directions)):
        series = torch.stack(tape.series(name, layer, direction))  # [time, trial, unit]
        at = lengths - 1 if direction == 0 else torch.zeros_like(lengths)
        rows.append(series[at, range(len(lengths))])
    return torch.stack(rows)


@pytest.mark.parametrize("packed", [False, True], ids=["whole", "packed"])
@pytest.mark.parametrize("batch_first", [True, False], ids=["batch-first", "time-first"])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no-bias"])
@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("name", FUSED)
def test_the_same_function_as_torch(
    name: str, layers: int, directions: int, bias: bool, batch_first: bool, packed: bool
) -> None:
    cell = CELLS[name]
    options = {} if cell.nonlinearity is None else {"nonlinearity": cell.nonlinearity}
    theirs = getattr(nn, cell.module)(
        FEATURES,
        UNITS,
        layers,
        bias=bias,
        batch_first=batch_first,
        bidirectional=directions == 2,
        **options,
    ).double()
    fill(theirs)
    lengths = LENGTHS if packed else torch.full((TRIALS,), TIME)
    x = random(TRIALS, TIME, FEATURES).requires_grad_()

    given: Any = x if batch_first else x.transpose(0, 1)
    if packed:
        given = pack_padded_sequence(given, lengths, batch_first, enforce_sorted=False)
    wanted, last = theirs(given)
    if packed:
        wanted, _ = pad_packed_sequence(wanted, batch_first)
    wanted = wanted if batch_first else wanted.transpose(0, 1)
    last = last if isinstance(last, tuple) else (last,)

    tape = Tape(cell.state)
    found = unroll(cell, layers_of(theirs), x, lengths=lengths if packed else None, tap=tape)
    ends = [states(tape, part, layers, directions, lengths) for part in cell.state]
    compare([found, *ends], [wanted, *last])

    leaves = [x, *theirs.parameters()]
    seeds = [random(*value.shape, seed=5 + i) for i, value in enumerate([found, *ends])]
    ours = torch.autograd.grad([found, *ends], leaves, seeds)
    compare(ours, torch.autograd.grad([wanted, *last], leaves, seeds))


def tanh_twin(theirs: nn.RNNBase, x: Tensor, lengths: Tensor, layer: int, direction: int) -> Tensor:
    """One layer and direction of a σ RNN by torch's tanh RNN, since σ(a) = (1 + tanh(a/2)) / 2.

    With h = (1 + u)/2 the recurrence is u_t = tanh(½W_x x + ¼W_h u_{t-1} + ½(b_x + b_h + ½W_h·1)), and h = 0 is u = -1.
    """
    weight_x, weight_h, bias_x, bias_h = layers_of(theirs)[layer][direction].values()
    twin = nn.RNN(weight_x.shape[1], UNITS, batch_first=True).double()
    halves = {
        "weight_ih_l0": weight_x / 2,
        "weight_hh_l0": weight_h / 4,
        "bias_ih_l0": (bias_x + bias_h + weight_h.sum(1) / 2) / 2,
        "bias_hh_l0": torch.zeros_like(bias_h),
    }
    # The reverse direction reads each trial from its own end.
    time = torch.arange(x.shape[1])
    back = (lengths[:, None] - 1 - time).clamp(min=0) if direction else time.expand(len(x), -1)
    turned = x.gather(1, back[..., None].expand_as(x))
    start = x.new_full((1, len(x), UNITS), -1.0)
    u, _ = functional_call(twin, halves, (turned, start))
    h = ((1 + u) / 2).gather(1, back[..., None].expand_as(u))
    return h * (time < lengths[:, None])[..., None]


@pytest.mark.parametrize("lengths", [torch.full((TRIALS,), TIME), LENGTHS], ids=["whole", "packed"])
@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_sigmoid_against_a_tanh_twin(layers: int, directions: int, lengths: Tensor) -> None:
    theirs = module("sigmoid", layers, directions)
    x = random(TRIALS, TIME, FEATURES).requires_grad_()
    wanted: Tensor = x
    for layer in range(layers):
        both = [tanh_twin(theirs, wanted, lengths, layer, way) for way in range(directions)]
        wanted = torch.cat(both, -1)
    found = unroll(CELLS["sigmoid"], layers_of(theirs), x, lengths=lengths)
    compare([found], [wanted])
    leaves, seed = [x, *theirs.parameters()], random(*found.shape, seed=5)
    compare(torch.autograd.grad(found, leaves, seed), torch.autograd.grad(wanted, leaves, seed))


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("name", FUSED)
def test_a_start_state_given_through_the_tap(name: str, directions: int) -> None:
    cell, theirs = CELLS[name], module(name, 2, directions)
    x = random(TRIALS, TIME, FEATURES)
    starts = {
        part: random(2 * directions, TRIALS, UNITS, seed=3 + i) for i, part in enumerate(cell.state)
    }

    def tap(signal: str, value: Tensor, place: Place) -> Tensor:
        if place.time == BEFORE:
            return starts[signal.removeprefix("initial_")][
                place.layer * directions + place.direction
            ]
        return value

    given = tuple(starts.values())
    wanted, _ = theirs(x, given if len(given) > 1 else given[0])
    compare([unroll(cell, layers_of(theirs), x, tap=tap)], [wanted])


@pytest.mark.parametrize("name", CELLS)
def test_places_in_the_order_in_which_they_are_used(name: str) -> None:
    cell = CELLS[name]
    seen: dict[tuple[int, int], list[tuple[str, int]]] = {}

    def tap(signal: str, value: Tensor, place: Place) -> Tensor:
        seen.setdefault((place.layer, place.direction), []).append((signal, place.time))
        return value

    unroll(cell, layers_of(module(name, 2, 2)), random(1, 3, FEATURES), tap=tap)
    assert list(seen) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    carried = [f"carried_{part}" for part in cell.state]
    weights = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    used = [*weights, *carried, *(s.name for s in cell.signals)]
    for (_, direction), events in seen.items():
        order = (0, 1, 2) if direction == 0 else (2, 1, 0)
        starts = [(f"initial_{part}", BEFORE) for part in cell.state]
        assert events == starts + [(signal, time) for time in order for signal in used]


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("name", CELLS)
def test_a_step_reads_the_state_that_it_is_given_through_the_tap(
    name: str, directions: int
) -> None:
    """A state that is swapped on its way into a step is a net that starts there."""
    cell, weights = CELLS[name], layers_of(module(name, 1, directions))
    x, middle = random(TRIALS, TIME, FEATURES), 3
    given = {part: random(TRIALS, UNITS, seed=3 + i) for i, part in enumerate(cell.state)}
    reads: list[Tensor] = []

    def tap(signal: str, value: Tensor, place: Place) -> Tensor:
        if signal.startswith("carried_") and place.time == middle:
            reads.append(value)
            return given[signal.removeprefix("carried_")]
        return value

    def from_there(signal: str, value: Tensor, place: Place) -> Tensor:
        return given[signal.removeprefix("initial_")] if place.time == BEFORE else value

    found, plain = unroll(cell, weights, x, tap=tap), unroll(cell, weights, x)
    forth = unroll(cell, weights, x[:, middle:], tap=from_there)[..., :UNITS]
    wanted = [torch.cat([plain[:, :middle, :UNITS], forth], 1)]
    if directions == 2:
        back = unroll(cell, weights, x[:, : middle + 1], tap=from_there)[..., UNITS:]
        wanted.append(torch.cat([back, plain[:, middle + 1 :, UNITS:]], 1))
    compare([found], [torch.cat(wanted, -1)])
    assert torch.equal(reads[0], plain[:, middle - 1, :UNITS])  # h of the step before


@pytest.mark.parametrize("name", CELLS)
def test_what_lies_beyond_the_end_decides_nothing(name: str) -> None:
    weights = layers_of(module(name, 2, 2))
    x = random(TRIALS, TIME, FEATURES)
    inside = torch.arange(TIME) < LENGTHS[:, None]
    other = torch.where(inside[..., None], x, random(TRIALS, TIME, FEATURES, seed=8))
    first, second = (unroll(CELLS[name], weights, given, lengths=LENGTHS) for given in (x, other))
    assert torch.equal(first, second)
    assert not first[~inside].any()
