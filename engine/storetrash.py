"""Runs that were removed and can still be had back: renamed away, and really deleted later.

    <root>/trash/<run_id>/     as it was; the time of the folder is that of its removal

A rename is all or nothing, so no reader ever meets half a run. What lies here for KEPT seconds, or is
too much for MOST bytes (the oldest first), goes for good at the next look.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from engine.disk import trouble
from engine.rundir import StoreError, locked

KEPT = 24 * 3600.0
"""Seconds for which a removed run can be had back."""
MOST = 2**30
"""Bytes that removed runs may take together; the one removed last stays whatever it takes."""


class Trash:
    """The removed runs of a store. `is_id` says which names are runs.

    Methods raise StoreError, and DiskError where the disk refuses.
    """

    def __init__(self, runs: Path, folder: Path, is_id: Callable[[str], object]) -> None:
        self._runs, self.folder, self._is_id = runs, folder, is_id

    def take(self, run_id: str) -> None:
        """Move a run here. A run that trains is refused; one that is gone already says so."""
        if locked(self._runs / run_id):
            raise StoreError("This run is still training: cancel it first.")
        with suppress(OSError):  # a folder that may not be touched may still be renamed
            os.utime(self._runs / run_id)
        self._move(run_id, self._runs, self.folder)
        self.purge()

    def give_back(self, run_id: str) -> None:
        """Move a run to where it was."""
        self._move(run_id, self.folder, self._runs)

    def ids(self) -> list[str]:
        """What can be had back, the run removed last first."""
        return [path.name for _, path in sorted(self._found(), reverse=True)]

    def purge(self, kept: float = KEPT, most: int = MOST) -> list[str]:
        """Delete what is too old or too much; returns the ids that are gone for good."""
        total, gone = 0, []
        for place, (removed, path) in enumerate(sorted(self._found(), reverse=True)):
            total += _bytes(path)
            if time.time() - removed > kept or (place and total > most):
                gone.append(path.name)
                self._delete(path)
        return gone

    def _found(self) -> list[tuple[float, Path]]:
        found = []
        with suppress(OSError):
            for entry in os.scandir(self.folder):
                if entry.name.startswith(".gone-"):  # somebody died while deleting it
                    shutil.rmtree(entry.path, ignore_errors=True)
                elif self._is_id(entry.name):
                    with suppress(OSError):
                        found.append((entry.stat().st_mtime, Path(entry.path)))
        return found

    def _move(self, run_id: str, start: Path, end: Path) -> None:
        try:
            end.mkdir(parents=True, exist_ok=True)
            if os.path.lexists(end / run_id):
                raise StoreError(f"There is a run {run_id} already.")
            os.rename(start / run_id, end / run_id)
        except FileNotFoundError:
            raise StoreError(f"There is no run {run_id}.") from None
        except OSError as error:
            raise trouble(error, run_id) from error

    def _delete(self, path: Path) -> None:
        """Renamed first: what is half deleted can no more be had back."""
        away = path.with_name(f".gone-{path.name}-{secrets.token_hex(4)}")
        with suppress(OSError):
            os.rename(path, away)
            shutil.rmtree(away, ignore_errors=True)


def _bytes(folder: Path) -> int:
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(where, name)).st_size
    return total
