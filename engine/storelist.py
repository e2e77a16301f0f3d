"""The list of a store's runs, for who looks again and again: what cannot have changed is not read twice.

run.json is written once and result.json once; the file's time and size say whether it is still the one that
was read. A run that has not ended has its state looked up anew every time, because its lock says it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine.rundir import Header, StoreError, read_header, read_result, read_state
from engine.runlabel import LABEL
from engine.store import RunInfo, Store

Stamp = tuple[tuple[int, int], ...]
"""Time and size of some files; (0, 0) for one that is not there."""

RUN = ("run.json", LABEL)
RESULT = ("result.json",)
LOGS = ("metrics.jsonl", "snapshots.jsonl")


@dataclass(frozen=True)
class Entry:
    """A run in the list, and how it ended (empty while it has not)."""

    info: RunInfo
    result: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The id of the run."""
        return self.info.id

    @property
    def score(self) -> float | None:
        """What its task is measured in: accuracy 0…1, or a loss; None where it has none."""
        by_loss = self.result.get("measure") == "loss"
        found = self.result.get("loss" if by_loss else "accuracy")
        return None if found is None else float(found)


class Listing:
    """The runs of one store. May be used by any number of threads: the worst is that a file is read twice."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._headers: dict[str, tuple[Stamp, Header | StoreError]] = {}
        self._results: dict[str, tuple[Stamp, Mapping[str, Any]]] = {}

    def entries(self) -> list[Entry]:
        """All runs, newest first. Raises StoreError where the folder cannot be read."""
        names = self._store.ids()
        for kept in (self._headers, self._results):
            for gone in kept.keys() - set(names):
                kept.pop(gone, None)
        return [self._entry(name) for name in names]

    def removed(self) -> list[RunInfo]:
        """What was removed and can be had back, the run removed last first."""
        found = []
        for run_id in self._store.trash.ids():
            header = self._header(run_id, self._store.trash.folder / run_id)
            if isinstance(header, StoreError):
                found.append(RunInfo(run_id, "removed", problem=str(header)))
            else:
                chosen = header.experiment
                found.append(RunInfo(run_id, "removed", header.label, experiment=chosen))
        return found

    def _entry(self, run_id: str) -> Entry:
        folder = self._store.folder(run_id)
        result = self._result(run_id, folder)
        state = str(result["outcome"]) if result else read_state(folder)
        header = self._header(run_id, folder)
        if isinstance(header, StoreError):
            return Entry(RunInfo(run_id, state, problem=str(header)), result)
        label, created, imported = header.label, header.created, header.imported
        return Entry(RunInfo(run_id, state, label, created, imported, header.experiment), result)

    def _header(self, run_id: str, folder: Path) -> Header | StoreError:
        now = stamp(folder, RUN)
        kept = self._headers.get(run_id)
        if kept is None or kept[0] != now:
            try:
                kept = now, read_header(folder)
            except StoreError as error:
                kept = now, error
            self._headers[run_id] = kept
        return kept[1]

    def _result(self, run_id: str, folder: Path) -> Mapping[str, Any]:
        now = stamp(folder, RESULT)
        if now == ((0, 0),):
            return {}
        kept = self._results.get(run_id)
        if kept is None or kept[0] != now:
            kept = now, MappingProxyType(read_result(folder) or {})
            self._results[run_id] = kept
        return kept[1]


def stamp(folder: Path, names: tuple[str, ...] = LOGS) -> Stamp:
    """What tells whether files of a run have changed."""
    return tuple(map(_one, (folder / name for name in names)))


def _one(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
