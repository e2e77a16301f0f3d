"""Starts do to the weights what their equations say, and draw from their own dice alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.cells import CELLS
from engine.experiment import Experiment, Network, Training
from engine.network import Net, build, layers_of, recurrent_module
from engine.recorder import record
from engine.run import Snapshot
from engine.starts import STARTS, Setting
from engine.tasks.recall import Recall
from engine.trainer import training
from tests.engine.nets import unequal, untrained

UNITS, GAP = 24, 30
LONGEST = Recall(gap=GAP).length(GAP)
PAIRS = [(cell, start.name) for start in STARTS.values() for cell in start.cells]


def started(cell: str, start: str, *, seed: int = 0, bias: float = 1.5, **options: Any) -> Net:
    network = Network(cell=cell, start=start, bias=bias, units=UNITS, embedding=8, **options)
    experiment = Experiment(task=Recall(gap=GAP), network=network)
    return build(experiment, torch.Generator().manual_seed(seed))


def weights_of(net: Net) -> Iterator[dict[str, Tensor]]:
    for directions in layers_of(net.recurrent):
        for weights in directions:
            yield {name: value.detach() for name, value in weights.items()}


def effective(weights: dict[str, Tensor], cell: str, signal: str) -> Tensor:
    """bias_ih + bias_hh of one gate."""
    at = CELLS[cell].blocks.index(signal) * UNITS
    return (weights["bias_ih"] + weights["bias_hh"])[at : at + UNITS]


def test_every_start_has_its_words() -> None:
    for name, start in STARTS.items():
        assert start.name == name and start.words and start.equation and start.source
        assert set(start.cells) <= set(CELLS)
    assert {cell for cell, _ in PAIRS} == set(CELLS)


@pytest.mark.parametrize(("cell", "start"), PAIRS)
def test_the_same_seed_gives_the_same_net_and_no_global_dice_are_used(
    cell: str, start: str
) -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one = started(cell, start, layers=2, bidirectional=True)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(6)
    two, other = (started(cell, start, seed=s, layers=2, bidirectional=True) for s in (0, 1))
    for name, value in one.state_dict().items():
        assert torch.equal(value, two.state_dict()[name])
    differ = [
        name
        for name, value in one.state_dict().items()
        if not torch.equal(value, other.state_dict()[name])
    ]
    assert {"embedding.weight", "readout.weight", "recurrent.weight_ih_l1_reverse"} <= set(differ)
    assert one.recurrent.weight_ih_l0.dtype == torch.float32


def test_training_and_recording_leave_global_random_state_alone() -> None:
    torch.manual_seed(5)
    np.random.seed(5)
    theirs, numbers = torch.get_rng_state(), np.random.get_state()
    experiment = Experiment(training=Training(steps=3, snapshots=2, batch=4))
    for _ in training(experiment):
        pass
    run = untrained("lstm")
    record(run, unequal(run, 3))
    assert torch.equal(torch.get_rng_state(), theirs)
    for mine, other in zip(np.random.get_state(), numbers, strict=True):
        assert np.array_equal(mine, other)


def test_another_default_type_changes_nothing() -> None:
    wanted = started("lstm", "chrono").state_dict()
    torch.set_default_dtype(torch.float64)
    try:
        found = started("lstm", "chrono").state_dict()
    finally:
        torch.set_default_dtype(torch.float32)
    for name, value in found.items():
        assert value.dtype == torch.float32
        assert torch.equal(value, wanted[name])


@pytest.mark.parametrize("cell", CELLS)
def test_default_is_torchs_to_the_bit(cell: str) -> None:
    meant = CELLS[cell]
    with torch.random.fork_rng():
        torch.manual_seed(11)
        theirs = recurrent_module(meant, 8, UNITS, 2, True)  # draws from the global dice
    ours = recurrent_module(meant, 8, UNITS, 2, True)
    setting = Setting(meant, 0.0, LONGEST, torch.Generator().manual_seed(11))
    with torch.no_grad():
        for directions in layers_of(ours):
            for weights in directions:
                STARTS["default"].apply(weights, setting)
    for name, value in theirs.state_dict().items():
        assert torch.equal(ours.state_dict()[name], value)


@pytest.mark.parametrize("cell", STARTS["identity"].cells)
def test_identity(cell: str) -> None:
    for weights in weights_of(started(cell, "identity", layers=2, bidirectional=True)):
        assert torch.equal(weights["weight_hh"], torch.eye(UNITS))
        assert not weights["bias_ih"].any() and not weights["bias_hh"].any()
        assert 0.0007 < float(weights["weight_ih"].std()) < 0.0013


@pytest.mark.parametrize("cell", STARTS["orthogonal"].cells)
def test_orthogonal(cell: str) -> None:
    for weights in weights_of(started(cell, "orthogonal", layers=2, bidirectional=True)):
        blocks = weights["weight_hh"].double().split(UNITS)
        assert len(blocks) == len(CELLS[cell].blocks)
        for block in blocks:
            one = torch.eye(UNITS, dtype=torch.float64)
            torch.testing.assert_close(block.T @ block, one, rtol=0, atol=1e-5)
        for number, block in enumerate(blocks[1:]):
            assert not torch.equal(block, blocks[number])
        assert not weights["bias_ih"].any() and not weights["bias_hh"].any()


@pytest.mark.parametrize(
    ("cell", "start", "signal"), [("lstm", "forget", "forget"), ("gru", "update", "update")]
)
def test_bias_means_the_effective_bias(cell: str, start: str, signal: str) -> None:
    plain = list(weights_of(started(cell, "default", layers=2)))
    for weights, drawn in zip(weights_of(started(cell, start, layers=2)), plain, strict=True):
        assert torch.equal(effective(weights, cell, signal), torch.full((UNITS,), 1.5))
        for other in set(CELLS[cell].blocks) - {signal}:
            assert effective(weights, cell, other).std() > 0.05
        assert weights["weight_hh"].shape == drawn["weight_hh"].shape


def test_chrono() -> None:
    times = []
    for weights in weights_of(started("lstm", "chrono", layers=3, bidirectional=True)):
        forget = effective(weights, "lstm", "forget")
        assert torch.equal(effective(weights, "lstm", "input_gate"), -forget)
        times.append(forget.exp())
    drawn = torch.cat(times)  # 144 times, uniform in [1, T - 1]
    assert 1 - 1e-5 <= float(drawn.min()) < 3
    assert LONGEST - 4 < float(drawn.max()) <= (LONGEST - 1) * (1 + 1e-5)
    assert abs(float(drawn.mean()) - LONGEST / 2) < 4


@pytest.mark.parametrize("gap", [0, 1])
def test_chrono_where_no_time_is_to_be_kept(gap: int) -> None:
    experiment = Experiment(task=Recall(gap=gap), network=Network(cell="lstm", start="chrono"))
    [weights] = weights_of(build(experiment, torch.Generator().manual_seed(0)))
    assert bool(weights["bias_ih"].isfinite().all())


def test_the_unknown_word_stays_zero_while_training() -> None:
    experiment = Experiment(training=Training(steps=3, snapshots=2, batch=4))
    net = build(experiment, torch.Generator().manual_seed(0))
    assert net.embedding is not None
    assert not net.embedding.weight[0].any() and net.embedding.weight[1:].all()
    last = [event for event in training(experiment) if isinstance(event, Snapshot)][-1]
    assert not last.weights["embedding.weight"][0].any()
