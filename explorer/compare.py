"""Nets beside each other: what their seeds came to. Pure functions, no page, no net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.comparisons import Comparison
from engine.shapes import parameters
from explorer.picture import Net

if TYPE_CHECKING:
    import xarray as xr

LEVEL = 0.95
"""The accuracy whose first step is counted."""


@dataclass(frozen=True)
class Spread:
    """A number over seeds: the middle, both ends, of how many seeds it is known, and of how many it was asked."""

    middle: float | None
    least: float | None
    most: float | None
    known: int
    asked: int


@dataclass(frozen=True)
class Contender:
    """A net with the words that tell it from the others here, and what its seeds came to, a value for each seed.

    accuracies 0…1 after training; solved_at: the step from which on the accuracy is 95 % (None: never); reach of the
    cue before training (None: not known); milliseconds of a training step, where they were measured; diverged: how many seeds did.
    """

    net: Net
    label: str
    accuracies: tuple[float, ...] = ()
    solved_at: tuple[int | None, ...] = ()
    reach_before: tuple[float | None, ...] = ()
    baseline: float | None = None
    milliseconds: float | None = None
    diverged: int = 0

    @property
    def parameters(self) -> int | None:
        """How many numbers the net has; None for a module."""
        return None if self.net.experiment is None else parameters(self.net.experiment)

    @property
    def steps(self) -> int | None:
        """Training steps."""
        return None if self.net.experiment is None else self.net.experiment.training.steps

    @property
    def seed(self) -> str:
        """Which of the seeds is looked into; a module has none."""
        return "" if self.net.experiment is None else f"seed {self.net.experiment.seed}"

    @property
    def accuracy(self) -> float | None:
        """Of that seed; prepared nets have the seeds from 0 on."""
        seed = 0 if self.net.experiment is None else self.net.experiment.seed
        place = seed if len(self.accuracies) > 1 else 0
        return self.accuracies[place] if place < len(self.accuracies) else None


def twins(contenders: Sequence[Contender]) -> tuple[int, ...]:
    """For each net how many of its cell are drawn before it: 0 full, the others hollow.

    In their order; but a net that is hollow on the other pages leaves it to one that is full there, where there is one.
    """
    order = list(range(len(contenders)))
    cells = [one.net.network.cell for one in contenders]
    for place, one in enumerate(contenders):
        full = [i for i in order if cells[i] == cells[place] and not contenders[i].net.hollow]
        if one.net.hollow and full and cells.index(cells[place]) == place:
            order.remove(full[0])
            order.insert(order.index(place), full[0])
    before = {i: sum(cells[j] == cells[i] for j in order[:at]) for at, i in enumerate(order)}
    return tuple(before[place] for place in range(len(contenders)))


def spread(values: Sequence[float | None]) -> Spread:
    """Median, least and most of the values that are there."""
    known = [float(value) for value in values if value is not None]
    if not known:
        return Spread(None, None, None, 0, len(values))
    return Spread(median(known), min(known), max(known), len(known), len(values))


def prepared(comparison: Comparison, figures: Mapping[str, Any]) -> tuple[Contender, ...]:
    """The nets of a prepared comparison with their shipped figures; see `engine.shipped.figures`."""
    found = []
    for variant in comparison.variants:
        of = figures[variant.net.name]
        experiment = variant.net.experiment.model_copy(update={"seed": of["seed"]})
        net = Net(variant.net.name, variant.net.label, experiment)
        found.append(_with_figures(net, variant.label, of))
    return tuple(found)


def chosen(
    nets: Sequence[Net],
    figures: Mapping[str, Any],
    metrics: Mapping[str, Sequence[Mapping[str, Any]]],
    reach: Mapping[str, float],
) -> tuple[Contender, ...]:
    """A person's choice: shipped nets with all their seeds, own ones with the one they have.

    metrics: the records with scores of own runs; reach: of their cue before training, where it was asked. Nets that
    share a label are numbered.
    """
    found: list[Contender] = []
    for net in nets:
        twins = sum(other.net.label == net.label for other in found)
        label = f"{net.label} ({twins + 1})" if twins else net.label
        if net.name in figures:
            found.append(_with_figures(net, label, figures[net.name]))
            continue
        records = metrics.get(net.name, ())
        accuracies = net.solved.accuracies if net.solved else ()
        found.append(
            Contender(
                net,
                label,
                accuracies=accuracies,
                solved_at=(reached(records),) if records else (),
                reach_before=(reach.get(net.name),) if accuracies else (),
                baseline=_chance(net),
            )
        )
    return tuple(found)


def _chance(net: Net) -> float | None:
    """The accuracy of a net without memory; None where the task is not measured by it."""
    task = net.task
    return task.baseline() if task is not None and task.measure == "accuracy" else None


def _with_figures(net: Net, label: str, of: Mapping[str, Any]) -> Contender:
    return Contender(
        net,
        label,
        accuracies=tuple(of["accuracies"]),
        solved_at=tuple(of["solved_at"]),
        reach_before=tuple(of["reach_before"]),
        baseline=of["baseline"],
        diverged=of["outcomes"].count("diverged"),
    )


def reached(records: Sequence[Mapping[str, Any]], level: float = LEVEL) -> int | None:
    """The first tested step from which on the accuracy stays at ``level`` or more; None: there is none."""
    found: int | None = None
    for record in records:
        if record.get("accuracy") is not None:
            there = record["accuracy"] >= level
            found = (record["step"] if found is None else found) if there else None
    return found


def cue_reach(recording: xr.Dataset) -> float | None:
    """Reach of the cue at the first snapshot: the geometric mean over trials; of the analysis "reach".

    None where there is no cue, or where a value is too small for float32.
    """
    at = recording["period"].values == "cue"
    if not at.any(1).all():
        return None
    values = recording["reach"].values[0][np.arange(len(at)), at.argmax(1)].astype(np.float64)
    if not (values > 0).all():
        return None
    return float(np.exp(np.log(values).mean()))


def points(contenders: Sequence[Contender]) -> list[dict[str, Any]]:
    """One record for each net and seed, for the chart `tricks`."""
    return [
        {
            "net": one.label,
            "seed": seed,
            "accuracy": accuracy,
            "reach": one.reach_before[seed] if seed < len(one.reach_before) else None,
            "solved at": one.solved_at[seed] if seed < len(one.solved_at) else None,
        }
        for one in contenders
        for seed, accuracy in enumerate(one.accuracies)
    ]
