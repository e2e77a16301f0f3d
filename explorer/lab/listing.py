"""The library of runs as the page lists it: what stands in a row, which rows fit a filter, and in which order.

Everything is read from files; what was read stays known until the file's time or size changes. No page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from engine.cells import CELLS
from engine.disk import DiskError
from engine.experiment import Experiment
from engine.shapes import snapshot_bytes
from engine.store import Store, StoreError
from engine.storelist import Entry, Listing, Stamp, stamp
from explorer.lab.plans import name_of

PAGE = 20
MANY = 8
"""Runs from which on a filter is offered."""
THOROUGH = 64 * 2**20
"""Bytes of snapshots up to which every one is read to see whether it is whole; of larger runs only the lines are."""
UNDER_WAY = ("queued", "running", "interrupted")
ORDERS = ("newest first", "oldest first", "best first", "name")


@dataclass(frozen=True)
class Card:
    """One row of the list. curve: (training step, score) at every snapshot; level: what no memory reaches."""

    entry: Entry
    curve: tuple[tuple[float, float], ...] = ()
    level: float | None = None
    damage: int = 0
    snapshots: int = 0

    @property
    def id(self) -> str:
        """The id of the run."""
        return self.entry.id

    @property
    def experiment(self) -> Experiment | None:
        """What was chosen; None for a run that cannot be read."""
        return self.entry.info.experiment

    @property
    def by_loss(self) -> bool:
        """Whether the score is a loss."""
        return self.experiment is not None and self.experiment.task.measure == "loss"

    @property
    def name(self) -> str:
        """Its label, else what it is; of an unreadable one its id."""
        label = self.entry.info.label
        return name_of(self.experiment, label) if self.experiment else label or self.id

    @property
    def file_name(self) -> str:
        """A name for its file, of letters that every system takes."""
        plain = re.sub(r"[^A-Za-z0-9]+", "-", self.name).strip("-").lower()[:60]
        return f"{plain or 'run'}.safetensors"


@dataclass
class Library:
    """The runs of one store, for all tabs of a server. Methods raise StoreError with a sentence."""

    store: Store
    _listing: Listing = field(init=False)
    _cards: dict[str, tuple[Stamp, str, Card]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._listing = Listing(self.store)

    def entries(self) -> list[Entry]:
        """All runs, newest first; their logs are not read."""
        found = self._listing.entries()
        for gone in self._cards.keys() - {entry.id for entry in found}:
            self._cards.pop(gone, None)
        return found

    def removed(self) -> list[tuple[str, str]]:
        """(id, name) of what was removed and can be had back."""
        return [
            (one.id, name_of(one.experiment, one.label) if one.experiment else one.id)
            for one in self._listing.removed()
        ]

    def card(self, entry: Entry) -> Card:
        """What a row shows; a run that vanished meanwhile has an empty one."""
        now = stamp(self.store.folder(entry.id))
        kept = self._cards.get(entry.id)
        if kept is None or kept[:2] != (now, entry.info.state):
            kept = now, entry.info.state, self._read(entry)
            self._cards[entry.id] = kept
        return Card(entry, kept[2].curve, kept[2].level, kept[2].damage, kept[2].snapshots)

    def _read(self, entry: Entry) -> Card:
        if entry.info.experiment is None:
            return Card(entry)
        experiment = entry.info.experiment
        field = "test_loss" if experiment.task.measure == "loss" else "accuracy"
        level = experiment.task.baseline()
        try:
            tail = self.store.tail(entry.id)
            steps = len(self.store.steps(entry.id))
            ended = entry.info.state not in UNDER_WAY  # a line may be half written until then
            damage = tail.damaged if not ended else self._damage(entry.id, experiment, tail.damaged)
        except (StoreError, DiskError, OSError):
            return Card(entry, level=level)
        scores = ((row["step"], row.get(field)) for row in tail.records)
        curve = tuple((float(s), float(v)) for s, v in scores if isinstance(v, int | float))
        return Card(entry, curve, level, damage, steps)

    def _damage(self, run_id: str, experiment: Experiment, lines: int) -> int:
        if snapshot_bytes(experiment) > THOROUGH:
            return lines
        return self.store.damage(run_id)


@cache
def of(root: Path) -> Library:
    """The one library of a store, for all tabs; made first, it deletes for good what was removed long ago."""
    store = Store(root)
    store.trash.purge()
    return Library(store)


def filtered(
    entries: Sequence[Entry],
    *,
    words: str = "",
    cells: Sequence[str] = (),
    tasks: Sequence[str] = (),
    order: str = ORDERS[0],
) -> list[Entry]:
    """The runs that fit, in an order. Words: all of them must stand in the name, whatever the case."""
    wanted = words.casefold().split()

    def fits(entry: Entry) -> bool:
        experiment = entry.info.experiment
        if experiment is None:
            return not (cells or tasks) and all(word in _words(entry) for word in wanted)
        return (
            (not cells or experiment.network.cell in cells)
            and (not tasks or experiment.task.name in tasks)
            and all(word in _words(entry) for word in wanted)
        )

    found = [entry for entry in entries if fits(entry)]
    if order == "oldest first":
        return found[::-1]
    if order == "best first":
        return sorted(found, key=_merit, reverse=True)
    if order == "name":
        return sorted(found, key=_words)
    return found


def cells_and_tasks(entries: Sequence[Entry]) -> tuple[list[str], list[str]]:
    """The cells and the tasks that a filter can offer."""
    known = [entry.info.experiment for entry in entries if entry.info.experiment is not None]
    cells = [name for name in CELLS if any(one.network.cell == name for one in known)]
    return cells, list(dict.fromkeys(one.task.name for one in known))


def _words(entry: Entry) -> str:
    info = entry.info
    name = name_of(info.experiment, info.label) if info.experiment else f"{info.label} {info.id}"
    return f"{name} {info.id}".casefold()


def _merit(entry: Entry) -> float:
    """How much better than no memory: 1 solved, 0 no better; runs without a score come last."""
    result: Mapping[str, Any] = entry.result
    base = result.get("baseline")
    if entry.score is None or base is None:
        return -2.0
    if result.get("measure") == "loss":
        return 1.0 - entry.score / base if base else -1.0
    return (entry.score - base) / (1.0 - base) if base < 1 else -1.0
