"""The worker: however a training ends, it ends as a result, and nothing of it outlives its server."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
import xarray as xr
from filelock import FileLock

import engine.answering
import engine.trainer
from engine import disk, worker
from engine.analyses import ANALYSES
from engine.disk import DiskError
from engine.experiment import Experiment, ValidationError
from engine.recordings import read
from engine.rundir import LOCK
from engine.runjob import run_job, why
from engine.store import Store, StoreError
from tests.engine.small import snapshot
from tests.engine.test_run_faults import FullDisk, write
from tests.patience import alive, until

ROOT = Path(__file__).resolve().parents[2]
LEAST = {"task": {"name": "recall", "gap": 2}, "network": {"units": 3, "embedding": 3}}


def experiment(steps: int = 6, **training: object) -> Experiment:
    """The smallest thing that really trains."""
    plan = {"steps": steps, "snapshots": 3, "batch": 4} | training
    return Experiment.model_validate({**LEAST, "training": plan})


ENDLESS = experiment(100_000)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def has(store: Store, run_id: str, records: int) -> bool:
    """Whether a training has come so far."""
    return len(store.metrics(run_id)) >= records


def gone(pid: int) -> bool:
    """Whether a process does not run any more."""
    return not alive(pid)


def let_go(store: Store, run_id: str) -> bool:
    """Whether nobody holds the run, and it has no end."""
    return store.state(run_id) in ("interrupted", "queued")


class Process:
    """A worker process with its pipes."""

    def __init__(self, store: Store, role: str = "train") -> None:
        command = [sys.executable, "-m", "engine.worker", "--store", str(store.root)]
        self.process = subprocess.Popen(
            [*command, "--role", role],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )

    def send(self, **job: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(job).encode() + b"\n")

    def bell(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def end(self) -> int:
        """Close its stdin; returns how it ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        code = self.process.wait(5)
        self.process.stdout.close()
        return code


# -- one job


@pytest.mark.training
def test_a_job_writes_what_the_trainer_yields(store: Store) -> None:
    run_id = store.create(experiment())
    result = run_job(store.folder(run_id))
    found, expected = store.load(run_id), engine.trainer.train(experiment())
    assert result == found.result == expected.result
    assert result["outcome"] == "finished"
    seconds = [record.pop("seconds") for record in found.metrics]
    assert seconds == sorted(seconds)
    assert seconds[0] >= 0
    assert found.metrics == expected.metrics
    assert [s.digest() for s in found.snapshots] == [s.digest() for s in expected.snapshots]
    assert store.state(run_id) == "finished"
    assert store.damage(run_id) == 0


@pytest.mark.training
def test_a_job_started_twice_is_done_once(store: Store) -> None:
    folder = store.folder(store.create(experiment()))
    first = run_job(folder)
    written = (folder / "metrics.jsonl").stat().st_mtime_ns
    assert run_job(folder) == first
    assert (folder / "metrics.jsonl").stat().st_mtime_ns == written


def test_a_run_that_another_worker_holds_is_left_alone(store: Store) -> None:
    run_id = store.create(experiment())
    with FileLock(store.folder(run_id) / LOCK), pytest.raises(StoreError, match="Another worker"):
        run_job(store.folder(run_id))
    with pytest.raises(StoreError, match="There is no run"):
        run_job(store.root / "runs" / "nothing")


@pytest.mark.training
def test_a_half_attempt_is_made_anew(store: Store) -> None:
    run_id = store.create(experiment())
    folder = store.folder(run_id)
    write(folder, 4)
    with (folder / "metrics.jsonl").open("ab") as file:
        file.write(b"torn")
    assert store.state(run_id) == "interrupted"
    run_job(folder)
    assert [record["step"] for record in store.metrics(run_id)] == list(range(7))
    assert store.snapshot(run_id, 0).digest() != snapshot(0).digest()
    assert (folder / "attempts" / "1" / "metrics.jsonl").read_bytes().endswith(b"torn")


@pytest.mark.training
def test_two_runs_at_once_do_not_disturb_each_other(store: Store) -> None:
    ids = [store.create(experiment(40)) for _ in range(2)]
    threads = [threading.Thread(target=run_job, args=[store.folder(i)]) for i in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one, other = (store.load(run_id) for run_id in ids)
    assert [s.digest() for s in one.snapshots] == [s.digest() for s in other.snapshots]
    assert one.result == other.result
    assert one.result["outcome"] == "finished"


@pytest.mark.training
def test_a_cancelled_run_says_where(store: Store) -> None:
    run_id = store.create(ENDLESS)
    thread = threading.Thread(target=run_job, args=[store.folder(run_id)])
    thread.start()
    until(lambda: len(store.metrics(run_id)) > 5)
    assert store.state(run_id) == "running"
    store.request_cancel(run_id)
    thread.join(5)
    result = store.result(run_id)
    steps = result["steps"]
    assert result["outcome"] == store.state(run_id) == "cancelled"
    assert steps > 4
    assert result["reason"] == f"Cancelled at step {steps} of 100000."
    assert result["baseline"] == ENDLESS.task.baseline()
    assert result["accuracy"] is not None
    shapes = store.snapshot(run_id).weights.values()
    assert result["parameters"] == sum(array.size for array in shapes)


@pytest.mark.training
def test_cancelling_is_quick_in_every_phase(store: Store) -> None:
    """20 times, at a random moment of a training: p95 below half a second."""
    dice, seconds = random.Random(2), []
    for _ in range(20):
        run_id = store.create(ENDLESS)
        folder = store.folder(run_id)
        thread = threading.Thread(target=run_job, args=[folder])
        thread.start()
        wanted = dice.randrange(0, 60)
        until(partial(has, store, run_id, wanted))
        began = time.perf_counter()
        store.request_cancel(run_id)
        until((folder / "result.json").exists)
        seconds.append(time.perf_counter() - began)
        thread.join()
    assert sorted(seconds)[-2] < 0.5, seconds


@pytest.mark.training
def test_a_run_that_was_cancelled_before_it_began_does_nothing(store: Store) -> None:
    run_id = store.create(ENDLESS)
    store.request_cancel(run_id)
    assert run_job(store.folder(run_id))["reason"] == "Cancelled at step 0 of 100000."
    assert store.metrics(run_id) == store.snapshots(run_id) == ()


@pytest.mark.training
def test_a_training_ends_when_its_time_is_up(store: Store) -> None:
    run_id = store.create(ENDLESS)
    result = run_job(store.folder(run_id), longest=0.3)
    assert result["outcome"] == "failed"
    assert "a training may take 0.005 minutes" in result["reason"]
    assert len(store.metrics(run_id)) == result["steps"] + 1


@pytest.mark.training
def test_a_diverged_run_keeps_its_last_good_weights(store: Store) -> None:
    wild = {
        "task": {"name": "adding", "gap": 5},
        "network": {"cell": "relu", "units": 8},
        "training": {
            "optimiser": "sgd",
            "learning_rate": 10.0,
            "clip": None,
            "steps": 200,
            "snapshots": 3,
        },
    }
    run_id = store.create(Experiment.model_validate(wild))
    result = run_job(store.folder(run_id))
    assert result["outcome"] == "diverged"
    assert result["steps"] < 200
    last = store.snapshot(run_id)
    assert all(torch.tensor(array).isfinite().all() for array in last.weights.values())
    assert store.damage(run_id) == 0


@pytest.mark.training
def test_a_full_disk_ends_the_run_and_keeps_all_before_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = store.create(ENDLESS)
    monkeypatch.setattr(disk, "_write", FullDisk(20_000).write)
    result = run_job(store.folder(run_id))
    monkeypatch.undo()
    assert result == store.result(run_id)
    assert result["outcome"] == "disk full"
    assert result["reason"] == (
        "The disk is full: metrics.jsonl could not be saved; "
        f"everything before step {result['steps']} is kept."
    )
    assert [record["step"] for record in store.metrics(run_id)] == list(range(result["steps"]))
    assert len(store.snapshots(run_id)) == len(store.steps(run_id)) > 0 == store.damage(run_id)


@pytest.mark.training
def test_a_failed_sync_ends_the_run(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = store.create(experiment())

    def broken(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(disk, "_fsync", broken)
    result = run_job(store.folder(run_id))
    monkeypatch.undo()
    assert result["outcome"] == store.state(run_id) == "failed"
    assert "Input/output error" in result["reason"]
    assert store.steps(run_id) == ()


def test_a_disk_with_no_room_at_all_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = store.create(experiment())
    monkeypatch.setattr(disk, "_write", FullDisk(10).write)
    with pytest.raises(DiskError, match="The disk is full"):
        run_job(store.folder(run_id))
    monkeypatch.undo()
    assert store.state(run_id) == "queued"


def raising(error: Exception) -> Any:
    """A trainer that meets an error."""

    def training(_: Experiment) -> Iterator[Any]:
        yield engine.trainer.Snapshot(0, {})
        raise error

    return training


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "It needs more memory than a worker may use"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: 9 bytes"),
            "It needs more memory",
        ),
        (ValueError("The gap is too long."), "The gap is too long."),
        (KeyError("x\ny"), r"error it does not know (KeyError: 'x\ny')."),
    ],
)
def test_an_error_becomes_a_sentence(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    said: str,
) -> None:
    monkeypatch.setattr(engine.trainer, "training", raising(error))
    run_id = store.create(experiment())
    with caplog.at_level(logging.ERROR):
        result = run_job(store.folder(run_id))
    assert result["outcome"] == "failed"
    assert said in result["reason"]
    assert "\n" not in result["reason"]
    assert "Traceback" in caplog.text


def test_a_refused_choice_is_said_by_field() -> None:
    with pytest.raises(ValidationError) as caught:
        Experiment.model_validate({"network": {"units": 0}})
    assert why(caught.value).startswith("network.units = 0: ")


# -- the process


@pytest.mark.training
def test_jobs_go_in_as_lines_and_doorbells_come_out(store: Store) -> None:
    finished, cancelled = (store.create(experiment()) for _ in range(2))
    store.request_cancel(cancelled)
    process = Process(store)
    process.send(job="train", run=finished)
    process.send(job="train", run=cancelled)
    process.send(job="train", run="../../etc")
    assert process.bell() == {"ready": True}
    assert process.bell() == {"done": finished}
    assert store.state(finished) == "finished"
    assert process.bell() == {"done": cancelled}
    assert store.state(cancelled) == "cancelled"
    assert process.bell() == {"failed": "../../etc", "why": "This is not the id of a run."}
    assert process.end() == 0


@pytest.mark.training
def test_a_worker_ends_with_its_stdin_in_the_middle_of_a_training(store: Store) -> None:
    run_id = store.create(ENDLESS)
    process = Process(store)
    process.send(job="train", run=run_id)
    until(lambda: len(store.metrics(run_id)) > 3)
    os.kill(process.process.pid, signal.SIGINT)  # Ctrl-C in the terminal is not for the worker
    reached = len(store.metrics(run_id))
    until(lambda: len(store.metrics(run_id)) > reached)
    assert process.end() == 0
    assert store.state(run_id) == "interrupted"
    assert store.damage(run_id) == 0


def test_a_worker_ends_with_its_stdin_while_it_loads(store: Store) -> None:
    process = Process(store)
    assert process.end() == 0


def test_absurd_sizes_end_in_a_sentence() -> None:
    code = (
        "import torch\nfrom engine.worker import limit_memory\nfrom engine.runjob import why\n"
        "limit_memory()\n"
        "try:\n    torch.zeros(2**32)\nexcept Exception as error:\n    print(why(error))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout.startswith("It needs more memory than a worker may use"), found.stderr


# -- questions


def test_the_rehearsal_asks_every_analysis_and_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def seen(name: str, analysis: Callable[..., xr.Dataset], *given: object) -> xr.Dataset:
        found = analysis(*given)
        done.append(name)
        return found

    for name, analysis in ANALYSES.items():
        monkeypatch.setitem(ANALYSES, name, partial(seen, name, analysis))
    worker.rehearse("ask")
    assert sorted(done) == sorted(ANALYSES)


def test_a_question_is_answered_into_the_store(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = xr.Dataset({"reach": ("time", [0.5, 1.0])})
    monkeypatch.setattr(engine.answering, "answer", lambda question, store: answer)
    path = store.recordings / "0af3-b_.safetensors"
    question = {"run": "lstm", "texts": ["I grew up in France"]}
    job = {"job": "ask", "question": question, "path": str(path)}
    assert worker.do(job, store) == {"done": str(path)}
    xr.testing.assert_identical(read(path), answer)


@pytest.mark.parametrize(
    "path",
    [
        "../x.safetensors",
        "runs/x.safetensors",
        "recordings/.x.safetensors",
        "recordings",
        "recordings/../../x.safetensors",
        "recordings/a/b.safetensors",
        "/etc/x.safetensors",
        "",
    ],
)
def test_an_answer_goes_nowhere_else(store: Store, path: str) -> None:
    store.recordings.mkdir()
    with pytest.raises(StoreError, match="only be written into the store"):
        worker.recording_path(str(store.root / path), store)


def test_a_question_that_makes_no_sense_is_said(store: Store) -> None:
    path = str(store.recordings / "a.safetensors")
    job = {"job": "ask", "question": {"run": "x", "until": -1}, "path": path}
    message = worker.do(job, store)
    assert message["failed"] == path
    assert message["why"].startswith("until = -1: ")
