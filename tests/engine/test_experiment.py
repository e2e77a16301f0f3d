"""A choice is a value: frozen, hashable, JSON and back; what cannot be is refused in one sentence."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from engine.cells import CELLS
from engine.experiment import Experiment, Network, Training, sentence
from engine.starts import STARTS
from engine.tasks import TASKS

EVERY = [
    {"task": task, "network": {"cell": cell, "start": start.name}}
    for task in TASKS
    for start in STARTS.values()
    for cell in start.cells
]


@pytest.mark.parametrize(
    "choices", EVERY, ids=lambda c: f"{c['task']}-{'-'.join(c['network'].values())}"
)
def test_json_and_back(choices: dict) -> None:
    experiment = Experiment.model_validate(choices)
    text = experiment.model_dump_json()
    again = Experiment.model_validate_json(text)
    assert again == experiment and hash(again) == hash(experiment)
    assert again.model_dump_json() == text
    assert type(again.task) is TASKS[choices["task"]]
    assert Experiment.model_validate(json.loads(text)) == experiment


def test_a_choice_of_before_is_written_as_before_and_a_new_one_is_not_lost() -> None:
    """Fields that came later are left out where nobody chose them: old files, links and names stay what they were."""
    plain = Experiment()
    text = plain.model_dump_json()
    assert "window" not in text and "gaps" not in text
    old = json.loads(text)
    assert set(old["training"]) == {
        *("optimiser", "learning_rate", "clip", "batch", "steps", "snapshots")
    }
    assert Experiment.model_validate(old) == plain
    chosen = Experiment.model_validate(
        {"task": {"name": "fluent", "gaps": "log"}, "training": {"window": 10}}
    )
    said = chosen.model_dump_json()
    assert '"gaps":"log"' in said and '"window":10' in said
    assert Experiment.model_validate_json(said) == chosen != plain


def test_using_a_task_does_not_change_it() -> None:
    one, other = Experiment(task=TASKS["fluent"]()), Experiment(task=TASKS["fluent"]())
    assert one.task.vocabulary and one.task.answers
    assert one == other and hash(one) == hash(other)
    assert one.model_dump_json() == other.model_dump_json()


def test_choices_that_differ_differ() -> None:
    found = [Experiment.model_validate(choices) for choices in EVERY]
    found += [Experiment(seed=1), Experiment(training=Training(clip=None))]
    found += [Experiment(task=TASKS["fluent"](gap=gap)) for gap in (20, 60)]
    assert len(set(found)) == len(found)


def test_the_defaults_are_the_first_page() -> None:
    experiment = Experiment()
    assert experiment == Experiment(
        task=TASKS["fluent"](), network=Network(), training=Training(), seed=0
    )
    assert (experiment.task.name, experiment.task.gap) == ("fluent", 40)
    assert (experiment.network.units, experiment.network.layers) == (32, 1)
    assert (experiment.training.steps, experiment.training.batch) == (700, 64)
    assert experiment.training.snapshots == 40


def test_frozen() -> None:
    experiment = Experiment()
    for holder, name in (
        (experiment, "seed"),
        (experiment.network, "units"),
        (experiment.task, "gap"),
    ):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(holder, name, 3)


CELL_NAMES, TASK_NAMES, START_NAMES = (", ".join(names) for names in (CELLS, TASKS, STARTS))


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (
            {"network": {"units": 0}},
            "network.units = 0: input should be greater than or equal to 1.",
        ),
        (
            {"network": {"units": 513}},
            "network.units = 513: input should be less than or equal to 512.",
        ),
        (
            {"network": {"units": 2.5}},
            "network.units = 2.5: input should be a valid integer, got a number with a fractional part.",
        ),
        (
            {"network": {"layers": 5}},
            "network.layers = 5: input should be less than or equal to 4.",
        ),
        (
            {"network": {"embedding": 0}},
            "network.embedding = 0: input should be greater than or equal to 1.",
        ),
        ({"network": {"bias": 11}}, "network.bias = 11: input should be less than or equal to 10."),
        (
            {"network": {"cell": "elman"}},
            f"network.cell = 'elman': no such cell; choose one of {CELL_NAMES}.",
        ),
        (
            {"network": {"start": "best"}},
            f"network.start = 'best': no such start; choose one of {START_NAMES}.",
        ),
        (
            {"network": {"cell": "gru", "start": "chrono"}},
            "network.start = 'chrono' is for lstm, not for gru.",
        ),
        (
            {"network": {"units": "many"}},
            "network.units = 'many': input should be a valid integer, unable to parse string as an integer.",
        ),
        (
            {"training": {"learning_rate": 0}},
            "training.learning_rate = 0: input should be greater than 0.",
        ),
        (
            {"training": {"learning_rate": 11}},
            "training.learning_rate = 11: input should be less than or equal to 10.",
        ),
        (
            {"training": {"learning_rate": float("nan")}},
            "training.learning_rate = nan: input should be a finite number.",
        ),
        (
            {"training": {"optimiser": "lion"}},
            "training.optimiser = 'lion': input should be 'adam', 'sgd' or 'rmsprop'.",
        ),
        ({"training": {"clip": 0}}, "training.clip = 0: input should be greater than 0."),
        (
            {"training": {"batch": 1025}},
            "training.batch = 1025: input should be less than or equal to 1024.",
        ),
        (
            {"training": {"steps": 0}},
            "training.steps = 0: input should be greater than or equal to 1.",
        ),
        (
            {"training": {"snapshots": 1}},
            "training.snapshots = 1: input should be greater than or equal to 2.",
        ),
        (
            {"training": {"window": 0}},
            "training.window = 0: input should be greater than or equal to 1.",
        ),
        (
            {"training": {"window": 10}, "network": {"bidirectional": True}},
            "training.window = 10 needs a net that reads one way, and network.bidirectional is on.",
        ),
        (
            {"task": {"name": "fluent", "gaps": "short"}},
            "task.gaps = 'short': input should be 'even', 'log' or 'short first'.",
        ),
        ({"seed": -1}, "seed = -1: input should be greater than or equal to 0."),
        (
            {"seed": 2**63},
            "seed = 9223372036854775808: input should be less than or equal to 9223372036854775807.",
        ),
        ({"speed": 1}, "speed = 1: extra inputs are not permitted."),
        ({"task": "german"}, f"task = 'german': no such task; choose one of {TASK_NAMES}."),
        (
            {"task": {"name": "german"}},
            f"task.name = 'german': no such task; choose one of {TASK_NAMES}.",
        ),
        ({"task": {"name": ["fluent"]}}, "task.name = ['fluent']: input should be a valid string."),
        ({"task": 3}, "task = 3: input should be a valid dictionary or instance of Task."),
        (
            {"task": {"name": "fluent", "gap": 2001}},
            "task.gap = 2001: input should be less than or equal to 2000.",
        ),
        (
            {"task": {"name": "recall", "distractors": 1}},
            "task.distractors = 1: extra inputs are not permitted.",
        ),
        (
            {"task": {"name": "recall", "gap": 4, "shortest_gap": 5}},
            "task.shortest_gap = 5 is above task.gap = 4.",
        ),
        (
            {"network": {"cell": "x" * 100}},
            f"network.cell = '{'x' * 56}…: no such cell; choose one of {CELL_NAMES}.",
        ),
    ],
)
def test_one_sentence_names_field_value_and_limit(choices: dict, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Experiment.model_validate(choices)
    assert sentence(caught.value) == words


def test_not_an_experiment_at_all() -> None:
    for text in ("[]", "3", "{", '"fluent"', "null"):
        with pytest.raises(ValidationError) as caught:
            Experiment.model_validate_json(text)
        said = sentence(caught.value)
        assert said.endswith(".") and "\n" not in said
