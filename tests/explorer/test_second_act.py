"""The second act on the page and as charts: the numbers of the recording, and what the page says of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from streamlit.testing.v1 import AppTest

from engine import recordings, second_act, shipped
from engine.questions import weights_digest
from engine.shipping_second_act import questions
from engine.tasks.fluent import NAMES
from explorer import export, jobs, picture
from explorer.asking import Questions
from explorer.charts import CHARTS
from explorer.charts.nets import Net
from explorer.charts.path import WAYS
from explorer.lessons import france
from explorer.picture import Asked
from explorer.second_act import told as told_of

MAIN = Path(__file__).parents[2] / "explorer" / "main.py"
FIGURES = second_act.figures()
NAME = second_act.NET.name


@pytest.fixture(scope="module")
def answers() -> dict[tuple[str, ...], xr.Dataset]:
    """The shipped answers by sentences."""
    run = shipped.shipped_run(NAME)
    assert run is not None
    digest = weights_digest(run)
    return {
        one.texts: recordings.read(shipped.RECORDINGS / f"{one.key(digest)}.safetensors")
        for one in questions(run)
    }


def answer(answers: dict[tuple[str, ...], xr.Dataset], asked: Asked) -> xr.Dataset:
    return answers[asked.texts]


def table(chart: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export.table(chart).decode())))


def test_the_page_tells_both_lengths_and_that_the_answer_follows(answers: Any) -> None:
    for gap in shipped.SHOWN_GAPS:
        asked = picture.far("Japan", gap, "Spain")
        told = told_of(answer(answers, asked), asked)
        assert (told.word, told.steps, told.answer) == ("Japan", gap + 4, "Japanese")
        assert told.swapped is not None and told.swapped[:2] == ("Spain", "Spanish")
        assert told.followed == told.others == len(NAMES) - 1
        assert told.direct > 0.5 and min(told.share, told.swapped[2]) > 0.9
        if gap >= 30:
            assert told.recurrence < 1e-12
    asked = picture.near("clouds")
    told = told_of(answer(answers, asked), asked)
    assert (told.word, told.steps, told.answer, told.swapped) == ("clouds", 3, "sky", None)
    assert told.followed == told.others > 0


def test_the_picture_of_paths_has_the_numbers_of_the_recording(answers: Any) -> None:
    asked = picture.far("Italy", 20)
    found = answer(answers, asked)
    chart = CHARTS["path"].draw(found, trial=asked.shown)
    rows = table(chart)
    last = len(asked.sentence.words) - 1
    for name, way in WAYS.items():
        line = [row for row in rows if row["way"] == way]
        values = found[name].values[-1, asked.shown, : len(line)]
        np.testing.assert_allclose([float(row["reach"]) for row in line], values, rtol=1e-6)
        assert len(line) == last - (name == "later")
    at_cue = {row["way"]: row["steps"] for row in rows if row["word"] == "Italy"}
    assert at_cue == {WAYS["direct"]: "1", WAYS["chain"]: "24", WAYS["later"]: "2 to 24"}
    svg = export.picture(chart, "svg").decode()
    assert "attention, 1 step: " in svg and "recurrence, 24 steps: " in svg
    assert "“Italy” is 1 step away through attention, 24 through the recurrence" in svg


def test_the_picture_of_weights_names_the_words_that_are_looked_at(answers: Any) -> None:
    asked = picture.far("Greece", 40)
    found = answer(answers, asked)
    rows = table(CHARTS["looked_at"].draw(found, trial=asked.shown))
    weights = [float(row["weight"]) for row in rows]
    np.testing.assert_allclose(weights, found["weight"].values[-1, asked.shown], rtol=1e-6)
    assert [row["word"] for row in rows] == list(asked.sentence.words) and weights[-1] == 0
    named = [row["word"] for row in rows if row["label"]]
    assert "Greece" in named and len(named) <= 3


def test_both_pictures_put_a_word_at_the_same_place(answers: Any) -> None:
    found = answer(answers, picture.far("France", 40))
    scales, widths = [], []
    for name in ("looked_at", "path"):
        layers = CHARTS[name].draw(found).to_dict()["layer"]
        scales.append(layers[0]["encoding"]["x"]["scale"]["domain"])
        axis = layers[0]["encoding"]["y"]["axis"]
        widths.append((axis["minExtent"], axis["maxExtent"]))
    assert scales[0] == scales[1] and widths[0] == widths[1]


def test_the_picture_of_gaps_has_every_seed_and_shades_the_trained_ones() -> None:
    nets = {"rnn": Net("RNN", "rnn"), NAME: Net("RNN + attention", "rnn", 1)}
    accuracies = {name: FIGURES[name]["accuracies"] for name in nets}
    chart = CHARTS["second_act"].draw(accuracies, nets, trained=(20, 40), baseline=1 / 12)
    rows = [row for row in table(chart) if row["net"] == "RNN + attention"]
    assert len(rows) == 5 * len(second_act.TESTED_GAPS)
    for row in rows:
        known = FIGURES[NAME]["accuracies"][row["gap"]][int(row["seed"])]
        assert float(row["accuracy"]) == known
    band = chart.to_dict()["layer"][0]["encoding"]
    tested = second_act.TESTED_GAPS
    assert band["x"]["datum"] == tested.index(20) - 0.5
    assert band["x2"]["datum"] == tested.index(40) + 0.5


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("RNN_EXPLORER_STORE", str(tmp_path))
    yield AppTest.from_file(str(MAIN), default_timeout=60)
    jobs.close()


def metrics(app: AppTest) -> dict[str, tuple[str, str]]:
    return {one.label: (one.value, one.delta) for one in app.metric}


def test_it_stands_below_the_first_act_and_waits_for_no_worker(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a worker is asked")

    monkeypatch.setattr(Questions, "ask", refuse)
    app.run()
    assert not app.exception and not app.error
    assert [one.value for one in app.header][-1].startswith("Second act")
    found = metrics(app)
    assert found["Path through the recurrence"][0] == "44 steps"
    assert found["Path through attention"][0] == "1 step"
    assert found["Swap the word"][0] == "11 of 11"
    app.selectbox(key="swap").set_value("Japan").run()
    assert metrics(app)["Swap the word"][0] == "Japanese"
    app.selectbox(key="gap").set_value(10).run()
    assert metrics(app)["Path through the recurrence"][0] == "14 steps"
    assert not app.exception and not app.error


def test_the_net_is_offered_as_a_row_and_its_cue_is_bright(app: AppTest) -> None:
    app.query_params["rows"] = f"rnn,{NAME}"
    app.run()
    assert not app.exception and not app.error
    assert app.session_state["rows_shown"] == ["rnn", NAME]


def test_a_sentence_that_asks_nothing_has_no_length_and_none_at_all_leaves_the_gaps(
    app: AppTest,
) -> None:
    app.query_params["kind"] = "own"
    for text in ("We speak fluent", "the clouds"):  # nothing settles it, or the last word does
        app.query_params["text"] = text
        app.session_state["text"] = text
        app.run()
        assert not app.exception and list(metrics(app)) == ["Answer of the RNN with attention"]
    app.text_input(key="text").set_value(" . ").run()
    assert not app.exception and not app.metric
    assert [one for one in app.markdown if "limit of its own" in one.value]


def test_a_button_puts_the_net_into_the_rows_above(app: AppTest) -> None:
    app.run()
    [button] = [one for one in app.button if one.label == france.AS_ROW]
    assert not button.disabled
    button.click().run()
    assert not app.exception and app.session_state["rows_shown"][-1] == NAME
    assert f"rnn,lstm,{NAME}" in app.query_params["rows"]
    [button] = [one for one in app.button if one.label == france.AS_ROW]
    assert button.disabled
