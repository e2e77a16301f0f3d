"""`python -m engine train`: train one net, watch it, and keep it as a file."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.cells import CELLS
from engine.command import choices, flags
from engine.command.bar import bar
from engine.command.files import affordable, small_enough, uninterrupted, writable
from engine.command.say import (
    UNFINISHED,
    Command,
    Stop,
    complain,
    number,
    percent,
    plain,
    show,
    tell,
)
from engine.experiment import Experiment
from engine.runjob import why
from engine.starts import STARTS

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType

    from engine.run import Run


def add(parser: argparse.ArgumentParser) -> None:
    """The options of train."""
    flags.add(parser)
    parser.add_argument("--out", metavar="FILE", help="write the run to this file")


def run(options: argparse.Namespace) -> int:
    """Train; 1 when the training diverged, whose last good weights are kept all the same."""
    experiment = choices.experiment(options)
    out = writable(options.out)
    if out is not None:
        small_enough(experiment)
    affordable(experiment)
    trained, seconds = train(experiment, quiet=options.json)
    if out is not None:
        _save(trained, out)
    result = trained.result
    if options.json:
        tell(report(trained, seconds))
    else:
        show(*_summary(trained, seconds, out))
    if result["outcome"] == "finished":
        return 0
    complain(result["reason"])
    return UNFINISHED


def train(experiment: Experiment, *, title: str = "", quiet: bool = False) -> tuple[Run, float]:
    """The run, and how many seconds its training took. Raises Stop when there is not the memory."""
    with bar(experiment, title, quiet) as watch:
        import torch

        import engine.trainer

        torch.set_num_threads(1)  # faster for such small nets, and the same bits wherever it runs
        began = time.perf_counter()
        try:
            trained = engine.trainer.train(experiment, watch)
        except (MemoryError, RuntimeError) as error:
            raise Stop(why(error), UNFINISHED) from error
        return trained, time.perf_counter() - began


def report(trained: Run, seconds: float) -> dict[str, Any]:
    """What ``--json`` prints: the result, the seconds and the choices."""
    chosen = trained.experiment.model_dump(mode="json")
    return {**trained.result, "seconds": round(seconds, 3), "experiment": chosen}


def figure(result: Mapping[str, Any], name: str) -> str:
    """A figure in the unit that the task is measured in: "8.3 %", or "loss 0.167"."""
    if result["measure"] == "accuracy":
        return percent(result[name])
    return f"loss {number(result[name])}"


def _save(trained: Run, out: Path) -> None:
    from engine.runfile import RunFileError, save

    try:
        with uninterrupted():
            save(trained, out)
    except RunFileError as error:
        raise Stop(str(error), UNFINISHED) from None


def _summary(trained: Run, seconds: float, out: Path | None) -> list[RenderableType]:
    """What was trained, and the result as lines of name and figure."""
    from rich.table import Table
    from rich.text import Text

    chosen, result = trained.experiment, trained.result
    network, tests = chosen.network, list(result["by_condition"].items())
    by_accuracy = result["measure"] == "accuracy"
    baseline = f"(without memory: {figure(result, 'baseline')})"
    lines = [
        (
            f"accuracy at {tests[0][0]}",
            percent(result["accuracy"]),
            baseline if by_accuracy else "",
        ),
        *((f"accuracy, {name}", percent(value), "") for name, value in tests[1:]),
        (f"loss at {tests[0][0]}", number(result["loss"]), "" if by_accuracy else baseline),
        ("steps", f"{result['steps']} in {seconds:.1f} s", ""),
        ("parameters", str(result["parameters"]), ""),
    ]
    table = Table.grid(padding=(0, 2))
    for line in lines:
        table.add_row(*map(Text, line))
    kind = (
        f"{CELLS[network.cell].label}, start: {STARTS[network.start].words}, {network.units} units"
    )
    title = f"{chosen.task.name}: {kind}, seed {chosen.seed}"
    return [title, table, *([f"The run is in {plain(out)}."] if out is not None else [])]


COMMAND = Command("train", "train a net; with --out, keep it as a file", add, run)
