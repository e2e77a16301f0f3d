"""One run's directory as a reader sees it. Everything is read from files; nothing is remembered.

run.json          what was chosen; written once, so it is there whenever the directory is
label.json        the name it was given since
metrics.jsonl     read by `runlog.read_log`          snapshots.jsonl, snapshots/   whole and checked, or counted
run.lock          held by a worker: the only meaning of "running"
cancel            somebody wants it to stop          result.json   how it ended
"""

from __future__ import annotations

import os
import re
import threading
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from engine.arrayfile import ArrayFileError, decode
from engine.experiment import Experiment, ValidationError, sentence
from engine.run import OUTCOMES, Snapshot, check_result
from engine.runlabel import read_label
from engine.runlog import read_log
from engine.strictjson import JSONError, loads

SCHEMA = 1
STATES = ("queued", "running", "interrupted", *OUTCOMES)
LOCK, CANCEL = "run.lock", "cancel"
_SNAPSHOT = re.compile(r"[0-9]{6,10}\.safetensors")
_PROBING = threading.Lock()


class StoreError(ValueError):
    """The store does not have it, or not in a form that can be read; the message is one sentence."""


@dataclass(frozen=True)
class Header:
    """run.json: what was chosen, when, under which name a person knows it, and whether it came from a file."""

    experiment: Experiment
    created: str
    label: str = ""
    imported: bool = False


def read_header(folder: Path) -> Header:
    """The header of a run. Raises StoreError."""
    try:
        found = loads((folder / "run.json").read_bytes())
    except FileNotFoundError:
        raise StoreError(f"There is no run {folder.name}.") from None
    except (OSError, JSONError) as error:
        raise StoreError(f"The run {folder.name} cannot be read: {error}.") from None
    if not isinstance(found, dict) or type(found.get("schema")) is not int:
        raise StoreError(f"The run {folder.name} cannot be read: it does not say its schema.")
    if found["schema"] > SCHEMA:
        raise StoreError(
            f"The run {folder.name} has schema {found['schema']}, and this program reads up to {SCHEMA}: "
            "it was made by a newer version."
        )
    if found["schema"] < max(1, SCHEMA - 1):
        raise StoreError(f"The run {folder.name} has schema {found['schema']}, which is too old.")
    try:
        experiment = Experiment.model_validate(found.get("experiment"))
    except ValidationError as error:
        raise StoreError(f"The run {folder.name} cannot be read: {sentence(error)}") from None
    label = read_label(folder, str(found.get("label", "")))
    return Header(experiment, str(found.get("created", "")), label, found.get("imported") is True)


def read_result(folder: Path) -> dict[str, Any] | None:
    """How the run ended; None while it has not."""
    try:
        result = loads((folder / "result.json").read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, JSONError):
        result = None
    try:
        check_result(result or None)
    except ValueError:
        return {"outcome": "failed", "reason": "The file that says how the run ended is damaged."}
    return result


def read_state(folder: Path) -> str:
    """One of STATES."""
    if (result := read_result(folder)) is not None:
        return result["outcome"]
    if locked(folder):
        return "running"
    if (result := read_result(folder)) is not None:  # it ended between the two looks
        return result["outcome"]
    if os.path.exists(folder / CANCEL):  # unlike Path.exists: no, where we may not look
        return "cancelled"
    begun = any(os.path.exists(folder / name) for name in ("metrics.jsonl", "attempts"))
    return "interrupted" if begun else "queued"


def locked(folder: Path) -> bool:
    """Whether a worker holds the run. The look takes the lock for a moment, so a worker waits for it a little."""
    path = folder / LOCK
    if not os.path.exists(path):
        return False
    with _PROBING:  # two tabs must not take each other's look for a worker
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:  # the run was removed, or is not ours to write
            return False
        lock.release()
        return False


def read_snapshots(folder: Path) -> tuple[dict[int, dict[str, Any]], int]:
    """(the line of every snapshot by its step, how many lines were damaged)."""
    tail = read_log(folder / "snapshots.jsonl")
    good = {record["step"]: record for record in tail.records if _sound(record)}
    return good, tail.damaged + len(tail.records) - len(good)


def read_weights(folder: Path, record: dict[str, Any]) -> Snapshot | None:
    """The snapshot of a line; None when its file is not the one that was written."""
    try:
        data = (folder / "snapshots" / record["file"]).read_bytes()
        if len(data) != record["bytes"] or zlib.crc32(data) != record["crc"]:
            return None
        weights, _ = decode(data, max_file=2**31)
    except (OSError, ArrayFileError):
        return None
    return Snapshot(record["step"], weights)


def _sound(record: dict[str, Any]) -> bool:
    numbers = all(type(record.get(name)) is int for name in ("step", "bytes", "crc"))
    return (
        numbers
        and isinstance(record.get("file"), str)
        and bool(_SNAPSHOT.fullmatch(record["file"]))
    )
