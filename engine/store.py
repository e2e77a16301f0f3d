"""The store: every run is a directory, and whoever wants to know looks there.

    <root>/runs/<run_id>/    run.json, label.json, metrics.jsonl, snapshots.jsonl, snapshots/, run.lock, cancel, result.json
    <root>/trash/<run_id>/   removed, and kept a while
    <root>/recordings/       answers that can always be made again

run.json is written once: the directory is made aside and renamed into place. A run's state is
derived, never stored: it has a result -> the result's outcome; its lock is held -> "running";
else "cancelled", "interrupted" or "queued". An id is made here and known by its form alone: no
name from a link, a form or a file becomes a path.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.disk import STORE_VARIABLE, trouble, write_file
from engine.estimate import refusal, size
from engine.experiment import Experiment
from engine.run import Run, Snapshot
from engine.rundir import (
    CANCEL,
    STATES,
    StoreError,
    locked,
    read_header,
    read_result,
    read_snapshots,
    read_state,
    read_weights,
)
from engine.runlabel import write_label
from engine.runlog import Tail, read_log
from engine.runmake import make
from engine.runwriter import RunWriter
from engine.shapes import snapshot_bytes
from engine.storetrash import Trash

__all__ = ["STATES", "RunInfo", "RunWriter", "Store", "StoreError"]

RUN_ID = re.compile(r"[0-9]{8}T[0-9]{6}-[a-z2-7]{10}")
MAX_SNAPSHOTS = 2 * 2**30
"""Bytes that the snapshots of one run may take."""


@dataclass(frozen=True)
class RunInfo:
    """A run in a list. `experiment` is None when it cannot be read, and `problem` then says why."""

    id: str
    state: str
    label: str = ""
    created: str = ""
    imported: bool = False
    experiment: Experiment | None = None
    problem: str = ""


def refused(experiment: Experiment) -> str:
    """Why the store would not take a training: a sentence with the number and the limit; empty when it would."""
    snapshots = snapshot_bytes(experiment)
    if snapshots > MAX_SNAPSHOTS:
        return (
            f"The snapshots of this training would take {size(snapshots)}, and {size(MAX_SNAPSHOTS)} is the limit: "
            "choose fewer units, layers or snapshots."
        )
    return refusal(experiment)


def store_root() -> Path:
    """The folder of runs and recordings: the one STORE_VARIABLE names, else one in the user's data folder."""
    chosen = os.environ.get(STORE_VARIABLE)
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("rnn-explorer", appauthor=False)


class Store:
    """The runs under one folder. Holds no state: any number of these, in any process, see the same.

    Methods raise StoreError for an id that is none, a run that is not there or cannot be read;
    those that write also raise DiskError.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        self.recordings = self.root / "recordings"
        self._runs = self.root / "runs"
        self.trash = Trash(self._runs, self.root / "trash", RUN_ID.fullmatch)

    def folder(self, run_id: str) -> Path:
        """The directory of a run; ids are known by their form alone."""
        if not isinstance(run_id, str) or not RUN_ID.fullmatch(run_id):
            raise StoreError("This is not the id of a run.")
        return self._runs / run_id

    def create(self, experiment: Experiment, label: str = "") -> str:
        """A new run in the state "queued"; returns its id. Raises StoreError for one that would take too much."""
        if why := refused(experiment):
            raise StoreError(why)
        return make(self._runs, experiment, label)

    def add(self, run: Run, label: str = "") -> str:
        """Take in a run that came as a file: a new id, marked as imported. Returns the id."""

        def fill(folder: Path) -> None:
            with RunWriter(folder) as writer:
                for record in run.metrics:
                    writer.metric(record)
                for snapshot in run.snapshots:
                    writer.snapshot(snapshot)
                if run.result:
                    writer.finish(run.result)

        return make(self._runs, run.experiment, label, fill)

    def ids(self) -> list[str]:
        """The ids of all runs, newest first."""
        try:
            names = [name for name in os.listdir(self._runs) if RUN_ID.fullmatch(name)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreError(f"The runs cannot be read: {error.strerror}.") from None
        return sorted(names, reverse=True)

    def runs(self) -> list[RunInfo]:
        """All runs, newest first."""
        return [self.info(name) for name in self.ids()]

    def info(self, run_id: str) -> RunInfo:
        """One run as in the list."""
        folder = self.folder(run_id)
        state = read_state(folder)
        try:
            header = read_header(folder)
        except StoreError as error:
            return RunInfo(run_id, state, problem=str(error))
        return RunInfo(
            run_id, state, header.label, header.created, header.imported, header.experiment
        )

    def experiment(self, run_id: str) -> Experiment:
        """What was chosen."""
        return read_header(self.folder(run_id)).experiment

    def state(self, run_id: str) -> str:
        """One of STATES."""
        return read_state(self._existing(run_id))

    def result(self, run_id: str) -> dict[str, Any]:
        """How it ended; empty while it has not."""
        return read_result(self._existing(run_id)) or {}

    def metrics(self, run_id: str) -> tuple[dict[str, Any], ...]:
        """All records so far."""
        return self.tail(run_id).records

    def tail(self, run_id: str, start: int = 0) -> Tail:
        """The records from byte `start` on, for who has read up to there: `tail.end` is the next start."""
        return read_log(self._existing(run_id) / "metrics.jsonl", start)

    def steps(self, run_id: str) -> tuple[int, ...]:
        """The steps that have a snapshot, without reading any weights."""
        return tuple(read_snapshots(self._existing(run_id))[0])

    def snapshot(self, run_id: str, step: int | None = None) -> Snapshot:
        """The snapshot of a step, or the newest that is whole."""
        folder = self._existing(run_id)
        lines, _ = read_snapshots(folder)
        wanted = reversed(lines) if step is None else [step]
        for candidate in wanted:
            if candidate in lines and (found := read_weights(folder, lines[candidate])):
                return found
        raise StoreError(f"The run has no snapshot{'' if step is None else f' at step {step}'}.")

    def snapshots(self, run_id: str) -> tuple[Snapshot, ...]:
        """All snapshots that are whole."""
        folder = self._existing(run_id)
        found = (read_weights(folder, line) for line in read_snapshots(folder)[0].values())
        return tuple(snapshot for snapshot in found if snapshot is not None)

    def damage(self, run_id: str) -> int:
        """How many lines and snapshots are damaged: to be said on screen wherever the run is shown."""
        folder = self._existing(run_id)
        lines, damaged = read_snapshots(folder)
        lost = sum(read_weights(folder, line) is None for line in lines.values())
        return self.tail(run_id).damaged + damaged + lost

    def load(self, run_id: str) -> Run:
        """The whole run, as far as it has come."""
        experiment = self.experiment(run_id)
        return Run(experiment, self.metrics(run_id), self.snapshots(run_id), self.result(run_id))

    def request_cancel(self, run_id: str) -> None:
        """Leave the marker that every worker looks for at every step."""
        write_file(self._existing(run_id) / CANCEL, b"", durable=False)

    def rename(self, run_id: str, label: str) -> str:
        """Give a run another name, which is only a field of it; returns the name as it was kept."""
        return write_label(self._existing(run_id), label)

    def discard(self, run_id: str) -> None:
        """Remove a run so that it can be had back: see `Trash`. Raises StoreError while it trains."""
        self._existing(run_id)
        self.trash.take(run_id)

    def restore(self, run_id: str) -> None:
        """Have a discarded run back, as it was."""
        self.folder(run_id)
        self.trash.give_back(run_id)

    def remove(self, run_id: str) -> None:
        """Delete a run: renamed away first, so that no reader meets a half. Raises StoreError while it trains."""
        folder = self._existing(run_id)
        if locked(folder):
            raise StoreError("This run is still training: cancel it first.")
        away = self._runs / f".removed-{run_id}-{secrets.token_hex(4)}"
        try:
            os.rename(folder, away)
        except FileNotFoundError:
            raise StoreError(f"There is no run {run_id}.") from None
        except OSError as error:
            raise trouble(error, run_id) from error
        shutil.rmtree(away, ignore_errors=True)

    def _existing(self, run_id: str) -> Path:
        folder = self.folder(run_id)
        if not os.path.exists(folder / "run.json"):  # false, too, where we may not look
            raise StoreError(f"There is no run {run_id}.")
        return folder
