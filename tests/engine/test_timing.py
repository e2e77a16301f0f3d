"""Timing counts whole training steps by the clock that it is given, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import accumulate

import numpy as np
import pytest
from torch import nn

from engine import recordings
from engine.analyses.timing import BEFORE, ENOUGH, STEPS, measured, timing
from engine.shapes import parameters
from tests.engine.nets import random, untrained

RUN = untrained("gru")
TRIALS = RUN.experiment.task.test(np.random.default_rng(0), 1, RUN.experiment.task.conditions()[0])


def ticking(lengths: Iterable[float]) -> Callable[[], float]:
    """A clock whose readings lie so far apart."""
    readings = accumulate(lengths)
    return lambda: next(readings)


def steps_of(seconds: float) -> Iterator[float]:
    """The start; pauses after the events that are no measured step; then by turns a step and a pause that is nobody's."""
    yield from [0.0] * (3 + BEFORE)
    while True:
        yield seconds
        yield 0.005


def test_every_step_is_measured_and_nothing_else_is() -> None:
    assert measured(RUN.experiment, ticking(steps_of(0.012))) == pytest.approx([0.012] * STEPS)


@pytest.mark.parametrize("seconds, steps", [(0.03, 34), (0.07, ENOUGH), (0.3, 7), (5.0, 1)])
def test_it_ends_after_a_second_or_two(seconds: float, steps: int) -> None:
    assert len(measured(RUN.experiment, ticking(steps_of(seconds)))) == steps


def test_a_real_measurement_is_a_recording(tmp_path) -> None:
    found = timing(RUN, TRIALS, nonce=3)
    assert 0.01 < float(found["median"]) < 1000
    assert float(found["median"]) == pytest.approx(np.median(found["milliseconds"]))
    assert int(found["parameters"]) == parameters(RUN.experiment)
    recordings.write(tmp_path / "a.safetensors", found)
    assert recordings.read(tmp_path / "a.safetensors").identical(found)


def test_what_cannot_be_measured_is_said() -> None:
    with pytest.raises(ValueError, match="without an experiment"):
        timing(nn.GRU(3, 4, batch_first=True), random(1, 3, 3))
    task = {"name": "recall", "gap": 2000}
    large = untrained("gru").experiment.model_validate(
        {"task": task, "network": {"cell": "gru", "units": 512}, "training": {"batch": 1024}}
    )
    with pytest.raises(ValueError, match="too long to measure here"):
        timing(replace(RUN, experiment=large), TRIALS)
