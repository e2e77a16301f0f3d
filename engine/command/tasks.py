"""`python -m engine tasks`: what there is to learn."""

from __future__ import annotations

import argparse
from typing import Any

from engine.command.say import Command, number, percent, show, tell
from engine.tasks import TASKS, Task


def add(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""


def run(options: argparse.Namespace) -> int:
    """List the tasks in teaching order."""
    if options.json:
        tell([entry(kind()) for kind in TASKS.values()])
        return 0
    from rich.table import Table
    from rich.text import Text

    table = Table(
        "name", "what is asked", "gaps or lengths", "without memory", "source", show_lines=True
    )
    for kind in TASKS.values():
        task = kind()
        baseline = (percent if task.measure == "accuracy" else number)(task.baseline())
        gaps = str(task.gap) if task.shortest == task.gap else f"{task.shortest} to {task.gap}"
        row = (
            task.name,
            task.words,
            gaps,
            f"{task.measure} {baseline}",
            task.source,
        )
        table.add_row(*map(Text, row))
    show(table)
    return 0


def entry(task: Task) -> dict[str, Any]:
    """A task at its defaults, as JSON."""
    return {
        "name": task.name,
        "words": task.words,
        "source": task.source,
        "measure": task.measure,
        "baseline": task.baseline(),
        "conditions": list(task.conditions()),
        "gap": task.gap,
        "shortest_gap": task.shortest,
        "test_gap": task.tested,
        "fields": {
            name: field.get_default()
            for name, field in type(task).model_fields.items()
            if name != "name"
        },
        "suggested": {section: dict(values) for section, values in task.suggested.items()},
        "answers": list(task.answers),
    }


COMMAND = Command("tasks", "list the tasks", add, run)
