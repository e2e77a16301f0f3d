"""Questions: one worker is kept free for them, so that an answer never waits behind a training."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.workers import TWICE, JobError, Worker


@dataclass(eq=False)
class _Asked:
    """A question that was sent to the worker and is not answered yet."""

    job: Mapping[str, Any]
    answered: threading.Event = field(default_factory=threading.Event)
    error: str = ""
    deaths: int = 0
    waiting: int = 0


class Questions:
    """The worker for questions. Every method may be called from any thread."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.RLock()
        self._closed = False
        self._worker: Worker | None = None
        self._asked: dict[str, _Asked] = {}  # by path, in the order in which they were sent

    def warm(self) -> None:
        """Start the worker, if there is none."""
        with self._lock:
            if self._worker is None and not self._closed:
                self._worker = Worker(self._root, "ask", self._rung, self._ended)

    def ask(self, question_json: str, path: Path, timeout: float) -> None:
        """Return when the answer is in its file. Raises JobError with a sentence."""
        if path.exists():
            from engine.recordings import touch

            touch(path)
            return
        asked = self._send(str(path), question_json)
        in_time = asked.answered.wait(timeout)
        with self._lock:
            asked.waiting -= 1
            if not in_time and not asked.answered.is_set():
                self._give_up(asked)
                raise JobError(f"The answer took longer than {timeout:g} seconds.")
        if asked.error:
            raise JobError(asked.error)

    def workers(self) -> list[Worker]:
        """Those that run now: one or none."""
        with self._lock:
            return [] if self._worker is None else [self._worker]

    def close(self) -> list[Worker]:
        """Answer nobody any more; returns the workers to be ended."""
        with self._lock:
            self._closed = True
            self._fail_all("The server is closing.")
            return self.workers()

    def _send(self, path: str, question_json: str) -> _Asked:
        """The question under way for this path; the same one from two tabs is sent once."""
        with self._lock:
            if self._closed:
                raise JobError("The server is closing.")
            self.warm()
            asked = self._asked.get(path)
            if asked is None:
                job = {"job": "ask", "question": json.loads(question_json), "path": path}
                asked = self._asked[path] = _Asked(job)
                for worker in self.workers():
                    worker.send(job)
            asked.waiting += 1
            return asked

    def _give_up(self, asked: _Asked) -> None:
        """Nobody waits for it any longer: free the worker, if this question holds it."""
        first = next(iter(self._asked.values()), None)
        if asked is first and not asked.waiting:
            for worker in self.workers():
                if worker.ready:  # one that still loads has not begun
                    worker.kill()

    def _fail_all(self, sentence: str) -> None:
        for asked in self._asked.values():
            asked.error = sentence
            asked.answered.set()
        self._asked.clear()

    def _rung(self, worker: Worker, message: Mapping[str, Any]) -> None:
        """A doorbell, from the thread that listens to the worker."""
        with self._lock:
            asked = self._asked.pop(message.get("done") or message.get("failed") or "", None)
            if asked is not None:
                asked.error = message.get("why", "")
                asked.answered.set()

    def _ended(self, worker: Worker) -> None:
        """The worker is gone: what it had is asked once more of a new one, and not a third time."""
        with self._lock:
            self._worker = None
            for asked in list(self._asked.values())[:1]:  # the one it was at
                asked.deaths += 1
            again = {}
            for path, asked in self._asked.items():
                if asked.deaths > 1:
                    asked.error = TWICE
                    asked.answered.set()
                elif asked.waiting:
                    again[path] = asked
            self._asked = again
            if not again:
                return
            try:
                self.warm()
            except JobError as error:
                self._fail_all(str(error))
            for new in self.workers():
                for asked in again.values():
                    new.send(asked.job)
