"""Files that a person names: found out before the work whether they can be written, and written whole."""

from __future__ import annotations

import math
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.arrayfile import MAX_FILE
from engine.command.say import Stop
from engine.estimate import refusal
from engine.experiment import Experiment
from engine.shapes import snapshot_bytes

RECORD_BYTES = 8 * 10
"""Bytes that one record of metrics takes, roughly."""


def writable(text: str | None) -> Path | None:
    """The path of ``--out``. Raises Stop when a file could not be put there; nothing is changed."""
    if text is None:
        return None
    path = Path(text)
    try:
        if path.exists() and not path.is_file():  # a rename over /dev/null would replace the device
            raise Stop(f"--out {text} is not a file.")
        if not path.parent.is_dir():
            raise Stop(f"--out {text}: there is no folder {path.parent}.")
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError
        aside = path.with_name(
            f".{path.name}.{os.getpid()}-tried-it"
        )  # as long as write_file's own
        os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
        aside.unlink()
    except (OSError, ValueError) as error:  # ValueError: a zero byte, or no name at all
        reason = getattr(error, "strerror", None)
        raise Stop(f"--out {text} cannot be written{f': {reason}' if reason else ''}.") from None
    return path


def affordable(experiment: Experiment) -> None:
    """Raises Stop when the training would not fit into memory. How long it takes is left to the person, who sees it
    on a progress bar and can stop it."""
    if why := refusal(experiment, keeping=True, seconds=math.inf):
        raise Stop(why)


def small_enough(experiment: Experiment) -> None:
    """Raises Stop when the run would not fit into a run file."""
    size = snapshot_bytes(experiment) + RECORD_BYTES * (experiment.training.steps + 1)
    if size > MAX_FILE:
        raise Stop(
            f"The run file would have {size / 2**20:.0f} MB, and {MAX_FILE / 2**20:.0f} MB is the limit: "
            "choose fewer units, layers, snapshots or steps."
        )


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C waits for nobody here: what is being written is written to its end."""
    if (
        threading.current_thread() is not threading.main_thread()
    ):  # only the main thread is interrupted
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
