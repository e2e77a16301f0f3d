"""`explorer.show(module, inputs)`: look inside a module from a notebook, on a server that ends with the notebook.

import torch, explorer
module = torch.nn.LSTM(8, 32)
explorer.show(module, torch.randn(1, 100, 8))
"""

from __future__ import annotations

import atexit
import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from engine.modulenet import from_torch
from engine.opening import keep_module, keep_run
from engine.run import Run
from engine.store import Store, store_root
from explorer.address import opens

ROOT = Path(__file__).resolve().parent.parent
START = 60.0
"""Seconds that a server has to say its address."""
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


class ServerError(RuntimeError):
    """The server could not be started; the message is one sentence."""


@dataclass(frozen=True)
class Shown:
    """What `show` returns: in a notebook a frame with the page, elsewhere its address."""

    address: str
    said: tuple[str, ...]
    height: int
    server: Server = field(repr=False, compare=False)

    def __str__(self) -> str:
        return "\n".join([*self.said, f"RNN explorer: {self.address}"])

    def _repr_html_(self) -> str:
        link = escape(self.address)
        said = "<br>".join(escape(line) for line in self.said)
        return (
            f'<iframe src="{link}" title="RNN explorer" width="100%" height="{self.height}" '
            f'style="border:0"></iframe><p>{said}<br><a href="{link}" target="_blank" rel="noopener">{link}</a> '
            "(served on this computer until this notebook ends)</p>"
        )

    def close(self) -> None:
        """End the server now; it would end with this process anyway."""
        self.server.close()


class Server:
    """A page server in a process of its own. Raises ServerError when it does not start."""

    def __init__(self, store: Path) -> None:
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        apart: dict[str, Any] = {"start_new_session": True}  # interrupting a cell is not its affair
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        command = [sys.executable, "-m", "explorer.attached", "--no-browser", "--store", str(store)]
        self._owner = os.getpid()
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env=environment,
                **apart,
            )
        except OSError as error:
            raise ServerError(f"The server could not be started: {error.strerror}.") from None
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(lines,), daemon=True).start()
        self.address = self._wait(lines)

    @property
    def running(self) -> bool:
        """Whether it serves, and for us: a forked child has its parent's server only in memory."""
        return self._owner == os.getpid() and self.process.poll() is None

    def close(self) -> None:
        """End it and wait until it is gone."""
        if self._owner != os.getpid():
            return
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()  # all that it takes
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _listen(self, lines: queue.SimpleQueue[str]) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as out:
            for line in out:
                lines.put(line)
        lines.put("")

    def _wait(self, lines: queue.SimpleQueue[str]) -> str:
        last = "it said nothing"
        try:
            while line := lines.get(timeout=START):
                if found := _ADDRESS.search(line):
                    return found[0]
                last = line.strip() or last
        except queue.Empty:
            self.close()
            raise ServerError(f"The server said no address within {START:g} seconds.") from None
        self.close()
        raise ServerError(f"The server did not start: {last.rstrip('.')}.")


_servers: dict[Path, Server] = {}
_starting = threading.Lock()


def show(
    model: Any,
    inputs: Any = None,
    *,
    tokens: Sequence[Sequence[str]] = (),
    name: str = "",
    store: str | Path | None = None,
    height: int = 900,
) -> Shown:
    """Open the page on a plain nn.RNN, nn.LSTM or nn.GRU, or on a run of `engine.train`.

    inputs: what the module is looked at with, ``[trial, time, input]`` whatever its ``batch_first`` (``[time, input]``
    for one trial); a run brings its own task and takes none. tokens: words beside the steps, by trial and time. store:
    folder for runs and modules, by default the one of ``python -m explorer``. The module is copied as it is now.
    Prints the address; in a notebook the result draws itself as a frame. Raises ValueError (or RuntimeError, when
    the server does not start) in one sentence.
    """
    folder = Path(store_root() if store is None else store).expanduser().resolve()
    kept = Store(folder)
    if isinstance(model, Run):
        if inputs is not None or len(tokens):
            raise ValueError("A run is shown on the sentences of its task: it takes no inputs.")
        taken = keep_run(model, kept, name)
    else:
        if inputs is None:
            raise ValueError("A module is shown on inputs: give a tensor [trial, time, input].")
        taken = keep_module(from_torch(model, inputs, tokens, name=name), kept)
    server = _server(folder)
    shown = Shown(server.address + opens(taken.name, taken.writes), taken.said, int(height), server)
    print(shown, flush=True)
    return shown


def _server(store: Path) -> Server:
    """The server of a store: the one that runs, or a new one."""
    with _starting:
        server = _servers.get(store)
        if server is None or not server.running:
            if not _servers:
                atexit.register(_close)
            server = _servers[store] = Server(store)
        return server


def _close() -> None:
    for server in _servers.values():
        server.close()
