"""`python -m engine cells`: the cells, their equations, signals and starts."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from engine.cells import CELLS, Cell
from engine.command.say import Command, show, tell
from engine.starts import STARTS


def add(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""


def run(options: argparse.Namespace) -> int:
    """List the cells in teaching order."""
    if options.json:
        tell([entry(cell) for cell in CELLS.values()])
        return 0
    from rich.table import Table
    from rich.text import Text

    table = Table("name", "cell", "signals", "starts", "source", show_lines=True)
    for cell in CELLS.values():
        signals = "\n".join(f"{signal.symbol} {signal.words}" for signal in cell.signals)
        row = (cell.name, cell.words, signals, "\n".join(starts(cell)), cell.source)
        table.add_row(*map(Text, row))
    show(table)
    return 0


def starts(cell: Cell) -> list[str]:
    """Names of the starts that are for this cell."""
    return [start.name for start in STARTS.values() if cell.name in start.cells]


def entry(cell: Cell) -> dict[str, Any]:
    """A cell as JSON."""
    return {
        "name": cell.name,
        "label": cell.label,
        "words": cell.words,
        "source": cell.source,
        "equation": list(cell.equation),
        "signals": [asdict(signal) for signal in cell.signals],
        "state": list(cell.state),
        "starts": starts(cell),
    }


COMMAND = Command("cells", "list the cells, their signals and starts", add, run)
