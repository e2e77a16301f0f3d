"""Pictures of a training under way: their numbers are the run's, at any moment of it, and every export can be had."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

import numpy as np
import pytest
import xarray as xr

import engine
from engine.analyses import ANALYSES
from engine.questions import trials_of
from engine.run import Run
from engine.tasks.fluent import Fluent
from explorer import export
from explorer.charts import CHARTS
from explorer.charts.live import LOOKS, POINTS, live
from explorer.charts.nets import Net
from explorer.charts.probe import probe

TASK = Fluent(gap=6)
LSTM, GRU = Net("LSTM 0", "lstm"), Net("GRU", "gru")


@pytest.fixture(scope="module")
def runs() -> dict[Net, Run]:
    def trained(cell: str) -> Run:
        choice = {
            "task": TASK.model_dump(),
            "network": {"cell": cell, "units": 4, "embedding": 4},
            "training": {"steps": 12, "snapshots": 4, "batch": 8, "clip": 0.5},
        }
        return engine.train(engine.Experiment.model_validate(choice))

    return {LSTM: trained("lstm"), GRU: trained("gru")}


def data(chart: Any) -> list[dict[str, Any]]:
    [values] = {str(v): v for v in chart.to_dict()["datasets"].values()}.values()
    return values


@pytest.mark.parametrize("quantity", LOOKS)
def test_every_number_is_the_runs(runs: dict[Net, Run], quantity: Any) -> None:
    metrics = {net: run.metrics for net, run in runs.items()}
    found = {
        (r["net"], r["what"], r["step"]): r["value"] for r in data(live(metrics, quantity=quantity))
    }
    wanted = {
        (net.label, what, record["step"]): record[field]
        for net, run in runs.items()
        for field, what in LOOKS[quantity].fields.items()
        for record in run.metrics
        if field in record
    }
    assert found == pytest.approx(wanted)
    assert found


def test_it_grows_with_the_training(runs: dict[Net, Run]) -> None:
    for upto in range(len(runs[LSTM].metrics) + 1):
        chart = live({LSTM: runs[LSTM].metrics[:upto]}, quantity="norm", steps=12, level=0.5)
        assert chart.to_dict()["layer"][1]["encoding"]["x"]["scale"]["domain"] == [0, 12]


def test_a_long_training_keeps_its_peaks_and_its_means() -> None:
    records = [
        {"step": n + 1, "loss": float(n % 2), "norm": 9.0 if n == 4321 else 1.0, "clipped": 1.0}
        for n in range(10_000)
    ]
    norms = [r for r in data(live({LSTM: records}, quantity="norm")) if "before" in r["what"]]
    losses = data(live({LSTM: records}, quantity="loss"))
    assert len(norms) <= POINTS
    assert len(losses) <= POINTS
    assert max(r["value"] for r in norms) == 9.0
    assert {r["value"] for r in losses} == {0.5}
    assert losses[-1]["step"] == 10_000


@pytest.mark.parametrize(
    "records",
    [
        [],
        [{"step": 1, "loss": math.inf, "norm": math.nan}],
        [{"step": 1, "norm": 0.0, "clipped": 0.0}],
    ],
)
def test_what_is_no_number_is_not_drawn(records: list[dict[str, Any]]) -> None:
    for quantity in LOOKS:
        chart = live({LSTM: records}, quantity=quantity, level=1.0)
        export.picture(chart, "svg", "slide", "nothing yet")


@pytest.fixture(scope="module")
def recordings(runs: dict[Net, Run]) -> dict[Net, xr.Dataset]:
    trials = trials_of(TASK, TASK.far_texts(6)[:2])
    return {net: ANALYSES["record"](run, trials) for net, run in runs.items()}


def test_the_probe_shows_the_state_that_carries_the_news(
    recordings: dict[Net, xr.Dataset],
) -> None:
    for net, signal in ((LSTM, "cell"), (GRU, "hidden")):
        recording = recordings[net]
        wanted = recording[signal].isel(snapshot=-1, trial=1, layer=0, direction=0).values.T
        cells = data(probe(recording, trial=1))
        found = np.array([cell["value"] for cell in cells]).reshape(wanted.shape)
        assert np.allclose(found, wanted, atol=1e-6)
    first = data(probe(recordings[GRU], step=0))
    assert first != data(probe(recordings[GRU]))


def test_the_scale_of_the_probe_is_symmetric(recordings: dict[Net, xr.Dataset]) -> None:
    for net in (LSTM, GRU):
        spec = probe(recordings[net]).to_dict()
        domain = spec["layer"][0]["encoding"]["color"]["scale"]["domain"]
        assert domain[0] == -domain[-1]
        if net is GRU:
            assert domain[-1] == 1.0


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_both_can_be_exported(
    runs: dict[Net, Run], recordings: dict[Net, xr.Dataset], kind: Any
) -> None:
    metrics = {net: run.metrics for net, run in runs.items()}
    for chart in (CHARTS["live"].draw(metrics), CHARTS["probe"].draw(recordings[LSTM])):
        assert len(export.picture(chart, kind, "slide", "caption")) > 1000
        table = export.table(chart, "caption").decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(table)))) > 10
