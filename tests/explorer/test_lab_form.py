"""The form is made from the fields: each of them is in it, with its limits, and what is refused is said by name."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import Field as Declared

from engine.cells import CELLS
from engine.command.flags import SECTIONS
from engine.estimate import estimate
from engine.experiment import Experiment, Training, ValidationError, has_field
from engine.starts import STARTS
from engine.tasks import TASKS
from explorer.lab import generated
from explorer.lab.form import MOST, Form
from explorer.lab.generated import (
    CHOSEN_APART,
    assembled,
    common,
    described,
    fields,
    options,
    suggested,
)
from explorer.lab.plans import name_of, news, probe, short_names, takes, thinned

every_task = pytest.mark.parametrize("task", TASKS)


@every_task
def test_every_field_is_in_the_form(task: str) -> None:
    shown = {field.name for group in fields(task).values() for field in group}
    models = {"task": TASKS[task], **SECTIONS}
    wanted = {
        (section, name)
        for section, of in models.items()
        for name in of.model_fields
        if section != "network" or has_field(TASKS[task], name)
    }
    assert shown | set(CHOSEN_APART) == wanted | {("", "seed")}
    assert set(Experiment.model_fields) == {"task", "network", "training", "seed"}


@every_task
def test_no_field_is_left_to_be_typed_as_it_comes(task: str) -> None:
    for group in fields(task).values():
        for field in group:
            assert field.kind != "text", field.name
            assert field.label[:1].isupper() or field.label[1:2] == " "
            assert bool(field.options) == (field.kind == "choice")


@every_task
def test_limits_are_those_that_validation_keeps(task: str) -> None:
    """One beyond each limit is refused by the name of the field."""
    fine = assembled(task, "lstm", 0, {}).model_dump()
    for group in fields(task).values():
        for field in group:
            section, name = field.name
            if field.kind != "number":
                continue
            model = {"task": TASKS[task], **SECTIONS}[section]
            for limit, beyond in ((field.low, -1), (field.high, 1)):
                if limit is not None:
                    with pytest.raises(ValidationError) as error:
                        model.model_validate({**fine[section], name: limit + beyond})
                    assert error.value.errors()[0]["loc"] == (name,)
            if field.above is not None:
                with pytest.raises(ValidationError):
                    model.model_validate({**fine[section], name: field.above})


@every_task
@pytest.mark.parametrize("cell", CELLS)
def test_what_is_suggested_can_be_trained_and_soon(task: str, cell: str) -> None:
    experiment = assembled(task, cell, 0, {})
    assert estimate(experiment).seconds < 120
    for section, of in TASKS[task].suggested.items():
        for name, value in of.items():
            wanted = cell if name == "cell" else value  # which is chosen by the person
            assert getattr(getattr(experiment, section), name) == wanted
    if "learning_rate" not in TASKS[task].suggested.get("training", {}):
        assert experiment.training.learning_rate == CELLS[cell].learning_rate


def test_a_new_field_appears_with_its_words_limits_and_default() -> None:
    class Wider(Training):
        decay: float | None = Declared(
            default=None, ge=0, lt=2, description="weight decay; empty: none of it"
        )
        order: Literal["up", "down"] = Declared(default="down", description="order of the trials")
        shuffled: bool = Declared(default=True, description="shuffled")

    found = {
        name: described(("training", name), field) for name, field in Wider.model_fields.items()
    }
    decay, order, shuffled = found["decay"], found["order"], found["shuffled"]
    assert (decay.kind, decay.label, decay.empty) == ("number", "Weight decay", "none of it")
    assert (decay.low, decay.default, decay.whole) == (0, None, False)
    assert (order.kind, order.options, order.default) == ("choice", ("up", "down"), "down")
    assert (shuffled.kind, shuffled.default) == ("switch", True)
    assert "from 0" in decay.help


def test_a_start_is_offered_where_it_fits_every_cell() -> None:
    [start] = [field for field in fields("fluent")["network"] if field.name == generated.START]
    assert options(start, ["lstm"]) == ("default", "orthogonal", "forget", "chrono")
    assert options(start, ["rnn", "lstm", "gru"]) == ("default", "orthogonal")
    for cell in CELLS:
        assert options(start, [cell]) == tuple(n for n in STARTS if cell in STARTS[n].cells)


def test_where_cells_part_each_keeps_its_own() -> None:
    form = Form(cells=["rnn", "lstm"])
    assert ("training", "learning_rate") not in common(form.task, form.cells)
    made, wrong = form.experiments()
    assert not wrong
    for experiment in made:
        assert experiment == assembled("fluent", experiment.network.cell, 0, {})
    assert {e.network.start for e in made} == {"default", "chrono"}
    form.touch(("training", "learning_rate"), 0.003, False)
    assert {e.training.learning_rate for e in form.experiments()[0]} == {0.003}
    form.touch(("training", "learning_rate"), None, False)
    assert form.touched == {}


def test_all_cells_and_several_seeds_at_once() -> None:
    form = Form(cells=list(CELLS), seed=3, seeds=5)
    made, wrong = form.experiments()
    assert not wrong
    assert [(e.network.cell, e.seed) for e in made] == [
        (cell, seed) for cell in CELLS for seed in range(3, 8)
    ]
    form.seeds = 6
    assert form.experiments() == (
        [],
        [f"These are 30 nets; {MOST} at once are the limit: choose fewer cells or seeds."],
    )
    form.cells = []
    assert form.experiments()[0] == []


def test_another_task_brings_its_own_suggestions() -> None:
    form = Form()
    form.touch(("task", "gap"), 80, False)
    form.touch(("network", "units"), 16, False)
    form.switch("adding")
    [experiment] = form.experiments()[0]
    assert experiment.task.gap == 50
    assert experiment.network.units == 16
    assert experiment.training.steps == suggested("adding", "lstm")["training", "steps"] == 1500


def test_emptied_is_none_where_a_field_may_be_empty() -> None:
    form = Form()
    form.touch(("training", "clip"), None, True)
    [experiment] = form.experiments()[0]
    assert experiment.training.clip is None
    form.touch(("training", "clip"), 1.0, True)
    assert form.touched == {}


def test_a_start_for_another_cell_is_let_go() -> None:
    form = Form()
    form.touch(generated.START, "forget", False)
    form.cells = ["gru"]
    form.fitting()
    assert form.touched == {}


@pytest.mark.parametrize(
    ("touched", "said"),
    [
        ({("task", "shortest_gap"): 50}, "task.shortest_gap = 50 is above task.gap = 40."),
        ({("training", "learning_rate"): 0.0}, "training.learning_rate = 0.0: input should be"),
        (
            {("training", "window"): 5, ("network", "bidirectional"): True},
            "training.window = 5 needs a net that reads one way",
        ),
        ({("network", "units"): 512, ("training", "steps"): 100_000}, "15 minutes is the limit"),
        (
            {("task", "gap"): 2000, ("network", "units"): 512, ("training", "batch"): 1024},
            "2 GB is the limit",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence_with_field_value_and_limit(
    touched: dict[generated.Name, object], said: str
) -> None:
    form = Form(seeds=3, touched=touched)
    made, [sentence] = form.experiments()
    assert made == []
    assert said in sentence
    assert takes(made, [sentence]) == sentence


def test_a_run_fills_the_form_and_comes_out_again() -> None:
    for choice in (
        {"task": {"name": "adding", "gap": 30}, "network": {"cell": "gru", "start": "update"}},
        {"task": {"name": "fluent", "gaps": "log"}, "training": {"clip": None, "window": 4}},
        {"seed": 7},
    ):
        experiment = Experiment.model_validate(choice)
        form = Form(cells=["rnn", "lstm"], seeds=4, touched={("network", "units"): 3})
        form.fill(experiment, "that run")
        assert form.experiments() == ([experiment], [])


def test_the_same_net_is_not_trained_twice_at_once() -> None:
    one, two = Experiment(seed=1), Experiment(seed=2)
    assert news([one, two, one], [two]) == [one]
    assert news([one], [one]) == []


def test_what_a_training_takes_is_that_of_the_slowest_worker() -> None:
    made = Form(cells=["lstm"], seeds=4).experiments()[0]
    assert "Takes about" in takes(made)
    assert takes(made[:1]) != takes(made)


def test_names_are_told_apart() -> None:
    runs = {str(n): Experiment(seed=n // 2) for n in range(4)}
    runs["g"] = Experiment.model_validate({"network": {"cell": "gru"}})
    assert short_names(runs) == {
        "0": "LSTM 0",
        "1": "LSTM 0 (2)",
        "2": "LSTM 1",
        "3": "LSTM 1 (2)",
        "g": "GRU",
    }
    assert name_of(runs["g"]) == "GRU · fluent · seed 0"
    assert name_of(runs["g"], "mine") == "mine"


def test_a_long_log_is_thinned_without_losing_scores_or_peaks() -> None:
    records = [
        {"step": n, "loss": float(n), "norm": 50.0 if n == 777 else 1.0, "clipped": 1.0}
        | ({"accuracy": 0.5} if n % 100 == 0 else {})
        for n in range(2000)
    ]
    scored = [record["step"] for record in records if "accuracy" in record]
    thinned(records, 1500)
    assert 1000 <= len(records) <= 1100
    assert [record["step"] for record in records if "accuracy" in record] == scored
    assert max(record["norm"] for record in records) == 50.0
    assert records[-1]["step"] == 1999
    before = list(records)
    thinned(records, 1500)
    assert records == before


@every_task
def test_every_task_has_a_probe(task: str) -> None:
    asked = probe(assembled(task, "lstm", 0, {}))
    assert bool(asked.texts) != bool(asked.drawn)
