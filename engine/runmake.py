"""Making a run's directory: aside first, then renamed into place, so that it is there whole or not at all."""

from __future__ import annotations

import base64
import os
import platform
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from engine.disk import sync_folder, trouble, write_file
from engine.experiment import Experiment
from engine.rundir import SCHEMA
from engine.runlabel import clean
from engine.strictjson import dumps

_STALE = 3600.0  # seconds after which a directory that was left aside belongs to nobody


def make(
    runs: Path, experiment: Experiment, label: str, fill: Callable[[Path], None] | None = None
) -> str:
    """Make the directory of a new run under `runs` and return its id.

    `fill` writes what is there already, for a run that came as a file; such a run is marked as
    imported. Raises DiskFull or DiskError, and leaves nothing behind then.
    """
    now = datetime.now(UTC)
    tail = base64.b32encode(secrets.token_bytes(7)).decode().lower()[:10]
    run_id = f"{now:%Y%m%dT%H%M%S}-{tail}"
    header = {
        "schema": SCHEMA,
        "id": run_id,
        "label": clean(label),
        "created": now.isoformat(timespec="seconds"),
        "imported": fill is not None,
        "experiment": experiment.model_dump(mode="json"),
        "versions": versions(),
    }
    aside = runs / f".new-{run_id}"
    try:
        runs.mkdir(parents=True, exist_ok=True)
        _sweep(runs)
        aside.mkdir()
        write_file(aside / "run.json", dumps(header).encode())
        if fill is not None:
            fill(aside)
        os.rename(aside, runs / run_id)
    except BaseException as error:
        shutil.rmtree(aside, ignore_errors=True)
        if isinstance(error, OSError):
            raise trouble(error, "the new run") from error
        raise
    sync_folder(runs)
    return run_id


def versions() -> dict[str, str]:
    """What the numbers of a training depend on beside its experiment."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in ("torch", "numpy"):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _sweep(runs: Path) -> None:
    """Remove what somebody who died in the middle left aside."""
    for path in runs.glob(".*-*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _STALE:
                shutil.rmtree(path, ignore_errors=True)
