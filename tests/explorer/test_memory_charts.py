"""The charts of the memory page: their numbers are the recording's, for every cell, and every export can be had."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import xarray as xr

import engine
from engine.analyses import ANALYSES
from engine.cells import CELLS
from engine.edits import Clamp, Patch
from engine.run import Run
from engine.tasks.fluent import Fluent
from explorer import export, theme
from explorer.charts import CHARTS, gates
from explorer.charts.changed_answer import answered
from explorer.charts.exchange_map import fewest
from explorer.charts.retention import kept
from tests.engine.nets import FEATURES, UNITS, module, random, untrained

COUNTRIES = ("France", "Italy", "Japan")
OWN = ("gates", "saturation", "retention", "half_life", "slopes", "exchange_map", "exchange_table")


@lru_cache
def run(cell: str) -> Run:
    return untrained(cell, snapshots=2, task="fluent")


@lru_cache
def asked(cell: str, analysis: str = "record", edits: tuple[Any, ...] = ()) -> xr.Dataset:
    """An answer with words and periods, as the page gets it."""
    from engine.answering import labelled
    from engine.questions import Question, trials_of

    task = Fluent()
    texts = tuple(" ".join(task.wording(task.example(name, 4), 0)) for name in COUNTRIES)
    options = {"edits": edits} if edits else {}
    found = ANALYSES[analysis](run(cell), trials_of(task, texts), **options)
    return labelled(found, task, trials_of(task, texts), Question(run="x", texts=texts))


def rows(chart: Any) -> list[dict[str, str]]:
    """The lines of the chart's CSV."""
    return list(csv.DictReader(io.StringIO(export.table(chart).decode())))


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_every_chart_is_drawn_from_the_answer_that_it_needs(name: str, cell: str) -> None:
    chart = CHARTS[name].draw(asked(cell, CHARTS[name].needs), step=0)
    assert export.picture(chart, "svg", "slide", "x").startswith(b"<svg")
    assert export.picture(chart, "png", "column", "x").startswith(b"\x89PNG")


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gates_are_those_of_the_recording_in_the_words_of_the_notes(cell: str) -> None:
    recording = asked(cell)
    lines = rows(CHARTS["gates"].draw(recording, step=0, trial=1))
    found = recording.isel(snapshot=0, trial=1, layer=0, direction=0)
    kept_by = {"lstm": "forget", "gru": "update"}[cell]
    last = recording.isel(snapshot=-1, trial=1, layer=0, direction=0)[kept_by].mean("time").values
    assert gates.order(recording, trial=1) == np.argsort(-last, kind="stable").tolist()
    labels = list(dict.fromkeys(line["row"].partition(":")[0] for line in lines if line["row"]))
    assert (
        labels
        == {
            "lstm": ["forget gate", "input gate", "candidate", "update", "output gate"],
            "gru": ["reset gate", "update gate", "candidate"],
        }[cell]
    )
    signals = {"forget gate": "forget", "update gate": "update", "candidate": "candidate"}
    seen = {(line["row"], int(line["c"])): float(line["value"]) for line in lines}
    for (row, time), value in seen.items():
        label, unit = row.split(": unit ")
        here = found.isel(time=time, unit=int(unit) - 1)
        if label in signals:
            assert value == pytest.approx(float(here[signals[label]]), rel=1e-6)
        if label == "update":  # c_t - f ⊙ c_{t-1}: what the notes' step adds
            before = found["cell"].values[time - 1, int(unit) - 1] if time else 0.0
            wanted = float(here["cell"]) - float(here["forget"]) * before
            assert value == pytest.approx(wanted, abs=1e-6)
    assert len(seen) == len(labels) * UNITS * 13


def test_the_convention_of_the_gru_stands_in_the_picture() -> None:
    drawn = export.picture(CHARTS["gates"].draw(asked("gru")), "svg", "slide", "x").decode()
    assert "z: 1 keeps the old state" in drawn


@pytest.mark.parametrize("name", ["gates", "saturation"])
def test_a_bare_recording_is_enough(name: str) -> None:
    bare = engine.record(module("gru", 2, 2), random(2, 5, FEATURES), gradients=False)
    export.picture(CHARTS[name].draw(bare, trial=1, layer=1, direction=1), "svg", "slide", "x")


@pytest.mark.parametrize("name", ["gates", "saturation"])
def test_a_cell_without_gates_is_told_in_a_sentence(name: str) -> None:
    with pytest.raises(
        ValueError, match="The RNN has no gates: its only value is its hidden state"
    ):
        CHARTS[name].draw(asked("rnn"))


def test_a_film_has_every_gate_and_the_memory_at_every_snapshot() -> None:
    recording = asked("lstm")
    panels = {panel.key: panel for panel in gates.moving(recording, trial=2)}
    assert list(panels) == [
        "forget", "input_gate", "candidate", "written", "output_gate", "cell", "hidden",
    ]  # fmt: skip
    wanted = recording["forget"].values[:, 2, 0, 0].swapaxes(1, 2)
    np.testing.assert_array_equal(panels["forget"].values, wanted)
    assert panels["cell"].limits[1] == pytest.approx(
        abs(recording["cell"].values[:, 2]).max(), rel=1e-6
    )
    assert [panel.key for panel in gates.moving(asked("relu"))] == ["hidden"]


def test_saturation_counts_steps() -> None:
    recording = asked(
        "lstm", edits=(Clamp("forget", 0.95, units=(0,)), Clamp("forget", 0.05, units=(1,)))
    )
    lines = {
        (line["gate"], line["unit"]): line for line in rows(CHARTS["saturation"].draw(recording))
    }
    assert (lines["forget gate", "1"]["open"], lines["forget gate", "1"]["shut"]) == ("1.0", "0.0")
    assert (lines["forget gate", "2"]["open"], lines["forget gate", "2"]["shut"]) == ("0.0", "1.0")
    values = recording["input_gate"].isel(snapshot=-1, trial=0, layer=0, direction=0, unit=2).values
    assert float(lines["input gate", "3"]["open"]) == pytest.approx((values > 0.9).mean())
    assert len(lines) == 3 * UNITS


@pytest.mark.parametrize("name", ["saturation", "retention"])
def test_dots_in_a_gates_hue_are_as_opaque_as_they_must_be(name: str) -> None:
    spec = CHARTS[name].draw(asked("lstm", CHARTS[name].needs)).to_dict()
    dots = [layer["mark"] for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    assert dots
    assert all(mark["opacity"] >= theme.DOTS for mark in dots)


def test_retention_is_said_in_numbers() -> None:
    held = (Clamp("forget", 0.9), Clamp("forget", 0.5, units=(3,)))
    found = kept(asked("lstm", "retention", held))
    assert (found.gap, found.units, found.keeping, found.left) == (4, 4, 3, "66 %")
    assert found.median == "6.6 words"  # ln ½ / ln 0.9
    lines = [
        line
        for line in rows(CHARTS["retention"].draw(asked("lstm", "retention", held)))
        if line["unit"]
    ]
    assert [float(line["left"]) for line in lines] == pytest.approx(
        [0.9**4] * 3 + [0.5**4], rel=1e-5
    )


def test_slopes_are_those_of_the_answer() -> None:
    recording = asked("rnn", "slopes")
    lines = rows(CHARTS["slopes"].draw(recording, trial=1))
    found = recording["hidden"].isel(snapshot=-1, trial=1, layer=0, direction=0)
    for line in lines:
        unit = int(line["row"].split(" unit ")[1]) - 1
        assert float(line["value"]) == pytest.approx(float(found[int(line["c"]), unit]), abs=1e-6)


def test_the_map_says_the_fewest_units_that_turn_the_answer() -> None:
    recording = asked("lstm", "exchange").copy(deep=True)
    names = [str(name) for name in recording["group"].values]
    flipped = np.zeros(recording["flipped"].shape, bool)
    flipped[:, : names.index("2 units") + 1, 5:] = True
    recording["flipped"] = recording["flipped"].dims, flipped
    recording["unchanged_answer"][:] = recording.attrs["source_number"] + 1
    assert fewest(recording).group == "2 units" and not fewest(recording).already
    recording["flipped"] = recording["flipped"].dims, np.zeros_like(flipped)
    assert fewest(recording).group == ""
    recording["unchanged_answer"][:] = recording.attrs["source_number"]
    assert fewest(recording).already


def test_the_table_counts_pairs() -> None:
    recording = asked("lstm", "exchanges")
    chart = CHARTS["exchange_table"].draw(
        recording, label="A", beside={"B": asked("gru", "exchanges")}
    )
    lines = rows(chart)
    parts = list(dict.fromkeys(line["exchanged"] for line in lines))
    assert parts == [
        "A: whole state",
        "A: hidden state alone",
        "A: cell state alone",
        "B: whole state",
    ]
    for part in parts:
        assert sum(
            float(line["share"]) for line in lines if line["exchanged"] == part
        ) == pytest.approx(1)
    follows = float(recording["follows"].isel(snapshot=-1).sel(part="whole state"))
    assert lines[0]["says"] == f"{round(6 * follows)} of 6 follow"


def test_a_change_is_drawn_as_before_after_and_difference() -> None:
    edits = (Patch("hidden", 0, 1, 6), Patch("cell", 0, 1, 6))
    before, after = asked("lstm"), asked("lstm", edits=edits)
    lines = rows(CHARTS["changed"].draw(before, after, signal="hidden", trial=1, step=1))
    values = {
        side: [float(line["value"]) for line in lines if line["row"].startswith(side)]
        for side in ("as it is", "changed", "difference")
    }
    np.testing.assert_allclose(
        np.subtract(values["changed"], values["as it is"]), values["difference"], atol=1e-6
    )
    early = [
        float(line["value"]) for line in lines if line["row"][:4] == "diff" and int(line["c"]) < 6
    ]
    assert not any(early) and any(values["difference"])
    arrives = rows(CHARTS["changed_signals"].draw(before, after, trial=1))
    assert {line["row"] for line in arrives} == {
        s.words.partition(" (")[0] for s in CELLS["lstm"].signals
    }
    assert all(float(line["value"]) == 0 for line in arrives if int(line["number"]) <= 6)
    assert any(float(line["value"]) > 0 for line in arrives if int(line["number"]) > 6)


def test_the_answer_is_the_softmax_at_the_last_asked_step() -> None:
    recording = asked("lstm")
    said = answered(recording, trial=1)
    logits = recording["output"].values[-1, 1, -1].astype(np.float64)
    shares = np.exp(logits) / np.exp(logits).sum()
    assert said.probability == pytest.approx(shares.max())
    assert said.answer == str(recording["answer"].values[shares.argmax()])
    right = float(shares[Fluent().answers.index("Italian")])
    assert said.margin == pytest.approx(np.log(right / (1 - right)), abs=1e-4)
    edited = asked("lstm", edits=(Clamp("cell", 0.0),))
    lines = rows(CHARTS["changed_answer"].draw(recording, edited, trial=1))
    assert {line["side"] for line in lines} == {"as it is", "changed"}
    top = next(
        line for line in lines if line["answer"] == said.answer and line["side"] == "as it is"
    )
    assert float(top["probability"]) == pytest.approx(said.probability)
    numbers = untrained("gru", task="adding")
    trials = numbers.experiment.task.test(
        np.random.default_rng(0), 2, numbers.experiment.task.conditions()[0]
    )
    found = engine.record(numbers, trials, gradients=False)
    value = found["output"].values[0, 0, -1, 0]
    assert float(answered(found).answer) == pytest.approx(value, rel=6e-3)
    with pytest.raises(ValueError, match="answers with a number"):
        CHARTS["changed_answer"].draw(found, found)
