"""Answering a question: what the analysis says, and beside it what stands at every step."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.attention_edits import Attending
from engine.edits import Edit
from engine.modules import is_module
from engine.questions import OF_PAIRS, Question, drawn_from, run_of, trials_of, up_to
from engine.store import Store
from engine.tasks import PERIODS, Trials
from engine.tasks.contract import Task
from engine.tasks.pairs import Pairs
from engine.tasks.translation import Translation

if TYPE_CHECKING:
    import xarray as xr


def answer(question: Question, store: Store) -> xr.Dataset:
    """Answer a question: what the analysis says, and beside it what stands at every step.

    Coordinates ``word`` (trial, time), text, "" beyond a trial's length; ``known`` (trial, time), whether the task
    knows the word; ``period`` (trial, time); ``length`` (trial). Of a net that writes they are of the source, on ``source_time``. Raises ValueError (or a subclass) in one sentence.
    """
    from engine.analyses import ANALYSES

    if question.analysis not in ANALYSES:
        raise ValueError(
            f"analysis = {question.analysis!r}: no such analysis; choose one of {', '.join(ANALYSES)}."
        )
    analysis = ANALYSES[question.analysis]
    options = _options(question, analysis)
    if is_module(question.run):
        if question.analysis in OF_PAIRS:
            raise ValueError(
                f"{question.analysis} is for a net that writes, and a module has no decoder."
            )
        from engine.modulequestion import answer_module

        return answer_module(question, store, partial(analysis, **options))
    run = up_to(run_of(question.run, store), question.until)
    if question.step is not None:
        run = replace(run, snapshots=up_to(run, question.step).snapshots[-1:])
    if not run.snapshots:
        raise ValueError("This run has no snapshot yet.")
    task = run.experiment.task
    if question.drawn is not None:
        trials = drawn_from(task, question.drawn)
    elif question.texts:
        trials = trials_of(task, question.texts)
    else:
        raise ValueError("Nothing is asked: give sentences, or trials to draw.")
    if isinstance(trials, Pairs) != (question.analysis in OF_PAIRS):
        raise ValueError(_other_kind(question, task))
    dataset = analysis(run, trials, **options)
    return labelled(dataset, task, trials, question)


def _options(question: Question, analysis: Callable[..., Any]) -> dict[str, Any]:
    """The analysis's own choices. Raises ValueError for one that it does not have."""
    takes = [p.name for p in list(inspect.signature(analysis).parameters.values())[2:]]
    given: dict[str, Any] = dict(question.options)
    fitting = Attending if question.analysis in OF_PAIRS else Edit
    for edit in question.edits:
        if not isinstance(edit, fitting):
            raise ValueError(f"{question.analysis} takes no change of the kind {edit.kind}.")
    if question.edits:
        given["edits"] = question.edits
    for name in given:
        if name not in takes:
            raise ValueError(
                f"{question.analysis} takes no {name}; it takes {', '.join(takes) or 'nothing'}."
            )
    return given


def _other_kind(question: Question, task: Task) -> str:
    """Why an analysis is not for a net: it reads and then writes, or it does not."""
    if isinstance(task, Translation):
        return f"{question.analysis} is not for a net that writes; ask {', '.join(OF_PAIRS)}."
    return f"{question.analysis} is for a net that writes, and the task {task.name} has no decoder."


def labelled(dataset: xr.Dataset, task: Task, trials: Trials, question: Question) -> xr.Dataset:
    """The dataset with what stands at every step. Analyses that have no time are left as they are."""
    dataset.attrs["run"] = question.run
    if "trial" not in dataset.dims:
        return dataset
    time = "source_time" if isinstance(trials, Pairs) else "time"
    shape = trials.periods.shape
    words, known = np.full(shape, "", object), np.zeros(shape, bool)
    for trial, length in enumerate(trials.lengths):
        if question.texts:
            sentence = task.read(question.texts[trial])
            words[trial, :length], known[trial, :length] = sentence.words, sentence.known
        else:
            words[trial, :length], known[trial, :length] = task.wording(trials, trial), True
    beside = {
        "word": words.astype(str),
        "known": known,
        "period": np.array(PERIODS)[trials.periods],
    }
    coords: dict[str, Any] = {
        name: (("trial", time), values)
        for name, values in beside.items()
        if dataset.sizes.get(time, shape[1]) == shape[1]
    }
    return dataset.assign_coords({**coords, "length": ("trial", trials.lengths)})
