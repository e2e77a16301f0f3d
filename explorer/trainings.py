"""Trainings: so many at once, a queue behind them, and a second try for one whose worker died."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

from engine.disk import DiskError
from engine.store import Store, StoreError
from explorer.workers import TWICE, JobError, Worker

GRACE = 5.0
"""Seconds after which a training that does not hear a cancel is ended by force."""


class Trainings:
    """The workers that train. Every method may be called from any thread."""

    def __init__(self, store: Store, most: int) -> None:
        self._store = store
        self._most = most
        self._lock = threading.RLock()
        self._closed = False
        self._workers: dict[Worker, str | None] = {}  # and the run that each of them trains
        self._queue: deque[str] = deque()
        self._deaths: Counter[str] = Counter()
        self._troubles: dict[str, str] = {}

    def warm(self, count: int) -> None:
        """Start so many workers before there is anything to train."""
        with self._lock:
            while not self._closed and len(self._workers) < min(count, self._most):
                self._workers[self._launch()] = None

    def train(self, run_id: str) -> None:
        """Put a run into the queue; one that has ended or is here already is left alone."""
        with self._lock:
            if self._closed:
                raise JobError("The server is closing.")
            state = self._state(run_id)
            if self.place(run_id) is not None or state not in ("queued", "interrupted"):
                return
            self._troubles.pop(run_id, None)
            self._deaths.pop(run_id, None)
            self._queue.append(run_id)
            try:
                self._dispatch()
            except JobError:
                self._queue.remove(run_id)
                raise

    def place(self, run_id: str) -> int | None:
        """0: a worker has it. 1, 2, …: its place in the queue. None: it is not here."""
        with self._lock:
            if run_id in self._workers.values():
                return 0
            return self._queue.index(run_id) + 1 if run_id in self._queue else None

    def under_way(self) -> list[str]:
        """The runs that a worker has, and then those that wait."""
        with self._lock:
            return [run for run in self._workers.values() if run is not None] + list(self._queue)

    def cancel(self, run_id: str) -> None:
        """Leave the marker, and take the run out of the queue. Returns at once."""
        with self._lock:
            try:
                self._store.request_cancel(run_id)
            except (StoreError, DiskError) as error:
                raise JobError(str(error)) from None
            if run_id in self._queue:
                self._queue.remove(run_id)
            elif run_id in self._workers.values():
                timer = threading.Timer(GRACE, self._enforce, [run_id])
                timer.daemon = True
                timer.start()

    def trouble(self, run_id: str) -> str:
        """Why a training has no result though nobody works on it: a sentence, or nothing."""
        with self._lock:
            return self._troubles.get(run_id, "")

    def workers(self) -> list[Worker]:
        """Those that run now."""
        with self._lock:
            return list(self._workers)

    def close(self) -> list[Worker]:
        """Start nothing any more; returns the workers to be ended."""
        with self._lock:
            self._closed = True
            self._queue.clear()
            return self.workers()

    def _state(self, run_id: str) -> str:
        try:
            return self._store.state(run_id)
        except StoreError as error:
            raise JobError(str(error)) from None

    def _launch(self) -> Worker:
        return Worker(self._store.root, "train", self._rung, self._ended)

    def _dispatch(self) -> None:
        """Give the queue to free workers; start one more while there may be more."""
        while self._queue and not self._closed:
            idle = (worker for worker, run in self._workers.items() if run is None)
            free = next((worker for worker in idle if worker.alive), None)
            if free is None and len(self._workers) < self._most:
                free = self._launch()
            if free is None:
                return
            run_id = self._queue.popleft()
            self._workers[free] = run_id
            free.send({"job": "train", "run": run_id})

    def _enforce(self, run_id: str) -> None:
        with self._lock:
            for worker, run in self._workers.items():
                if run == run_id and worker.ready:  # one that still loads will see the marker first
                    worker.kill()

    def _rung(self, worker: Worker, message: Mapping[str, Any]) -> None:
        """A doorbell, from the thread that listens to this worker."""
        name = message.get("done") or message.get("failed")
        with self._lock:
            if name is None or worker not in self._workers:  # it is ready
                return
            if "why" in message:
                self._troubles[name] = message["why"]
            self._workers[worker] = None
            self._try(None)

    def _ended(self, worker: Worker) -> None:
        """A worker is gone: its run is made anew once, and not a third time."""
        with self._lock:
            run_id = self._workers.pop(worker, None)
            if not self._closed:
                self._try(run_id)

    def _try(self, dropped: str | None) -> None:
        """Go on with the queue, and with a run whose worker died; nobody waits for what goes wrong here."""
        try:
            # "running": somebody looks at its lock right now; the worker that held it is gone.
            open_ends = ("queued", "interrupted", "running")
            if dropped is not None and self._state(dropped) in open_ends:
                self._deaths[dropped] += 1
                if self._deaths[dropped] == 1:
                    self._queue.appendleft(dropped)
                else:
                    self._troubles[dropped] = TWICE
            self._dispatch()
        except JobError as error:  # no worker can be started: those that wait are told
            waiting = [*self._queue, *([dropped] if dropped else [])]
            self._troubles |= dict.fromkeys(waiting, str(error))
            self._queue.clear()
