"""One worker process, seen from the server: jobs go in as lines, doorbells come out as lines.

Started by its command line (never forked: this process has threads, and the child must not
inherit the page), in a session of its own, so that Ctrl-C in the terminal is ours to pass on. It
ends when its stdin closes, and that is all it takes: a server that is killed takes its workers
with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Literal

ROOT = Path(__file__).resolve().parent.parent
LOG = "workers.log"
_LOG_LIMIT = 2**20  # bytes; a longer log is begun anew

Role = Literal["train", "ask"]

TWICE = f"The worker died twice on this; {LOG} in the store may say why."


class JobError(Exception):
    """A job could not be done; the message is one sentence."""


class Worker:
    """A running `python -m engine.worker`.

    Raises JobError when it cannot be started. `ring(worker, message)` is called for every doorbell, `end(worker)` once when the process is
    gone; both from the thread that listens to it.
    """

    def __init__(
        self,
        store: Path,
        role: Role,
        ring: Callable[[Worker, Mapping[str, Any]], None],
        end: Callable[[Worker], None],
    ) -> None:
        self.role = role
        self.ready = False
        self._ring, self._end = ring, end
        try:
            self._process = _start(store, role)
        except OSError as error:
            raise JobError(f"A worker could not be started: {error.strerror}.") from None
        self._listener = threading.Thread(target=self._listen, name=f"{role} worker", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs; `end` follows a little after it does not."""
        return self._process.poll() is None

    def send(self, job: Mapping[str, Any]) -> None:
        """Give it a job. A worker that is dead says so by `end`, not here."""
        with suppress(OSError, ValueError):
            _pipe(self._process.stdin).write(json.dumps(job).encode() + b"\n")

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self._process.kill()

    def let_go(self) -> None:
        """Close its stdin, which ends it."""
        with suppress(OSError):
            _pipe(self._process.stdin).close()

    def join(self, seconds: float) -> None:
        """Wait until it is gone; kill it when that takes too long."""
        self._listener.join(seconds)
        if self._listener.is_alive():
            self.kill()
            self._listener.join(seconds)

    def _listen(self) -> None:
        with _pipe(self._process.stdout) as bell:
            for line in bell:
                message = json.loads(line)
                self.ready = True
                self._ring(self, message)
        self._process.wait()  # its files, and so the lock of its run, are closed now
        self.let_go()
        self._end(self)


def _start(store: Path, role: Role) -> subprocess.Popen[bytes]:
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "OMP_NUM_THREADS": "1",
    }
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    store.mkdir(parents=True, exist_ok=True)
    log = store / LOG
    fresh = not log.exists() or log.stat().st_size > _LOG_LIMIT
    with log.open("wb" if fresh else "ab") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "engine.worker", "--store", str(store), "--role", role],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            **apart,
        )


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # all three streams are pipes
    return stream
