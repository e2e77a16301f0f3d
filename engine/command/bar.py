"""The progress bar of a training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine.command.say import number, percent
from engine.experiment import Experiment

if TYPE_CHECKING:
    from engine.trainer import Event


@contextmanager
def bar(experiment: Experiment, title: str, quiet: bool) -> Iterator[Callable[[Event], None]]:
    """A progress bar on stderr, and the function that moves it; quiet where nobody can see it move."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.text import Text

    class SecondsLeft(ProgressColumn):
        """How long it still takes, by how fast it went."""

        max_refresh = 0.5

        def render(self, task: Task) -> Text:
            left = task.time_remaining
            return Text("" if left is None else f"{left:.0f} s left")

    told = "{task.description}step {task.completed:.0f} of {task.total:.0f}"
    console = Console(stderr=True)
    columns = (
        TextColumn(told, markup=False),
        BarColumn(),
        TextColumn("loss {task.fields[loss]}  accuracy {task.fields[accuracy]}", markup=False),
        SecondsLeft(),
    )
    off = not console.is_terminal and (quiet or bool(title))
    with Progress(
        *columns, console=console, transient=quiet or bool(title), disable=off
    ) as progress:
        line = progress.add_task(title, total=experiment.training.steps, loss="…", accuracy="…")

        def watch(event: Event) -> None:
            # Of all events only progress has a record; asking for its class would load torch.
            record: dict[str, Any] = event.record() if hasattr(event, "record") else {}
            if "loss" in record:
                progress.update(line, completed=record["step"], loss=number(record["loss"]))
            if "accuracy" in record:
                progress.update(line, accuracy=percent(record["accuracy"]))

        yield watch
