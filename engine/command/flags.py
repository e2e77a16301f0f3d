"""Options from the fields of `Experiment`: names, words and defaults stand there and are not said twice."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from types import NoneType
from typing import Any, get_args

from pydantic.fields import FieldInfo

from engine.attention import ATTENTIONS
from engine.cells import CELLS
from engine.experiment import SAME, WITHOUT, Experiment, Network, Training
from engine.readouts import READOUTS
from engine.starts import STARTS
from engine.tasks import TASKS

Choice = tuple[str, str]
"""A section of the experiment and a field in it."""
SECTIONS: dict[str, type[Network] | type[Training]] = {"network": Network, "training": Training}
NAMES: dict[Choice, Mapping[str, object]] = {
    ("task", "name"): TASKS,
    ("network", "cell"): CELLS,
    ("network", "start"): STARTS,
    ("network", "readout"): READOUTS,
    ("network", "attention"): {WITHOUT: None, **ATTENTIONS},
    ("network", "decoder"): {SAME: None, **CELLS},
}
NONE = "none"
"""What is typed where a form would be left empty."""


def fields() -> dict[Choice, FieldInfo]:
    """Every field that is an option, in the order of the help; the seed comes last."""
    found = {("task", "name"): Experiment.model_fields["task"]}
    for kind in TASKS.values():
        for name, field in kind.model_fields.items():
            found.setdefault(("task", name), field)
    for section, model in SECTIONS.items():
        found |= {(section, name): field for name, field in model.model_fields.items()}
    return found | {("", "seed"): Experiment.model_fields["seed"]}


def add(parser: argparse.ArgumentParser) -> None:
    """Add an option for every field."""
    groups: dict[str, Any] = {"": parser}
    for (section, name), field in fields().items():
        if section not in groups:
            groups[section] = parser.add_argument_group(section)
        words = (field.description or name).replace("empty:", f"{NONE}:")
        told = f"{words} ({_default(section, name)})".replace("%", "%%")
        if field.annotation is bool:
            settings: dict[str, Any] = {"action": argparse.BooleanOptionalAction}
        else:
            settings = {"metavar": _metavar((section, name), field)}
        groups[section].add_argument(
            flag(section, name),
            dest=f"{section}.{name}",
            default=argparse.SUPPRESS,
            help=told,
            **settings,
        )


def flag(section: str, name: str) -> str:
    """The option of a field."""
    return "--" + (section if name == "name" else name).replace("_", "-")


def words_of(choice: Choice, field: FieldInfo) -> tuple[str, ...]:
    """The values of a field that is one of a few words; empty for all others."""
    return tuple(NAMES.get(choice, ())) or tuple(
        value for value in get_args(field.annotation) if isinstance(value, str)
    )


def _metavar(choice: Choice, field: FieldInfo) -> str:
    if names := words_of(choice, field):
        return "{" + ",".join(names) + "}"
    kinds = {field.annotation, *get_args(field.annotation)} - {NoneType}
    return "X" if float in kinds else "N"


def _default(section: str, name: str) -> str:
    """The default in words, and where a task has or suggests another."""
    if name == "name":
        return f"default: {next(iter(TASKS))}"
    if section == "task":
        kinds = {
            key: kind.model_fields[name] for key, kind in TASKS.items() if name in kind.model_fields
        }
        values = {key: field.default for key, field in kinds.items()}
        if len(kinds) < len(TASKS):
            return f"{', '.join(kinds)} only; default: {_said(next(iter(values.values())))}"
    else:
        model = SECTIONS.get(section, Experiment)
        default = model.model_fields[name].default
        values = {
            key: kind.suggested.get(section, {}).get(name, default) for key, kind in TASKS.items()
        }
    first = next(iter(values.values()))
    others = [f"{key}: {_said(value)}" for key, value in values.items() if value != first]
    return "; ".join([f"default: {_said(first)}", *others])


def _said(value: object) -> str:
    """A value as it would be typed, or yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return NONE if value is None else str(value)
