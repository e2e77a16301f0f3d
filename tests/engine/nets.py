"""Small nets in float64 for the witness tests: torch.nn's modules, and runs that were never trained."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.cells import CELLS
from engine.evaluation import weights
from engine.experiment import Experiment
from engine.network import build, recurrent_module
from engine.run import Run, Snapshot
from engine.tasks import Trials
from engine.tasks.contract import join

FEATURES, UNITS = 3, 4


def random(*shape: int, seed: int = 0) -> Tensor:
    """Normal numbers in float64 that no global state decides."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def module(cell: str, layers: int = 1, directions: int = 1, seed: int = 0) -> Any:
    """torch.nn's module for a cell, float64, weights normal with deviation 0.5 (large enough to bend)."""
    made = recurrent_module(CELLS[cell], FEATURES, UNITS, layers, directions == 2).double()
    return fill(made, seed)


def fill(made: Any, seed: int = 0) -> Any:
    """Draw all weights anew."""
    with torch.no_grad():
        for number, weight in enumerate(made.parameters()):
            weight.copy_(0.5 * random(*weight.shape, seed=1000 * seed + number))
    return made


def untrained(
    cell: str,
    *,
    layers: int = 1,
    directions: int = 1,
    snapshots: int = 1,
    task: object = "recall",
    readout: str = "state",
) -> Run:
    """A run whose snapshots are nets at different starts."""
    choices = {
        "task": task,
        "network": {
            "cell": cell,
            "units": UNITS,
            "layers": layers,
            "bidirectional": directions == 2,
            "embedding": FEATURES,
            "readout": readout,
        },
    }
    experiment = Experiment.model_validate(choices)
    kept = []
    for step in range(snapshots):
        net = build(experiment, torch.Generator().manual_seed(step))
        with torch.no_grad():
            for weight in net.parameters():
                weight.mul_(2.0)  # so that gates move
        kept.append(Snapshot(step, weights(net)))
    return Run(experiment, (), tuple(kept), {})


def unequal(run: Run, *gaps: int, each: int = 2) -> Trials:
    """Trials of several lengths, padded to one array."""
    rng = np.random.default_rng(0)
    return join(*(run.experiment.task.test(rng, each, f"gap {gap}") for gap in gaps))


def arrays(found: dict[str, Tensor]) -> dict[str, np.ndarray]:
    """Tensors as arrays."""
    return {name: value.detach().numpy() for name, value in found.items()}


def small(**choices: Any) -> Experiment:
    """A training of a fraction of a second."""
    plan = {"steps": 12, "snapshots": 5, "batch": 8, **choices.pop("training", {})}
    network = {"units": 6, "embedding": 5, **choices.pop("network", {})}
    options = {"task": {"name": "recall", "gap": 6}, "network": network, "training": plan} | choices
    return Experiment.model_validate(options)
