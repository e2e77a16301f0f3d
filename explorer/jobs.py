"""The warm workers: one is kept free for questions, the others train, a queue holds what is too much.

The page asks here and reads files; nothing else passes between it and a net. Every method may be
called from any thread: each tab of each browser runs in one of its own.
"""

from __future__ import annotations

import atexit
import threading
from contextlib import suppress
from pathlib import Path

from engine.store import Store, store_root
from explorer.asking import Questions
from explorer.trainings import Trainings
from explorer.workers import JobError, Worker

__all__ = ["JobError", "Supervisor", "close", "supervisor"]

TRAINERS = 2
_LEAVE = 2.0  # seconds that a worker has to end by itself when the server closes


class Supervisor:
    """Starts workers when they are needed, gives them jobs, replaces the dead, and ends them.

    Methods raise JobError with a sentence.
    """

    def __init__(self, store_root: str | Path, trainers: int = TRAINERS) -> None:
        self.store = Store(Path(store_root).resolve())
        self._trainings = Trainings(self.store, trainers)
        self._questions = Questions(self.store.root)

    def warm(self, trainers: int = 0) -> None:
        """Start the worker for questions, and so many to train, before the first job comes.

        They load for seconds; this returns at once, and leaves it to the first job to say what is
        wrong when they cannot be started.
        """
        with suppress(JobError):
            self._questions.warm()
            self._trainings.warm(trainers)

    def train(self, run_id: str) -> None:
        """Train a run of the store as soon as a worker is free.

        A run that has ended or is under way is left alone; an interrupted one starts anew.
        """
        self._trainings.train(run_id)

    def place(self, run_id: str) -> int | None:
        """0: a worker has it. 1, 2, …: its place in the queue. None: it is not waiting here."""
        return self._trainings.place(run_id)

    def under_way(self) -> list[str]:
        """The runs that a worker has, and then those that wait."""
        return self._trainings.under_way()

    def cancel(self, run_id: str) -> None:
        """End a training, or take it out of the queue.

        Returns at once; `store.state` says when it has ended.
        """
        self._trainings.cancel(run_id)

    def trouble(self, run_id: str) -> str:
        """Why a training has no result though nobody works on it: a sentence, or nothing."""
        return self._trainings.trouble(run_id)

    def ask(self, question_json: str, path: str | Path, timeout: float = 30.0) -> None:
        """Have a `Question` (as JSON) answered into a file of `store.recordings`.

        Returns when the file is there. The same question from two tabs is answered once.
        """
        self._questions.ask(question_json, Path(path), timeout)

    def pids(self) -> list[int]:
        """The processes that run now."""
        return [worker.pid for worker in (*self._questions.workers(), *self._trainings.workers())]

    def close(self) -> None:
        """End every worker that was started here. Trainings under way become "interrupted"."""
        workers: list[Worker] = [*self._questions.close(), *self._trainings.close()]
        for worker in workers:
            worker.let_go()
        for worker in workers:
            worker.join(_LEAVE)


_one: Supervisor | None = None
_making = threading.Lock()


def supervisor() -> Supervisor:
    """The server's one supervisor, made on first use."""
    global _one
    with _making:
        if _one is None:
            _one = Supervisor(store_root())
            atexit.register(close)  # for a process that runs no lifespan
        return _one


def close() -> None:
    """End the workers, if there are any."""
    global _one
    with _making:
        ending, _one = _one, None
    if ending is not None:
        ending.close()
