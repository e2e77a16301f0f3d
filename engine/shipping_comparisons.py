"""``python -m engine.shipping_comparisons [--out DIR]``: train the prepared comparisons, five seeds of every net.

Writes comparisons.json, and for every net that the first page does not have its run, with a few of its snapshots. Same
machine type and versions: the same bytes.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine import shipped
from engine.compared import NETS
from engine.comparisons import COMPARISONS
from engine.opened import opened
from engine.overseeds import middle, over_seeds, solved_at
from engine.questions import weights_digest
from engine.run import Run
from engine.runfile import save
from engine.scores import margin_of
from engine.shapes import parameters
from engine.shipped import ROWS
from engine.tape import Tape
from engine.tasks.contract import CUE
from engine.unroll import unroll

LEVEL = 0.95
"""The accuracy whose first step is counted."""
TRIALS = 24
"""Test trials of which the reach is the geometric mean."""


def main() -> None:
    """Write the comparisons' part of the shipped files."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(prog="python -m engine.shipping_comparisons")
    parser.add_argument("--out", type=Path, default=shipped.ASSETS, help="the folder (assets)")
    write(parser.parse_args().out)


def write(out: Path) -> None:
    """Train every net of every comparison; figures into one file, runs beside those of the first page."""
    from rich.progress import track

    figures: dict[str, Any] = {}
    rows = {row.name: row.kept for row in ROWS}
    for name, net in track(NETS.items(), "training the comparisons"):
        runs = over_seeds(net.experiment)
        run = thinned(runs[chosen(name, runs)], rows.get(name, net.kept))
        if name not in rows:
            save(run, out / "runs" / f"{name}.safetensors")
        shown = {"seed": run.experiment.seed, "weights": weights_digest(run)}
        figures[name] = figures_of(runs) | shown
    lines = ",\n".join(f'"{name}": {json.dumps(found)}' for name, found in figures.items())
    (out / shipped.COMPARED.name).write_text(f"{{\n{lines}\n}}\n")


def chosen(name: str, runs: Sequence[Run]) -> int:
    """The place of the run that is shipped: the median, or in a comparison of one seed that seed."""
    for comparison in COMPARISONS.values():
        names = {variant.net.name for variant in comparison.variants}
        if comparison.seed is not None and name in names:
            return comparison.seed
    return middle(runs)


def figures_of(runs: Sequence[Run]) -> dict[str, Any]:
    """What came out, a list over the seeds: see the tests for what each must be."""
    ends = [run.result for run in runs]
    tests = [[r for r in run.metrics if "accuracy" in r] for run in runs]
    reach = [cue_reach(replace(r, snapshots=(r.snapshots[0], r.snapshots[-1]))) for r in runs]
    return {
        "baseline": ends[0]["baseline"],
        "parameters": parameters(runs[0].experiment),
        "accuracies": [end["accuracy"] for end in ends],
        "by_condition": [end["by_condition"] for end in ends],
        "solved_at": [solved_at(run, LEVEL) for run in runs],
        "tested_at": [[test["step"] for test in one] for one in tests],
        "curves": [[_rounded(test["accuracy"]) for test in one] for one in tests],
        "outcomes": [end["outcome"] for end in ends],
        "steps": [end["steps"] for end in ends],
        "reach_before": [_rounded(before) for before, _ in reach],
        "reach_after": [_rounded(after) for _, after in reach],
        "largest_norm": [_largest(run, "norm") for run in runs],
        "largest_loss": [_largest(run, "loss") for run in runs],
    }


def cue_reach(run: Run) -> np.ndarray:
    """‖∂m/∂s_cue‖ / ‖∂m/∂s_blank‖ at every snapshot: the geometric mean over test trials of the first condition.

    As in `engine.analyses.reach`, in float64: before training 1e-30 is not rare, and float32 has no squares of it. It is
    0 where nothing comes back at all (dead ReLUs).
    """
    task = run.experiment.task
    trials = task.test(np.random.default_rng(0), TRIALS, task.conditions()[0])
    cue, blank = (trials.periods == CUE).argmax(1), trials.lengths - 1
    model = opened(run, trials, every=True, dtype=torch.float64)
    tape = Tape([model.cell.state[-1]])
    with torch.enable_grad():
        hidden = unroll(
            model.cell, model.layers, model.inputs.requires_grad_(), lengths=model.lengths, tap=tape
        )
        assert model.targets is not None
        margin = margin_of(model.read(hidden), model.targets)
    rows = torch.arange(TRIALS)
    series = [tape.series(*key) for key in sorted(tape.values)]
    found = torch.autograd.grad(
        margin[:, rows, blank].sum(), [step for steps in series for step in steps]
    )
    # [snapshot, trial, time]: units, layers and directions together
    norms = torch.stack(found).unflatten(0, (len(series), -1)).square().sum((0, -1)).sqrt()
    norms = norms.movedim(0, -1)
    return (norms[:, rows, cue] / norms[:, rows, blank]).log().mean(1).exp().numpy()


def thinned(run: Run, count: int) -> Run:
    """The run with ``count`` of its snapshots at most, the first and the last among them."""
    last = len(run.snapshots) - 1
    places = [round(place) for place in np.linspace(0, last, min(count, last + 1))]
    return replace(run, snapshots=tuple(run.snapshots[place] for place in places))


def _largest(run: Run, name: str) -> float | None:
    """The largest finite value that was met in training, to four digits."""
    values = [record[name] for record in run.metrics if record.get(name) is not None]
    return _rounded(max(filter(math.isfinite, values), default=math.nan))


def _rounded(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None


if __name__ == "__main__":
    main()
