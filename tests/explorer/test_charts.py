"""Charts of one small, really trained run: their numbers are the run's, and every export can be had."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import xarray as xr
from playwright.sync_api import Page

import engine
from engine.analyses.reach import reach
from engine.run import Run
from engine.tasks import TASKS
from engine.tasks.fluent import Fluent
from explorer import export, figures, theme
from explorer.charts import CHARTS, words
from explorer.charts.nets import Net, apart
from explorer.components.rows.data import REACH, Row, RowsData, Swap, Token

ROOT = Path(__file__).resolve().parents[2]
TASK = Fluent(gap=12)
TEXTS = TASK.far_texts(12)
FRANCE, JAPAN = 0, 1
RNN, LSTM, USUAL = Net("RNN", "rnn"), Net("LSTM", "lstm"), Net("LSTM, usual start", "lstm", True)
STARTS = {RNN: "default", LSTM: "chrono", USUAL: "default"}
NETS = tuple(STARTS)
SVG = "{http://www.w3.org/2000/svg}"
PAGE_SAYS = "fluent, far, gap 12 · seed 0 · step 8"


@pytest.fixture(scope="module")
def runs() -> dict[Net, Run]:
    """Three nets, trained for eight steps."""

    def trained(net: Net) -> Run:
        choice = {
            "task": TASK.model_dump(),
            "network": {"cell": net.cell, "start": STARTS[net], "units": 8, "embedding": 8},
            "training": {"steps": 8, "snapshots": 4, "batch": 16},
        }
        return engine.train(engine.Experiment.model_validate(choice))

    return {net: trained(net) for net in NETS}


@pytest.fixture(scope="module")
def recordings(runs: Mapping[Net, Run]) -> dict[Net, xr.Dataset]:
    """Reach for the sentences of all countries."""
    from engine.questions import trials_of

    return {net: reach(run, trials_of(TASK, TEXTS)) for net, run in runs.items()}


def picture(recordings: Mapping[Net, xr.Dataset], swap: bool = False) -> RowsData:
    """France's sentence at every snapshot; with `swap` Japan's answers beside it."""
    sentence = TASK.read(TEXTS[FRANCE])
    periods = ("start", "cue", "filler", "question")
    made = []
    for net, recording in recordings.items():
        shown = recording.isel(trial=FRANCE)
        made.append(
            Row(
                key=net.label,
                label=net.label,
                detail="seed 0",
                color=theme.CELLS[net.cell],
                steps=tuple(int(step) for step in recording["snapshot"].values),
                measures={
                    "reach": shown["reach"].values,
                    "loss_gradient": shown["reach"].values / 2,
                },
                answers=shown["probability"].values,
                answers_swapped=recording["probability"].isel(trial=JAPAN).values if swap else None,
                hollow=net.hollow,
            )
        )
    places = sentence.trials.periods[0]
    return RowsData(
        tokens=tuple(Token(w, periods[p]) for w, p in zip(sentence.words, places, strict=True)),
        cue=4,
        answers=TASK.answers,
        right=FRANCE,
        rows=tuple(made),
        swap=Swap("Japan", JAPAN) if swap else None,
    )


POINTS: list[dict[str, Any]] = [
    {"row": row, "gap": gap, "seed": seed, "accuracy": level}
    for row, levels in {"rnn": (1.0, 0.1), "lstm": (1.0, 1.0)}.items()
    for gap, level in zip((0, 40), levels, strict=True)
    for seed in range(5)
]


@pytest.fixture(scope="module")
def charts(runs: Mapping[Net, Run], recordings: Mapping[Net, xr.Dataset]) -> dict[str, Any]:
    """The first page's charts, drawn through the registry; test_figures has all of them."""
    metrics = {net: run.metrics for net, run in runs.items()}
    return {
        "rows": CHARTS["rows"].draw(picture(recordings, swap=True)),
        "distance": CHARTS["distance"].draw(recordings, cue=4, word="France"),
        "learning": CHARTS["learning"].draw(metrics, task=TASK),
        "gaps": CHARTS["gaps"].draw(POINTS, {"rnn": RNN, "lstm": LSTM}, baseline=1 / 12),
    }


@pytest.mark.parametrize(
    ("task", "words"),
    [("fluent", "loss (nats)"), ("adding", "loss (squared error)"), ("copy", "loss (nats)")],
)
def test_a_loss_is_named_by_what_it_counts(runs: Mapping[Net, Run], task: str, words: str) -> None:
    metrics = {net: run.metrics for net, run in runs.items()}
    drawn = json.dumps(CHARTS["learning"].draw(metrics, TASKS[task]()).to_dict())
    assert f'"title": "{words}"' in drawn
    assert ("no memory" in drawn) == (TASKS[task].measure == "loss")


every_chart = pytest.mark.parametrize("name", ["rows", "distance", "learning", "gaps"])
every_form = pytest.mark.parametrize("form", theme.PAPER)


def said(chart: Any, form: theme.Form = "slide") -> list[str]:
    """All texts of the drawn chart."""
    tree = ElementTree.fromstring(export.picture(chart, "svg", form, PAGE_SAYS))
    return ["".join(text.itertext()) for text in tree.iter(f"{SVG}text")]


def numbers(chart: Any, dataset: str = "1") -> list[dict[str, str]]:
    """The rows of the chart's CSV."""
    table = list(csv.DictReader(io.StringIO(export.table(chart).decode())))
    return [row for row in table if row.get("dataset", "1") == dataset]


@every_form
@every_chart
def test_every_chart_is_a_file_of_every_kind(
    charts: dict[str, Any], name: str, form: theme.Form
) -> None:
    assert export.picture(charts[name], "png", form, PAGE_SAYS).startswith(b"\x89PNG")
    pdf = export.picture(charts[name], "pdf", form, PAGE_SAYS)
    assert pdf.startswith(b"%PDF") and b"/FontFile" in pdf
    texts = said(charts[name], form)
    assert {"RNN", "LSTM"} <= set(texts), texts
    assert not any("undefined" in text or "NaN" in text or "null" in text for text in texts)


@every_chart
def test_every_chart_follows_the_width_and_the_theme_of_the_page(
    charts: dict[str, Any], name: str
) -> None:
    spec = charts[name].to_dict()
    assert not {"concat", "hconcat", "vconcat"} & set(spec), "only a single view follows the page"
    assert "background" not in spec
    assert theme.INK["light"].text not in str(spec.get("title"))


def test_the_hues_are_those_of_the_cells(charts: dict[str, Any]) -> None:
    for name, chart in charts.items():
        svg = export.picture(chart, "svg").decode()
        assert theme.CELLS["rnn"] in svg and theme.CELLS["lstm"] in svg, name


def test_distance_has_the_numbers_of_the_recording(
    charts: dict[str, Any], recordings: Mapping[Net, xr.Dataset]
) -> None:
    table = numbers(charts["distance"])
    for net, recording in recordings.items():
        for state, snapshot in (("trained", -1), ("before training", 0)):
            line = [r for r in table if r["net"] == net.label and r["training"] == state]
            values = recording["reach"].isel(trial=0, snapshot=snapshot).values
            np.testing.assert_allclose([float(row["reach"]) for row in line], values, rtol=1e-6)
            assert [int(row["words back"]) for row in line] == list(range(len(values), 0, -1))
    assert "France" in said(charts["distance"])


def test_learning_has_the_numbers_of_the_run(
    charts: dict[str, Any], runs: Mapping[Net, Run]
) -> None:
    table = numbers(charts["learning"])
    for net, run in runs.items():
        scored = [record for record in run.metrics if "accuracy" in record]
        for test in TASK.conditions():
            line = [r for r in table if r["net"] == net.label and r["test"] == test]
            assert [int(r["step"]) for r in line] == [record["step"] for record in scored]
            assert [float(r["accuracy"]) for r in line] == [m["by_condition"][test] for m in scored]
        losses = [float(r["loss"]) for r in table if r["net"] == net.label and r["loss"]]
        assert losses == [record["test_loss"] for record in scored]
    texts = said(charts["learning"])
    assert "chance 8%" in texts and f"chance {math.log(12):.1f}" in texts


def test_gaps_has_all_points_and_the_baseline(charts: dict[str, Any]) -> None:
    table = numbers(charts["gaps"])
    assert sorted(float(row["accuracy"]) for row in table) == sorted(p["accuracy"] for p in POINTS)
    assert "chance 8%" in said(charts["gaps"])


def test_rows_say_numbers_answers_and_the_swap(recordings: Mapping[Net, xr.Dataset]) -> None:
    data = picture(recordings, swap=True)
    chart = CHARTS["rows"].draw(data)
    texts = said(chart)
    assert {"so", "speak", "fluent", "12 words"} <= set(texts)
    cells, answers = numbers(chart), numbers(chart, "2")
    for row in data.rows:
        own = [float(cell["reach"]) for cell in cells if cell["row"] == row.key]
        np.testing.assert_allclose(own, row.measures["reach"][-1], rtol=1e-6)
        assert words.short(own[4]) in texts
        assert row.answers_swapped is not None
        told = [(a["answer"], float(a["probability"])) for a in answers if a["row"] == row.key]
        expected = [
            (TASK.answers[int(p[-1].argmax())], pytest.approx(float(p[-1].max())))
            for p in (row.answers, row.answers_swapped)
        ]
        assert told == expected
        for (answer, share), arrow in zip(told, ("", "→ "), strict=True):
            assert f"{arrow}{answer} {words.percent(share)}" in texts


def test_a_right_answer_below_one_half_is_marked_as_a_guess(
    recordings: Mapping[Net, xr.Dataset],
) -> None:
    data = picture(recordings)
    right = data.right
    assert right is not None
    shares = np.full((len(data.rows[0].steps), len(data.answers)), 0.01)
    shares[:, right] = 0.1
    lucky = Row(**{**vars(data.rows[0]), "answers": shares})
    sure = Row(
        **{
            **vars(data.rows[1]),
            "answers": shares * [1 if i != right else 9 for i in range(len(data.answers))],
        }
    )
    chart = CHARTS["rows"].draw(RowsData(**{**vars(data), "rows": (lucky, sure)}))
    told = {a["row"]: (a["right"], a["guess"]) for a in numbers(chart, "2")}
    assert told == {lucky.key: ("True", "True"), sure.key: ("True", "False")}


def test_rows_stand_still_at_any_step_and_measure(recordings: Mapping[Net, xr.Dataset]) -> None:
    data = picture(recordings)
    start = numbers(CHARTS["rows"].draw(data, 0, measure="loss_gradient"))
    values = [float(cell["loss_gradient"]) for cell in start if cell["row"] == "RNN"]
    np.testing.assert_allclose(values, data.rows[0].measures["loss_gradient"][0], rtol=1e-6)
    later = Row(**{**vars(data.rows[0]), "steps": tuple(s + 5 for s in data.rows[0].steps)})
    early = CHARTS["rows"].draw(RowsData(**{**vars(data), "rows": (later, data.rows[1])}), 2)
    assert {cell["reach"] for cell in numbers(early) if cell["row"] == "RNN"} == {""}
    assert said(early)


TIME = 6
EDGES = {
    "NaN": np.full((2, TIME), np.nan),
    "zero": np.zeros((2, TIME)),
    "huge": np.full((2, TIME), 1e30),
    "one snapshot": np.full((1, TIME), 0.5),
    "one word": np.full((2, 1), 1.0),
}


def drawn(reach_: np.ndarray, count: int) -> dict[str, Any]:
    """All charts of `count` nets with this reach ``[snapshot, time]``."""
    steps = list(range(len(reach_)))
    nets = [Net(f"net {i}", ("rnn", "lstm", "gru")[i % 3], i >= 3) for i in range(count)]
    recording = xr.Dataset(
        {"reach": (("snapshot", "trial", "time"), reach_[:, None])}, {"snapshot": steps}
    )
    nothing = np.full((len(steps), 2), np.nan)
    made = tuple(
        Row(
            net.label,
            net.label,
            "",
            theme.CELLS[net.cell],
            tuple(steps),
            {"reach": reach_},
            nothing,
        )
        for net in nets
    )
    tokens = tuple(
        Token(f"word{i}", "filler" if i > 1 else "start") for i in range(reach_.shape[1])
    )
    metrics = [{"step": step, "accuracy": float(step), "test_loss": math.nan} for step in steps]
    points = [{"row": net.label, "gap": 3, "seed": 0, "accuracy": math.nan} for net in nets]
    return {
        "rows": CHARTS["rows"].draw(RowsData(tokens, None, ("yes", "no"), None, made, (REACH,))),
        "distance": CHARTS["distance"].draw(dict.fromkeys(nets, recording)),
        "learning": CHARTS["learning"].draw(dict.fromkeys(nets, metrics)),
        "gaps": CHARTS["gaps"].draw(points, {net.label: net for net in nets}),
    }


@pytest.mark.parametrize("count", [0, 1, 6])
@pytest.mark.parametrize("edge", EDGES)
def test_no_value_and_no_number_of_rows_breaks_a_chart(edge: str, count: int) -> None:
    for name, chart in drawn(EDGES[edge], count).items():
        svg = export.picture(chart, "svg", "half").decode()
        assert "NaN" not in svg and "Infinity" not in svg, name
        assert export.table(chart)


def test_a_sentence_from_a_person_is_only_text(recordings: Mapping[Net, xr.Dataset]) -> None:
    data = picture(recordings)
    nasty = "</text><script>x</script>' + \"\\"
    tokens = (Token(nasty), *data.tokens[1:])
    row = Row(**{**vars(data.rows[0]), "key": nasty, "label": nasty})
    chart = CHARTS["rows"].draw(RowsData(**{**vars(data), "tokens": tokens, "rows": (row,)}))
    assert nasty in said(chart) and {cell["net"] for cell in numbers(chart)} == {nasty}


def test_two_nets_of_one_name_are_refused(recordings: Mapping[Net, xr.Dataset]) -> None:
    twins = {RNN: recordings[RNN], Net("RNN", "gru"): recordings[LSTM]}
    with pytest.raises(ValueError, match="two nets share a label: RNN, RNN"):
        CHARTS["distance"].draw(twins)


def test_names_at_the_ends_of_lines_do_not_lie_on_each_other() -> None:
    for shares in ([1, 1, 1], [0, 0, 0.05], [0.5], [0.2, 0.21, 0.9, 0.91, 1], []):
        places = sorted(apart({str(i): share for i, share in enumerate(shares)}, 0.1).values())
        assert all(b - a >= 0.1 - 1e-9 for a, b in pairwise(places))
        assert all(-1e-9 <= place <= 1 + 1e-9 for place in places)
    assert apart({"low": 0.2, "high": 0.8}, 0.1) == {"low": 0.2, "high": 0.8}


NUMBERS = [
    (1, "1"), (0.96, "1"), (12.4, "12"), (0.849, "0.85"), (0.123, "1/8"), (0.34, "1/3"), (0.103, "1/10"),
    (0.0183, "1/55"), (1 / 3012, "1/3000"), (4.6e-8, "4.6e-8"), (2e-5, "2e-5"), (9e-9, "<1e-8"),
    (0, "<1e-8"), (math.nan, "–"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    NUMBERS,
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert words.short(value) == text


@pytest.mark.browser
def test_numbers_are_written_as_in_the_rows_that_move(page: Page) -> None:
    numbers = (ROOT / "explorer/components/rows/js/numbers.js").read_text()
    values = [*np.geomspace(1e-9, 90, 700), *(value for value, _ in NUMBERS if value == value)]
    shares = [*np.linspace(0, 1, 301), 0.9949, 0.9951, 0.99999]
    written = page.evaluate(
        f"([values, shares]) => {{ const FLOOR = {theme.REACH_FLOOR}; {numbers}\n"
        "return [values.map(v => short(v, true)), values.map(v => short(v, false)), shares.map(percent)]; }",
        [[float(v) for v in values], [float(s) for s in shares]],
    )
    assert written[0] == [words.short(value) for value in values]
    assert written[1] == [words.short(value, fraction=False) for value in values]
    assert written[2] == [words.percent(share) for share in shares]


def test_percents_never_round_up_to_certainty() -> None:
    shares = (1.0, 0.9999, 0.5, 0.014, 0.004, 0.0)
    assert [words.percent(s) for s in shares] == ["100 %", "99.9 %", "50 %", "1 %", "<1 %", "0 %"]


def test_figures_are_the_charts_for_notebooks(
    runs: Mapping[Net, Run], recordings: Mapping[Net, xr.Dataset]
) -> None:
    named = {net.label: run for net, run in runs.items()}
    known = {net.label: recording for net, recording in recordings.items()}
    assert {"LSTM, usual start", "chance 8%"} <= set(said(figures.learning(named)))
    same = figures.distance(known, cue=4, word="France"), CHARTS["distance"].draw(recordings, cue=4)
    assert numbers(same[0]) == numbers(same[1])
    assert said(figures.gaps(POINTS, {"rnn": "rnn", "lstm": "lstm"}, baseline=1 / 12))
    assert said(figures.rows(picture(recordings), 0))


def test_the_registry_waits_for_the_chart_library_and_charts_for_no_page() -> None:
    code = (
        "import sys, explorer.charts as c, explorer.figures\n"
        "assert 'altair' not in sys.modules\n"
        "assert all(chart.how_to_read and chart.draw for chart in c.CHARTS.values())\n"
        "assert 'altair' in sys.modules\n"
        "assert not {'streamlit', 'torch'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
