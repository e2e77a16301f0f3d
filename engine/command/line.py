"""An experiment as the command that reproduces it: only what differs from what the command would choose itself."""

from __future__ import annotations

import shlex

from engine.command import choices
from engine.command.flags import NONE, fields, flag
from engine.experiment import Experiment

PROGRAM = "python -m engine train"
_ALWAYS = (("task", "name"), ("network", "cell"), ("", "seed"))


def line(experiment: Experiment, out: str = "") -> str:
    """`python -m engine train --task fluent --cell lstm --seed 0 …`; out: the file to write the run to."""
    usual = choices.build(
        {
            ("task", "name"): experiment.task.name,
            ("network", "cell"): experiment.network.cell,
        }
    )
    parts = [PROGRAM]
    for section, name in fields():
        value = _value(experiment, section, name)
        if (section, name) in _ALWAYS or value != _value(usual, section, name):
            parts.append(_option(flag(section, name), value))
    return " ".join([*parts, *([f"--out {shlex.quote(out)}"] if out else [])])


def _value(experiment: Experiment, section: str, name: str) -> object:
    """A field; None, too, for one that only another task has."""
    return getattr(getattr(experiment, section) if section else experiment, name, None)


def _option(name: str, value: object) -> str:
    if isinstance(value, bool):
        return name if value else f"--no-{name.removeprefix('--')}"
    return f"{name} {shlex.quote(NONE if value is None else str(value))}"
