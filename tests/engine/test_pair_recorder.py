"""What is recorded of an encoder–decoder is what it did: against the second implementation, and gates against states."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
import xarray as xr

from engine.analyses import ANALYSES
from engine.experiment import Experiment
from engine.pair_recorder import record_pair
from engine.run import Run, Snapshot
from engine.tape import Tape
from engine.tasks.contract import UNASKED
from engine.tasks.pairs import Pairs, join
from engine.tasks.reversal import Reversal
from engine.tasks.translation import BEYOND
from tests.engine import pairnets
from tests.engine.translated_by_hand import translate

LENGTHS = (4, 1, 3)


def recorded(
    told: bool = True, snapshots: int = 2, **network: object
) -> tuple[xr.Dataset, Experiment, Pairs]:
    """A recording of sources of unequal length, and of what."""
    chosen = pairnets.experiment(**{"attention": "dot", **network})
    run = pairnets.written(chosen, snapshots=snapshots)
    drawn = pairnets.sources(*LENGTHS)
    return record_pair(run, drawn, told=told, every=True), chosen, drawn


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("sides", pairnets.SIDES)
@pytest.mark.parametrize("stack", [(1, False), (2, True)])
def test_every_value_is_that_of_the_second_implementation(
    sides: tuple[str, str], stack: tuple[int, bool], told: bool
) -> None:
    found, chosen, drawn = recorded(
        told, cell=sides[0], decoder=sides[1], layers=stack[0], bidirectional=stack[1], attention="additive"
    )  # fmt: skip
    run = pairnets.written(chosen, snapshots=2)
    close: dict[str, Any] = {"atol": 3e-6, "rtol": 1e-5}
    for row, snapshot in enumerate(run.snapshots):
        own = {name: torch.from_numpy(w).double() for name, w in snapshot.weights.items()}
        for trial, length in enumerate(LENGTHS):
            here = found.isel(snapshot=row, trial=trial)
            steps = int(here["written_length"])
            fed = here["fed"].values[:steps].tolist()
            by_hand = translate(
                own, pairnets.shape(chosen), drawn.inputs[trial, :length].tolist(), fed
            )

            def same(
                name: str, values: object, *, width: int = steps, here: xr.Dataset = here
            ) -> None:
                wanted = np.asarray(values)
                array = here[name].values
                np.testing.assert_allclose(array[:width, ..., : wanted.shape[-1]], wanted, **close)
                assert np.isnan(array[width:]).all()

            same("annotation", torch.stack(by_hand.annotations), width=length)
            same("state", torch.stack(by_hand.hidden))
            same("output", torch.stack(by_hand.outputs))
            same("context", torch.stack(by_hand.context))
            same("attention", [[float(x) for x in line] for line in by_hand.alpha])
            same("score", [[float(x) for x in line] for line in by_hand.scores])
            np.testing.assert_allclose(here["vector"], by_hand.vector, **close)
            for (side, name, layer, way), values in by_hand.signals.items():
                prefix, end = ("encoder_", length) if side == "encoder" else ("", steps)
                where = {"layer": layer, f"{prefix}direction": way}
                one = here[f"{prefix}{name}"].isel(where).values
                np.testing.assert_allclose(one[:end], torch.stack(values), **close)
                assert np.isnan(one[end:]).all()
            shares = torch.stack(by_hand.outputs).softmax(-1)
            words = here["written"].values[:steps]
            np.testing.assert_allclose(
                here["probability"][:steps], shares[range(steps), words], **close
            )
            assert words.tolist() == shares.argmax(-1).tolist()


@pytest.mark.parametrize("told", [True, False])
def test_gates_recombine_into_states_on_both_sides(told: bool) -> None:
    found, _, _ = recorded(told, cell="lstm", decoder="lstm", layers=2, bidirectional=True)
    assert found.sizes["encoder_direction"] == 2 and found.sizes["direction"] == 1
    for prefix, time in (("encoder_", "source_time"), ("", "time")):
        f, i, g, o, c, h = (
            found[f"{prefix}{name}"].values
            for name in ("forget", "input_gate", "candidate", "output_gate", "cell", "hidden")
        )
        assert found[f"{prefix}cell"].dims[-2] == time
        np.testing.assert_allclose(h, o * np.tanh(c), atol=1e-6)
        for way in range(f.shape[3]):
            before = np.roll(c[:, :, :, way], 1 if way == 0 else -1, axis=-2)
            first = 0 if way == 0 else -1
            mixed = f[:, :, :, way] * before + i[:, :, :, way] * g[:, :, :, way]
            if prefix:  # it begins at 0, the reverse direction at each trial's own end
                begun = np.isnan(before) & ~np.isnan(c[:, :, :, way])
                begun[..., first, :] = True
                mixed = np.where(begun, (i * g)[:, :, :, way], mixed)
            else:
                mixed[..., 0, :] = c[:, :, :, way, 0]  # it begins where the one vector says
            np.testing.assert_allclose(mixed, c[:, :, :, way], atol=2e-6)
    found, _, _ = recorded(told, cell="gru", decoder="gru")
    z, n, h = (found[name].values for name in ("update", "candidate", "hidden"))
    mixed = (1 - z[..., 1:, :]) * n[..., 1:, :] + z[..., 1:, :] * h[..., :-1, :]
    np.testing.assert_allclose(mixed, h[..., 1:, :], atol=1e-6)


def test_attention_recombines_into_context_and_context_into_outputs() -> None:
    found, chosen, _ = recorded(bidirectional=True, layers=2)
    notes = found["annotation"].fillna(0)
    inside = found["attention"].fillna(0)
    written = found["written"] >= 0
    np.testing.assert_allclose(inside.sum("source_time").where(written, 1), 1, atol=1e-6)
    context = (inside * notes).sum("source_time").where(written)
    np.testing.assert_allclose(context, found["context"], atol=1e-6)
    run = pairnets.written(chosen, snapshots=2)
    for row, one in enumerate(run.snapshots):
        seen = np.concatenate([found["state"][row], found["context"][row]], -1)
        output = seen @ one.weights["readout.weight"].T + one.weights["readout.bias"]
        np.testing.assert_allclose(found["output"][row], output, atol=1e-5)


def test_scores_become_weights_by_a_softmax_over_the_source() -> None:
    found, _, _ = recorded(attention="scaled")
    scores: Any = found["score"]
    raised = np.exp(scores - scores.max("source_time"))
    np.testing.assert_allclose(raised / raised.sum("source_time"), found["attention"], atol=1e-6)


@pytest.mark.parametrize("attention", pairnets.ATTENDED)
def test_what_is_padding_is_blank_and_nothing_else(attention: str) -> None:
    found, _, drawn = recorded(False, attention=attention)
    source = np.arange(drawn.inputs.shape[1]) < drawn.lengths[:, None]
    step = (found["written"] >= 0).values
    assert (step.sum(-1) == found["written_length"].values).all()
    for name, variable in found.data_vars.items():
        if variable.dtype.kind != "f":
            continue
        filled = xr.ones_like(variable, bool)
        if "source_time" in variable.dims:
            filled &= xr.DataArray(source, dims=("trial", "source_time"))
        if "time" in variable.dims:
            filled &= xr.DataArray(step, dims=("snapshot", "trial", "time"))
        np.testing.assert_array_equal(
            variable.notnull(), filled.transpose(*variable.dims), err_msg=str(name)
        )
    assert ("attention" in found) == (attention != "none")


def test_told_and_on_its_own_agree_when_the_right_words_are_those_it_writes() -> None:
    chosen = pairnets.experiment(attention="additive", bidirectional=True)
    run, drawn = pairnets.written(chosen), pairnets.sources(4, 4)
    free = record_pair(run, drawn)
    own = free["written"].values[0]
    lengths = (own >= 0).sum(-1)
    as_written = Pairs(drawn.inputs, own, drawn.periods, drawn.lengths, lengths)
    told = record_pair(run, as_written, told=True)
    for name in told.data_vars:
        if name != "fed":
            np.testing.assert_allclose(free[name], told[name], atol=1e-6, err_msg=name)
    assert (free["written"].values == told["written"].values).all()


def test_a_trial_is_recorded_alone_as_among_others() -> None:
    run = pairnets.written(pairnets.experiment(attention="dot", bidirectional=True))
    short, long = pairnets.sources(2), pairnets.sources(6, seed=4)
    alone = record_pair(run, short, told=True).isel(trial=0)
    among = record_pair(run, join(long, short), told=True).isel(trial=1)
    here = among.isel(time=slice(0, 3), source_time=slice(0, 2))
    for name in alone.data_vars:
        np.testing.assert_allclose(alone[name], here[name], atol=1e-6, err_msg=str(name))


def test_it_says_what_was_right_and_keeps_no_gradient() -> None:
    found, chosen, drawn = recorded()
    np.testing.assert_array_equal(found["right"], drawn.targets)
    assert found["answer"].values.tolist() == list(chosen.task.answers)
    assert Experiment.model_validate_json(found.attrs["experiment"]) == chosen
    assert all(isinstance(value.values, np.ndarray) for value in found.variables.values())
    assert found.sizes["snapshot"] == 2


def test_a_source_that_is_none_is_written_of_but_not_told() -> None:
    run = pairnets.written(pairnets.experiment(attention="dot"))
    task = run.experiment.task
    assert isinstance(task, Reversal)
    strange = task.read("zebra ? 9").trials
    assert isinstance(strange, Pairs)
    found = record_pair(run, strange)
    assert 1 <= found["written_length"].item() <= task.limit(3)
    assert (found["right"] == UNASKED).all()
    known = task.read("a b").trials
    assert isinstance(known, Pairs)
    for pairs in (strange, join(known, strange)):
        with pytest.raises(ValueError, match="not known"):
            record_pair(run, pairs, told=True)
    with pytest.raises(ValueError, match="not known"):
        ANALYSES["source_credit"](run, strange, told=1)


def never_ending() -> Run:
    """A net that writes one word for ever, whatever it reads."""
    run = pairnets.written(pairnets.experiment(attention="dot"))
    weights = dict(run.snapshots[0].weights)
    weights["readout.bias"] = weights["readout.bias"].copy()
    weights["readout.bias"][0] = -1e6
    return replace(run, snapshots=(Snapshot(0, weights),))


@pytest.mark.parametrize("width", [1, 2])
def test_a_source_is_written_alike_drawn_and_typed_alone_and_among_others(width: int) -> None:
    run = never_ending()
    task = run.experiment.task
    assert isinstance(task, Reversal)
    drawn = pairnets.sources(6, 2, 4)
    together = record_pair(run, drawn, width=width)
    for trial, length in enumerate((6, 2, 4)):
        words = task.wording(drawn, trial)
        strange = task.read(" ".join((*words[1:], "zebra"))).trials
        typed = task.read(" ".join(words)).trials
        assert isinstance(typed, Pairs) and isinstance(strange, Pairs)
        alone = record_pair(run, typed, width=width)
        steps = task.limit(length)
        assert steps == length + 1 + BEYOND == alone.sizes["time"]
        assert together["written_length"].values[0, trial] == steps
        among = together.isel(trial=[trial], time=slice(0, steps), source_time=slice(0, length))
        np.testing.assert_array_equal(among["written"], alone["written"])
        np.testing.assert_allclose(among["attention"], alone["attention"], atol=1e-6)
        assert (together["written"].values[0, trial, steps:] == UNASKED).all()
        assert np.isnan(together["output"].values[0, trial, steps:]).all()
        # What is right decides nothing, not even whether it is known.
        assert record_pair(run, strange, width=width)["written_length"].item() == steps


def test_no_signal_is_kept_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Tape] = []

    def watched(names: list[str]) -> Tape:
        kept.append(Tape(names))
        return kept[-1]

    monkeypatch.setattr("engine.pair_recorder.Tape", watched)
    run = pairnets.written(pairnets.experiment(attention="dot"))
    with_ = record_pair(run, pairnets.sources(3))
    assert all(tape.values for tape in kept) and len(kept) == 2
    without = record_pair(run, pairnets.sources(3), signals=False)
    assert not any(tape.values for tape in kept[2:]) and len(kept) == 4
    xr.testing.assert_identical(with_[list(without.data_vars)], without)


def test_the_longest_source_and_the_smallest_net() -> None:
    for attention in pairnets.ATTENDED:
        chosen = pairnets.experiment(
            attention=attention, units=1, embedding=1, vector=1, layers=4, bidirectional=True
        )
        run = pairnets.written(chosen)
        found = record_pair(run, pairnets.sources(64, 1), told=True)
        assert found.sizes["source_time"] == 64 and found.sizes["time"] == 65
        assert np.isfinite(found["output"][0, 0]).all()


@pytest.mark.parametrize("text", ["", "   ", " ".join("a" * 65)])
def test_no_source_and_too_long_a_one_are_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 symbols"):
        Reversal().read(text)


def test_weights_that_blow_up_are_recorded_and_do_not_hang() -> None:
    run = pairnets.written(pairnets.experiment(cell="relu", decoder="relu", attention="dot"))
    for name, value in run.snapshots[0].weights.items():
        if "weight" in name:
            value *= np.float32(1e12)
    found = record_pair(run, pairnets.sources(20))
    assert found.sizes["time"] <= 21
