"""``python -m engine.shipping_classifiers [--out DIR]``: train the nets that classify, five seeds of each.

Writes classified.json, and the runs of `engine.readout_nets.SHOWN` with a few of their snapshots. Same machine type and versions:
the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine import shipped
from engine.building import build
from engine.compared import Compared
from engine.evaluation import TEST_TRIALS, evaluate
from engine.network import Net
from engine.overseeds import middle, over_seeds
from engine.readout_nets import CLASSIFIERS, PLACES, REFERENCE, SHOWN
from engine.run import Run
from engine.shipping_figures import figures, kept, short, write_lines
from engine.tasks.blank import Blank
from engine.tasks.evidence import Evidence
from engine.trainer import train


def main() -> None:
    """Write this part of the shipped files."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(prog="python -m engine.shipping_classifiers")
    parser.add_argument("--out", type=Path, default=shipped.ASSETS, help="the folder (assets)")
    write(parser.parse_args().out)


def write(out: Path) -> None:
    """Train every net; figures into one file, runs beside those of the first page."""
    from rich.progress import track

    nets = {
        name: classified(net, out) for name, net in track(CLASSIFIERS.items(), "training to answer")
    }
    ceilings = {
        "bag": Evidence().ceiling_of_a_bag(),
        "one_direction": Blank().ceiling_one_direction(),
    }
    write_lines(out / shipped.CLASSIFIED.name, {"nets": nets, "ceilings": ceilings})


def classified(net: Compared, out: Path) -> dict[str, Any]:
    """Train a net that classifies: see `engine.shipped.classified`."""
    alone = net.name in {one.name for one in REFERENCE.values()}
    runs = [train(net.experiment)] if alone else over_seeds(net.experiment)
    found = figures(net, runs)
    if net.name in SHOWN:
        found |= kept(net, runs[middle(runs)], out)
    if isinstance(net.experiment.task, Evidence):
        found["elsewhere"] = {place: [at_place(run, place) for run in runs] for place in PLACES}
    return found


def at_place(run: Run, place: str) -> float:
    """Accuracy of a net on reviews whose evidence stands at this place, wherever it was in training."""
    task = run.experiment.task
    net = build(run.experiment, torch.Generator())
    assert isinstance(net, Net)
    net.load_state_dict(
        {name: torch.tensor(value) for name, value in run.snapshots[-1].weights.items()}
    )
    trials = task.test(np.random.default_rng([PLACES.index(place), 2]), TEST_TRIALS, place)
    return short(evaluate(net, task, {task.conditions()[0]: trials}).accuracy)


if __name__ == "__main__":
    main()
