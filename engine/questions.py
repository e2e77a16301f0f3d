"""A question to a run: which analysis, of which inputs, with which changes. It is a value; its answer is a recording with its name."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import Field, StringConstraints, model_validator

from engine.attending import Attending
from engine.edits import Edit
from engine.frozen import Frozen
from engine.modules import is_module
from engine.shipped import shipped_run
from engine.store import Store
from engine.tasks import PERIODS, Trials
from engine.tasks.contract import Task, join
from engine.tasks.pairs import Pairs, Translation, as_pairs
from engine.tasks.pairs import join as join_pairs

if TYPE_CHECKING:
    import xarray as xr

    from engine.run import Run

OF_PAIRS = ("alignment", "pulled", "pair_weights", "lengths")
"""Analyses of nets that read one sequence and write another; they take no others."""
VERSION = 1
"""Part of every key; raised when an analysis changes what it computes."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
Option = int | float | Annotated[str, StringConstraints(max_length=200)]


class Drawn(Frozen):
    """Test trials of a task, for tasks that have no sentences to type; the same choice draws the same trials."""

    condition: Annotated[str, StringConstraints(max_length=40)] = ""
    """One of the task's conditions; empty: the first."""
    seed: int = Field(default=0, ge=0, le=2**63 - 1)
    count: int = Field(default=8, ge=1, le=64)
    only: int | None = Field(
        default=None,
        ge=0,
        le=63,
        description="only this one of them; empty: all",
        exclude_if=lambda value: value is None,  # so that questions of long ago keep their names
    )


class Question(Frozen):
    """One analysis of sentences or drawn trials, at every snapshot of a run (a shipped name or the id of a stored
    run) or at one of them, as it is or with edits."""

    run: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,40}$")]
    analysis: Name = "reach"
    until: int | None = Field(default=None, ge=0, description="newest snapshot; empty: the last")
    texts: tuple[Annotated[str, StringConstraints(min_length=1, max_length=20_000)], ...] = Field(
        default=(), max_length=64
    )
    drawn: Drawn | None = None
    edits: tuple[Annotated[Edit | Attending, Field(discriminator="kind")], ...] = Field(
        default=(), max_length=32
    )
    step: int | None = Field(default=None, ge=0, description="only the newest snapshot up to it")
    options: tuple[tuple[Name, Option], ...] = Field(default=(), max_length=16)

    @model_validator(mode="after")
    def _of_something(self) -> Question:
        if self.texts and self.drawn:
            raise ValueError("a question is of sentences or of drawn trials, not of both")
        return self

    def key(self, weights: str) -> str:
        """The name of the answer: a digest of the weights' digest, the inputs, the edits and the analysis."""
        # What is not given is left out, so that a question of long ago still has its name.
        unsaid = {name for name in ("drawn", "edits", "step", "options") if not self._given(name)}
        what = self.model_dump_json(exclude={"run", "until", *unsaid})
        return hashlib.sha256(f"{VERSION} {weights} {what}".encode()).hexdigest()[:32]

    def _given(self, name: str) -> bool:
        return getattr(self, name) != type(self).model_fields[name].default


def weights_digest(run: Run) -> str:
    """One digest of all snapshots of a run."""
    total = hashlib.sha256()
    for snapshot in run.snapshots:
        total.update(f"{snapshot.step} {snapshot.digest()}\n".encode())
    return total.hexdigest()


def up_to(run: Run, step: int | None) -> Run:
    """The run as it was at a step, while it was still training."""
    if step is None:
        return run
    return replace(run, snapshots=tuple(s for s in run.snapshots if s.step <= step))


def run_of(name: str, store: Store) -> Run:
    """A shipped run by name, or a stored run by id. Raises StoreError or RunFileError in one sentence."""
    return shipped_run(name) or store.load(name)


def trials_of(task: Task, texts: tuple[str, ...]) -> Trials:
    """The sentences as trials. Raises ValueError for a task without sentences."""
    if isinstance(task, Translation):
        return join_pairs(*(as_pairs(task, text) for text in texts))
    return join(*(task.read(text).trials for text in texts))


def drawn_from(task: Task, drawn: Drawn) -> Trials:
    """Test trials of one condition. Raises ValueError for a condition that the task does not have."""
    condition = drawn.condition or task.conditions()[0]
    trials = task.test(np.random.default_rng(drawn.seed), drawn.count, condition)
    if drawn.only is None:
        return trials
    if drawn.only >= drawn.count:
        raise ValueError(f"Trial {drawn.only} is not there: {drawn.count} trials are drawn.")
    return trials.pick(slice(drawn.only, drawn.only + 1))


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
