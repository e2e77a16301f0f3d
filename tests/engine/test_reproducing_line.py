"""The command that reproduces an experiment: what it is parsed into is the same experiment."""

from __future__ import annotations

import argparse
import shlex
from typing import Any

import pytest

from engine.command import choices, flags
from engine.command.line import PROGRAM, line
from engine.experiment import Experiment
from engine.tasks import TASKS
from engine.tasks.translation import Translation

CHOICES: tuple[dict[str, Any], ...] = (
    {},
    {"task": {"name": "fluent", "gap": 7, "shortest_gap": 3, "near_share": 0.5, "test_gap": 9}},
    {"network": {"cell": "gru", "start": "update", "bias": -2.5, "layers": 2}},
    {"network": {"cell": "rnn", "bidirectional": True, "units": 7}},
    {"training": {"clip": None, "learning_rate": 3e-7, "optimiser": "sgd"}},
    {"training": {"window": 5}},
    {"seed": 2**63 - 1},
)


def parsed(text: str) -> Experiment:
    parser = argparse.ArgumentParser()
    flags.add(parser)
    return choices.experiment(parser.parse_args(shlex.split(text.removeprefix(PROGRAM))))


FITTING = [
    (name, choice)
    for choice in CHOICES
    for name, kind in TASKS.items()
    if "window" not in choice.get("training", {}) or not issubclass(kind, Translation)
]
"""Every choice for every task that can have it: what a net writes is learned without a cut."""


@pytest.mark.parametrize(("name", "choice"), FITTING)
def test_the_command_makes_the_same_experiment(name: str, choice: dict[str, Any]) -> None:
    task = {"name": name} | (choice.get("task", {}) if name == "fluent" else {})
    experiment = Experiment.model_validate({**choice, "task": task})
    assert parsed(line(experiment)) == experiment


def test_only_what_was_chosen_is_said() -> None:
    assert line(Experiment()) == "python -m engine train --task fluent --cell lstm --seed 0"
    assert line(Experiment(), out="my run.safetensors").endswith("--out 'my run.safetensors'")
