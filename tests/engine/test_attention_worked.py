"""The arithmetic of one weight of attention: recomputed at random places, and held against the recording."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from engine.analyses.alignment import alignment
from engine.analyses.pair_weights import pair_weights
from engine.attention import ATTENTIONS
from engine.attention_edits import Attend
from engine.attention_worked import attended, scored
from engine.expressions import dots
from engine.tasks.translation import as_pairs
from engine.trace import given
from tests.engine.nets import random
from tests.engine.pairnets import experiment, written

PLACES = 70
ENOUGH = 1e-6
"""Of the sum of all products' sizes: the recording is float32."""


def asked(attention: str, **network: object) -> tuple[xr.Dataset, xr.Dataset]:
    """Recording and weights of a small net: three snapshots, twelve sources of several lengths."""
    chosen = experiment(attention=attention, bidirectional=True, **network)
    run = written(chosen, snapshots=3)
    trials = as_pairs(chosen.task, chosen.task.test(np.random.default_rng(1), 12, "every length"))
    return alignment(run, trials), pair_weights(run, trials)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_score_weight_and_logit_are_the_recorded_ones_at_random_places(attention: str) -> None:
    recording, weights = asked(attention)
    rng = np.random.default_rng(2)
    for _ in range(PLACES):
        at, trial = int(rng.integers(3)), int(rng.integers(12))
        time = int(rng.integers(recording["written_length"][at, trial]))
        source = int(rng.integers(recording["length"][trial]))
        here = recording.isel(snapshot=at, trial=trial)
        made = attended(recording, weights, step=at, trial=trial, time=time, source=source)
        size = sum(abs(term.product) for term in dots(made.score.expression)[0].terms)
        assert made.score.value == pytest.approx(
            float(here["score"][time, source]), abs=ENOUGH * max(1, size)
        )
        assert made.weight == pytest.approx(float(here["attention"][time, source]), abs=ENOUGH)
        word = int(here["written"][time])
        assert made.logit.word == str(recording["answer"].values[word])
        assert made.logit.value == pytest.approx(float(here["output"][time, word]), abs=1e-5)
        context = np.linalg.norm(here["context"].values[time].astype(float))
        assert made.context_norm == pytest.approx(context, rel=1e-5)
        assert made.logit.here == pytest.approx(made.weight * made.brings.value)


def test_every_product_of_a_dot_is_one_of_both_states() -> None:
    recording, weights = asked("dot")
    made = attended(recording, weights, time=1, source=2)
    query = recording["state"].values[-1, 0, 1]
    key = recording["annotation"].values[-1, 0, 2]
    [row] = dots(made.score.expression)
    assert {term.index: (term.weight, term.value) for term in row.terms} == {
        index: (float(query[index]), float(key[index])) for index in range(len(query))
    }
    sizes = [abs(term.product) for term in row.terms]
    assert sizes == sorted(sizes, reverse=True)
    assert made.score.inner is None


def test_a_layer_inside_the_score_shows_its_number_that_counts_most() -> None:
    recording, weights = asked("additive")
    made = attended(recording, weights, time=1, source=2)
    inner = made.score.inner
    assert inner is not None
    own = weights.isel(snapshot=-1)
    sums = own["scores_query"].values.astype(float) @ recording["state"].values[-1, 0, 1].astype(
        float
    )
    sums += own["scores_key"].values.astype(float) @ recording["annotation"].values[
        -1, 0, 2
    ].astype(float)
    products = own["scores_score"].values * np.tanh(sums)
    assert inner.index == int(np.abs(products).argmax())
    assert inner.expression.value == pytest.approx(float(np.tanh(sums[inner.index])))
    assert made.score.value == pytest.approx(float(products.sum()))
    assert [row.symbol for row in dots(inner.expression)] == ["W_q h_t", r"W_k \bar h_s"]


@pytest.mark.parametrize("name", ATTENTIONS)
def test_the_score_is_that_of_the_equation_that_runs(name: str) -> None:
    import torch

    attention = ATTENTIONS[name]
    own = {
        key: random(*shape, seed=n) for n, (key, shape) in enumerate(attention.shapes(5).items())
    }
    query, key = random(5, seed=8), random(5, seed=9)
    wanted = float(attention.score(own, query, key))
    arrays = {name: value.numpy() for name, value in own.items()}
    made = scored(attention, arrays, query.numpy(), key.numpy())
    assert made.value == pytest.approx(wanted, abs=1e-12)
    assert isinstance(query, torch.Tensor)


def test_a_vector_adds_up_over_its_one_dim_alone() -> None:
    values = given(np.array([1.0, 2.0, 4.0]), "a")
    assert (values + values).sum(-1).at(0).value == 14
    with pytest.raises(ValueError, match="dim = 0"):
        values.sum(0)


def test_what_is_not_there_is_said() -> None:
    recording, weights = asked("dot")
    with pytest.raises(ValueError, match="time = 99: must be from 0"):
        attended(recording, weights, time=99)
    with pytest.raises(ValueError, match="source = 99: must be from 0"):
        attended(recording, weights, source=99)
    with pytest.raises(ValueError, match="no weights of training step 1"):
        attended(recording, weights.isel(snapshot=[2]), step=1)
    bare = experiment()
    run = written(bare)
    trials = as_pairs(bare.task, bare.task.test(np.random.default_rng(1), 2, "every length"))
    with pytest.raises(ValueError, match="no attention"):
        attended(alignment(run, trials), pair_weights(run, trials))


def test_weights_are_those_of_the_run_and_the_context_has_its_own_half() -> None:
    chosen = experiment(attention="dot")
    run = written(chosen)
    trials = as_pairs(chosen.task, chosen.task.test(np.random.default_rng(1), 2, "every length"))
    found = pair_weights(run, trials)
    both = np.concatenate([found["state_weights"], found["context_weights"]], -1)
    np.testing.assert_array_equal(both[0], run.snapshots[0].weights["readout.weight"])
    changed = alignment(run, trials, edits=[Attend(time=0, source=0, weight=1.0)])
    outputs = changed["output"].values[0, 0, 0]
    by_hand = (
        found["state_weights"].values[0] @ changed["state"].values[0, 0, 0]
        + found["context_weights"].values[0] @ changed["annotation"].values[0, 0, 0]
        + found["readout_bias"].values[0]
    )
    np.testing.assert_allclose(outputs, by_hand, atol=1e-5)
