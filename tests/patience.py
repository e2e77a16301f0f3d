"""Waiting for what other processes do, without guessing how long it takes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

KILLS = int(os.environ.get("KILLS", "20"))
"""How often each kind of process is killed; 200 on demand."""


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Return as soon as the condition holds; fail when it does not within so many seconds."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, f"did not happen within {seconds:g} s"
        pause.wait(0.005)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not yet collected by its parent does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return not Path("/proc/self").exists()
