"""Writing a run's directory, step by step. Only whoever holds the run's lock does this.

    metrics.jsonl              one record a training step
    snapshots/000125.safetensors, then its line in snapshots.jsonl: step, file, bytes, crc
    result.json                how it ended; after it nothing is written

A line that was written survives kill -9. Synced, so that they survive a power cut too, are each
snapshot before its line is written, and everything at the end.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from engine.disk import DiskError, sync, sync_folder, trouble, write_all, write_file
from engine.metrics import plain
from engine.run import Snapshot
from engine.runlog import LogWriter
from engine.snapshotwriter import SnapshotWriter
from engine.strictjson import dumps, finite

_RESERVE = ".result"
_RESERVED = 4096  # bytes; one block, so that the last word has room on a full disk


class RunWriter:
    """Appends to one run. Every method raises DiskFull or DiskError, and what it wrote before stays whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        _make_folder(folder / "snapshots")
        write_file(folder / _RESERVE, b" " * _RESERVED, durable=False)
        self._metrics = LogWriter(folder / "metrics.jsonl")
        try:
            self._snapshots = SnapshotWriter(folder)
        except DiskError:
            self._metrics.close()
            raise

    def metric(self, record: Mapping[str, Any]) -> None:
        """Append one record. When this returns, the death of this process cannot lose it."""
        self._snapshots.check()
        self._metrics.append(plain(record))

    def snapshot(self, snapshot: Snapshot) -> None:
        """Have weights written, by a thread of its own; they are safe when their line is there."""
        self._snapshots.add(snapshot)

    def finish(self, result: Mapping[str, Any], *, synced: bool = True) -> None:
        """Say how it ended, in the block that was reserved for it. `synced=False`: the disk has failed already."""
        self._snapshots.settle()
        if synced:
            self._metrics.sync()
            self._snapshots.sync()
        data = dumps(finite(dict(result))).encode()
        reserve = self._folder / _RESERVE
        try:
            descriptor = os.open(
                reserve, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644
            )
            try:
                write_all(descriptor, data)
                os.ftruncate(descriptor, len(data))
                if synced:
                    sync(descriptor, "result.json")
            finally:
                os.close(descriptor)
            os.replace(reserve, self._folder / "result.json")
        except OSError as error:
            raise trouble(error, "result.json") from error
        if synced:
            sync_folder(self._folder)

    def close(self) -> None:
        """Close the files; the run stays as it is."""
        with suppress(OSError):
            (self._folder / _RESERVE).unlink()
        self._metrics.close()
        self._snapshots.close()

    def __enter__(self) -> RunWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def set_aside(folder: Path) -> None:
    """Move what a half attempt left into `attempts/<n>`, so that the next one starts clean."""
    left = [
        name
        for name in ("snapshots.jsonl", "metrics.jsonl", "snapshots")
        if (folder / name).exists()
    ]
    if not left:
        return
    attempts = folder / "attempts"
    _make_folder(attempts)
    place = attempts / str(sum(1 for _ in attempts.iterdir()) + 1)
    _make_folder(place)
    try:
        for name in left:
            os.replace(folder / name, place / name)
    except OSError as error:
        raise trouble(error, "the half attempt") from error


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise trouble(error, path.name) from error
