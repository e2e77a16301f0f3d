"""A training that is written to disk, against the same training as a bare torch loop.

LSTM, H = 32, B = 64, gap ≤ 40, 700 steps, 40 snapshots. The bare loop has the same modules, batches, optimiser, clip and
evaluations, and keeps nothing; both must end with the same weights, to the last bit.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engine.evaluation import TEST_TRIALS
from engine.experiment import Experiment, Network
from engine.network import Net, build
from engine.runjob import run_job
from engine.store import Store
from engine.tasks import Trials
from engine.trainer import schedule
from tests.benchmarks.ratio import Ratio, alternate

EXPERIMENT = Experiment(network=Network(cell="lstm", start="chrono"))
ROUNDS = 5


def training() -> list[Ratio]:
    """The ratio, median of five."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))

        def ours() -> str:
            run_id = store.create(EXPERIMENT)
            run_job(store.folder(run_id))
            return run_id

        _same(store.snapshot(ours()).weights, bare_loop(EXPERIMENT))
        times = alternate(ours, lambda: bare_loop(EXPERIMENT), ROUNDS)
    return [Ratio("training, written to disk / bare torch loop", *times, limit=1.15)]


def bare_loop(experiment: Experiment) -> Net:
    """What a person writes who wants nothing but the trained weights and the curve of the accuracy."""
    task, plan, clip = experiment.task, experiment.training, experiment.training.clip
    assert clip is not None
    net = build(experiment, torch.Generator().manual_seed(experiment.seed))
    dice = np.random.default_rng([experiment.seed, 0])
    tests = task.tests(np.random.default_rng([experiment.seed, 1]), TEST_TRIALS)
    optimiser = torch.optim.Adam(net.parameters(), plan.learning_rate)
    kept = set(schedule(plan.steps, plan.snapshots))
    curve = [[_score(net, trials) for trials in tests.values()]]
    for step in range(1, plan.steps + 1):
        logits, targets = _answers(net, task.batch(dice, plan.batch))
        loss = nn.functional.cross_entropy(logits, targets)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), clip)
        optimiser.step()
        if step in kept:
            curve.append([_score(net, trials) for trials in tests.values()])
    return net


def _answers(net: Net, trials: Trials) -> tuple[Tensor, Tensor]:
    """Logits and targets at the steps that are asked."""
    targets = torch.from_numpy(trials.targets)
    hidden, _ = net.recurrent(net.embed(torch.from_numpy(trials.inputs)))
    asked = targets >= 0
    return net.readout(hidden[asked]), targets[asked]


@torch.no_grad()
def _score(net: Net, trials: Trials) -> tuple[float, float]:
    """Accuracy and loss of one condition."""
    logits, targets = _answers(net, trials)
    loss = nn.functional.cross_entropy(logits, targets).item()
    return (logits.argmax(-1) == targets).double().mean().item(), loss


def _same(ours: dict[str, np.ndarray], net: Net) -> None:
    for name, value in net.state_dict().items():
        if not np.array_equal(ours[name], value.numpy()):
            raise AssertionError(
                f"{name} differs from the bare loop's: the two sides do not do the same."
            )
