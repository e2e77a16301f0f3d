"""`python -m engine record`: one sentence through a trained net, word for word."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.command import runs
from engine.command.files import uninterrupted, writable
from engine.command.say import UNFINISHED, Command, Stop, plain, show, tell
from engine.disk import DiskError
from engine.questions import run_of
from engine.runfile import RunFileError, load
from engine.shipped import ROWS
from engine.store import RUN_ID, StoreError
from engine.tasks import Task
from engine.tasks.contract import Sentence
from engine.tasks.fluent import Fluent
from engine.tasks.pairs import Pairs

if TYPE_CHECKING:
    import xarray as xr
    from rich.console import RenderableType

    from engine.run import Run

    Recorded = tuple[xr.Dataset, dict[str, Any], list[RenderableType]]

SHOWN = "I grew up in France …"
"""The sentence that is recorded when none is typed; a task without sentences shows its first test trial."""


def add(parser: argparse.ArgumentParser) -> None:
    """The options of record."""
    parser.add_argument(
        "run", metavar="FILE", help="a run file, a shipped run or the id of a stored one"
    )
    parser.add_argument(
        "text",
        metavar="TEXT",
        nargs="?",
        help="the sentence; “…” stands for filler words, and at the end for the question too; "
        "left out: a trial of the task's own",
    )
    parser.add_argument("--out", metavar="FILE", help="write the recording to this file")
    parser.add_argument(
        "--step", metavar="N", help="the weights after this training step (default: the last)"
    )
    runs.add(parser)


def run(options: argparse.Namespace) -> int:
    """Record, keep it where ``--out`` says, and show it."""
    out = writable(options.out)
    trained = at_step(found(options.run, options.store), options.step)
    sentence = sentence_of(trained.experiment.task, options.text)

    import torch

    torch.set_num_threads(1)
    recording, told, shown = (_pair if isinstance(sentence.trials, Pairs) else _trial)(
        trained, sentence
    )
    if out is not None:
        _keep(recording, out)
        shown.append(f"The recording is in {plain(out)}.")
    if options.json:
        tell(told)
    else:
        show(*shown)
    return 0


def _trial(trained: Run, sentence: Sentence) -> Recorded:
    """One sentence through a net that answers step by step."""
    from engine.command.trial import assumed, lines, report
    from engine.recorder import record

    recording = record(trained, sentence.trials)
    asking = assumed(sentence.trials, recording)
    moving = recording if asking is sentence.trials else record(trained, asking)
    told = report(recording, moving, sentence)
    words = ("trial", "time"), np.array([sentence.words])
    return recording.assign_coords(word=words), told, lines(told)


def _pair(trained: Run, sentence: Sentence) -> Recorded:
    """One source through a net that writes."""
    from engine.command.pair import lines, report
    from engine.pair_recorder import record_pair

    assert isinstance(sentence.trials, Pairs)  # `run` has seen to it
    recording = record_pair(trained, sentence.trials)
    told = report(recording, sentence)
    words = ("trial", "source_time"), np.array([sentence.words])
    return recording.assign_coords(word=words), told, lines(told)


def found(name: str, store: str | None) -> Run:
    """The run of a file, of a shipped name or of a stored id. Raises Stop."""
    try:
        if not os.path.exists(name) and (
            RUN_ID.fullmatch(name) or name in [row.name for row in ROWS]
        ):
            return run_of(name, runs.store_of(store))
        return load(name)
    except (RunFileError, StoreError) as error:
        raise Stop(str(error)) from None


def at_step(run: Run, step: str | None) -> Run:
    """The run with one snapshot: of that step, or its last. Raises Stop."""
    if not run.snapshots:
        raise Stop("The run has no snapshot yet.")
    if step is None:
        return run.at(run.snapshots[-1].step)
    if not re.fullmatch(r"[0-9]{1,9}", step):
        raise Stop(f"--step {step}: a training step is a whole number from 0 on.")
    try:
        return run.at(int(step))
    except ValueError as error:
        raise Stop(str(error)) from None


def sentence_of(task: Task, text: str | None) -> Sentence:
    """The typed sentence, or a trial of the task's own. Raises Stop."""
    if text is None and isinstance(task, Fluent):
        text = SHOWN
    if text is not None:
        try:
            return task.read(text)
        except ValueError as error:
            raise Stop(str(error)) from None
    trials = task.test(np.random.default_rng(0), 1, task.conditions()[0])
    words = task.wording(trials, 0)
    return Sentence(trials, words, (True,) * len(words))


def _keep(recording: xr.Dataset, out: Path) -> None:
    from engine.recordings import RecordingError, write

    try:
        with uninterrupted():
            write(out, recording)
    except (RecordingError, DiskError) as error:
        raise Stop(str(error), UNFINISHED) from None


COMMAND = Command("record", "put a sentence through a trained net, word for word", add, run)
