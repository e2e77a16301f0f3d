"""Runs of a wanted length and width, really trained for a moment: what the benchmarks of the workbench open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.experiment import Experiment
from engine.runjob import run_job
from engine.store import Store
from engine.tasks import TASKS

SNAPSHOTS = 40


def experiment(time: int, units: int, seed: int = 0, **training: int) -> Experiment:
    """An LSTM on trials of exactly so many time steps."""
    task = TASKS["recall"]()
    gap = next(gap for gap in range(time) if task.length(gap) == time)
    return Experiment.model_validate(
        {
            "task": {"name": "recall", "gap": gap},
            "network": {"cell": "lstm", "units": units},
            "training": {"steps": 45, "snapshots": SNAPSHOTS, "batch": 2, **training},
            "seed": seed,
        }
    )


@contextmanager
def store_with(*sizes: tuple[int, int]) -> Iterator[tuple[Path, list[str]]]:
    """A store with one finished run for each (time, units), no two alike, and their ids."""
    with stored(*(experiment(*size, seed) for seed, size in enumerate(sizes))) as made:
        yield made


@contextmanager
def stored(*experiments: Experiment) -> Iterator[tuple[Path, list[str]]]:
    """A store with one finished run for each experiment, and their ids."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        names = []
        for chosen in experiments:
            name = store.create(chosen)
            run_job(store.folder(name))
            if len(store.steps(name)) != SNAPSHOTS:
                raise AssertionError(f"{name} has {len(store.steps(name))} snapshots.")
            names.append(name)
        yield Path(folder), names
