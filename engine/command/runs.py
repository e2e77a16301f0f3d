"""`python -m engine runs`: the trainings that a store holds."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from engine.command.say import Command, Stop, percent, plain, show, tell
from engine.store import RunInfo, Store, StoreError, store_root

if TYPE_CHECKING:
    from rich.table import Table


def add(parser: argparse.ArgumentParser) -> None:
    """Where the store is."""
    parser.add_argument("--store", metavar="DIR", help="folder of runs (default: the page's own)")


def run(options: argparse.Namespace) -> int:
    """List the runs, newest first."""
    store = store_of(options.store)
    entries = [entry(info, store) for info in store.runs()]
    if options.json:
        tell(entries)
    elif entries:
        show(_table(entries))
    else:
        show(f"There are no runs in {plain(store.root)}.")
    return 0


def store_of(text: str | None) -> Store:
    """The named store, else the one that the page uses. Raises Stop when there is no such folder."""
    if text is not None:
        if not os.path.isdir(text):
            raise Stop(f"--store {text}: there is no such folder.")
        return Store(text)
    return Store(store_root())


def entry(info: RunInfo, store: Store) -> dict[str, Any]:
    """A run as JSON."""
    experiment = info.experiment
    try:
        result = store.result(info.id)
    except StoreError:  # it was removed while we looked, or cannot be read
        result = {}
    return {
        "id": info.id,
        "state": info.state,
        "label": info.label,
        "created": info.created,
        "imported": info.imported,
        "problem": info.problem,
        "accuracy": result.get("accuracy"),
        "experiment": experiment.model_dump(mode="json") if experiment else None,
    }


def _table(entries: list[dict[str, Any]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table("id", "state", "task", "gap", "cell", "start", "seed", "accuracy", "name")
    for one in entries:
        chosen = one["experiment"]
        if chosen is None:
            what = [""] * 6
        else:
            task, network = chosen["task"], chosen["network"]
            what = [
                task["name"],
                str(task["gap"]),
                network["cell"],
                network["start"],
                str(chosen["seed"]),
                percent(one["accuracy"]) if one["accuracy"] is not None else "",
            ]
        name = one["label"] or one["problem"]
        table.add_row(*map(Text, (one["id"], one["state"], *what, plain(name))))
    return table


COMMAND = Command("runs", "list the runs of a store", add, run)
