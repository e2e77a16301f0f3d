"""A recording says what the net did: its values recombine, its gradients are autograd's, its labels are right."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np
import pytest
import torch
import xarray as xr

import engine
from engine import recorder
from engine.cells import CELLS
from engine.opened import opened
from engine.tasks import TASKS
from engine.tasks.fluent import Fluent
from engine.tasks.translation import Translation
from tests.engine import hand
from tests.engine.nets import FEATURES, UNITS, module, random, unequal, untrained

FULL = ("snapshot", "trial", "layer", "direction", "time", "unit")
SHAPES = [(1, 1), (2, 1), (2, 2)]


@pytest.fixture(autouse=True)
def _in_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stored weights are float32; the witnesses need more digits."""
    monkeypatch.setattr(recorder, "opened", partial(opened, dtype=torch.float64))


def before(dataset: xr.Dataset, name: str, direction: int) -> xr.DataArray:
    """A state one step earlier in the direction's order; 0 before the first."""
    state = dataset[name].isel(direction=direction)
    if direction == 0:
        return state.shift(time=1).where(dataset["time"] > 0, 0.0)
    later = state.shift(time=-1)
    return later.where(dataset["time"] + 1 < dataset["length"], 0.0).transpose(*state.dims)


@pytest.mark.parametrize(("layers", "directions"), SHAPES)
@pytest.mark.parametrize("cell", CELLS)
def test_gates_recombine_into_the_state_on_every_step(
    cell: str, layers: int, directions: int
) -> None:
    run = untrained(cell, layers=layers, directions=directions, snapshots=2)
    data = engine.record(run, unequal(run, 2, 5), every=True).assign_coords(time=range(7))
    inside = (data["time"] < data["length"]).transpose("trial", "time")
    for way in range(directions):
        one = data.isel(direction=way)
        old = {part: before(data, part, way) for part in CELLS[cell].state}
        if cell == "lstm":
            cells = one["forget"] * old["cell"] + one["input_gate"] * one["candidate"]
            pairs = [
                (one["cell"], cells),
                (one["hidden"], one["output_gate"] * np.tanh(one["cell"])),
            ]
        elif cell == "gru":
            mixed = (1 - one["update"]) * one["candidate"] + one["update"] * old["hidden"]
            pairs = [(one["hidden"], mixed)]
        else:
            pairs = []  # one line, which the next test recomputes
        for state, wanted in pairs:
            difference = abs(state - wanted).transpose(..., "trial", "time", "unit").values
            assert np.array_equal(~np.isnan(difference).any(-1)[0, 0], inside.values)
            assert np.nanmax(difference) < 1e-14


@pytest.mark.parametrize(("layers", "directions"), SHAPES)
@pytest.mark.parametrize("cell", CELLS)
def test_every_recorded_step_by_hand(cell: str, layers: int, directions: int) -> None:
    run = untrained(cell, layers=layers, directions=directions)
    data = engine.record(run, unequal(run, 2, 5)).assign_coords(time=range(7))
    weights = run.snapshots[0].weights
    for layer, way in product(range(layers), range(directions)):
        suffix = f"l{layer}{'_reverse' if way else ''}"
        own = {
            part: weights[f"recurrent.{part}_{suffix}"].astype(np.float64)
            for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        if layer == 0:
            x = data["input"].values[0]
        else:
            below = data["hidden"].isel(snapshot=0, layer=layer - 1)
            x = np.concatenate([below.isel(direction=d).values for d in range(directions)], -1)
        old = {part: before(data, part, way).values[0, :, layer] for part in CELLS[cell].state}
        for time in range(7):
            state = {part: values[:, time] for part, values in old.items()}
            for name, wanted in hand.step(cell, own, x[:, time], state).items():
                found = data[name].values[0, :, layer, way, time]
                np.testing.assert_allclose(
                    found, np.where(np.isnan(found), np.nan, wanted), atol=1e-13
                )
                assert np.array_equal(np.isnan(found).all(-1), time >= data["length"].values)
    for part in CELLS[cell].state:
        assert not data[f"initial_{part}"].values.any()


@pytest.mark.parametrize("cell", CELLS)
def test_snapshots_stacked_are_snapshots_one_by_one(cell: str) -> None:
    run = untrained(cell, layers=2, directions=2, snapshots=3)
    trials = unequal(run, 1, 4)
    stacked = engine.record(run, trials, every=True)
    assert stacked["snapshot"].values.tolist() == [0, 1, 2]
    for step in range(3):
        single = engine.record(run.at(step), trials)
        assert set(single) == set(stacked)
        for name in single:
            np.testing.assert_allclose(
                stacked[name].sel(snapshot=[step]).values, single[name].values, rtol=0, atol=1e-13
            )
    assert engine.record(run, trials).identical(engine.record(run.at(2), trials))


READ = [name for name, kind in TASKS.items() if not issubclass(kind, Translation)]


@pytest.mark.parametrize("task", READ)
def test_labels_and_dims(task: str) -> None:
    run = untrained("lstm", layers=2, directions=2, snapshots=2, task=task)
    meant = run.experiment.task
    trials = meant.test(np.random.default_rng(0), 3, meant.conditions()[0])
    data = engine.record(run, trials, every=True)
    time = trials.inputs.shape[1]
    sizes = {"snapshot": 2, "trial": 3, "layer": 2, "direction": 2, "time": time, "unit": UNITS}
    names = [signal.name for signal in CELLS["lstm"].signals]
    gradients = [f"gradient_{of}_{name}" for of in ("margin", "loss") for name in names]
    for name in (*names, *gradients):
        assert data[name].dims == FULL
        assert dict(data[name].sizes) == sizes
    for name in ("initial_hidden", "initial_cell"):
        assert data[name].dims == tuple(dim for dim in FULL if dim != "time")
    for name in ("input", "gradient_margin_input", "gradient_loss_input"):
        assert data[name].dims == ("snapshot", "trial", "time", "feature")
    assert data["output"].dims == ("snapshot", "trial", "time", "answer")
    for name in ("margin", "loss"):
        asked = ~np.isnan(data[name].values)
        targets = trials.targets
        wanted = ~np.isnan(targets) if targets.dtype.kind == "f" else targets >= 0
        assert np.array_equal(asked, np.broadcast_to(wanted, asked.shape))
    if meant.answers:
        assert data["answer"].values.tolist() == list(meant.answers)
    assert data["length"].values.tolist() == trials.lengths.tolist()
    assert data["period"].dims == ("trial", "time")
    assert set(data["period"].values.ravel()) <= {"start", "cue", "filler", "question"}
    assert engine.Experiment.model_validate_json(data.attrs["experiment"]) == run.experiment
    assert data.attrs["cell"] == "lstm"


def test_nothing_beyond_a_trials_length() -> None:
    run = untrained("gru", directions=2)
    data = engine.record(run, unequal(run, 1, 6)).assign_coords(time=range(8))
    inside = data["time"] < data["length"]
    for name, values in data.items():
        if "time" in values.dims and name not in ("margin", "loss"):
            assert values.where(~inside).isnull().all()
            assert values.where(inside, 0).notnull().all()
    assert data["margin"].notnull().sum() == 4
    # Alone, without padding, the short trials are the same.
    alone = engine.record(run, unequal(run, 1))
    for name in alone:
        both = data[name].isel(trial=slice(0, 2))
        both = both.isel(time=slice(0, 3)) if "time" in both.dims else both
        np.testing.assert_allclose(both.values, alone[name].values, rtol=0, atol=1e-14)


def test_a_recording_leaves_the_model_as_it_was() -> None:
    net = module("lstm", 2)
    weights = {name: value.clone() for name, value in net.state_dict().items()}
    with torch.no_grad():
        engine.record(net, random(2, 5, FEATURES))
        assert not torch.is_grad_enabled()
    for name, value in net.named_parameters():
        assert value.grad is None and value.requires_grad and torch.equal(value, weights[name])
    assert not net._forward_hooks and not net._forward_pre_hooks and not net._backward_hooks


def test_without_gradients_and_without_targets() -> None:
    run = untrained("rnn")
    trials = run.experiment.task.test(np.random.default_rng(1), 4, "gap 5")
    with_all, without = engine.record(run, trials), engine.record(run, trials, gradients=False)
    assert without.identical(with_all[list(without)])
    assert not [name for name in without if "gradient" in str(name)]
    bare = engine.record(run, trials.inputs)
    assert set(bare) == {"input", "hidden", "initial_hidden", "output"}
    np.testing.assert_array_equal(bare["output"].values, with_all["output"].values)


def test_a_typed_sentence_is_recorded_as_its_trial() -> None:
    run, task = untrained("gru", task="fluent"), Fluent()
    text = " ".join(task.wording(task.example("Japan", 3), 0))
    xr.testing.assert_identical(
        engine.record(run, text), engine.record(run, task.example("Japan", 3))
    )
    with pytest.raises(ValueError, match="no words"):
        engine.record(run, " . ")
    with pytest.raises(TypeError, match="plain module"):
        engine.record(torch.nn.GRU(2, 3), "I grew up in Japan")
