"""`python -m engine.worker --store DIR`: does one job after another until its stdin closes.

    stdin    {"job": "train", "run": run_id}
             {"job": "ask", "question": {…}, "path": file in <store>/recordings}
    stdout   {"ready": true}   {"done": run_id or path}   {"failed": run_id or path, "why": sentence}

A line on stdout is only a doorbell: everything else passes through files. When stdin closes, the
worker ends at once, in the middle of a training too: its server is gone, and every line it wrote
is safe.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from engine.estimate import MEMORY
from engine.experiment import Experiment
from engine.run import Run, Snapshot
from engine.runjob import run_job, why
from engine.store import Store, StoreError

__all__ = ["main", "run_job"]

NICENESS = 10
_ROLES = ("train", "ask")


def main(arguments: list[str] | None = None) -> None:
    """The worker process. Returns never: it ends when stdin closes."""
    parser = argparse.ArgumentParser(prog="python -m engine.worker")
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--role", choices=_ROLES, default="ask", help="trainers are nice to others")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's affair
    ring = _take_stdout()
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read_stdin, args=(jobs,), daemon=True).start()
    logging.basicConfig(level=logging.WARNING)
    limit_memory()
    if options.role == "train" and hasattr(os, "nice"):
        os.nice(NICENESS)
    store = Store(options.store)
    try:
        rehearse(options.role)
    except Exception:  # the first job will say the same, to somebody
        logging.getLogger(__name__).exception("the rehearsal failed")
    try:
        ring({"ready": True})
        while True:
            ring(do(json.loads(jobs.get()), store))
    except BrokenPipeError:  # the server is gone
        os._exit(0)


def do(job: Mapping[str, Any], store: Store) -> dict[str, Any]:
    """Do one job and return the message for the doorbell. Raises nothing but BaseExceptions."""
    name = str(job.get("run") or job.get("path"))
    try:
        if job["job"] == "train":
            run_job(store.folder(job["run"]))
        else:
            _answer(job["question"], recording_path(job["path"], store), store)
        return {"done": name}
    except Exception as error:
        if not isinstance(error, StoreError):
            logging.getLogger(__name__).exception("the job %s failed", name)
        return {"failed": name, "why": why(error)}


def recording_path(text: str, store: Store) -> Path:
    """The path of an answer; it must lie in the store's own folder. Raises StoreError."""
    path = Path(text)
    stem = path.name.removesuffix(".safetensors")
    plain = stem.replace("-", "").replace("_", "")
    if path.resolve().parent != store.recordings.resolve() or not (
        plain.isalnum() and plain.isascii()
    ):
        raise StoreError("An answer can only be written into the store.")
    return store.recordings / f"{stem}.safetensors"


def limit_memory(size: int = MEMORY) -> None:
    """Turn absurd sizes into a clean MemoryError, on systems that can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(OSError, ValueError):  # a stricter limit is in force already
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (size, hard))


def _answer(question: Mapping[str, Any], path: Path, store: Store) -> None:
    from engine import recordings
    from engine.answering import answer
    from engine.questions import Question

    recordings.write(path, answer(Question.model_validate(question), store))
    recordings.trim(store.recordings)


def rehearse(role: str) -> None:
    """Do the smallest job of its kind once: torch loads half of itself only when it is first used."""
    import torch

    from engine.building import build
    from engine.evaluation import weights
    from engine.trainer import training

    torch.set_num_threads(1)
    # With attention, since the paths to an answer are asked of nothing else.
    least = {"task": {"name": "fluent", "gap": 1}, "network": {"units": 1, "readout": "attention"}}
    experiment = Experiment.model_validate({**least, "training": {"steps": 1, "batch": 1}})
    if role == "train":
        for _ in training(experiment):
            pass
        return
    from engine.analyses import ANALYSES
    from engine.questions import OF_PAIRS, trials_of

    writes = {"task": {"name": "reversal"}, "network": {"units": 1, "attention": "dot"}}
    # An exchange of memories needs two sentences with different answers.
    read = tuple(f"I grew up in {country} … so I speak fluent" for country in ("France", "Japan"))
    for chosen, texts, of_pairs in (
        (experiment, read, False),
        (Experiment.model_validate(writes), ("a b",), True),
    ):
        net = build(chosen, torch.Generator())
        run = Run(chosen, (), (Snapshot(0, weights(net)),), {})
        trials = trials_of(chosen.task, texts)
        for name, analysis in ANALYSES.items():
            if (name in OF_PAIRS) == of_pairs:
                analysis(run, trials)


def _take_stdout() -> Callable[[Mapping[str, Any]], None]:
    """Keep the doorbell to ourselves: whatever else prints goes to stderr."""
    bell: IO[bytes] = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def ring(message: Mapping[str, Any]) -> None:
        bell.write(json.dumps(message).encode() + b"\n")

    return ring


def _read_stdin(jobs: queue.SimpleQueue[bytes]) -> None:
    for line in sys.stdin.buffer:
        jobs.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
