"""`python -m engine record`: one sentence through a trained net, word for word."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    import xarray as xr

    from engine.run import Run

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

    from engine.command.trial import assumed, lines, report
    from engine.recorder import record

    torch.set_num_threads(1)
    recording = record(trained, sentence.trials)
    asking = assumed(sentence.trials, recording)
    moving = recording if asking is sentence.trials else record(trained, asking)
    told = report(recording, moving, sentence)
    if out is not None:
        _keep(recording.assign_coords(word=(("trial", "time"), np.array([sentence.words]))), out)
    if options.json:
        tell(told)
    else:
        show(*lines(told), *([f"The recording is in {plain(out)}."] if out is not None else []))
    return 0


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
    if isinstance(task, Fluent):
        try:
            return task.read(SHOWN if text is None else text)
        except ValueError as error:
            raise Stop(str(error)) from None
    if text is not None:
        raise Stop(
            f"The task {task.name} has no sentences to type: leave the text out to record a trial of its test."
        )
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
