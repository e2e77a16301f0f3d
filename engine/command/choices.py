"""The experiment that the options name.

What a person leaves out is the task's suggestion, else the cell's (its learning rate), else the field's default.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from engine.cells import CELLS
from engine.command.flags import NONE, Choice, fields, flag, words_of
from engine.command.say import Stop
from engine.experiment import Experiment, Network, ValidationError, sentence
from engine.starts import STARTS
from engine.tasks import TASKS


def experiment(options: argparse.Namespace) -> Experiment:
    """The one experiment that the options name. Raises Stop."""
    return build({choice: _value(choice, text) for choice, text in _given(options).items()})


def experiments(options: argparse.Namespace) -> Iterator[Experiment]:
    """Every combination of values that commas set apart, the last option changing fastest. Raises Stop.

    A start that is not for a cell is left out, so that starts of several cells can be named at once.
    """
    given = _given(options)
    values = [
        [_value(choice, part.strip()) for part in text.split(",")]
        if isinstance(text, str)
        else [text]
        for choice, text in given.items()
    ]
    for combination in product(*values):
        chosen = dict(zip(given, combination, strict=True))
        cell = chosen.get(("network", "cell"), Network().cell)
        start = STARTS.get(str(chosen.get(("network", "start"))))
        if start is None or cell not in CELLS or cell in start.cells:
            yield build(chosen)


def build(chosen: Mapping[Choice, object]) -> Experiment:
    """The experiment of some choices. Raises Stop with field, value and limit."""
    name = str(chosen.get(("task", "name"), next(iter(TASKS))))
    kind = TASKS.get(name)
    if kind is None:
        raise Stop(f"task = {name!r}: no such task; choose one of {', '.join(TASKS)}.")
    parts: dict[str, dict[str, object]] = {
        "task": {"name": name},
        "network": {},
        "training": {},
        "": {},
    }
    cell = CELLS.get(str(chosen.get(("network", "cell"), Network().cell)))
    if cell is not None:
        parts["training"]["learning_rate"] = cell.learning_rate
    for section, suggested in kind.suggested.items():
        parts[section] |= suggested
    for (section, field), value in chosen.items():
        if section == "task" and field not in kind.model_fields:
            raise Stop(f"{flag(section, field)} is not for the task {name}.")
        parts[section][field] = value
    try:
        return Experiment.model_validate(parts.pop("") | parts)
    except ValidationError as error:
        raise Stop(sentence(error)) from None


def _given(options: argparse.Namespace) -> dict[Choice, Any]:
    """What the person said, in the order of the fields."""
    said = vars(options)
    return {choice: said[key] for choice in fields() if (key := ".".join(choice)) in said}


def _value(choice: Choice, text: object) -> object:
    """A typed value as the field's validator wants it: a number, None for "none", else the text."""
    if not isinstance(text, str) or words_of(choice, fields()[choice]):
        return text
    if text.lower() == NONE:
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
