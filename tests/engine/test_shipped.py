"""The shipped runs say what the page says of them, and every shipped number can be recomputed."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from engine import recordings, shipped
from engine.analyses import ANALYSES
from engine.answering import answer
from engine.questions import Question, trials_of, weights_digest
from engine.run import Run
from engine.shipped import ROWS, SHOWN_GAPS
from engine.store import Store
from engine.tasks.fluent import NAMES, Fluent

TASK = Fluent()
CUE = 4
"""Where the country stands: "I grew up in France"."""


def run_named(name: str) -> Run:
    found = shipped.shipped_run(name)
    assert found is not None
    return found


def shipped_answer(name: str, gap: int) -> xr.Dataset:
    question = Question(run=name, texts=TASK.far_texts(gap))
    key = question.key(shipped.seeds()[name]["weights"])
    return recordings.read(shipped.RECORDINGS / f"{key}.safetensors")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_shipped_answer_is_recomputed_from_the_shipped_weights(row: shipped.Row) -> None:
    run = run_named(row.name)
    assert shipped.seeds()[row.name]["weights"] == weights_digest(run)
    for texts in (TASK.near_texts(), *(TASK.far_texts(gap) for gap in SHOWN_GAPS)):
        question = Question(run=row.name, texts=texts)
        stored = recordings.read(
            shipped.RECORDINGS / f"{question.key(weights_digest(run))}.safetensors"
        )
        again = ANALYSES["reach"](run, trials_of(TASK, texts))
        for name in ("probability", "margin"):
            np.testing.assert_allclose(
                stored[name].values, again[name].values, rtol=1e-4, atol=1e-4
            )
        then, now = (np.log(data["reach"].values + 1e-20) for data in (stored, again))
        np.testing.assert_allclose(then, now, atol=0.01)


def test_nothing_but_what_the_page_asks_is_shipped_and_it_is_small() -> None:
    files = [path for path in shipped.ASSETS.rglob("*") if path.is_file()]
    # The reach of every row, and the paths of the net with attention.
    assert len(list(shipped.RECORDINGS.iterdir())) == (len(ROWS) + 1) * (len(SHOWN_GAPS) + 1)
    assert sum(path.stat().st_size for path in files) <= 15 * 2**20


def test_the_gated_rows_solve_the_far_sentence_and_the_plain_row_does_not() -> None:
    seeds = shipped.seeds()
    for name in ("lstm", "gru"):
        assert min(seeds[name]["accuracies"]) >= 0.99
    assert max(seeds["rnn"]["accuracies"]) <= 0.20
    for row in seeds.values():
        assert min(row["near"]) >= 0.99


def test_reach_at_the_country_is_thirty_times_apart_and_does_not_fall_while_the_lstm_learns() -> (
    None
):
    reach = {
        name: shipped_answer(name, 40)["reach"].isel(time=CUE) for name in ("rnn", "lstm", "gru")
    }
    for country in range(len(NAMES)):
        last = {
            name: float(values.isel(trial=country, snapshot=-1)) for name, values in reach.items()
        }
        assert last["lstm"] >= 30 * last["rnn"]
        assert last["gru"] >= 30 * last["rnn"]
    mean = np.log(reach["lstm"].values).mean(axis=1)  # over countries
    assert mean[-1] >= mean[0]


def test_the_loss_gradient_is_wrongness_times_reach() -> None:
    """What the page draws as the second choice, against the gradient of the loss itself."""
    import engine

    run = run_named("lstm")
    trials = TASK.example("France", 20)
    recorded = engine.record(run, trials)
    own = ANALYSES["reach"](run, trials).isel(snapshot=-1, trial=0)
    norms = [
        np.linalg.norm(recorded[f"gradient_{of}_cell"].values, axis=-1).ravel()
        for of in ("margin", "loss")
    ]
    wrongness = 1 / (1 + np.exp(float(own["margin"])))
    np.testing.assert_allclose(norms[0] / norms[0][-1], own["reach"].values, rtol=1e-3)
    np.testing.assert_allclose(norms[1] / norms[0][-1], wrongness * own["reach"].values, rtol=1e-2)


def test_a_question_is_refused_in_one_sentence(tmp_path) -> None:
    store = Store(tmp_path)
    with pytest.raises(ValueError, match="no such analysis"):
        answer(Question(run="rnn", analysis="nothing", texts=("I",)), store)
    with pytest.raises(ValueError, match="not the id"):
        answer(Question(run="nobody", texts=("I",)), store)
    with pytest.raises(ValueError, match="no words"):
        answer(Question(run="rnn", texts=("…" * 0 + " . ",)), store)


def test_sentences_of_unequal_length_are_answered_as_if_alone() -> None:
    run = run_named("gru")
    texts = ("I grew up in Japan so I speak fluent", TASK.far_texts(20)[0])
    both = ANALYSES["reach"](run, trials_of(TASK, texts))
    for row, text in enumerate(texts):
        alone = ANALYSES["reach"](run, trials_of(TASK, (text,))).isel(trial=0)
        time = alone.sizes["time"]
        together = both.isel(trial=row)
        assert together["reach"][:, time:].isnull().all()
        np.testing.assert_allclose(together["probability"], alone["probability"], atol=1e-5)
        np.testing.assert_allclose(
            together["reach"][-5:, :time], alone["reach"][-5:], rtol=1e-3, atol=1e-9
        )


def test_a_net_that_answers_with_numbers_has_reach_too() -> None:
    import engine
    from engine.tasks.adding import Adding

    task = Adding(gap=6)
    run = engine.train(engine.Experiment(task=task, training=engine.Training(steps=1)))
    found = ANALYSES["reach"](run, task.test(np.random.default_rng(0), 2, "gap 6"))
    assert "probability" not in found
    np.testing.assert_allclose(found["reach"].isel(time=-1), 1, rtol=1e-6)
