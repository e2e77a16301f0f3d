"""The charts of the page about gradients: their numbers are the recording's, in every form, whatever the net."""

from __future__ import annotations

import csv
import io
import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import xarray as xr

from engine.analyses import ANALYSES
from engine.analyses.credited import credited
from engine.analyses.spectra import spectra
from engine.questions import Drawn, drawn_from
from engine.run import Run
from engine.tasks.contract import join
from engine.tasks.fluent import Fluent
from explorer import export, theme
from explorer.charts import CHARTS, causal, clipping
from explorer.charts.shares_lag import nearest
from explorer.films.credit import credit_film
from tests.engine.nets import module, random, untrained

TASK = Fluent(gap=20)
OWN = {
    name: chart.needs
    for name, chart in CHARTS.items()
    if chart.needs in ("credit", "spectra", "shares")
}
CELLS = ("rnn", "lstm", "gru")


def of_run(run: Run, analysis: str, **options: Any) -> xr.Dataset:
    """The answer as the page gets it: two sentences of unequal length, with their words."""
    if analysis == "spectra":
        texts = TASK.far_texts(12)[:2]
    else:
        texts = (TASK.far_texts(12)[0], TASK.near_texts()[0])
    trials = join(*(TASK.read(text).trials for text in texts))
    found = ANALYSES[analysis](run, trials, **options)
    words = np.full(trials.periods.shape, "", object)
    for row, text in enumerate(texts):
        words[row, : trials.lengths[row]] = TASK.read(text).words
    periods = np.array(("start", "cue", "filler", "question"))[trials.periods]
    return found.assign_coords(
        word=(("trial", "time"), words.astype(str)),
        period=(("trial", "time"), periods),
        known=(("trial", "time"), np.ones(words.shape, bool)),
        length=("trial", trials.lengths),
    )


@pytest.fixture(scope="module")
def recordings() -> dict[tuple[str, str], xr.Dataset]:
    """By cell and analysis: two layers, three snapshots."""
    runs = {cell: untrained(cell, layers=2, snapshots=3, task=TASK.model_dump()) for cell in CELLS}
    return {
        (cell, analysis): of_run(run, analysis)
        for cell, run in runs.items()
        for analysis in set(OWN.values())
    }


def rows(chart: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export.table(chart).decode())))


def column(table: list[dict[str, str]], name: str, **where: object) -> list[float]:
    """Numbers of a column, NaN where it is empty."""
    chosen = [r for r in table if all(r[key] == str(value) for key, value in where.items())]
    return [float(row[name]) if row[name] else math.nan for row in chosen]


@pytest.mark.parametrize(("cell", "form"), [("lstm", "slide"), ("lstm", "column"), ("rnn", "half")])
@pytest.mark.parametrize("name", OWN)
def test_every_chart_is_drawn_for_every_cell(
    recordings: dict[tuple[str, str], xr.Dataset], cell: str, name: str, form: theme.Form
) -> None:
    recording = recordings[cell, OWN[name]]
    place: dict[str, Any] = {"layer": 1}
    place |= {} if name == "weight_eigenvalues" else {"trial": 1}
    for step in (0, None):
        chart = CHARTS[name].draw(recording, step=step, **place)
        svg = export.picture(chart, "svg", form).decode()
        assert "NaN" not in svg and "Infinity" not in svg and "undefined" not in svg
    assert len(rows(chart)) >= 4
    spec = chart.to_dict()
    assert not {"concat", "hconcat", "vconcat"} & set(spec) and "background" not in spec
    assert 20 < len(CHARTS[name].how_to_read) < 250
    assert CHARTS[name].how_to_read.count(". ") <= 1


@pytest.mark.parametrize("name", OWN)
def test_every_chart_draws_a_bare_analysis_without_words(name: str) -> None:
    run = untrained("lstm", task={"name": "copy", "gap": 4})
    trials = drawn_from(run.experiment.task, Drawn(count=2))
    analysis: Any = ANALYSES[OWN[name]]
    assert b"<svg" in export.picture(CHARTS[name].draw(analysis(run, trials)), "svg", "half")


@pytest.mark.parametrize("name", [name for name, needs in OWN.items() if needs == "spectra"])
def test_the_charts_of_jacobians_draw_a_plain_module(name: str) -> None:
    recording = spectra(module("gru"), random(1, 5, 3))
    assert b"<svg" in export.picture(CHARTS[name].draw(recording), "svg", "half")


def test_a_row_and_a_column_are_those_of_the_matrix(
    recordings: dict[tuple[str, str], xr.Dataset],
) -> None:
    recording = recordings["lstm", "credit"]
    place: dict[str, Any] = {"trial": 0, "layer": 1}
    values, answers = causal.matrices(recording, **place)
    last = len(answers) - 1
    assert causal.last_asked(recording) == last and causal.cue(recording) == 4
    np.testing.assert_array_equal(np.isnan(values[0]), np.triu(np.ones(values[0].shape), 1) > 0)
    np.testing.assert_array_equal(
        np.nan_to_num(values),
        np.nan_to_num(recording["credit"].values[:, 0, 1, 0])[:, :, : last + 1],
    )
    whole = rows(CHARTS["credit"].draw(recording, step=1, **place))
    np.testing.assert_allclose(
        np.reshape(column(whole, "value"), values[1].shape), values[1], rtol=1e-6
    )
    row = rows(CHARTS["profile"].draw(recording, step=1, answer=7, **place))
    np.testing.assert_allclose(column(row, "credit", training="step 1"), values[1, 7], rtol=1e-6)
    np.testing.assert_allclose(
        column(row, "credit", training="before training"), values[0, 7], rtol=1e-6
    )
    down = rows(CHARTS["itemised"].draw(recording, step=1, time=4, **place))
    np.testing.assert_allclose(column(down, "credit"), values[1, 4:, 4], rtol=1e-6)
    assert [r["word"] for r in down if r["kind"] == "asked"] == ["fluent"]


def test_nothing_is_blank_where_a_net_reads_both_ways() -> None:
    run = untrained("gru", directions=2)
    trials = drawn_from(run.experiment.task, Drawn(condition="gap 40", count=1))
    values, _ = causal.matrices(credited(run, trials), direction=1)
    assert np.isfinite(values).all() and (np.triu(values[0], 1) > 0).any()


def test_the_film_holds_every_snapshot_of_the_matrix(
    recordings: dict[tuple[str, str], xr.Dataset],
) -> None:
    recording = recordings["lstm", "credit"]
    data = credit_film(recording, trial=1, layer=1, start_step=1, cursor=(3, 2))
    values, answers = causal.matrices(recording, trial=1, layer=1)
    [panel] = data.panels
    np.testing.assert_array_equal(panel.values, values)
    assert panel.rows[3].startswith(data.columns[3].word) and len(panel.rows) == len(answers)
    assert (data.cursor, data.start_step, data.steps) == (("credit", 3, 2), 1, (0, 1, 2))
    assert credit_film(recording, trial=1, cursor=(900, 0)).cursor is None


@pytest.mark.parametrize("cell", CELLS)
def test_spectra_are_drawn_as_they_are(
    recordings: dict[tuple[str, str], xr.Dataset], cell: str
) -> None:
    recording = recordings[cell, "spectra"]
    place: dict[str, Any] = {"trial": 1, "layer": 1}
    own = recording.isel(snapshot=-1, direction=0, **place)
    dots = rows(CHARTS["singular_values"].draw(recording, **place))
    np.testing.assert_allclose(
        column(dots, "singular value"), own["singular_value"].values.ravel(), rtol=1e-6
    )
    norms = rows(CHARTS["products"].draw(recording, **place))
    for line, name in (("product", "product_norm"), ("bound", "bound")):
        np.testing.assert_allclose(
            column(norms, "norm", line=line, training="step 2"), own[name].values, rtol=1e-6
        )
    ways = rows(CHARTS["along"].draw(recording, **place))
    said = {row["training"] for row in ways}
    assert said == ({"whole state", "along c", "along h"} if cell == "lstm" else {"whole state"})
    if cell == "lstm":
        np.testing.assert_allclose(
            column(ways, "norm", training="along c"), own["along"].sel(part="cell"), rtol=1e-6
        )
    plane = rows(CHARTS["eigenvalues"].draw(recording, **place))
    np.testing.assert_allclose(
        [float(row["imaginary"]) for row in plane if row.get("imaginary")],
        own["eigenvalue_imag"].values.ravel(),
        rtol=1e-6,
    )


@pytest.mark.parametrize("size", [(300, 300), (900, 200), (200, 700)])
def test_the_unit_circle_is_round_in_a_picture_of_any_shape(
    recordings: dict[tuple[str, str], xr.Dataset], size: tuple[int, int]
) -> None:
    import re

    chart = CHARTS["eigenvalues"].draw(recordings["rnn", "spectra"])
    chart = chart.properties(width=size[0], height=size[1])
    svg = export.picture(chart, "svg", "slide").decode()
    [path] = [
        d for d in re.findall(r'd="(M[^"]*)"', svg) if d.count("L") == 180
    ]  # the circle has 181 points
    points = np.array([[float(n) for n in pair.split(",")] for pair in re.split("[ML]", path)[1:]])
    wide, high = points.max(0) - points.min(0)
    assert wide == pytest.approx(high, rel=0.01) and wide > 20


def test_shares_are_drawn_as_they_are(recordings: dict[tuple[str, str], xr.Dataset]) -> None:
    recording = recordings["lstm", "shares"]
    place: dict[str, Any] = {"trial": 0, "layer": 1}
    own = recording.isel(snapshot=1, direction=0, **place).sel(part="weight_hh")
    table = rows(CHARTS["shares_step"].draw(recording, step=1, **place))
    found = column(table, "share", training="step 1")
    assert math.isnan(found[0])  # W_hh reads the start state there
    np.testing.assert_allclose(found[1:], own["by_step"].values[1:], rtol=1e-6)
    table = rows(CHARTS["shares_lag"].draw(recording, step=1, **place))
    np.testing.assert_allclose(
        column(table, "share", training="step 1")[:-1], own["by_lag"].values[:-1], rtol=1e-6
    )
    near = nearest(recording, step=1, **place)["step 1"]
    lags = own["by_lag"].values[:-1].astype(float)
    assert near == pytest.approx(lags[:10].sum() / lags.sum())


METRICS: list[dict[str, Any]] = [{"step": 0, "accuracy": 0.1}] + [
    {"step": step, "loss": 1.0, "norm": norm, "clipped": min(norm, 1.0)}
    for step, norm in enumerate((0.5, 40.0, 1e9, 0.0, 0.2), 1)
]


@pytest.mark.parametrize("clip", [None, 1.0])
def test_clipping_shows_the_norm_before_and_after(clip: float | None) -> None:
    chart = CHARTS["clipping"].draw(METRICS, cell="rnn", clip=clip, ended="diverged", longest=9)
    table = rows(chart)
    assert column(table, "norm") == [0.5, 40.0, 1e9, 0.0, 0.2]
    assert column(table, "clipped") == [0.5, 1.0, 1.0, 0.0, 0.2]
    svg = export.picture(chart, "svg", "half").decode()
    assert ">diverged<" in svg and (">after the clip<" in svg) == (clip is not None)
    assert "NaN" not in svg
    assert clipping.clipped_share(METRICS) == pytest.approx(0.4)
    assert clipping.clipped_share([]) == 0
    assert export.picture(CHARTS["clipping"].draw([], cell="rnn"), "svg", "half")


def test_losses_of_two_runs_that_end_at_different_steps() -> None:
    short = [*METRICS[:3], {"step": 3, "loss": 1e30, "norm": 1.0, "clipped": 1.0}]
    chart = CHARTS["losses"].draw({"clip": METRICS, "no clip": short}, cell="relu")
    table = rows(chart)
    assert column(table, "loss", run="no clip") == [1.0, 1.0, 1e30]
    assert len(column(table, "loss", run="clip")) == 5
    svg = export.picture(chart, "svg", "half").decode()
    assert ">no clip<" in svg and theme.CELLS["relu"] in svg


def test_log_axes_have_ticks_in_order_and_both_ends() -> None:
    from explorer.charts.logs import decades

    for limits in ((1e-12, 10.0), (1e-4, 10.0), (1e-12, 1e6), (1e-6, 1e6), (1e-8, 1.0)):
        spec: Any = decades("x:Q", "x", limits).to_dict()
        axis = spec["axis"]["values"]
        assert axis[0] == limits[0] and axis[-1] <= limits[1] * 1.001
        assert all(low < high for low, high in pairwise(axis)) and 3 <= len(axis) <= 8
