"""One job: train the run in a directory. The local worker, and any executor of a cluster, are
launchers of this.

Everything passes through files in that directory: the choice comes from run.json, progress goes
to metrics.jsonl, a marker file cancels, result.json says how it ended. A job may be started twice
(clusters promise "at least once"): the lock lets one in, a finished run is returned as it is, a
half attempt is set aside and made anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from engine.disk import DiskError, DiskFull
from engine.estimate import LONGEST
from engine.experiment import Experiment, ValidationError, sentence
from engine.run import Snapshot
from engine.rundir import CANCEL, LOCK, StoreError, read_header, read_result
from engine.runwriter import RunWriter, set_aside
from engine.shapes import parameters

_LOCK_WAIT = 2.0  # seconds: somebody who looks whether it runs holds the lock for a moment

log = logging.getLogger(__name__)


class _Stopped(Exception):
    """The training ends before its time; (outcome, reason)."""


def run_job(run_dir: str | Path, *, longest: float = LONGEST) -> dict[str, Any]:
    """Train the run in this directory, and return its result (see `engine.run.Run`).

    However the training ends, it ends as a result. Raises StoreError when the directory holds no
    run or another worker has it, DiskError when not even the result could be written.
    """
    import torch  # before the lock: a run is "running" only while steps are made

    import engine.trainer  # noqa: F401

    torch.set_num_threads(1)  # faster for such small nets, and the same bits wherever it runs
    folder = Path(run_dir)
    experiment = read_header(folder).experiment
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=_LOCK_WAIT, poll_interval=0.005)
    except Timeout:
        raise StoreError(f"Another worker is training the run {folder.name}.") from None
    except OSError as error:
        raise StoreError(f"The run {folder.name} cannot be written: {error}.") from None
    try:
        if (ended := read_result(folder)) is not None:
            return ended
        set_aside(folder)
        with RunWriter(folder) as writer:
            return _Attempt(folder, experiment, writer, longest).to_its_end()
    finally:
        lock.release()


class _Attempt:
    """One attempt at a training: keeps count, and makes a result of whatever happens."""

    def __init__(
        self, folder: Path, experiment: Experiment, writer: RunWriter, longest: float
    ) -> None:
        self._cancel = folder / CANCEL
        self._experiment = experiment
        self._writer = writer
        self._longest = longest
        self._began = time.monotonic()
        self._last: dict[str, Any] = {"step": 0}

    def to_its_end(self) -> dict[str, Any]:
        """Train, write, and return the result that was written."""
        try:
            result = self._train()
            self._writer.finish(result)
            return result
        except DiskFull as error:
            reason = (
                f"{str(error).rstrip('.')}; everything before step {self._last['step']} is kept."
            )
            result = self._result("disk full", reason)
        except DiskError as error:
            result = self._result("failed", str(error))
        self._writer.finish(result, synced=False)  # such a disk is not asked again
        return result

    def _train(self) -> dict[str, Any]:
        from engine.trainer import Finished, Progress, training

        result: dict[str, Any] = {}
        try:
            self._look_up()
            with closing(training(self._experiment)) as events:
                for event in events:
                    match event:
                        case Snapshot():
                            self._writer.snapshot(event)
                        case Progress():
                            self._progress(event.record())
                        case Finished():
                            result = dict(event.result)
                    if not result:
                        self._look_up()
            return result
        except _Stopped as stop:
            return self._result(*stop.args)
        except DiskError:
            raise
        except Exception as error:
            log.exception("a training failed")
            return self._result("failed", why(error))

    def _progress(self, record: Mapping[str, Any]) -> None:
        self._last |= record
        self._writer.metric({**record, "seconds": round(time.monotonic() - self._began, 4)})

    def _look_up(self) -> None:
        """Is it still wanted, and is there time?"""
        at = f"at step {self._last['step']} of {self._experiment.training.steps}"
        if self._cancel.exists():
            raise _Stopped("cancelled", f"Cancelled {at}.")
        if time.monotonic() - self._began > self._longest:
            raise _Stopped(
                "failed", f"Stopped {at}: a training may take {self._longest / 60:g} minutes."
            )

    def _result(self, outcome: str, reason: str) -> dict[str, Any]:
        """The result of a training that did not reach its end, with the last numbers it had."""
        task = self._experiment.task
        return {
            "outcome": outcome,
            "reason": reason,
            "accuracy": self._last.get("accuracy"),
            "by_condition": self._last.get("by_condition", {}),
            "baseline": task.baseline(),
            "measure": task.measure,
            "loss": self._last.get("test_loss"),
            "steps": self._last["step"],
            "parameters": parameters(self._experiment),
        }


def why(error: BaseException) -> str:
    """An error as one sentence for a person; the traceback is for the log."""
    if isinstance(error, ValidationError):
        return sentence(error)
    first = (str(error).strip().splitlines() or [""])[0][:300]
    if isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "allocat" in first.lower()
    ):
        return "It needs more memory than a worker may use: choose fewer units, a smaller batch or a shorter gap."
    if isinstance(error, ValueError | DiskError) and first.endswith("."):
        return first
    return (
        f"The program met an error it does not know ({type(error).__name__}: {first.rstrip('.')})."
    )
