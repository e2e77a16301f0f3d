"""The names that others script against: lazy, and still functions when everything is imported."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import engine
from engine.edits import Edit
from engine.tasks.clouds import Clouds

ROOT = Path(__file__).resolve().parents[2]
TORCH_FREE = (
    "engine",
    "engine.experiment",
    "engine.cells",
    "engine.tasks",
    "engine.starts",
    "engine.edits",
    "engine.attention_edits",
    "engine.attention",
    "engine.readouts",
    "engine.run",
    "engine.runfile",
    "engine.store",
    "engine.recordings",
    "engine.shapes",
)


def in_a_fresh_process(code: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_pages_import_holds_no_torch() -> None:
    lines = "\n".join(f"import {name}" for name in TORCH_FREE)
    used = "engine.Experiment(); engine.load; engine.save; engine.Clamp(signal='cell', value=0.0)"
    said = in_a_fresh_process(f"import sys\n{lines}\n{used}\nprint('torch' in sys.modules)")
    assert said.split() == ["False"]


def test_every_name_resolves_and_an_unknown_one_does_not() -> None:
    assert dir(engine) == sorted(engine.__all__) == engine.__all__
    for name in engine.__all__:
        assert getattr(engine, name).__name__ == name
    with pytest.raises(
        AttributeError, match=r"engine has no 'learn'; it has Attend, AttendRow, Clamp"
    ):
        _ = engine.learn


def test_every_submodule_then_every_name_twice(tmp_path: Path) -> None:
    modules = [module.name for module in pkgutil.walk_packages(engine.__path__, "engine.")]
    assert {"engine.recorder", "engine.trainer", "engine.tasks.fluent"} <= set(modules)
    for name in modules:
        if not name.endswith("__main__"):
            import_module(name)
    net = nn.LSTM(2, 3, batch_first=True)
    x = torch.linspace(-1, 1, 8).reshape(1, 4, 2)
    file = tmp_path / "run.safetensors"
    answers = []
    for _ in range(2):
        experiment = engine.Experiment(
            task=Clouds(),
            network=engine.Network(units=3, embedding=2),
            training=engine.Training(steps=2, snapshots=2, batch=2),
        )
        run = engine.train(experiment)
        assert isinstance(run, engine.Run)
        assert len(list(engine.training(experiment))) == 6
        engine.save(run, file)
        again = engine.load(file)
        assert again.experiment == experiment and again.metrics == run.metrics
        trials = experiment.task.test(np.random.default_rng(0), 2, experiment.task.conditions()[0])
        edits: list[Edit] = [
            engine.Clamp(signal="forget", value=1.0),
            engine.Silence(units=(0,)),
            engine.Patch(signal="cell", source=0, trial=1, time=2),
        ]
        found = [
            engine.record(again, trials, edits=edits),
            engine.record(run.at(0), trials),
            engine.record(net, x),
            engine.credit(run, trials),
            engine.credit(net, x, of=lambda outputs: outputs.sum(-1)),
            engine.jacobians(run, trials),
            engine.jacobians(net, x),
            engine.shares(run, trials),
        ]
        answers.append(found)
    for first, second in zip(*answers, strict=True):
        assert first.identical(second)
