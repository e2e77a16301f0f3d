"""Prepared comparisons: they compare like with like, every net is there to be opened, and the numbers say what the page says."""

from __future__ import annotations

import math
import re
from statistics import mean, median

import numpy as np
import pytest

import engine
from engine import shipped
from engine.bottleneck import WRITERS
from engine.compared import NETS
from engine.comparisons import COMPARISONS, Comparison
from engine.experiment import Experiment
from engine.overseeds import SEEDS
from engine.questions import weights_digest
from engine.readout_nets import SHOWN
from engine.run import Run
from engine.runfile import to_bytes
from engine.shapes import parameters
from engine.shipped import ROWS, experiment_of, figures, shipped_run, workbench_rows
from engine.shipping_comparisons import cue_reach

FIGURES = figures()


def run_named(name: str) -> Run:
    found = shipped_run(name)
    assert found is not None
    return found


def flat(experiment: Experiment) -> dict[str, object]:
    parts = {
        "task": experiment.task,
        "network": experiment.network,
        "training": experiment.training,
    }
    return {
        f"{part}.{name}": getattr(value, name)
        for part, value in parts.items()
        for name in type(value).model_fields
    }


@pytest.mark.parametrize("comparison", COMPARISONS.values(), ids=lambda c: c.name)
def test_a_comparison_changes_one_thing(comparison: Comparison) -> None:
    assert comparison.title and comparison.note and comparison.question.endswith("?")
    assert 2 <= len(comparison.variants) <= 6
    labels = [variant.label for variant in comparison.variants]
    chosen = [flat(variant.net.experiment) for variant in comparison.variants]
    assert (
        len(set(labels))
        == len(labels)
        == len({variant.net.name for variant in comparison.variants})
    )
    changed = {
        name for one in chosen for name, value in one.items() if value != chosen[0].get(name)
    }
    allowed = {
        # A gated cell trains at the rate that suits it.
        "gates": {"network.cell", "network.start", "training.learning_rate"},
        "activation": {"network.cell", "network.start"},
        "start": {"network.cell", "network.start"},
        "forget": {"network.start", "network.bias"},
        "update": {"network.start", "network.bias"},
        "gaps": {"task.shortest_gap"},
        "gaps-rnn": {"task.shortest_gap", "task.gaps"},
        "exploding": {"training.clip"},
        "vanishing": {"training.clip", "network.cell", "network.start", "training.learning_rate"},
        "window": {"training.window"},
        "attention": {
            *("network.readout", "network.cell", "network.start", "training.learning_rate"),
        },
    }
    assert changed <= allowed[comparison.name] and changed


def test_the_first_page_and_the_comparisons_mean_the_same_nets() -> None:
    for row in ROWS:
        net = NETS[row.name]
        assert net.experiment == experiment_of(row, 0) and net.label == row.label
        assert FIGURES[row.name]["accuracies"] == shipped.seeds()[row.name]["accuracies"]
        assert FIGURES[row.name]["seed"] == shipped.seeds()[row.name]["seed"]
        assert FIGURES[row.name]["weights"] == shipped.seeds()[row.name]["weights"]


def test_every_net_is_of_a_comparison_and_has_a_name_that_a_link_can_hold() -> None:
    used = {variant.net.name for c in COMPARISONS.values() for variant in c.variants}
    assert used == set(NETS) == set(FIGURES)
    assert all(re.fullmatch("[0-9a-z-]{1,40}", name) for name in (*NETS, *COMPARISONS))
    assert len({net.label for net in NETS.values()}) == len(NETS)
    assert len({net.experiment for net in NETS.values()}) == len(NETS)
    assert all(net.experiment.seed == 0 for net in NETS.values())


@pytest.mark.parametrize("name", NETS)
def test_the_run_of_every_net_is_shipped_and_is_one_of_its_five(name: str) -> None:
    run, found = run_named(name), FIGURES[name]
    seed = found["seed"]
    assert run.experiment == NETS[name].experiment.model_copy(update={"seed": seed})
    assert found["weights"] == weights_digest(run)
    assert found["parameters"] == parameters(run.experiment) == run.result["parameters"]
    assert found["baseline"] == run.result["baseline"]
    assert found["accuracies"][seed] == run.result["accuracy"]
    assert found["by_condition"][seed] == run.result["by_condition"]
    assert found["outcomes"][seed] == run.result["outcome"]
    assert found["steps"][seed] == run.result["steps"] == run.metrics[-1]["step"]
    for name in ("norm", "loss"):
        values = [record[name] for record in run.metrics if record.get(name) is not None]
        assert found[f"largest_{name}"][seed] == pytest.approx(max(values), rel=1e-3)
    assert run.snapshots[0].step == 0 and len(run.snapshots) >= 5
    lists = [value for value in found.values() if isinstance(value, list)]
    assert all(len(value) == len(SEEDS) for value in lists)


@pytest.mark.parametrize("name", NETS)
def test_reach_before_training_is_recomputed_from_the_shipped_start(name: str) -> None:
    run, found = run_named(name), FIGURES[name]
    now = cue_reach(run.at(0))[0]
    assert math.log(found["reach_before"][found["seed"]]) == pytest.approx(math.log(now), abs=0.01)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_files_of_before_are_written_as_before(row: shipped.Row) -> None:
    path = shipped.RUNS / f"{row.name}.safetensors"
    assert to_bytes(run_named(row.name)) == path.read_bytes()


def test_the_workbench_offers_every_net_and_the_first_page_its_four() -> None:
    rows = workbench_rows()
    assert [row.name for row in rows] == [*NETS, *WRITERS, *SHOWN]
    assert {row.name for row in ROWS} <= {row.name for row in rows} and len(ROWS) == 4
    for row in rows:
        assert run_named(row.name).experiment == row.experiment
        assert len(row.accuracies) == len(row.by_condition) == len(SEEDS)
    assert shipped_run("nobody") is None


# What the page says of each comparison, over five seeds.


def accuracies(name: str) -> list[float]:
    return FIGURES[name]["accuracies"]


def reach_before(name: str) -> float:
    return float(np.exp(np.mean(np.log(FIGURES[name]["reach_before"]))))


def test_clipping_lets_an_exploding_net_learn() -> None:
    assert min(accuracies("relu-clip")) >= 0.99
    assert max(accuracies("relu-no-clip")) <= 0.3
    assert FIGURES["relu-no-clip"]["outcomes"].count("diverged") >= 3
    clipped, wild = run_named("relu-clip"), run_named("relu-no-clip")
    assert wild.result["outcome"] == "diverged" and clipped.result["outcome"] == "finished"
    # The same seed: the same start, the same first batch. Every step says its norm before and after the clip.
    assert clipped.snapshots[0].digest() == wild.snapshots[0].digest()
    assert clipped.metrics[1]["norm"] == wild.metrics[1]["norm"] > 1
    for run in (clipped, wild):
        for record in run.metrics[1:]:
            limit = run.experiment.training.clip or math.inf
            assert record["clipped"] == min(record["norm"], limit)


def test_clipping_does_not_cure_vanishing() -> None:
    for name in ("rnn", "rnn-no-clip"):
        assert max(accuracies(name)) <= 0.2
        assert median(FIGURES[name]["reach_after"]) <= 1e-3
    assert FIGURES["rnn"]["reach_before"] == FIGURES["rnn-no-clip"]["reach_before"]
    assert min(accuracies("lstm")) >= 0.99


def test_attention_shortens_the_path_and_leaves_the_cell_as_it_was() -> None:
    assert max(accuracies("rnn")) <= 0.2 and min(accuracies("rnn-attention")) == 1
    chosen = [flat(NETS[name].experiment) for name in ("rnn", "rnn-attention")]
    assert {n for n, v in chosen[0].items() if v != chosen[1][n]} == {"network.readout"}
    # The country moves the answer before any training: no vanishing has to be overcome first.
    assert min(FIGURES["rnn-attention"]["reach_before"]) >= 0.01 > 1e-9 > reach_before("rnn")


def test_a_window_shorter_than_every_gap_cannot_learn_it_and_a_longer_one_can() -> None:
    # No gradient comes from the country; what the chrono start keeps by itself can be read a little.
    assert max(accuracies("lstm-window-10")) <= 0.35
    # 30 steps hold the sentences with gaps of 20 and 21 whole, and what they teach carries the others.
    assert min(accuracies("lstm-window-30")) >= 0.95
    soon = [median(FIGURES[name]["solved_at"]) for name in ("lstm", "lstm-window-30")]
    assert soon[0] < soon[1]


def test_the_schedule_of_gaps_decides_who_learns() -> None:
    learned = {name: sum(a >= 0.95 for a in accuracies(name)) for name in NETS}
    assert learned["lstm-gap-40"] <= learned["lstm-default"] == 1
    assert learned["lstm-gaps-0-40"] == 5
    assert max(accuracies("rnn-gaps-20-40")) <= 0.2
    assert mean(accuracies("rnn-gaps-0-40")) < mean(accuracies("rnn-gaps-log"))
    assert sum(a >= 0.98 for a in accuracies("rnn-gaps-log")) == 2
    assert max(accuracies("rnn-gaps-grow")) >= 0.98
    # What has learned it latches: the reach is small, and the word is used all the same.
    best = int(np.argmax(accuracies("rnn-gaps-log")))
    assert FIGURES["rnn-gaps-log"]["reach_after"][best] <= 1e-4
    assert saturated("rnn-gaps-log") >= 0.75 > saturated("rnn-slow")


def saturated(name: str) -> float:
    """Share of hidden values in the filler that are beyond 0.9, at the end of the training."""
    run = run_named(name)
    trials = run.experiment.task.test(np.random.default_rng(0), 24, "gap 40")
    hidden = engine.record(run, trials, gradients=False)["hidden"].isel(time=slice(5, 45))
    return float((abs(hidden) > 0.9).mean())


def test_the_start_predicts_who_learns_but_for_the_gru() -> None:
    forget = ["lstm-forget-0", "lstm-forget-1", "lstm-forget-3"]
    reaches = [reach_before(name) for name in forget]
    assert reaches == sorted(reaches)
    assert min(accuracies("lstm-forget-3")) >= 0.95
    for name in ("lstm-forget-0", "lstm-forget-1"):  # the seed decides
        assert sum(a >= 0.95 for a in accuracies(name)) == 2 and min(accuracies(name)) <= 0.1
    assert min(accuracies("relu-identity")) >= 0.8
    for name in ("sigmoid", "rnn-slow", "rnn-orthogonal", "relu", "relu-orthogonal"):
        assert max(accuracies(name)) <= 0.2 and reach_before(name) <= 1e-5
    # The tanh net with the identity start has the reach, and loses it.
    assert reach_before("rnn-identity") >= 0.5 and max(accuracies("rnn-identity")) <= 0.3
    assert max(FIGURES["rnn-identity"]["reach_after"]) <= 1e-6
    assert reach_before("sigmoid") < reach_before("rnn-slow") < reach_before("relu-identity")
    # The exception: nothing reaches the cue before training, and it learns all the same.
    assert reach_before("gru") < reach_before("lstm-forget-1") and min(accuracies("gru")) >= 0.99
    soon = [median(FIGURES[name]["solved_at"]) for name in ("gru-update-2", "gru")]
    assert soon[0] < soon[1]


@pytest.mark.training
@pytest.mark.parametrize("name", ["relu-no-clip", "relu-clip", "lstm-window-10"])
def test_a_shipped_training_is_done_again(name: str) -> None:
    then = run_named(name)
    now = engine.train(then.experiment)
    assert now.result["outcome"] == then.result["outcome"]
    assert now.result["accuracy"] == pytest.approx(then.result["accuracy"], abs=0.05)
    first = [record["loss"] for record in now.metrics[1:6]]
    assert first == pytest.approx([record["loss"] for record in then.metrics[1:6]], rel=1e-4)
