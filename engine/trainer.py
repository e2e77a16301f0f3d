"""The training loop: a generator of progress and snapshots. No threads, no files, no printing, no clock."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import torch
from torch import nn

from engine.building import build
from engine.encoder_decoder import EncoderDecoder
from engine.evaluation import TEST_TRIALS, Scores, States, evaluate, loss_of, sound, weights
from engine.experiment import Experiment, Training
from engine.metrics import plain
from engine.run import Run, Snapshot
from engine.truncated import cut_hidden
from engine.written_scores import evaluate_written

WORSE, STEPS_WORSE = 1e4, 20
"""A loss this many times the first, for so many steps, counts as diverged."""


@dataclass(frozen=True)
class Progress:
    """One training step: the loss before it and the gradient norm before and after the clip."""

    step: int
    loss: float | None = None
    norm: float | None = None
    clipped: float | None = None
    scores: Scores | None = None

    def record(self) -> dict[str, object]:
        """A JSON record, flat but for ``by_condition``, without empty fields and without NaN."""
        own = {
            "step": self.step,
            "loss": self.loss,
            "norm": self.norm,
            "clipped": self.clipped,
        }
        return plain(own | (asdict(self.scores) if self.scores else {}))


@dataclass(frozen=True)
class Finished:
    """The last event: how the training ended."""

    result: Mapping[str, object]


Event = Progress | Snapshot | Finished


def training(experiment: Experiment) -> Generator[Event, None, None]:
    """Train, and yield what happens: a `Snapshot` and a `Progress` at step 0, a `Progress` after every step, a
    `Snapshot` before the `Progress` of a step that is kept, `Finished` at the end.

    With a window the gradient is cut on its way back (`engine.truncated`); the tests are not touched by it.
    The training ends within one step of divergence; the last good snapshot stays the last. Stop it by closing the
    generator. Same experiment, same machine type, same versions: the same bits.
    """
    task, plan = experiment.task, experiment.training
    net = build(experiment, torch.Generator().manual_seed(experiment.seed))
    dice = np.random.default_rng([experiment.seed, 0])
    tests = task.tests(np.random.default_rng([experiment.seed, 1]), TEST_TRIALS)
    parameters = list(net.parameters())
    optimiser = OPTIMISERS[plan.optimiser](parameters, plan)
    kept = set(schedule(plan.steps, plan.snapshots))
    states: States | None = None
    if isinstance(net, EncoderDecoder):
        scored = partial(evaluate_written, net, experiment, tests)
    else:
        scored = partial(evaluate, net, task, tests)
        states = None if plan.window is None else partial(cut_hidden, net, plan.window)

    scores = scored()
    yield Snapshot(0, weights(net))
    yield Progress(0, scores=scores)
    first = math.inf
    worse = step = good = 0  # good: the step of the last snapshot
    outcome, reason = "finished", ""
    for step in range(1, plan.steps + 1):
        batch = task.during((step - 1) / plan.steps).batch(dice, plan.batch)
        loss = loss_of(net, batch, states)
        optimiser.zero_grad()
        loss.backward()
        norm = nn.utils.get_total_norm([p.grad for p in parameters if p.grad is not None])
        value, size = loss.item(), norm.item()
        first = value if step == 1 else first
        worse = worse + 1 if value > WORSE * first else 0
        if not (math.isfinite(value) and math.isfinite(size)) or worse >= STEPS_WORSE:
            outcome, reason = "diverged", _left_bounds(step, good)
            step -= 1
            break
        if plan.clip is not None:
            nn.utils.clip_grads_with_norm_(parameters, plan.clip, norm)
        optimiser.step()
        scores_now = None
        if step in kept:
            scores_now = scored()
            if not sound(net, task, batch, scores_now):
                outcome, reason, scores_now = "diverged", _left_bounds(step, good), None
            else:
                scores, good = scores_now, step
                yield Snapshot(step, weights(net))
        clipped = size if plan.clip is None else min(size, plan.clip)
        yield Progress(step, value, size, clipped, scores_now)
        if outcome == "diverged":
            break
    yield Finished(
        {
            "outcome": outcome,
            "reason": reason,
            "accuracy": scores.accuracy,
            "by_condition": dict(scores.by_condition),
            "baseline": task.baseline(),
            "measure": task.measure,
            "loss": scores.test_loss if math.isfinite(scores.test_loss) else None,
            "steps": step,
            "parameters": sum(p.numel() for p in parameters),
        }
    )


def train(experiment: Experiment, watch: Callable[[Event], None] | None = None) -> Run:
    """Train to the end and return the whole run; ``watch`` sees every event of `training`: `Snapshot` (weights by name),
    `Progress` (step, loss, norms, scores) and `Finished`.

    A training that diverges is no error: the run's outcome says so. What ``watch`` raises ends the training.
    """
    metrics, snapshots, result = [], [], {}
    for event in training(experiment):
        if watch is not None:
            watch(event)
        match event:
            case Progress():
                metrics.append(event.record())
            case Snapshot():
                snapshots.append(event)
            case Finished():
                result = dict(event.result)
    return Run(experiment, tuple(metrics), tuple(snapshots), result)


def schedule(steps: int, count: int) -> tuple[int, ...]:
    """Steps to keep: 0, the last, and between them ``count`` in all, spaced evenly in the logarithm."""
    count = min(count, steps + 1)
    if count == 2:
        return 0, steps
    points = count - 1
    while True:
        found = sorted({0, *np.geomspace(1, steps, points).round().astype(int).tolist()})
        if len(found) >= count:
            return tuple(found)
        points += 1


def _left_bounds(step: int, good: int) -> str:
    return f"The loss or its gradient left all bounds at step {step}; the weights of step {good} are kept."


def _adam(parameters: list[nn.Parameter], plan: Training) -> torch.optim.Optimizer:
    return torch.optim.Adam(parameters, plan.learning_rate)


def _sgd(parameters: list[nn.Parameter], plan: Training) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, plan.learning_rate)


def _rmsprop(parameters: list[nn.Parameter], plan: Training) -> torch.optim.Optimizer:
    return torch.optim.RMSprop(parameters, plan.learning_rate)


OPTIMISERS: dict[str, Callable[[list[nn.Parameter], Training], torch.optim.Optimizer]] = {
    "adam": _adam,
    "sgd": _sgd,
    "rmsprop": _rmsprop,
}
