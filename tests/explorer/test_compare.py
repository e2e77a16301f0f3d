"""Nets beside each other: medians and steps by hand, panels against the recordings that they show."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import vl_convert
import xarray as xr

import engine
from engine import shipped
from engine.analyses.reach import reach
from engine.answering import answer
from engine.comparisons import COMPARISONS, Compared, Comparison, Variant
from engine.questions import Question, trials_of
from engine.run import Run
from engine.tasks.fluent import Fluent
from explorer import compare, export, theme
from explorer.charts import CHARTS
from explorer.charts.nets import Net as Drawn
from explorer.compare import Contender, Spread
from explorer.components.film import pack
from explorer.components.shared.packing import unpack
from explorer.films import beside
from explorer.picture import Net

TASK = Fluent(gap=12)
TEXTS = TASK.far_texts(12)[:2]
CELLS = {"rnn": 8, "lstm": 8, "gru": 6, "sigmoid": 8}


def experiment(cell: str, units: int, seed: int = 0) -> engine.Experiment:
    choice = {
        "task": TASK.model_dump(),
        "network": {"cell": cell, "units": units, "embedding": 8},
        "training": {"steps": 8, "snapshots": 4 if cell == "rnn" else 3, "batch": 16},
        "seed": seed,
    }
    return engine.Experiment.model_validate(choice)


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    """Four nets, trained for eight steps, with unlike snapshots; one has fewer units."""
    return {cell: engine.train(experiment(cell, units)) for cell, units in CELLS.items()}


@pytest.fixture(scope="module")
def nets(runs: Mapping[str, Run]) -> tuple[Contender, ...]:
    return tuple(
        Contender(Net(name, name.upper(), run.experiment), name.upper(), (0.25,))
        for name, run in runs.items()
    )


def contenders_of(name: str) -> tuple[Contender, ...]:
    return compare.prepared(COMPARISONS[name], shipped.figures())


def drawn(contenders: tuple[Contender, ...]) -> list[Drawn]:
    told = zip(contenders, compare.twins(contenders), strict=True)
    return [Drawn(one.label, one.net.network.cell, twin) for one, twin in told]


@pytest.mark.parametrize("name", COMPARISONS)
def test_no_two_nets_of_a_comparison_look_alike(name: str) -> None:
    nets = drawn(contenders_of(name))
    assert len({(net.cell, net.hollow, net.shape) for net in nets}) == len(nets)
    for cell in {net.cell for net in nets}:
        assert sum(net.cell == cell and not net.hollow for net in nets) == 1, cell


def test_a_net_that_is_hollow_elsewhere_is_so_here_where_another_can_be_full() -> None:
    assert compare.twins(contenders_of("gates")) == (0, 1, 0, 0)  # LSTM, usual start; LSTM, chrono
    assert compare.twins(contenders_of("forget")) == (1, 0, 2, 3, 4)
    assert compare.twins(contenders_of("gaps")) == (0, 1, 2)  # all have the usual start


def shapes_in(spec: Any) -> list[list[str]]:
    """Of every layer with shapes, those of the nets in their order."""
    if isinstance(spec, list):
        return [found for part in spec for found in shapes_in(part)]
    if not isinstance(spec, dict):
        return []
    here = spec.get("shape")
    own = [here["scale"]["range"]] if isinstance(here, dict) and "scale" in here else []
    return own + [found for part in spec.values() for found in shapes_in(part)]


def test_both_charts_draw_the_nets_of_one_cell_in_unlike_marks() -> None:
    contenders = contenders_of("forget")
    nets = drawn(contenders)
    points = CHARTS["tricks"].draw(compare.points(contenders), nets).to_dict()
    lines = CHARTS["learning"].draw({net: learned(0.5) for net in nets}, TASK).to_dict()
    shapes = [net.shape for net in nets]
    assert shapes_in(points) == [shapes] * 2  # accuracy, reach
    assert shapes_in(lines) == [shapes] * 4  # loss, accuracy; on the line and at the name
    svg = vl_convert.vegalite_to_svg(lines)
    names = re.findall(r'transform="translate\(([^,]+),[^"]*"[^>]*>(bias 0|usual)<', svg)
    assert {name for _, name in names} == {"bias 0", "usual"}
    assert len({place for place, _ in names}) == 2  # a hollow net's mark stands before its name


def test_a_net_that_ends_early_has_a_mark_where_it_ends() -> None:
    nets = [Drawn("clip", "relu", 0), Drawn("no clip", "relu", 1)]
    metrics = {nets[0]: learned(0.5, last=1000), nets[1]: learned(0.1, last=25)}
    lines = str(CHARTS["learning"].draw(metrics, TASK).to_dict())
    assert "indexof([0, 25], datum.step)" in lines


def learned(accuracy: float, last: int = 100) -> list[dict[str, Any]]:
    return [{"step": step, "accuracy": accuracy, "test_loss": 1.0} for step in (0, last)]


@pytest.fixture(scope="module")
def recordings(runs: Mapping[str, Run]) -> dict[str, xr.Dataset]:
    """As the page gets them: with words and lengths."""

    def asked(run: Run) -> xr.Dataset:
        store: Any = SimpleNamespace(load=lambda name: run)
        return answer(Question(run="mine", analysis="record", texts=TEXTS), store)

    return {name: asked(run) for name, run in runs.items()}


@pytest.fixture(scope="module")
def reaches(runs: Mapping[str, Run]) -> dict[str, xr.Dataset]:
    return {name: reach(run, trials_of(TASK, TEXTS)) for name, run in runs.items()}


def test_a_spread_is_the_middle_and_both_ends_of_what_is_known() -> None:
    assert compare.spread([3, None, 1, 10]) == Spread(3.0, 1.0, 10.0, 3, 4)
    assert compare.spread([None, None]) == Spread(None, None, None, 0, 2)
    assert compare.spread([]) == Spread(None, None, None, 0, 0)


@pytest.mark.parametrize(
    ("accuracies", "step"),
    [
        ([0.1, 0.96, 0.5, 0.95, 1.0], 3),
        ([0.1, 0.2], None),
        ([1.0], 0),
        ([1.0, 0.94], None),
        ([None, 0.97], 1),
        ([], None),
    ],
)
def test_reached_is_the_first_step_from_which_on_it_stays(
    accuracies: list[float | None], step: int | None
) -> None:
    records = [{"step": n, "accuracy": value} for n, value in enumerate(accuracies)]
    assert compare.reached(records) == step


def test_reached_agrees_with_what_the_engine_ships() -> None:
    from engine.overseeds import solved_at
    from engine.shipped import shipped_run

    for name in ("rnn", "lstm", "gru", "lstm-default"):
        run = shipped_run(name)
        assert run is not None
        assert compare.reached(run.metrics) == solved_at(run, compare.LEVEL)


FIGURES: dict[str, Any] = {
    "lstm": {
        "seed": 2,
        "accuracies": [0.9, 1.0, 0.8],
        "solved_at": [None, 90, None],
        "reach_before": [1e-3, 2e-3, 4e-3],
        "baseline": 1 / 12,
        "outcomes": ["finished", "diverged", "finished"],
    }
}


def test_a_prepared_comparison_shows_the_shipped_seed_with_all_seeds_figures() -> None:
    of = Compared("lstm", "LSTM", experiment("lstm", 8))
    (one,) = compare.prepared(Comparison("gates", "", "", "", (Variant("chrono", of),)), FIGURES)
    assert (one.label, one.seed, one.accuracy) == ("chrono", "seed 2", 0.8)
    assert one.net.experiment is not None and one.net.experiment.seed == 2
    assert (one.steps, one.diverged) == (8, 1)
    # 4 blocks of 8 rows, each with 8 inputs, 8 states and 2 biases; words by 8, answers by 8 and 1.
    assert one.parameters == 4 * 8 * (8 + 8 + 2) + 8 * len(TASK.vocabulary) + 9 * len(TASK.answers)
    assert compare.points([one])[1] == {
        "net": "chrono",
        "seed": 1,
        "accuracy": 1.0,
        "reach": 2e-3,
        "solved at": 90,
    }


def test_own_nets_have_one_seed_and_names_of_their_own() -> None:
    from explorer.components.rows.data import Solved

    shipped = Net("lstm", "LSTM", experiment("lstm", 8, seed=2))
    own = [Net(name, "mine", experiment("gru", 6), Solved((0.5,), 0)) for name in ("a", "b")]
    records = {"a": [{"step": 0, "accuracy": 0.1}, {"step": 8, "accuracy": 0.97}]}
    found = compare.chosen([shipped, *own], FIGURES, records, {"a": 1e-5})
    assert [one.label for one in found] == ["LSTM", "mine", "mine (2)"]
    assert [one.accuracies for one in found] == [(0.9, 1.0, 0.8), (0.5,), (0.5,)]
    assert [one.solved_at for one in found] == [(None, 90, None), (8,), ()]
    assert [one.reach_before for one in found] == [(1e-3, 2e-3, 4e-3), (1e-5,), (None,)]
    assert found[1].baseline == pytest.approx(1 / 12)


def test_the_cues_reach_is_a_geometric_mean_at_the_first_snapshot() -> None:
    values = np.ones((2, 2, 3), np.float32)
    values[0, 0, 1], values[0, 1, 0] = 1e-2, 1e-4
    periods = [["start", "cue", "question"], ["cue", "filler", "question"]]
    found = xr.Dataset(
        {"reach": (("snapshot", "trial", "time"), values)},
        {"period": (("trial", "time"), periods)},
    )
    assert compare.cue_reach(found) == pytest.approx(1e-3)
    values[0, 0, 1] = 0
    assert compare.cue_reach(found) is None
    assert (
        compare.cue_reach(found.assign_coords(period=(("trial", "time"), [["a"] * 3] * 2))) is None
    )


def test_signals_are_offered_once_the_common_one_first(nets: tuple[Contender, ...]) -> None:
    words = beside.offered([one.net for one in nets])
    assert list(words)[:3] == ["hidden", "forget", "input_gate"]
    assert "reset" in words and len(words) == len(set(words.values()))
    assert beside.has(nets[1].net, "forget") and not beside.has(nets[0].net, "forget")


def test_every_panel_shows_its_own_net_on_one_scale(
    nets: tuple[Contender, ...],
    recordings: Mapping[str, xr.Dataset],
    reaches: Mapping[str, xr.Dataset],
) -> None:
    data = beside.side_by_side(nets, recordings, reaches, "hidden", trial=1)
    *panels, last = data.panels
    assert [panel.key for panel in panels] == list(CELLS)
    assert {panel.limits for panel in panels} == {(-1.0, 1.0)}
    assert [len(panel.rows) for panel in panels] == list(CELLS.values())
    for panel in panels:
        wanted = recordings[panel.key]["hidden"].values[:, 1, 0, 0, : len(data.columns)]
        np.testing.assert_array_equal(panel.values, wanted.swapaxes(1, 2))
        assert panel.steps == tuple(recordings[panel.key]["snapshot"].values)
        assert "25 % right" in panel.detail
    assert [token.word for token in data.columns] == list(TASK.read(TEXTS[1]).words)
    # Reach: at every step of any net the newest snapshot of each.
    assert last.rows == ("RNN", "LSTM", "GRU", "SIGMOID")
    for row, name in enumerate(CELLS):
        known = reaches[name]["snapshot"].values
        for place, step in enumerate(data.steps):
            newest = known[known <= step].max()
            wanted = reaches[name]["reach"].sel(snapshot=newest).values[1]
            np.testing.assert_array_equal(last.values[place, row], wanted[: len(data.columns)])


def test_one_net_that_explodes_does_not_take_the_colour_from_the_others(
    nets: tuple[Contender, ...], recordings: Mapping[str, xr.Dataset]
) -> None:
    loud = recordings["lstm"].copy()
    loud["cell"] = loud["cell"] * 1e9
    mine = {"lstm": recordings["lstm"], "gru": loud.assign_attrs(cell="lstm")}
    known = np.abs(recordings["lstm"]["cell"].values[:, 0])
    quiet = float(np.nanquantile(known, theme.TOLD_APART))
    data = beside.side_by_side(nets[1:3], mine, {}, "cell")
    assert [panel.limits[1] for panel in data.panels] == [pytest.approx(2 * quiet)] * 2
    assert unpack(pack(data))[0]["panels"][1]["beyond"] == [True, True]


def test_gates_keep_the_scale_of_gates_and_a_cursor_that_is_nowhere_is_dropped(
    nets: tuple[Contender, ...], recordings: Mapping[str, xr.Dataset]
) -> None:
    having = [one for one in nets if beside.has(one.net, "forget")]
    mine = {one.net.name: recordings[one.net.name] for one in having}
    data = beside.side_by_side(having, mine, {}, "forget", cursor=("gru", 0, 0))
    assert [(panel.scale, panel.limits) for panel in data.panels] == [("gate", (0.0, 1.0))]
    assert data.cursor is None
    kept = beside.side_by_side(having, mine, {}, "forget", cursor=("lstm", 7, 3))
    assert kept.cursor == ("lstm", 7, 3)


def test_the_still_form_has_every_number_of_every_net(
    recordings: Mapping[str, xr.Dataset],
) -> None:
    chart = CHARTS["compare"].draw(
        recordings, signal="hidden", step=8, trial=1, orders={"gru": (5, 3, 4, 0, 1, 2)}
    )
    said = export.table(chart, "").decode("utf-8-sig")
    lines = [line for line in said.splitlines() if line and not line.startswith("#")]
    found = {(row["row"], row["column"]): row["value"] for row in csv.DictReader(lines)}
    for name, units in CELLS.items():
        wanted = recordings[name]["hidden"].values[-1, 1, 0, 0].T
        for unit in range(8):
            value = found.get((f"{name}: {unit + 1}", TASK.read(TEXTS[1]).words[4]), "")
            if unit < units:
                assert float(value) == pytest.approx(float(wanted[unit, 4]), rel=1e-6)
            else:
                assert value == ""
    with pytest.raises(ValueError, match="none of these nets"):
        CHARTS["compare"].draw(recordings, signal="attention")


def test_dots_stand_where_accuracy_and_reach_are() -> None:
    """Vega's own numbers: 50 % in the middle of the left part, 1e-4 in the middle of 1e-8 … 1."""
    nets = [Drawn("A", "rnn"), Drawn("B", "lstm", True)]
    points = [
        {"net": "A", "seed": 0, "accuracy": 0.5, "reach": 1e-4},
        {"net": "A", "seed": 1, "accuracy": 1.0, "reach": None},
        {"net": "B", "seed": 0, "accuracy": 0.0, "reach": 1.0},
    ]
    chart = CHARTS["tricks"].draw(points, nets, baseline=0.125)
    # 1040 px for −0.02 … 1.02, so 0 is at 20 px and a hundredth is 10 px; 200 px for two nets.
    spec = chart.properties(width=1040, height=200).to_dict()
    scene = list(_items(vl_convert.vegalite_to_scenegraph(spec)))
    marks = [one["items"] for one in scene if one.get("marktype") == "symbol"]
    dots = {(round(item["x"]), round(item["y"])) for items in marks for item in items}
    assert {x for x, y in dots if y < 100} == {240, 460, 800}
    assert {x for x, y in dots if y > 100} == {20, 1020}
    rules = [item for one in scene if one.get("marktype") == "rule" for item in one["items"]]
    bars = {round(item["x"]) for item in rules if item.get("strokeWidth") == 3}
    assert bars == {350, 20, 800, 1020}
    said = {str(item.get("text")) for item in scene}
    assert {"100 %", "1e-8", "1", "A", "B"} <= said
    assert {"['chance 12 %', 'accuracy']", "['1e-4', 'reach']"} <= said


def _items(scene: Any) -> Any:
    """Every mark item of a scene."""
    if isinstance(scene, dict):
        yield scene
        for value in scene.values():
            yield from _items(value)
    elif isinstance(scene, list):
        for value in scene:
            yield from _items(value)
