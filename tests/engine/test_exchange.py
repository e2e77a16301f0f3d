"""The exchange of memories against recordings with patches, and whom the answers of the shipped nets follow."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import xarray as xr

import engine
from engine.analyses.exchange import exchange
from engine.analyses.exchanges import WHOLE, exchanges
from engine.cells import CELLS
from engine.edits import Patch
from engine.questions import Drawn, drawn_from, trials_of
from engine.shipped import shipped_run
from engine.tasks import Trials
from engine.tasks.contract import join
from engine.tasks.fluent import Fluent
from tests.engine.nets import module, random, untrained

SOURCE, TARGET, LAST = 2, 0, 12


def three(run: Any, gap: int = 4) -> Trials:
    """The far sentences of three countries."""
    return join(*(Fluent().example(name, gap) for name in ("France", "Italy", "Japan")))


def patched(run: Any, trials: Trials, time: int, units: Any, states: Any = None) -> xr.Dataset:
    """A recording in which the target has those units of the source's memory."""
    network = run.experiment.network
    edits = [
        Patch(
            state,
            SOURCE,
            TARGET,
            time,
            units=units[layer, direction],
            layer=layer,
            direction=direction,
        )
        for state in states or CELLS[network.cell].state
        for layer in range(network.layers)
        for direction in range(2 if network.bidirectional else 1)
        if units[layer, direction]
    ]
    return engine.record(run, trials, edits=edits, every=True, gradients=False)


def margin(recording: xr.Dataset, answer: int) -> np.ndarray:
    """logit - logsumexp of the others at the target's last step, in float64."""
    logits = recording["output"].values[:, TARGET, -1].astype(np.float64)
    others = np.delete(logits, answer, -1)
    return logits[:, answer] - np.log(np.exp(others).sum(-1))


def places(network: Any, chosen: np.ndarray) -> dict[tuple[int, int], tuple[int, ...]]:
    """Flat numbers of units by layer and direction."""
    directions = 2 if network.bidirectional else 1
    found: dict[tuple[int, int], tuple[int, ...]] = {
        (layer, way): () for layer in range(network.layers) for way in range(directions)
    }
    for number in chosen:
        rest, unit = divmod(int(number), network.units)
        place = divmod(rest, directions)
        found[place] = tuple(sorted((*found[place], unit)))
    return found


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("layers", "directions"), [(1, 1), (2, 2)])
def test_every_cell_of_the_map_is_a_recording_with_patches(
    cell: str, layers: int, directions: int
) -> None:
    run = untrained(cell, layers=layers, directions=directions, snapshots=2, task="fluent")
    trials = three(run)
    wanted = int(trials.targets[SOURCE, -1])
    network = run.experiment.network
    total = network.units * layers * directions
    for kind in ("most", "blocks"):
        found = exchange(run, trials, source=SOURCE, target=TARGET, groups=kind)
        assert found["margin"].dims == ("snapshot", "group", "time")
        names = [str(name) for name in found["group"].values]
        for row, name in enumerate(names):
            if kind == "most" and not name.startswith("all") and not name.endswith("alone"):
                continue  # which units these are is tested below
            states, chosen = None, np.arange(total)
            if name.endswith("alone"):
                states = [s for s in CELLS[cell].state if CELLS[cell].signal(s).words in name]
            elif not name.startswith("all"):
                ends = [int(n) for n in name.split()[-1].split("\N{EN DASH}")]
                chosen = np.arange(ends[0] - 1, ends[-1])
            for time in (0, 5, LAST):
                after = patched(run, trials, time, places(network, chosen), states)
                for snapshot in range(2):
                    here = found["margin"].values[snapshot, row, time]
                    assert here == pytest.approx(
                        margin(after, wanted)[snapshot], rel=1e-4, abs=2e-5
                    )


def test_the_units_that_differ_most_come_first() -> None:
    run = untrained("lstm", task="fluent")
    trials = three(run)
    found = exchange(run, trials, source=SOURCE, target=TARGET)
    plain = engine.record(run, trials, gradients=False)["cell"][0, :, 0, 0]
    order = np.argsort(-np.abs(plain[SOURCE].values - plain[TARGET].values).sum(0))
    names = [str(name) for name in found["group"].values]
    for size in (1, 2, 3):
        row = names.index(f"{size} units" if size > 1 else "1 unit")
        units = tuple(sorted(int(unit) for unit in order[:size]))
        after = patched(run, trials, 6, {(0, 0): units})
        wanted = margin(after, int(trials.targets[SOURCE, -1]))[0]
        assert found["margin"].values[0, row, 6] == pytest.approx(wanted, abs=2e-5)


def test_what_is_unchanged_is_the_plain_recording() -> None:
    run = untrained("gru", snapshots=2, task="fluent")
    trials = three(run)
    found = exchange(run, trials, source=SOURCE, target=TARGET)
    plain = engine.record(run, trials, every=True, gradients=False)
    wanted = int(trials.targets[SOURCE, -1])
    np.testing.assert_allclose(found["unchanged"][:, TARGET], margin(plain, wanted), atol=2e-5)
    tops = plain["output"].values[:, :, -1].argmax(-1)
    np.testing.assert_array_equal(found["unchanged_answer"], tops)
    flipped = (found["answer"] == wanted) & (tops[:, None, None, TARGET] != wanted)
    np.testing.assert_array_equal(found["flipped"], flipped)


def test_steps_that_not_both_have_are_blank() -> None:
    run = untrained("rnn", task="fluent")
    trials = join(Fluent().example("France", 2), Fluent().example("Italy", 4))
    found = exchange(run, trials, source=0, target=1)
    short = int(trials.lengths[0])
    assert found["margin"].isel(time=slice(0, short)).notnull().all()
    assert found["margin"].isel(time=slice(short, None)).isnull().all()
    assert (found["answer"].isel(time=slice(short, None)) == -1).all()


def test_parts_are_the_same_as_one_unroll(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from engine.analyses import exchange as _  # noqa: F401

    run = untrained("lstm", task="fluent")
    trials = three(run)
    whole = exchange(run, trials, source=SOURCE, target=TARGET)
    pairs = exchanges(run, trials)
    for name in ("exchange", "exchanges"):
        monkeypatch.setattr(sys.modules[f"engine.analyses.{name}"], "BUDGET", 1)
    xr.testing.assert_allclose(
        exchange(run, trials, source=SOURCE, target=TARGET), whole, atol=1e-5
    )
    assert exchanges(run, trials).identical(pairs)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"source": 3}, "trial 3: there are 3 trials, and an exchange takes two of them."),
        ({"target": -1}, "trial -1: there are 3 trials, and an exchange takes two of them."),
        (
            {"source": 1, "target": 1},
            "The two trials have the same right answer: nothing could flip.",
        ),
        ({"groups": "odd"}, "groups = 'odd': choose one of most, blocks."),
    ],
)
def test_what_cannot_be_exchanged_is_said_in_a_sentence(options: Any, words: str) -> None:
    run = untrained("rnn", task="fluent")
    with pytest.raises(ValueError) as caught:
        exchange(run, three(run), **options)
    assert str(caught.value) == words


def test_answers_must_be_words() -> None:
    run = untrained("rnn", task="adding")
    trials = run.experiment.task.test(
        np.random.default_rng(0), 3, run.experiment.task.conditions()[0]
    )
    for ask in (exchange, exchanges):
        with pytest.raises(ValueError, match="a task with named answers"):
            ask(run, trials)
        with pytest.raises(ValueError, match="a task with named answers"):
            ask(module("lstm"), random(2, 5, 3).float())
    fluent = untrained("rnn", task="fluent")
    with pytest.raises(ValueError, match="Nothing is asked in trial 1"):
        exchange(
            fluent,
            trials_of(fluent.experiment.task, ("I grew up in Italy so I speak fluent", "red")),
        )
    with pytest.raises(ValueError, match="time = 13: the shortest trial has 13 steps"):
        exchanges(fluent, three(fluent), time=13)


def test_pairs_are_recordings_with_patches() -> None:
    run = untrained("lstm", snapshots=2, task="fluent")
    trials = three(run)
    found = exchanges(run, trials, time=6)
    assert found.attrs["pairs"] == 6
    for part, states in (
        (WHOLE, None),
        ("cell state alone", ["cell"]),
        ("hidden state alone", ["hidden"]),
    ):
        after = patched(run, trials, 6, {(0, 0): tuple(range(4))}, states)
        tops = after["output"].values[:, TARGET, -1].argmax(-1)
        here = found["answer"].sel(part=part)[:, SOURCE, TARGET]
        np.testing.assert_array_equal(here, tops)
    own = found["answer"].values[:, :, range(3), range(3)]
    assert (own == -1).all()
    np.testing.assert_allclose(found["follows"] + found["stays"] + found["other"], 1, atol=1e-6)


@lru_cache
def followed(name: str, condition: str = "") -> xr.Dataset:
    """All pairs of countries at mid-gap, gap 40, in a shipped net; or of drawn sentences, each with its own filler."""
    run = shipped_run(name)
    assert run is not None
    task = Fluent()
    trials = trials_of(task, task.far_texts(40))
    if condition:
        trials = drawn_from(run.experiment.task, Drawn(condition=condition, seed=3, count=48))
    return exchanges(run.at(run.snapshots[-1].step), trials).isel(snapshot=0)


@pytest.mark.parametrize("name", ["lstm", "gru"])
@pytest.mark.parametrize("condition", ["", "gap 40"])
def test_in_a_solved_net_the_answer_follows_the_whole_memory(name: str, condition: str) -> None:
    found = followed(name, condition)
    assert found.attrs["time"] == 24
    assert found.attrs["pairs"] == 132 or condition
    assert float(found["right"]) == 1
    assert float(found["follows"].sel(part=WHOLE)) >= 0.99


@pytest.mark.parametrize("condition", ["", "gap 40"])
def test_in_the_lstm_the_memory_is_in_c(condition: str) -> None:
    found = followed("lstm", condition)
    assert float(found["follows"].sel(part="cell state alone")) >= 0.99
    assert float(found["follows"].sel(part="hidden state alone")) <= 0.01
    assert float(found["stays"].sel(part="hidden state alone")) >= 0.99


@pytest.mark.parametrize("name", ["rnn", "lstm-default"])
def test_a_net_that_has_not_learned_it_follows_nothing(name: str) -> None:
    found = followed(name)
    assert float(found["right"]) == pytest.approx(1 / 12)
    for part in found["part"].values:
        assert float(found["follows"].sel(part=part)) == pytest.approx(
            11 / 132
        )  # one answer for all
    assert len(np.unique(found["answer"].values[found["answer"].values >= 0])) == 1


def test_few_units_of_the_solved_nets_are_enough() -> None:
    task = Fluent()
    trials = trials_of(task, task.far_texts(40))
    for name, enough, few in (("lstm", "8 units", "3 units"), ("gru", "4 units", "2 units")):
        run = shipped_run(name)
        assert run is not None
        found = exchange(run.at(run.snapshots[-1].step), trials, source=0, target=1)
        flipped = found["flipped"].isel(snapshot=0)
        assert flipped.sel(group=enough)[4:].all() and not flipped.sel(group=few).any()
        assert not flipped.isel(time=slice(0, 4)).any()  # before the cue both memories are the same
