"""The charts of the Recurrence page: their numbers are those of the recording, and of the net."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

import numpy as np
import pytest
import xarray as xr

from engine.answering import answer
from engine.questions import Drawn, Question
from engine.recorder import record
from engine.shipped import shipped_run
from engine.store import Store
from explorer import export
from explorer.charts import CHARTS
from explorer.charts.difference import distance
from tests.engine.nets import module, random, untrained

FRANCE = "I grew up in France … so I speak fluent"
JAPAN = FRANCE.replace("France", "Japan")
MINE = ("signals", "weights", "singular", "surprise", "difference", "pulls")


def asked(analysis: str, run: str = "lstm", **options: int | str) -> xr.Dataset:
    """Of two sentences of one length, at all snapshots."""
    question = Question(
        run=run, analysis=analysis, texts=(FRANCE, JAPAN), options=tuple(options.items())
    )
    return answer(question, Store("."))


def table(chart: Any) -> list[dict[str, str]]:
    """The numbers of a chart, as its CSV has them."""
    text = export.table(chart, "").decode("utf-8-sig")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


@pytest.mark.parametrize("name", MINE)
def test_each_is_in_the_registry_and_says_how_to_read_it(name: str) -> None:
    assert CHARTS[name].needs
    assert 1 <= CHARTS[name].how_to_read.count(".") <= 4


def test_surprise_has_a_bar_for_every_step_and_a_full_one_where_it_is_asked() -> None:
    found = asked("surprise")
    rows = table(CHARTS["surprise"].draw(found, step=700, trial=1))
    values = [float(row["surprise −log p (nats)"]) for row in rows]
    assert np.allclose(values, found["surprise"].values[-1, 1], atol=1e-6)
    assert [row["kind"] for row in rows].count("asked here") == 1
    assert rows[-1]["kind"] == "asked here"
    assert {row["right answer"] for row in rows} == {"Japanese"}


def test_where_several_steps_ask_their_sum_is_drawn() -> None:
    run = untrained("gru", task="copy")
    from engine.analyses.surprise import surprise

    trials = run.experiment.task.test(
        np.random.default_rng(0), 2, run.experiment.task.conditions()[0]
    )
    found = surprise(run, trials)
    chart = CHARTS["surprise"].draw(found, trial=1)
    rows = [row for row in table(chart) if row["kind"].startswith("sum")]
    field = "surprise −log p (nats)"
    assert float(rows[-1][field]) == pytest.approx(
        float(found["running"].values[0, 1, -1]), rel=1e-5
    )
    said = chart.to_dict()["title"]
    assert f"{float(found['running'].values[0, 1, -1]):.3g}" in (
        said if isinstance(said, str) else said["text"]
    )


def test_guessing_is_marked_at_the_logarithm_of_the_answers() -> None:
    text = str(CHARTS["surprise"].draw(asked("surprise")).to_dict())
    assert f"guessing one of 20: {math.log(20):.2f}" in text


def test_the_difference_of_two_sentences_by_hand() -> None:
    found = asked("record", run="rnn")
    rows = table(CHARTS["difference"].draw(found, step=700))
    old, new = found["hidden"].values[-1, :, 0, 0].astype(float)
    for row in rows:
        time = int(row["time"])
        wanted = math.sqrt(
            sum((a - b) ** 2 for a, b in zip(old[time], new[time], strict=True)) / 32
        )
        assert float(row["difference"]) == pytest.approx(wanted, rel=1e-5)
    assert min(int(row["time"]) for row in rows) == 4  # nothing differs before the word
    assert (rows[0]["old word"], rows[0]["new word"]) == ("France", "Japan")
    assert distance(np.zeros((3, 2)), np.ones((2, 2))).tolist() == [1, 1]


@pytest.mark.parametrize("matrix", ["words", "input", "recurrent", "readout"])
@pytest.mark.parametrize("gate", ["", "forget"])
def test_matrices_are_those_of_the_run(matrix: str, gate: str) -> None:
    run = shipped_run("lstm")
    assert run is not None
    stored = run.snapshots[-1].weights
    block = 1 if gate else 0  # i, f, g, o
    rows = slice(32 * block, 32 * (block + 1))
    wanted = {
        "words": stored["recurrent.weight_ih_l0"][rows] @ stored["embedding.weight"].T,
        "input": stored["recurrent.weight_ih_l0"][rows],
        "recurrent": stored["recurrent.weight_hh_l0"][rows],
        "readout": stored["readout.weight"],
    }[matrix]
    found = table(CHARTS["weights"].draw(asked("weights"), matrix=matrix, gate=gate, time=4))
    values = np.array([float(row["value"]) for row in found])
    assert np.allclose(values, wanted.ravel(), atol=1e-5)


def test_the_word_under_the_cursor_is_named_and_its_column_framed() -> None:
    chart = CHARTS["weights"].draw(asked("weights"), matrix="words", time=4).to_dict()
    assert "“France” is framed" in chart["title"]
    column = int(asked("weights")["picked"].values[0, 4])
    frames = [layer["transform"] for layer in chart["layer"] if "aggregate" in str(layer)]
    placed = {one["as"]: one["calculate"] for one in frames[0] if "calculate" in one}
    assert (placed["x0"], placed["x1"]) == (str(column - 0.5), str(column + 0.5))


def test_a_matrix_or_gate_that_is_not_there_is_refused() -> None:
    from engine.analyses.weights import weights

    bare = weights(module("gru").float(), random(1, 4, 3).float())
    with pytest.raises(ValueError, match="no readout_weights"):
        CHARTS["weights"].draw(bare, matrix="readout")
    with pytest.raises(ValueError, match="gate = 'forget'"):
        CHARTS["weights"].draw(bare, gate="forget")


def test_singular_values_are_numpys_own() -> None:
    found = asked("weights", run="rnn")
    run = shipped_run("rnn")
    assert run is not None
    wanted = np.linalg.norm(run.snapshots[-1].weights["recurrent.weight_hh_l0"], 2)
    rows = table(CHARTS["singular"].draw(found))
    assert float(rows[0]["singular value"]) == pytest.approx(float(wanted), rel=1e-5)
    assert len(rows) == 32
    for matrix in ("input", "readout"):
        assert table(CHARTS["singular"].draw(found, matrix=matrix))


def test_signals_stand_in_the_order_that_is_given() -> None:
    found = asked("record")
    order = tuple(reversed(range(32)))
    rows = table(CHARTS["signals"].draw(found, shown=["cell", "forget"], order=order, trial=1))
    assert len(rows) == 2 * 32 * 49
    wanted = found["cell"].values[-1, 1, 0, 0].T[list(order)].ravel()
    assert np.allclose([float(row["value"]) for row in rows[: 32 * 49]], wanted, rtol=1e-5)
    with pytest.raises(ValueError, match="signal = 'reset'"):
        CHARTS["signals"].draw(found, signal="reset")


def test_signals_of_a_bare_recording_of_a_module_number_their_steps() -> None:
    found = record(module("rnn").float(), random(2, 6, 3).float())
    assert len(table(CHARTS["signals"].draw(found, trial=1))) == 4 * 6


def test_pulls_on_a_unit_are_finite_differences_of_the_margin() -> None:
    from engine.edits import Clamp

    time = 20
    found = asked("pulls", time=time, signal="cell")
    unit = int(np.abs(found["pull"].values[-1, 1, 0, 0, -1]).argmax())
    rows = table(CHARTS["pulls"].draw(found, unit=unit, trial=1, step=700))
    last = next(row for row in rows if row["kind"] == "asked here")
    run = shipped_run("lstm")
    assert run is not None
    plain = record(run, JAPAN, gradients=False)
    at = float(plain["cell"].values[0, 0, 0, 0, time, unit])
    margins = []
    for small in (-0.1, 0.1):
        held = Clamp("cell", at + small, units=(unit,), times=(time,))
        moved = record(run, JAPAN, edits=[held], gradients=False)
        margins.append(float(moved["margin"].values[0, 0, -1]))
    assert float(last["pull"]) == pytest.approx((margins[1] - margins[0]) / 0.2, rel=0.02)


def test_drawn_trials_can_be_drawn_too() -> None:
    question = Question(run="gru", analysis="surprise", drawn=Drawn(condition="near", count=2))
    found = answer(question, Store("."))
    assert table(CHARTS["surprise"].draw(found, trial=1))
