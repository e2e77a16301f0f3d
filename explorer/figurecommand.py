"""`python -m explorer figure RUN … --chart NAME` draws a chart into a file; `python -m explorer figures` lists them.

Exit status and sentences are those of `python -m engine`: 2, and one sentence, for a value that cannot be.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from engine.attention_edits import Attending
from engine.command import Parser
from engine.command.files import uninterrupted, writable
from engine.command.say import STOPPED, UNFINISHED, Stop, complain, plain
from engine.disk import DiskError, write_file
from engine.edits import Edit
from engine.store import Store, StoreError
from explorer import editlink, export, picture, theme
from explorer.attention import link
from explorer.charts import CHARTS
from explorer.charts.directions import NAMES
from explorer.export import Figure
from explorer.figureinput import Source, Wanted, maker
from explorer.figureinput.sources import source

FORMATS = ("svg", "png", "pdf", "csv", "gif")
MOST_RUNS = 6
DIRECTIONS = {name: (place,) for place, name in enumerate(NAMES)} | {"both": (0, 1)}
"""What `--direction` takes."""


def figures(arguments: list[str]) -> int:
    """List the charts: each name, and how to read it."""
    return _told(partial(_list, arguments))


def figure(arguments: list[str]) -> int:
    """Draw one chart into a file."""
    return _told(partial(_draw, arguments))


def _told(work: Callable[[], None]) -> int:
    """Do the work; the exit status, after the sentence when it is not 0."""
    try:
        work()
        return 0
    except Stop as stop:
        complain(str(stop))
        return stop.status
    except KeyboardInterrupt:
        complain("Stopped; nothing was written.")
        return STOPPED


def _list(arguments: list[str]) -> None:
    parser = Parser(prog="python -m explorer figures", description="List the charts by name.")
    parser.parse_args(arguments)
    width = max(map(len, CHARTS))
    for name, chart in CHARTS.items():
        print(f"{name:{width}}  {chart.how_to_read}")


def parser() -> Parser:
    """What `figure` takes."""
    told = Parser(
        prog="python -m explorer figure",
        description="Draw a chart of a trained net into a file.",
        epilog="python -m explorer figures lists the charts",
        allow_abbrev=False,
    )
    told.add_argument(
        "runs",
        metavar="RUN",
        nargs="+",
        help="a run file, the id of a stored run or a shipped name (rnn, lstm, gru, …); several for charts of several",
    )
    told.add_argument("--chart", required=True, metavar="NAME", help="which chart")
    told.add_argument("--step", metavar="N", help="training step (default: the last)")
    told.add_argument(
        "--text",
        metavar="TEXT",
        action="append",
        default=[],
        help="a sentence; “…” stands for filler; again for a chart of two (default: one of the task)",
    )
    told.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="an option of the chart: signal=forget, unit=3, layer=0",
    )
    told.add_argument(
        "--direction",
        choices=tuple(DIRECTIONS),
        help="of a net that reads both ways (default: both, side by side)",
    )
    told.add_argument(
        "--edits",
        metavar="TEXT",
        default="",
        help="a change, as in a link: hold:forget:0.9, or of attention 2~0:1",
    )
    told.add_argument("--size", choices=tuple(theme.PAPER), default="slide", help="its place")
    told.add_argument("--mode", choices=tuple(theme.INK), default="light", help="colours")
    told.add_argument("--transparent", action="store_true", help="no background")
    told.add_argument("--format", choices=FORMATS, help="default: as --out ends, or svg")
    told.add_argument("--out", metavar="FILE", help="where to (default: NAME.FORMAT here)")
    told.add_argument("--store", metavar="DIR", help="folder of runs (default: the page's own)")
    return told


def _draw(arguments: list[str]) -> None:
    options = parser().parse_intermixed_args(arguments)
    if options.chart not in CHARTS:
        raise Stop(
            f"--chart {options.chart}: there is no such chart; choose one of {', '.join(CHARTS)}."
        )
    ending = Path(options.out or "").suffix[1:]
    kind = options.format or (ending if ending in FORMATS else "svg")
    out = writable(options.out or f"{options.chart}.{kind}")
    assert out is not None
    if len(options.runs) > MOST_RUNS:
        raise Stop(f"{len(options.runs)} runs are too many: {MOST_RUNS} is the limit.")
    os.environ.setdefault(
        "OMP_NUM_THREADS", "1"
    )  # small nets: a second thread costs more than it does
    with tempfile.TemporaryDirectory() as folder:
        data = _bytes(options, kind, Store(folder))
    try:
        with uninterrupted():
            write_file(out, data)
    except DiskError as error:
        raise Stop(str(error), UNFINISHED) from None
    print(f"The picture is in {plain(out)}.")


def _bytes(options: argparse.Namespace, kind: str, aside: Store) -> bytes:
    """The file. aside: where run files are put meanwhile, so that they can be asked like stored runs."""
    if not all(text.strip() for text in options.text):
        raise Stop("--text: there is no sentence.")
    sources = tuple(
        source(run, options.store, aside, number) for number, run in enumerate(options.runs, 1)
    )
    try:
        wanted = Wanted(
            options.chart,
            sources,
            _step(options.step, sources),
            tuple(options.text),
            _edits(options.edits, sources[0]),
            dict(_option(text) for text in options.set),
            DIRECTIONS[options.direction] if options.direction else (),
            all_steps=kind == "gif",
        )
        look = export.Look(options.size, options.mode, options.transparent)
        drawn = Figure(
            options.chart, maker(wanted), caption=caption(wanted), step=wanted.step, look=look
        )
        return _file(drawn, kind, wanted)
    except (ValueError, StoreError, TypeError) as error:
        raise Stop(_sentence(error)) from None


def _file(drawn: Figure, kind: str, wanted: Wanted) -> bytes:
    look = drawn.look
    if kind == "csv":
        return export.table(drawn.chart(), drawn.caption)
    if kind == "gif":
        from dataclasses import replace

        from explorer.export.moving import gif

        return gif(replace(drawn, steps=wanted.steps))
    return export.picture(
        drawn.chart(),
        cast(export.Kind, kind),
        look.form,
        drawn.caption,
        mode=look.mode,
        transparent=look.transparent,
    )


def caption(wanted: Wanted) -> str:
    """Where the picture comes from."""
    experiment = wanted.first.run.experiment
    nets = [
        f"{source.net.label} ({source.net.start}, seed {source.run.experiment.seed})"
        for source in wanted.sources
    ]
    return export.caption(
        cell=nets, task=f"{experiment.task.name}, gap ≤ {experiment.task.gap}", step=wanted.step
    )


def _step(text: str | None, sources: tuple[Source, ...]) -> int:
    last = max(source.run.snapshots[-1].step for source in sources)
    if text is None:
        return last
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Stop(f"--step {text}: a training step is a whole number from 0 on.")
    first = max(source.run.snapshots[0].step for source in sources)
    if int(text) < first:
        raise Stop(f"--step {text}: the first snapshot is of step {first}.")
    return min(int(text), last)


def _edits(text: str, first: Source) -> tuple[Edit, ...] | tuple[Attending, ...]:
    """The changes of a text: of attention for a net that writes, of signals for any other. Raises ValueError."""
    return link.read(text) if picture.writes(first.net) else editlink.read(text)


def _option(text: str) -> tuple[str, Any]:
    """``unit=3`` -> ("unit", 3). Raises Stop."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise Stop(f"--set {text}: write NAME=VALUE.")
    for kind in (int, float):
        try:
            return name, kind(value)
        except ValueError:
            continue
    return name, value


def _sentence(error: Exception) -> str:
    """What went wrong, in a line."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}."
    said = str(error).strip().splitlines() or [type(error).__name__]
    return said[0]
