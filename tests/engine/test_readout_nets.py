"""Read-outs and directions, measured: the shipped figures are those of the shipped weights, and they say what the page says."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import numpy as np
import pytest
import torch

import engine
from engine import shipped
from engine.overseeds import SEEDS
from engine.questions import weights_digest
from engine.readout_nets import (
    BLANKS,
    CLASSIFIERS,
    PLACES,
    REFERENCE,
    REVIEWS,
    SHOWN,
    SHOWN_PLACE,
    TAUGHT,
)
from engine.run import Run
from engine.shipping_classifiers import at_place, classified
from engine.tasks.blank import Blank
from engine.tasks.evidence import Evidence

FOUND = shipped.classified()
NETS = FOUND["nets"]


def run_named(name: str) -> Run:
    found = shipped.shipped_run(name)
    assert found is not None
    return found


def accuracies(readout: str, place: str) -> list[float]:
    return NETS[REVIEWS[readout, place].name]["accuracies"]


def test_every_net_was_measured_over_its_seeds() -> None:
    assert set(NETS) == set(CLASSIFIERS) and set(SHOWN) < set(NETS)
    for name, found in NETS.items():
        seeds = 1 if name in {net.name for net in REFERENCE.values()} else len(SEEDS)
        assert len(found["accuracies"]) == len(found["by_condition"]) == seeds
        assert found["experiment"] == CLASSIFIERS[name].experiment.model_dump(mode="json")


@pytest.mark.parametrize("name", SHOWN)
def test_a_shipped_run_is_one_of_its_five(name: str) -> None:
    run, found = run_named(name), NETS[name]
    assert run.experiment == SHOWN[name].experiment.model_copy(update={"seed": found["seed"]})
    assert found["weights"] == weights_digest(run)
    assert found["accuracies"][found["seed"]] == run.result["accuracy"]
    assert len(run.snapshots) == SHOWN[name].kept


@pytest.mark.parametrize("readout", TAUGHT)
def test_accuracy_elsewhere_is_recomputed_from_the_shipped_weights(readout: str) -> None:
    name = REVIEWS[readout, SHOWN_PLACE].name
    for place in PLACES:
        again = at_place(run_named(name), place)
        assert again == pytest.approx(NETS[name]["elsewhere"][place][NETS[name]["seed"]], abs=0.005)


def test_the_last_state_of_a_plain_net_finds_only_late_evidence_for_sure() -> None:
    assert max(accuracies("state", "early")) <= 0.6
    assert min(accuracies("state", "late")) >= 0.95
    for readout in ("mean", "weighted"):
        for place in PLACES:
            assert median(accuracies(readout, place)) >= 0.99


def test_a_bag_of_words_tells_nothing_and_the_mean_of_the_words_is_one() -> None:
    assert FOUND["ceilings"]["bag"] == Evidence().ceiling_of_a_bag() == 0.5
    for place in PLACES:
        # 240 trials: four standard deviations of guessing.
        assert max(abs(a - 0.5) for a in accuracies("embeddings", place)) <= 0.13


def test_the_gradient_explains_the_table() -> None:
    """Before training the last state sends nothing back to early evidence; the mean and the learned weights do."""
    reach = {}
    for readout in TAUGHT:
        run = run_named(REVIEWS[readout, SHOWN_PLACE].name).at(0)
        trials = run.experiment.task.test(np.random.default_rng(0), 8, "early")
        hidden = engine.record(run, trials)["gradient_margin_hidden"].isel(snapshot=0, layer=-1)
        norms = np.linalg.norm(hidden.values, axis=-1)[:, 0]  # [trial, time]
        cues = (trials.periods == 1).argmax(1) + 3  # behind "and it was"
        rows = np.arange(len(cues))
        reach[readout] = float(np.exp(np.log(norms[rows, cues] + 1e-30).mean()))
    assert reach["embeddings"] == pytest.approx(1e-30)
    assert reach["state"] < 1e-3 * min(reach["mean"], reach["weighted"])


def test_two_directions_fill_the_blank_and_one_cannot() -> None:
    both, forwards = (NETS[net.name]["accuracies"] for net in BLANKS)
    assert min(both) >= 0.99
    ceiling = Blank().ceiling_one_direction()
    assert FOUND["ceilings"]["one_direction"] == ceiling
    # 240 trials of a share of 0.45: three standard deviations are 0.096.
    assert max(forwards) <= ceiling + 0.1
    network = [net.experiment.network for net in BLANKS]
    assert network[0].model_copy(update={"bidirectional": False}) == network[1]


@pytest.mark.training
def test_a_shipped_net_is_made_again_byte_for_byte(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    (tmp_path / "runs").mkdir()
    name = BLANKS[1].name
    assert classified(CLASSIFIERS[name], tmp_path) == NETS[name]
    made = (tmp_path / "runs" / f"{name}.safetensors").read_bytes()
    assert made == (shipped.RUNS / f"{name}.safetensors").read_bytes()
