"""Questions as values: what they refuse, what their names say, and what stands beside every answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from engine import Clamp, Experiment, Patch, Silence, record
from engine.answering import answer
from engine.questions import Drawn, Question, drawn_from
from engine.shipped import shipped_run
from engine.store import Store
from engine.tasks.fluent import Fluent
from tests.engine.nets import untrained

TEXT = "I grew up in Japan so I speak fluent"


def asked(**given: object) -> Question:
    return Question.model_validate({"run": "lstm", "analysis": "record", "texts": (TEXT,), **given})


def test_a_question_with_edits_goes_through_json_and_back() -> None:
    edits = (Clamp("forget", 0.9, units=(1, 2)), Silence((3,)), Patch("cell", 0, 1, 5))
    question = asked(edits=edits, step=7, options=(("gradients", 1),))
    again = Question.model_validate_json(question.model_dump_json())
    assert again == question
    assert again.edits == edits


def test_every_choice_gives_another_name_and_what_is_not_chosen_changes_none() -> None:
    questions = [
        asked(),
        asked(texts=("I speak fluent",)),
        asked(analysis="reach"),
        asked(step=7),
        asked(edits=(Clamp("forget", 0.9),)),
        asked(options=(("gradients", 1),)),
        asked(texts=(), drawn=Drawn()),
        asked(texts=(), drawn=Drawn(seed=1)),
    ]
    assert len({question.key("w") for question in questions}) == len(questions)
    assert asked().key("w") == asked(run="other", until=3, edits=(), step=None).key("w")
    assert asked().key("w") != asked().key("v")


def test_sentences_and_drawn_trials_are_not_asked_together() -> None:
    with pytest.raises(ValidationError, match="not of both"):
        asked(drawn=Drawn())


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"texts": ()}, "Nothing is asked"),
        ({"options": (("speed", 1),)}, "record takes no speed; it takes edits, gradients"),
        ({"analysis": "reach", "edits": (Clamp("forget", 0.9),)}, "reach takes no edits"),
        ({"edits": (Clamp("reset", 0.9),)}, "reset"),
        ({"texts": (), "drawn": Drawn(condition="noon")}, "noon"),
    ],
)
def test_what_does_not_fit_is_a_sentence(tmp_path: Path, given: dict, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        answer(asked(**given), Store(tmp_path))


def test_an_answer_says_what_stands_at_every_step(tmp_path: Path) -> None:
    found = answer(asked(texts=(TEXT, "I grew up in Atlantis")), Store(tmp_path))
    assert found["word"].values[0].tolist() == TEXT.split()
    assert found["word"].values[1].tolist()[:6] == ["I", "grew", "up", "in", "Atlantis", ""]
    assert found["known"].values[1].tolist()[:5] == [True] * 4 + [False]
    assert found["length"].values.tolist() == [9, 5]
    assert found.attrs["run"] == "lstm"


def test_one_snapshot_is_the_newest_up_to_the_step_and_equals_a_direct_recording(
    tmp_path: Path,
) -> None:
    run = shipped_run("lstm")
    assert run is not None
    steps = [snapshot.step for snapshot in run.snapshots]
    found = answer(asked(step=steps[7] + (steps[8] - steps[7]) // 2), Store(tmp_path))
    assert found["snapshot"].values.tolist() == [steps[7]]
    direct = record(run.at(steps[7]), TEXT)
    np.testing.assert_allclose(found["cell"].values, direct["cell"].values, rtol=1e-6)


def test_drawn_trials_are_test_trials_and_the_same_every_time(tmp_path: Path) -> None:
    run = untrained("gru", task="adding")
    store = Store(tmp_path)
    run_id = store.add(run)
    question = asked(run=run_id, texts=(), drawn=Drawn(seed=3, count=4))
    one, two = answer(question, store), answer(question, store)
    assert one.identical(two)
    trials = drawn_from(run.experiment.task, Drawn(seed=3, count=4))
    np.testing.assert_allclose(one["input"].values[0], trials.inputs)
    assert one["word"].shape == trials.periods.shape
    alone = answer(asked(run=run_id, texts=(), drawn=Drawn(seed=3, count=4, only=2)), store)
    assert alone.identical(one.isel(trial=slice(2, 3)))
    assert "only" not in question.model_dump_json()  # what was asked before keeps its name
    with pytest.raises(ValueError, match="4 trials are drawn"):
        drawn_from(run.experiment.task, Drawn(count=4, only=4))


def test_a_fluent_condition_may_be_another_gap() -> None:
    task = Experiment().task
    assert isinstance(task, Fluent)
    assert drawn_from(task, Drawn(condition="gap 7", count=2)).inputs.shape == (2, task.length(7))
