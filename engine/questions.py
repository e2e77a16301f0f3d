"""A question to a run: which analysis, of which inputs, with which changes. It is a value; its answer is a recording with its name."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field, StringConstraints, model_validator

from engine.attention_edits import Attending
from engine.edits import Edit
from engine.frozen import Frozen
from engine.shipped import shipped_run
from engine.store import Store
from engine.tasks import Trials
from engine.tasks.contract import Task, join
from engine.tasks.pairs import join as join_pairs
from engine.tasks.translation import Translation, as_pairs

if TYPE_CHECKING:
    from engine.run import Run

OF_PAIRS = ("alignment", "source_credit", "pair_weights", "lengths")
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
