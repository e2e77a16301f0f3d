"""Edits against loops written by hand, and a patch that makes Italy's sentence end as France's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import BaseModel, TypeAdapter, ValidationError

import engine
from engine.cells import CELLS
from engine.edits import Clamp, Edit, Patch, Silence
from engine.experiment import sentence
from engine.network import layers_of
from tests.engine import hand
from tests.engine.nets import FEATURES, UNITS, arrays, module, random, unequal, untrained

TRIALS, TIME = 3, 5
SIGNALS = [(name, signal.name) for name, cell in CELLS.items() for signal in cell.signals]
PLAIN = [(name, signal) for name, signal in SIGNALS if CELLS[name].fused]

Force = Callable[[int, str, np.ndarray], np.ndarray]


def by_hand(name: str, x: np.ndarray, force: Force) -> dict[str, np.ndarray]:
    """All signals ``[trial, time, unit]`` of one layer, with ``force(time, name, value)`` in every line."""
    [[weights]] = layers_of(module(name))
    own = arrays(weights)
    state = {part: np.zeros((TRIALS, UNITS)) for part in CELLS[name].state}
    steps = []
    for time in range(TIME):
        found = hand.step(name, own, x[:, time], state, partial(force, time))
        state = {part: found[part] for part in state}
        steps.append(found)
    return {signal: np.stack([found[signal] for found in steps], 1) for signal in steps[0]}


def same(name: str, edits: tuple[Edit, ...], force: Force) -> None:
    x = random(TRIALS, TIME, FEATURES)
    recorded = engine.record(module(name), x, edits=edits)
    for signal, wanted in by_hand(name, x.numpy(), force).items():
        np.testing.assert_allclose(recorded[signal].values[0, :, 0, 0], wanted, rtol=0, atol=1e-13)
    free = engine.record(module(name), x)
    assert float(abs(free["hidden"] - recorded["hidden"]).max()) > 1e-3


@pytest.mark.parametrize(("name", "signal"), PLAIN)
def test_clamp_everywhere(name: str, signal: str) -> None:
    def force(time: int, at: str, value: np.ndarray) -> np.ndarray:
        return np.full_like(value, 0.75) if at == signal else value

    same(name, (Clamp(signal=signal, value=0.75),), force)


@pytest.mark.parametrize(("name", "signal"), PLAIN)
def test_clamp_some_units_times_and_trials(name: str, signal: str) -> None:
    def force(time: int, at: str, value: np.ndarray) -> np.ndarray:
        if at != signal or time not in (1, 3):
            return value
        changed = value.copy()
        changed[np.ix_([0, 2], [1, 2])] = -0.5
        return changed

    edit = Clamp(signal=signal, value=-0.5, units=(1, 2), times=(1, 3), trials=(0, 2))
    same(name, (edit,), force)


@pytest.mark.parametrize("name", [name for name, cell in CELLS.items() if cell.fused])
def test_silence(name: str) -> None:
    def force(time: int, at: str, value: np.ndarray) -> np.ndarray:
        return value * [1, 0, 1, 0] if at == "hidden" else value

    same(name, (Silence(units=(1, 3)),), force)


def test_silence_at_some_times() -> None:
    def force(time: int, at: str, value: np.ndarray) -> np.ndarray:
        return value * [0, 1, 1, 1] if (at, time) == ("hidden", 2) else value

    same("gru", (Silence(units=(0,), times=(2,)),), force)


@pytest.mark.parametrize(("name", "signal"), PLAIN)
def test_patch(name: str, signal: str) -> None:
    def force(time: int, at: str, value: np.ndarray) -> np.ndarray:
        if at != signal or time != 2:
            return value
        changed = value.copy()
        changed[1, [0, 3]] = value[2, [0, 3]]
        return changed

    same(name, (Patch(signal=signal, source=2, trial=1, time=2, units=(0, 3)),), force)


def test_edits_act_one_after_the_other() -> None:
    def force(time: int, at: str, value: np.ndarray) -> np.ndarray:
        if at == "forget":
            value = np.full_like(value, 0.5)
            value[:, 2] = 1.0
        return value

    edits = (Clamp(signal="forget", value=0.5), Clamp(signal="forget", value=1.0, units=(2,)))
    same("lstm", edits, force)


@pytest.mark.parametrize("cell", CELLS)
def test_patching_france_into_italy_continues_as_france(cell: str) -> None:
    run = untrained(cell, layers=2, snapshots=3, task="fluent")
    task: Any = run.experiment.task
    both = [task.example(name, 6) for name in ("France", "Italy")]
    inputs = np.concatenate([trials.inputs for trials in both])
    at = 7
    assert (inputs[0] != inputs[1]).sum() == 1 and (inputs[0, at:] == inputs[1, at:]).all()
    edits = [
        Patch(signal=part, source=0, trial=1, time=at, layer=layer)
        for part in CELLS[cell].state
        for layer in range(2)
    ]
    free = engine.record(run, inputs, every=True)
    patched = engine.record(run, inputs, every=True, edits=edits)
    assert float(abs(free["output"][:, 0] - free["output"][:, 1])[..., at + 1 :, :].max()) > 1e-4
    for name in ("output", "hidden"):
        france, italy = patched[name].isel(trial=0), patched[name].isel(trial=1)
        assert (france.isel(time=slice(at, None)) == italy.isel(time=slice(at, None))).all()
        assert (france == free[name].isel(trial=0)).all()
        before = slice(0, at)
        assert (italy.isel(time=before) == free[name].isel(trial=1, time=before)).all()


def test_layer_and_direction() -> None:
    x = random(TRIALS, TIME, FEATURES)
    net = module("lstm", 2, 2)
    edit = Clamp(signal="cell", value=0.3, times=(2,), layer=1, direction=1)
    free, edited = engine.record(net, x), engine.record(net, x, edits=[edit])
    changed = (free["hidden"] != edited["hidden"]).any(["snapshot", "trial", "unit"])
    wanted = np.zeros((2, 2, TIME), bool)
    wanted[1, 1, :3] = True  # backwards in time, and nowhere else
    np.testing.assert_array_equal(changed.transpose("layer", "direction", "time").values, wanted)
    assert (edited["cell"][0, :, 1, 1, 2] == 0.3).all()


def test_a_held_value_cuts_the_path_and_keeps_its_own_gradient() -> None:
    run = untrained("lstm")
    trials = run.experiment.task.test(np.random.default_rng(0), 2, "gap 6")
    held = [Clamp(signal=part, value=0.2, times=(3,)) for part in ("hidden", "cell")]
    recorded = engine.record(run, trials, edits=held)
    gradient = recorded["gradient_margin_hidden"]
    assert not gradient[..., :3, :].any()
    assert (gradient[..., 3:, :] != 0).all()


def test_edits_are_values() -> None:
    edits: list[Any] = [
        Clamp(signal="forget", value=1.0, units=(3,)),
        Silence(units=(0, 2), times=(1,)),
        Patch(signal="cell", source=0, trial=1, time=4),
    ]
    adapter = TypeAdapter(Edit)
    for edit in edits:
        assert type(edit).model_validate_json(edit.model_dump_json()) == edit
        assert adapter.validate_json(edit.model_dump_json()) == edit
        assert hash(edit) == hash(edit.model_copy())
    assert len(set(edits)) == 3
    with pytest.raises(ValidationError) as caught:
        edits[0].value = 2.0
    assert "frozen" in str(caught.value)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            Clamp(signal="update", value=0),
            "clamp.signal = 'update': the LSTM has forget, input_gate, candidate, output_gate, cell, hidden.",
        ),
        (Clamp(signal="cell", value=0, units=(1, 4)), "clamp.units = 4: must be below 4."),
        (Clamp(signal="cell", value=0, times=(5,)), "clamp.times = 5: must be below 5."),
        (Clamp(signal="cell", value=0, trials=(3,)), "clamp.trials = 3: must be below 3."),
        (Clamp(signal="cell", value=0, layer=1), "clamp.layer = 1: must be below 1."),
        (Silence(units=(0,), direction=1), "silence.direction = 1: must be below 1."),
        (Patch(signal="cell", source=3, trial=0, time=0), "patch.source = 3: must be below 3."),
        (Patch(signal="cell", source=0, trial=7, time=0), "patch.trial = 7: must be below 3."),
        (Patch(signal="cell", source=0, trial=1, time=5), "patch.time = 5: must be below 5."),
    ],
)
def test_what_is_not_there_is_refused(edit: Edit, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        engine.record(module("lstm"), random(TRIALS, TIME, FEATURES), edits=[edit])
    assert str(caught.value) == words


def test_a_patch_lies_within_both_trials() -> None:
    run = untrained("lstm")
    trials = unequal(run, 2, 6, each=1)  # 4 and 8 steps
    engine.record(run, trials, edits=[Patch(signal="cell", source=0, trial=1, time=3)])
    for source, target in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match=r"patch.time = 4: must be below 4\."):
            engine.record(
                run, trials, edits=[Patch(signal="cell", source=source, trial=target, time=4)]
            )


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (
            Clamp,
            {"signal": "cell", "value": float("nan")},
            "value = nan: input should be a finite number.",
        ),
        (
            Clamp,
            {"signal": "cell", "value": 0, "units": (-1,)},
            "units.0 = -1: input should be greater than or equal to 0.",
        ),
        (Clamp, {"value": 0}, "signal is missing."),
        (Silence, {"units": (0,), "direction": 2}, "direction = 2: input should be 0 or 1."),
        (
            Patch,
            {"signal": "cell", "source": 0, "trial": 0, "time": 0, "step": 1},
            "step = 1: extra inputs are not permitted.",
        ),
    ],
)
def test_a_value_that_can_be_nothing_is_refused_when_made(
    kind: type[BaseModel], fields: dict, words: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(fields)
    assert sentence(caught.value) == words


def test_nothing_is_left_behind() -> None:
    net = module("gru")
    x = random(TRIALS, TIME, FEATURES)
    before = engine.record(net, x)
    weights = {name: value.clone() for name, value in net.state_dict().items()}
    engine.record(net, x, edits=[Silence(units=(0, 1, 2, 3))])
    assert engine.record(net, x).identical(before)
    for name, value in net.state_dict().items():
        assert torch.equal(value, weights[name])


def test_fields_can_be_given_in_order() -> None:
    assert Clamp("forget", 1.0, units=(3,)) == Clamp(signal="forget", value=1.0, units=(3,))
    assert Silence((3,)) == Silence(units=(3,))
    assert Patch("cell", 0, 1, 20) == Patch(signal="cell", source=0, trial=1, time=20)
    for edit in (Clamp("forget", 1.0), Silence((3,)), Patch("cell", 0, 1, 20)):
        assert type(edit).model_validate_json(edit.model_dump_json()) == edit
    with pytest.raises(TypeError, match="signal, value"):
        Clamp("forget", 1.0, (3,))
