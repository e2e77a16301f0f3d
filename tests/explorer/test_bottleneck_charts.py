"""Charts of the bottleneck, the read-outs and the blank: their numbers are the shipped ones, and they can be taken along."""

from __future__ import annotations

from statistics import median
from typing import Any

import pytest

from engine import shipped
from engine.bottleneck import AT_LENGTHS, LONG, LONG_SEEDS, PAIRS, SIZED, SIZES
from engine.overseeds import SEEDS
from engine.readout_nets import PLACES, REVIEWS, TAUGHT
from explorer import export, theme
from explorer.attention import bottleneck, reviewed
from explorer.charts import CHARTS
from explorer.charts.nets import Net
from explorer.charts.reviewed import Read


def values(chart: Any) -> list[dict[str, Any]]:
    """Every row of every table in the chart."""
    found: list[dict[str, Any]] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("values"), list) and "url" not in part:
                found.extend(row for row in part["values"] if isinstance(row, dict))
            for inner in part.values():
                walk(inner)
        elif isinstance(part, list):
            for inner in part:
                walk(inner)

    spec = chart.to_dict()
    walk(spec.get("datasets", {}))
    walk(spec)
    for rows in spec.get("datasets", {}).values():
        found.extend(rows)
    return found


@pytest.mark.parametrize("task", PAIRS)
def test_the_curve_has_every_seed_and_length(task: str) -> None:
    positional, named = bottleneck.lengths_inputs(task, "symbols")
    rows = [row for row in values(CHARTS["bottleneck"].draw(*positional, **named)) if "seed" in row]
    for net in (*PAIRS[task], LONG[task]):
        measured = bottleneck.measured(task)[net.name]
        label = net.label.partition(", ")[2]
        own = {(r["seed"], r["length"]): r["share"] for r in rows if r["net"] == label}
        assert own == {
            (seed, length): measured["symbols"][seed][place]
            for seed in (LONG_SEEDS if net is LONG[task] else SEEDS)
            for place, length in enumerate(measured["lengths"])
        }
    trained = PAIRS[task][0].experiment.task
    assert named["seen"] == (trained.shortest, trained.gap)


def test_the_size_of_the_vector_has_every_seed_and_its_level() -> None:
    positional, named = bottleneck.sizes_inputs("strings")
    rows = [
        row for row in values(CHARTS["vector_size"].draw(*positional, **named)) if "share" in row
    ]
    assert {(r["net"], r["vector"], r["seed"]) for r in rows} == {
        (bottleneck.length_name(at), size, seed)
        for at in AT_LENGTHS
        for size in SIZES
        for seed in SEEDS
    }
    attending = shipped.bottleneck()["nets"][SIZED]
    for at in AT_LENGTHS:
        place = attending["lengths"].index(at)
        reached = median(shares[place] for shares in attending["strings"])
        assert named["levels"][bottleneck.length_name(at)] == reached


def test_the_table_has_every_cell_and_its_median() -> None:
    positional, named = reviewed.table_inputs()
    rows = values(CHARTS["readouts_table"].draw(*positional, **named))
    seen = [row for row in rows if "accuracy" in row]
    assert len({(r["readout"], r["place"], r["seed"]) for r in seen}) == len(REVIEWS) * len(SEEDS)
    said = {(row["line"], round(row["right"], 2)): row["said"] for row in rows if "said" in row}
    assert len(said) == len(TAUGHT) * len(PLACES)


def test_own_nets_stand_beside_the_shipped_ones() -> None:
    import xarray as xr

    from explorer.picture import own_net

    experiment = bottleneck.experiment(SIZED, {"network": {"attention": "none", "vector": 5}}, 9)
    net = own_net("0" * 8, 1, experiment, {"accuracy": 0.5})
    shares = {"strings": ("source_length", [0.25, 0.0]), "symbols": ("source_length", [0.5, 0.1])}
    points = bottleneck.own_points(net, xr.Dataset(shares, {"source_length": [8, 12]}))
    assert [p["symbols"] for p in points] == [0.5, 0.1] and points[0]["seed"] == 9
    (first, _) = bottleneck.own_sizes(net, points, "strings")
    assert (first["vector"], first["share"]) == (5, 0.25)
    positional, _ = bottleneck.lengths_inputs(SIZED, "strings", {net: points})
    assert len(positional[1]) == 4 and positional[1][3].label == net.label
    attending = bottleneck.experiment(SIZED, {}, 9)
    assert not bottleneck.own_sizes(own_net("1" * 8, 1, attending, {}), points)


def test_a_review_is_drawn_with_its_weights_and_gradients() -> None:
    words = ("so", "it", "was", "good")
    reads = [
        Read("the state", (0.0, 0.0, 0.0, 1.0), (1e-6, 1e-4, 1e-2, 1.0), "positive 51 %"),
        Read("mean of the words", (0.25,) * 4, None),
    ]
    rows = values(CHARTS["reviewed"].draw(reads, words, evidence=(3,)))
    weights = {(r["read-out"], r["place"]): r["weight"] for r in rows if "weight" in r}
    assert weights["the state", 3] == 1 and weights["mean of the words", 0] == 0.25
    gradients = {r["read-out"] for r in rows if "gradient" in r}
    assert gradients == {"the state"}


def test_the_blank_keeps_the_right_answer_in_the_picture() -> None:
    nets = {Net("both", "lstm"): [0.9] + [0.1 / 15] * 15, Net("one", "lstm", 1): [1 / 16] * 16}
    answers = [f"animal {n}" for n in range(16)]
    rows = values(CHARTS["gap_answers"].draw(nets, answers, right="animal 15"))
    assert ("both", "animal 15") in {(r.get("net"), r.get("answer")) for r in rows}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_chart_can_be_taken_along(mode: theme.Mode) -> None:
    for name, (positional, named) in {
        "bottleneck": bottleneck.lengths_inputs(SIZED, "strings"),
        "vector_size": bottleneck.sizes_inputs("symbols"),
        "readouts_table": reviewed.table_inputs(),
    }.items():
        picture = export.picture(CHARTS[name].draw(*positional, **named), "svg", mode=mode)
        assert picture.startswith(b"<svg")
        assert CHARTS[name].how_to_read.count(".") <= 3
