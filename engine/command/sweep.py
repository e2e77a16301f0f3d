"""`python -m engine sweep --cell rnn,lstm --start default,chrono --seed 0,1,2`: trainings side by side.

Every combination of the values that commas set apart is trained; a start that is not for a cell is left out there.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from engine.command import choices, flags
from engine.command.files import affordable
from engine.command.say import STOPPED, Command, Stop, complain, number, percent, show, tell
from engine.command.train import figure, report, train
from engine.experiment import Experiment

if TYPE_CHECKING:
    from rich.table import Table


def run(options: argparse.Namespace) -> int:
    """Train one combination after the other; a training that diverges is a row like the others."""
    planned = list(choices.experiments(options))
    for experiment in planned:
        affordable(experiment)
    if not planned:
        raise Stop("No combination is left: none of the starts is for one of the cells.")
    reports: list[dict[str, Any]] = []
    try:
        for place, experiment in enumerate(planned, 1):
            title = f"{place} of {len(planned)}: "
            reports.append(report(*train(experiment, title=title, quiet=options.json)))
            if options.json:
                tell(reports[-1])
    except KeyboardInterrupt:
        complain(f"Stopped after {len(reports)} of {len(planned)} trainings.")
        return STOPPED
    finally:  # what was trained before Ctrl-C is shown all the same
        if reports and not options.json:
            show(_table(planned[: len(reports)], reports))
    return 0


def _table(trained: list[Experiment], reports: list[dict[str, Any]]) -> Table:
    """A row for each training; columns for what differs, and for what came out."""
    from rich.table import Table
    from rich.text import Text

    chosen = [_flat(experiment) for experiment in trained]
    always = {"task.gap", "network.cell", "network.start", "seed"}
    names = [
        name
        for name in dict.fromkeys(name for one in chosen for name in one)
        if name in always or len({one.get(name) for one in chosen}) > 1
    ]
    heads = [flags.flag(*name.rpartition(".")[::2]).removeprefix("--") for name in names]
    figures = ["accuracy", "loss", "baseline", "seconds"]
    if any(result["outcome"] != "finished" for result in reports):
        figures.append("outcome")
    table = Table(box=None, padding=(0, 2, 0, 0))
    for head in (*heads, *figures):
        table.add_column(head, overflow="fold")
    for one, result in zip(chosen, reports, strict=True):
        told = {
            "accuracy": percent(result["accuracy"]),
            "loss": number(result["loss"]),
            "baseline": figure(result, "baseline"),
            "seconds": f"{result['seconds']:.1f}",
            "outcome": result["outcome"],
        }
        row = [*(str(one.get(name, "")) for name in names), *(told[name] for name in figures)]
        table.add_row(*map(Text, row))
    return table


def _flat(experiment: Experiment) -> dict[str, object]:
    """Every choice by section and field."""
    flat: dict[str, object] = {}
    for section, value in experiment.model_dump().items():
        inner = value if isinstance(value, dict) else {"": value}
        flat |= {".".join(filter(None, (section, name))): item for name, item in inner.items()}
    return flat


COMMAND = Command("sweep", "train every combination of values set apart by commas", flags.add, run)
