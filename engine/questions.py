"""A question to a run: which analysis, of which sentences. It is a value; its answer is a recording with its name."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from engine.frozen import Frozen
from engine.shipped import shipped_run
from engine.store import Store
from engine.tasks import Trials
from engine.tasks.contract import Task, join

if TYPE_CHECKING:
    import xarray as xr

    from engine.run import Run

VERSION = 1
"""Part of every key; raised when an analysis changes what it computes."""


class Question(Frozen):
    """One analysis of sentences, at every snapshot of a run: a shipped name or the id of a stored run."""

    run: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,40}$")]
    analysis: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")] = "reach"
    until: int | None = Field(default=None, ge=0, description="newest snapshot; empty: the last")
    texts: tuple[Annotated[str, StringConstraints(min_length=1, max_length=20_000)], ...] = Field(
        min_length=1, max_length=64
    )

    def key(self, weights: str) -> str:
        """The name of the answer: a digest of the weights' digest, the sentences and the analysis."""
        what = self.model_dump_json(exclude={"run", "until"})
        return hashlib.sha256(f"{VERSION} {weights} {what}".encode()).hexdigest()[:32]


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
    return join(*(task.read(text).trials for text in texts))


def answer(question: Question, store: Store) -> xr.Dataset:
    """Answer a question. Raises ValueError (or a subclass) in one sentence."""
    from engine.analyses import ANALYSES

    if question.analysis not in ANALYSES:
        raise ValueError(
            f"analysis = {question.analysis!r}: no such analysis; choose one of {', '.join(ANALYSES)}."
        )
    run = up_to(run_of(question.run, store), question.until)
    if not run.snapshots:
        raise ValueError("This run has no snapshot yet.")
    return ANALYSES[question.analysis](run, trials_of(run.experiment.task, question.texts))
