"""kill -9 of workers and of servers, in the middle of trainings: what was acknowledged is there, nobody is left.

Acknowledged is what a reader has seen as a whole line, and a snapshot whose line it has seen. KILLS says how often each
kind is killed: 20 as a matter of course, 200 on demand.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest

from engine.experiment import Experiment
from engine.runjob import run_job
from engine.store import Store
from tests.patience import KILLS, alive, until

ROOT = Path(__file__).resolve().parents[2]
ENDLESS = Experiment.model_validate(
    {
        "task": {"name": "recall", "gap": 2},
        "network": {"units": 3, "embedding": 3},
        "training": {"steps": 100_000, "snapshots": 30, "batch": 4},
    }
)
GONE = 5.0
"""Seconds after which no process of a killed server may be left."""
AT_ONCE = 3
"""Servers that are started beside each other: what takes long is that their workers load torch."""

pytestmark = pytest.mark.training


class Seen:
    """What a reader of a run has seen before the kill, to be compared with what is there after it."""

    def __init__(self, store: Store, run_id: str) -> None:
        self.store, self.run_id = store, run_id
        self.run = store.load(run_id)

    def lost(self) -> int:
        """Records and snapshots that were acknowledged and are not there any more, or are others."""
        left = self.store.load(self.run_id)
        kept = zip(self.run.metrics, left.metrics, strict=False)
        records = len(self.run.metrics) - sum(one == other for one, other in kept)
        digests = {snapshot.step: snapshot.digest() for snapshot in left.snapshots}
        wrong = [s.step for s in self.run.snapshots if digests.get(s.step) != s.digest()]
        return records + len(wrong)


def has(store: Store, run_id: str, records: int) -> bool:
    """Whether a training has come so far."""
    return len(store.metrics(run_id)) >= records


def let_go(store: Store, run_id: str) -> bool:
    """Whether nobody holds the run, and it has no end."""
    return store.state(run_id) == "interrupted"


def none_left(pids: list[int]) -> bool:
    """Whether none of these processes runs."""
    return not any(map(alive, pids))


# Loads torch once, and forks before it is used: a fresh process for every training would take minutes.
TRAINER = """
import os, sys
import torch, torch._dynamo
import engine.trainer
from engine.runjob import run_job
for line in sys.stdin:
    if (pid := os.fork()) == 0:
        run_job(line.strip())
        os._exit(0)
    print(pid, flush=True)
    os.waitpid(pid, 0)
"""


@contextmanager
def process(*command: str) -> Iterator[tuple[subprocess.Popen[str], IO[str], IO[str]]]:
    """A Python process, and the ends of its pipes to write to and to read from."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, *command], cwd=ROOT, **pipes) as started:
        assert started.stdin is not None
        assert started.stdout is not None
        yield started, started.stdin, started.stdout


def test_a_killed_worker_loses_nothing_and_its_run_can_be_made_anew(tmp_path: Path) -> None:
    store, dice, lost, read = Store(tmp_path), random.Random(3), 0, 0
    ids = [store.create(ENDLESS) for _ in range(KILLS)]
    with process("-c", TRAINER) as (_, jobs, answers):
        for run_id in ids:
            jobs.write(f"{store.folder(run_id)}\n")
            jobs.flush()
            pid = int(answers.readline())
            until(partial(has, store, run_id, dice.randrange(1, 60)))
            seen = Seen(store, run_id)
            os.kill(pid, signal.SIGKILL)
            until(partial(none_left, [pid]))
            until(partial(let_go, store, run_id))
            lost += seen.lost()
            read += len(seen.run.metrics)
            assert store.damage(run_id) == 0
        jobs.close()
    assert (lost, read >= KILLS) == (0, True)
    store.request_cancel(ids[-1])
    assert run_job(store.folder(ids[-1]))["outcome"] == "cancelled"
    assert store.damage(ids[-1]) == 0


SERVER = """
import sys
from explorer.jobs import Supervisor
supervisor = Supervisor(sys.argv[1], trainers=1)
if sys.argv[3] == "loading":
    supervisor.warm()
supervisor.train(sys.argv[2])
print(*supervisor.pids(), flush=True)
sys.stdin.read()
"""


def killed(store: Store, number: int) -> tuple[int, int, float]:
    """Kill one server at some moment of its training; (records read, of these lost, seconds until nobody was left)."""
    dice = random.Random(number)
    run_id = store.create(ENDLESS)
    phase = ("training", "loading")[number % 2]
    with process("-c", SERVER, str(store.root), run_id, phase) as (server, _, answers):
        pids = [int(pid) for pid in answers.readline().split()]
        assert len(pids) == (2 if phase == "loading" else 1)
        if phase == "training":
            until(partial(has, store, run_id, dice.randrange(1, 60)))
        else:
            with pytest.raises(subprocess.TimeoutExpired):
                server.wait(dice.random() / 2)
        seen = Seen(store, run_id)
        moment = time.monotonic()
        server.kill()
        until(partial(none_left, pids), GONE)
        seconds = time.monotonic() - moment
    until(lambda: store.state(run_id) in ("interrupted", "queued"), GONE)
    assert store.damage(run_id) == 0
    return len(seen.run.metrics), seen.lost(), seconds


def test_a_killed_server_loses_nothing_and_takes_its_workers_along(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with ThreadPoolExecutor(AT_ONCE) as several:
        found = list(several.map(partial(killed, store), range(KILLS)))
    assert sum(read for read, _, _ in found) >= KILLS // 2
    assert sum(lost for _, lost, _ in found) == 0
    assert max(seconds for _, _, seconds in found) < GONE
