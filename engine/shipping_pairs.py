"""``python -m engine.shipping_pairs [--out DIR]``: train the nets that write, five seeds of each.

Writes bottleneck.json, and the runs of `engine.bottleneck.WRITERS` with a few of their snapshots. Same machine type and versions: the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from engine import shipped
from engine.bottleneck import (
    AT_LENGTHS,
    LENGTHS,
    LONG,
    LONG_SEEDS,
    LOOKED_AT,
    SIZED,
    SIZES,
    WRITERS,
    sized,
)
from engine.compared import Compared
from engine.experiment import WITHOUT
from engine.overseeds import SEEDS, middle, over_seeds
from engine.pair_figures import by_length, follows, looking
from engine.run import Run
from engine.shipping_figures import figures, kept, short, write_lines
from engine.trainer import train

LOGGED = 10
"""Training steps from one record to the next in the log of a shipped run that writes."""


def main() -> None:
    """Write this part of the shipped files."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(prog="python -m engine.shipping_pairs")
    parser.add_argument("--out", type=Path, default=shipped.ASSETS, help="the folder (assets)")
    write(parser.parse_args().out)


def write(out: Path) -> None:
    """Train every net; figures into one file, runs beside those of the first page."""
    from rich.progress import track

    writers = {name: written(net, out) for name, net in track(WRITERS.items(), "training to write")}
    vectors = [
        vector_point(size, seed) for size in track(SIZES, "sizes of one vector") for seed in SEEDS
    ]
    longer = {net.name: longer_trained(net) for net in track(LONG.values(), "trained longer")}
    write_lines(
        out / shipped.BOTTLENECK.name, {"nets": writers, "vectors": vectors, "longer": longer}
    )


def written(net: Compared, out: Path) -> dict[str, Any]:
    """Train a net that writes from five seeds and keep the median; what came out: see `engine.shipped.bottleneck`."""
    runs = over_seeds(net.experiment)
    found = figures(net, runs) | kept(net, logged(runs[middle(runs)]), out) | _by_length(runs)
    if net.experiment.task.name == SIZED and net.experiment.network.attention != WITHOUT:
        found |= {
            "looking": {
                "told": [short(looking(run, LOOKED_AT, told=True)) for run in runs],
                "free": [short(looking(run, LOOKED_AT, told=False)) for run in runs],
                "every length": [short(looking(run, None, told=False)) for run in runs],
            },
            "follows": [short(follows(run, LOOKED_AT)) for run in runs],
        }
    return found


def logged(run: Run) -> Run:
    """The run with every `LOGGED`th of its records, and all that were tested: the log is longer than the weights else."""
    few = [r for r in run.metrics if "accuracy" in r or r["step"] % LOGGED == 0]
    return replace(run, metrics=tuple(few))


def longer_trained(net: Compared) -> dict[str, Any]:
    """What more training makes of a net without attention, over a few seeds."""
    runs = [train(net.experiment.model_copy(update={"seed": seed})) for seed in LONG_SEEDS]
    return figures(net, runs) | _by_length(runs)


def _by_length(runs: Sequence[Run]) -> dict[str, Any]:
    """By seed and length the shares that are right."""
    lengths = LENGTHS[runs[0].experiment.task.name]
    tested = [by_length(run, lengths) for run in runs]
    return {
        "lengths": lengths,
        "strings": [[short(share) for share in one.strings] for one in tested],
        "symbols": [[short(share) for share in one.symbols] for one in tested],
    }


def vector_point(vector: int, seed: int) -> dict[str, Any]:
    """How a reversal through one vector of a size does at some lengths."""
    run = train(sized(vector).model_copy(update={"seed": seed}))
    found = by_length(run, AT_LENGTHS)
    shares = {
        name: {
            str(at): short(share)
            for at, share in zip(AT_LENGTHS, getattr(found, name), strict=True)
        }
        for name in ("strings", "symbols")
    }
    return {"vector": vector, "seed": seed, **shares}


if __name__ == "__main__":
    main()
