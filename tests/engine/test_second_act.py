"""The second act: one thing is changed, its figures come from the shipped weights, and they say what the page says."""

from __future__ import annotations

from statistics import median
from typing import cast

import numpy as np
import pytest

import engine
from engine import recordings, second_act, shipped
from engine.compared import NETS
from engine.measuring_second_act import CUE, right_at, swapped, ways
from engine.overseeds import SEEDS
from engine.questions import weights_digest
from engine.run import Run
from engine.second_act import NET, PATH_GAPS, TESTED_GAPS
from engine.shipped import experiment_of, shipped_run
from engine.shipping_second_act import answered, questions
from engine.tasks.fluent import Fluent
from engine.tasks.typed import ENDING
from explorer.second_act import farther

FIGURES = second_act.figures()
OF = FIGURES[NET.name]
RUN = cast("Run", shipped_run(NET.name))
assert RUN is not None


def by_gap(name: str, gap: int, net: str = NET.name) -> list[float]:
    return FIGURES[net][name][str(gap)]


def test_the_net_is_the_plain_rnn_but_for_its_read_out() -> None:
    plain, attending = (experiment_of(row, 0) for row in (shipped.ROWS[0], NET))
    network = {"network": plain.network.model_copy(update={"readout": "attention"})}
    assert plain.network.cell == "rnn" and plain.model_copy(update=network) == attending
    assert NETS[NET.name].experiment == attending
    assert NETS[NET.name].label == NET.label
    assert list(FIGURES) == [row.name for row in second_act.NETS]
    for row in second_act.NETS:
        assert FIGURES[row.name]["experiment"] == experiment_of(row, 0).model_dump(mode="json")
        assert len(FIGURES[row.name]["near"]) == len(SEEDS)
    assert RUN.experiment.seed == OF["seed"] == shipped.figures()[NET.name]["seed"]


def test_the_path_through_the_recurrence_has_gap_and_ending() -> None:
    task = Fluent()
    for gap in (0, 40):
        trials = task.example("France", gap)
        assert int(trials.lengths[0]) - 1 - CUE == gap + len(ENDING)


@pytest.mark.parametrize("gap", [0, 40, 160])
def test_figures_are_measured_again_from_the_shipped_weights(gap: int) -> None:
    seed = OF["seed"]
    for name, value in right_at(RUN, gap).items():
        assert by_gap(name, gap)[seed] == pytest.approx(value, abs=0.01), name
    if gap == 40:
        again = ways(RUN, gap)
        assert by_gap("direct", gap)[seed] == pytest.approx(again["direct"], rel=0.01)
        assert np.log10(again["recurrence"]) == pytest.approx(
            np.log10(by_gap("recurrence", gap)[seed]), abs=0.1
        )


def test_what_the_page_asks_is_shipped_with_its_words_and_is_recomputed() -> None:
    digest = weights_digest(RUN)
    for question in questions(RUN):
        stored = recordings.read(shipped.RECORDINGS / f"{question.key(digest)}.safetensors")
        again = answered(RUN, question)
        assert stored.attrs == again.attrs
        assert [str(w) for w in stored["word"].values[0]] == list(again["word"].values[0])
        for name in ("direct", "weight", "probability"):
            np.testing.assert_allclose(stored[name], again[name], rtol=1e-3, atol=1e-5)


def test_a_swap_changes_the_country_and_nothing_else() -> None:
    written, other = swapped(Fluent(), 20)
    changed = written.inputs != other.inputs
    assert changed[:, CUE].all() and changed.sum() == len(changed)
    assert (written.targets[:, -1] != other.targets[:, -1]).all()


# What the page says.


def test_up_to_the_whole_gap_it_makes_no_mistake_and_the_plain_net_guesses() -> None:
    said = farther(FIGURES)
    assert said["whole"] == 160
    for gap in TESTED_GAPS:
        if gap <= said["whole"]:
            assert min(by_gap("accuracies", gap)) == min(by_gap("swapped", gap)) == 1
        assert max(by_gap("accuracies", gap, "rnn")) <= 0.15
    assert max(by_gap("accuracies", 640)) < 0.9 and min(OF["near"]) == 1


def test_far_away_the_softmax_is_what_fails() -> None:
    far, seen = 640, 40
    assert median(by_gap("accuracies", far)) < median(by_gap("accuracies", far, "lstm"))
    both = {
        gap: [a + b for a, b in zip(by_gap("weight", gap), by_gap("on_next", gap), strict=True)]
        for gap in (seen, far)
    }
    assert min(both[seen]) >= 0.8 and max(both[far]) <= 0.6
    # Only the weights are changed, and with them the answer: at those two words alone all is right, at all the others chance.
    assert min(by_gap("only_two", far)) == 1
    for gap in TESTED_GAPS[1:]:  # with no filler the words of the question are still near it
        assert max(by_gap("without_two", gap)) <= 0.15
    said = farther(FIGURES)
    assert (said["attending"], said["lstm"]) == ("77 %", "91 %")
    assert (said["weight"], said["weight_far"], said["only_two"]) == ("87 %", "57 %", "100 %")


def test_where_it_looks_depends_on_the_seed() -> None:
    said = farther(FIGURES)
    assert (said["on_country"], said["seeds"]) == (3, 5)
    for weight, after in zip(by_gap("weight", 40), by_gap("on_next", 40), strict=True):
        assert weight > 0.5 or after > 0.4


def test_through_attention_the_word_arrives_and_through_the_recurrence_it_does_not() -> None:
    for gap in PATH_GAPS:
        straight = [d + n for d, n in zip(by_gap("direct", gap), by_gap("later", gap), strict=True)]
        assert min(straight) >= 0.1
        if gap >= 40:
            assert max(by_gap("recurrence", gap)) <= 1e-14
    assert by_gap("direct", 40)[OF["seed"]] > 1 > by_gap("later", 40)[OF["seed"]]


@pytest.mark.training
def test_the_shipped_training_is_done_again() -> None:
    now = engine.train(RUN.experiment)
    assert now.result["accuracy"] == RUN.result["accuracy"]
    first = [record["loss"] for record in now.metrics[1:6]]
    assert first == pytest.approx([record["loss"] for record in RUN.metrics[1:6]], rel=1e-4)
