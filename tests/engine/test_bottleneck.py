"""The bottleneck, measured: the shipped figures are those of the shipped weights, and they say what the page says."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest
import torch

from engine import shipped
from engine.attention_edits import Attend
from engine.bottleneck import (
    AT_LENGTHS,
    LENGTHS,
    LONG,
    LONG_SEEDS,
    LOOKED_AT,
    ONE_VECTOR,
    PAIRS,
    SIZED,
    SIZES,
    WRITERS,
    sized,
)
from engine.experiment import WITHOUT
from engine.overseeds import SEEDS
from engine.pair_figures import by_length, follows, looking
from engine.pair_recorder import record_pair
from engine.questions import weights_digest
from engine.run import Run
from engine.shapes import parameters
from engine.tasks import TASKS
from engine.tasks.translation import as_pairs

FOUND = shipped.bottleneck()
NETS = FOUND["nets"]
ATTENDING, BARE = (net.name for net in PAIRS[SIZED])


def run_named(name: str) -> Run:
    found = shipped.shipped_run(name)
    assert found is not None
    return found


def at(name: str, length: int, field: str) -> list[float]:
    place = NETS[name]["lengths"].index(length)
    return [shares[place] for shares in NETS[name][field]]


@pytest.mark.parametrize("task", PAIRS)
def test_a_pair_differs_in_attention_alone(task: str) -> None:
    attending, bare = (net.experiment for net in PAIRS[task])
    assert bare.network.attention == WITHOUT != attending.network.attention
    same = attending.network.model_copy(update={"attention": WITHOUT})
    assert attending.model_copy(update={"network": same}) == bare
    assert (PAIRS[task][0].name, PAIRS[task][1].name) == (task, task + ONE_VECTOR)
    suggested = TASKS[task].suggested
    assert all(getattr(attending.network, k) == v for k, v in suggested["network"].items())
    assert all(getattr(attending.training, k) == v for k, v in suggested["training"].items())


@pytest.mark.parametrize("name", WRITERS)
def test_a_shipped_run_is_one_of_its_five(name: str) -> None:
    run, found = run_named(name), NETS[name]
    seed = found["seed"]
    assert run.experiment == WRITERS[name].experiment.model_copy(update={"seed": seed})
    assert found["experiment"] == WRITERS[name].experiment.model_dump(mode="json")
    assert found["weights"] == weights_digest(run)
    assert found["parameters"] == parameters(run.experiment) == run.result["parameters"]
    assert found["accuracies"][seed] == run.result["accuracy"]
    assert len(run.snapshots) == WRITERS[name].kept and run.snapshots[0].step == 0
    assert found["lengths"] == list(LENGTHS[run.experiment.task.name])
    for field in ("strings", "symbols"):
        assert np.shape(found[field]) == (len(SEEDS), len(found["lengths"]))


@pytest.mark.parametrize("name", [ATTENDING, BARE])
def test_strings_at_length_twelve_are_recomputed_from_the_shipped_weights(name: str) -> None:
    run, seed = run_named(name), NETS[name]["seed"]
    found = by_length(run, (12, 20))
    assert found.strings == pytest.approx((at(name, 12, "strings")[seed], at(name, 20, "strings")[seed]), abs=0.005)  # fmt: skip
    assert found.symbols == pytest.approx((at(name, 12, "symbols")[seed], at(name, 20, "symbols")[seed]), abs=0.002)  # fmt: skip


def test_what_is_right_is_counted_by_hand() -> None:
    run = run_named(BARE)
    task = run.experiment.task
    trials = as_pairs(task, task.test(np.random.default_rng([9, 1]), 30, "length 9"))
    recorded = record_pair(run, trials, signals=False)["written"].values[0]
    strings = symbols = total = 0
    for row in range(30):
        wanted = [int(n) for n in trials.targets[row] if n >= 0]
        written = [int(n) for n in recorded[row]][: len(wanted)]
        written += [-1] * (len(wanted) - len(written))
        hits = [a == b for a, b in zip(wanted, written, strict=True)]
        strings, symbols, total = strings + all(hits), symbols + sum(hits), total + len(hits)
    found = by_length(run, (9,), 30)
    assert found.strings == pytest.approx((strings / 30,))
    assert found.symbols == pytest.approx((symbols / total,))


def test_attention_carries_what_one_vector_does_not() -> None:
    """Reversal at length 12: 98 % of the symbols with attention, clearly fewer without; both fail far beyond their training."""
    with_, without = at(ATTENDING, 12, "symbols"), at(BARE, 12, "symbols")
    assert median(with_) >= 0.98
    assert max(without) <= min(with_) - 0.2
    assert max(at(BARE, 12, "strings")) <= 0.2 < 0.8 <= min(at(ATTENDING, 12, "strings"))
    assert max(at(ATTENDING, 20, "strings")) <= 0.2, "nor does attention go on for ever"


def test_dates_are_written_exactly_with_attention() -> None:
    assert min(NETS["dates"]["accuracies"]) >= 0.99
    assert max(NETS["dates" + ONE_VECTOR]["accuracies"]) < min(NETS["dates"]["accuracies"])


def test_a_date_fits_into_one_vector_with_more_training_and_a_long_reversal_does_not() -> None:
    longer = {task: FOUND["longer"][net.name] for task, net in LONG.items()}
    assert all(len(found["accuracies"]) == len(LONG_SEEDS) for found in longer.values())
    assert median(longer["dates"]["accuracies"]) >= 0.98
    place = longer[SIZED]["lengths"].index(12)
    assert max(shares[place] for shares in longer[SIZED]["strings"]) <= 0.2


def test_the_alignment_is_real() -> None:
    for asked in ("told", "free", "every length"):
        assert median(NETS[ATTENDING]["looking"][asked]) >= 0.97
    run, seed = run_named(ATTENDING), NETS[ATTENDING]["seed"]
    now = looking(run, LOOKED_AT, told=False)
    assert now == pytest.approx(NETS[ATTENDING]["looking"]["free"][seed], abs=0.005)
    assert looking(run.at(0), LOOKED_AT, told=False) <= 0.3, "before training it looks anywhere"
    with pytest.raises(ValueError, match="no attention"):
        looking(run_named(BARE), LOOKED_AT, told=False)


def test_overwriting_attention_moves_the_output_to_the_forced_source() -> None:
    """200 random overwrites on the shipped reversal: a random string, a random step, all weight on another source."""
    assert min(NETS[ATTENDING]["follows"]) >= 0.95
    run = run_named(ATTENDING)
    assert follows(run, LOOKED_AT) == NETS[ATTENDING]["follows"][NETS[ATTENDING]["seed"]]
    assert follows(run, LOOKED_AT, seed=1) >= 0.95
    assert follows(run.at(0), LOOKED_AT) <= 0.3, "an untrained net follows nothing"


def test_an_overwrite_is_counted_as_the_recorder_writes_it() -> None:
    """One overwrite through the public way, edits of a recording, at every step of one string."""
    run = run_named(ATTENDING)
    task = run.experiment.task
    trials = as_pairs(task, task.test(np.random.default_rng(3), 1, "length 12"))
    before = record_pair(run, trials, signals=False)["written"].values[0, 0]
    hits = []
    for time in range(12):
        source = next(s for s in range(12) if trials.inputs[0, s] != before[time])
        edited = record_pair(run, trials, edits=[Attend(time=time, source=source)], signals=False)
        assert (edited["written"].values[0, 0, :time] == before[:time]).all()
        hits.append(edited["written"].values[0, 0, time] == trials.inputs[0, source])
    assert np.mean(hits) >= 0.9


def test_a_larger_vector_carries_more_and_attention_more_than_any() -> None:
    points = FOUND["vectors"]
    assert {(p["vector"], p["seed"]) for p in points} == {(v, s) for v in SIZES for s in SEEDS}
    middle = {
        (size, length): median(p["symbols"][str(length)] for p in points if p["vector"] == size)
        for size in SIZES
        for length in AT_LENGTHS
    }
    for length in AT_LENGTHS:
        assert middle[1, length] < middle[4, length] < middle[16, length]
        assert max(middle[size, length] for size in SIZES) < median(at(ATTENDING, length, "symbols"))  # fmt: skip
    assert sized(4).network.vector == 4


def test_a_vector_larger_than_the_states_says_no_more() -> None:
    """Encoder and decoder have states of 64 numbers; from 32 numbers on the vector is no longer what is too small."""
    for length in AT_LENGTHS:
        middle = [
            median(p["symbols"][str(length)] for p in FOUND["vectors"] if p["vector"] == size)
            for size in (32, 128)
        ]
        assert abs(middle[1] - middle[0]) <= 0.05


@pytest.mark.training
def test_a_point_is_trained_again_to_the_same_figure() -> None:
    from engine.shipping_pairs import vector_point

    torch.set_num_threads(1)
    stored = next(p for p in FOUND["vectors"] if (p["vector"], p["seed"]) == (1, 0))
    assert vector_point(1, 0) == stored


def test_lengths_answers_a_question_of_the_page(tmp_path) -> None:
    from engine.answering import answer
    from engine.questions import Drawn, Question
    from engine.store import Store

    found = answer(Question(run=BARE, analysis="lengths", drawn=Drawn(count=1), options=(("trials", 12),)), Store(tmp_path))  # fmt: skip
    assert list(found["source_length"].values) == list(LENGTHS[SIZED])
    shares = by_length(run_named(BARE), (2, 7), 12)
    assert tuple(found["strings"].sel(source_length=[2, 7]).values) == shares.strings
    with pytest.raises(ValueError, match="is for a net that writes"):
        answer(Question(run="rnn", analysis="lengths", drawn=Drawn(count=1)), Store(tmp_path))
