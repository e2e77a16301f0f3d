"""Runs as directories when a process is killed or a disk is full or fails: what was acknowledged is there."""

from __future__ import annotations

import errno
import fcntl
import os
import random
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import disk
from engine.disk import DiskError, DiskFull, write_file
from engine.runlog import read_log
from engine.runmake import make
from engine.runwriter import RunWriter
from engine.store import Store
from tests.engine.small import EXPERIMENT, STEPS, record, run, snapshot
from tests.patience import KILLS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def run_id(store: Store) -> str:
    return store.create(EXPERIMENT, "  my\n first <b>run</b> ")


def write(folder: Path, steps: int = 6) -> None:
    """What a worker would have written after so many steps."""
    with RunWriter(folder) as writer:
        for step in range(steps):
            if step in STEPS:
                writer.snapshot(snapshot(step))
            writer.metric(record(step))


# -- kill -9

WRITER = """
import sys
from pathlib import Path
from engine.runwriter import RunWriter
from engine.run import Snapshot
import numpy as np
with RunWriter(Path(sys.argv[1])) as writer:
    step = 0
    while True:
        if step % 8 == 0:
            writer.snapshot(Snapshot(step, {"w": np.full(5000, step, np.float32)}))
        writer.metric({"step": step, "loss": step / 3})
        sys.stdout.write(f"{step}\\n")
        sys.stdout.flush()
        step += 1
"""


def test_a_killed_writer_loses_nothing_it_acknowledged(store: Store) -> None:
    dice = random.Random(1)
    for _ in range(KILLS):
        run_id = store.create(EXPERIMENT)
        folder = store.folder(run_id)
        command = [sys.executable, "-c", WRITER, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as writer:
            assert writer.stdout is not None
            for _ in range(dice.randrange(1, 300)):
                writer.stdout.readline()
            kept = store.steps(run_id)
            writer.kill()
            rest = writer.stdout.read().splitlines()
        tail = read_log(folder / "metrics.jsonl")
        acknowledged = int(rest[-1]) if rest else 0
        assert tail.damaged == 0
        assert len(tail.records) > acknowledged
        assert [found["step"] for found in tail.records] == list(range(len(tail.records)))
        whole = store.snapshots(run_id)
        assert [s.step for s in whole][: len(kept)] == list(kept)
        assert [s.step for s in whole] == list(range(0, 8 * len(whole), 8))
        assert store.damage(run_id) == 0
        assert all((s.weights["w"] == s.step).all() for s in whole)


# -- disks that are full, and disks that fail


class FullDisk:
    """A disk with so many bytes left: a write that needs more is cut short, the next is refused."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._one_at_a_time = threading.Lock()

    def write(self, descriptor: int, data: bytes) -> int:
        with self._one_at_a_time:
            return self._write(descriptor, data)

    def _write(self, descriptor: int, data: bytes) -> int:
        size = os.fstat(descriptor).st_size
        appends = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_APPEND
        at = size if appends else os.lseek(descriptor, 0, os.SEEK_CUR)
        growth = max(0, at + len(data) - size)
        if growth > self.room:
            fits = len(data) - (growth - self.room)
            if fits <= 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            data = data[:fits]
            growth = self.room
        self.room -= growth
        return os.write(descriptor, data)


def attempt(folder: Path) -> tuple[list[int], DiskError | None]:
    """Write a run as a worker does: (acknowledged records, what went wrong)."""
    records: list[int] = []
    try:
        writer = RunWriter(folder)
    except DiskError as error:
        return records, error
    with writer:
        try:
            for step in range(6):
                if step in STEPS:
                    writer.snapshot(snapshot(step))
                writer.metric(record(step))
                records.append(step)
            writer.finish(run().result)
        except DiskError as error:
            outcome = "disk full" if isinstance(error, DiskFull) else "failed"
            writer.finish({"outcome": outcome, "reason": str(error)}, synced=False)
            return records, error
    return records, None


def check(store: Store, run_id: str, records: list[int]) -> None:
    """All that was acknowledged is there, and nothing is damaged."""
    assert [found["step"] for found in store.metrics(run_id)][: len(records)] == records
    steps = store.steps(run_id)
    assert steps == STEPS[: len(steps)]
    assert [found.step for found in store.snapshots(run_id)] == list(steps)
    assert store.damage(run_id) == 0
    leftovers = list(store.folder(run_id).rglob(".*"))
    assert not leftovers


def test_a_disk_that_fills_up_anywhere(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    said = re.compile(r"The disk is full: [a-z0-9.]+ could not be saved\.")
    for room in (*range(0, 4096, 1024), *range(4096, 9000, 41)):
        run_id = store.create(EXPERIMENT)
        monkeypatch.setattr(disk, "_write", FullDisk(room).write)
        records, error = attempt(store.folder(run_id))
        monkeypatch.undo()
        if error is None:
            assert room > 7000
            assert store.state(run_id) == "finished"
            assert store.steps(run_id) == STEPS
            return check(store, run_id, records)
        assert isinstance(error, DiskFull)
        assert said.fullmatch(str(error))
        if room >= 4096:  # there was room for the reserve
            assert store.state(run_id) == "disk full"
            check(store, run_id, records)
    pytest.fail("the disk was never large enough")


def failing(function: Callable[..., int | None], at: int) -> Callable[..., int | None]:
    """The function, whose call number `at` fails as a broken disk does."""
    calls = iter(range(10**6))

    def call(*arguments: object) -> int | None:
        if next(calls) == at:
            raise OSError(errno.EIO, "Input/output error")
        return function(*arguments)

    return call


@pytest.mark.parametrize("name", ["_write", "_fsync"])
def test_a_disk_that_fails_anywhere(
    store: Store, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    ends = set()
    for at in range(100):
        run_id = store.create(EXPERIMENT)
        monkeypatch.setattr(disk, name, failing(getattr(os, name[1:]), at))
        records, error = attempt(store.folder(run_id))
        monkeypatch.undo()
        if error is None:
            break
        assert not isinstance(error, DiskFull)
        assert "The disk reported an error (Input/output error)" in str(error)
        ends.add(store.state(run_id))
        check(store, run_id, records)
    else:
        pytest.fail("it failed at every call")
    assert at > 8
    assert ends <= {"failed", "queued", "finished"}


def test_a_failed_write_of_a_file_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_file(path, b"old")
    for name, broken in (("_write", FullDisk(2).write), ("_fsync", failing(os.fsync, 0))):
        monkeypatch.setattr(disk, name, broken)
        with pytest.raises(DiskError, match="file could not be saved"):
            write_file(path, b"the new one")
        monkeypatch.undo()
        assert path.read_bytes() == b"old"
        assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_run_that_cannot_be_made_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "_write", FullDisk(100).write)
    with pytest.raises(DiskFull):
        store.create(EXPERIMENT)
    monkeypatch.setattr(disk, "_write", FullDisk(6000).write)
    with pytest.raises(DiskFull):
        store.add(run())
    monkeypatch.undo()
    assert not list((store.root / "runs").iterdir())
    with pytest.raises(DiskError):
        make(store.root / "runs" / ("x" * 300), EXPERIMENT, "")
