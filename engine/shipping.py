"""``python -m engine.shipping [--out DIR]``: train the shipped nets and answer the first page's questions.

The comparisons' part of it, alone: ``python -m engine.shipping_comparisons``.
Same machine type and versions: the same bytes. One thread, no clock.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine import recordings, shipped
from engine.experiment import Experiment
from engine.overseeds import SEEDS, middle, over_seeds, solved_at
from engine.questions import Question, trials_of, weights_digest
from engine.run import Run
from engine.runfile import save
from engine.shipped import ROWS, SHOWN_GAPS, Row, experiment_of
from engine.tasks.fluent import NEAR, Fluent

SWEPT_GAPS = (0, 5, 10, 15, 20, 30, 40, 60)


def main() -> None:
    """Write runs/, recordings/ and the files of figures."""
    import torch
    from rich.progress import track

    from engine import (
        shipping_classifiers,
        shipping_comparisons,
        shipping_pairs,
        shipping_second_act,
    )

    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(prog="python -m engine.shipping", description=__doc__)
    parser.add_argument("--out", type=Path, default=shipped.ASSETS, help="the folder (assets)")
    out = parser.parse_args().out
    for folder in ("runs", "recordings"):
        shutil.rmtree(out / folder, ignore_errors=True)
        (out / folder).mkdir(parents=True)
    summary: dict[str, Any] = {}
    for row in track(ROWS, "training the rows"):
        run, summary[row.name] = median_run(row)
        save(run, out / "runs" / f"{row.name}.safetensors")
        for question, dataset in answers(row.name, run):
            key = question.key(weights_digest(run))
            recordings.write(out / "recordings" / f"{key}.safetensors", dataset)
    _write(out / shipped.SEEDS.name, summary)
    combinations = [(row, gap, seed) for row in ROWS for gap in SWEPT_GAPS for seed in SEEDS]
    swept = [gap_point(*one) for one in track(combinations, "accuracy against gap")]
    _write(out / shipped.GAPS.name, swept)
    shipping_comparisons.write(out)
    shipping_second_act.write(out)
    shipping_pairs.write(out)
    shipping_classifiers.write(out)


def median_run(row: Row) -> tuple[Run, dict[str, Any]]:
    """Train five seeds; the median one by accuracy, then by how soon it was solved, with its shipped snapshots, and all five's figures."""
    from engine.shipping_comparisons import thinned

    runs = over_seeds(experiment_of(row, 0))
    run = thinned(runs[middle(runs)], row.kept)
    return run, {
        "seed": run.experiment.seed,
        "accuracies": [run.result["accuracy"] for run in runs],
        "near": [run.result["by_condition"][NEAR] for run in runs],
        "solved_at": [solved_at(run) for run in runs],
        "baseline": run.result["baseline"],
        "weights": weights_digest(run),
    }


def answers(name: str, run: Run) -> Iterator[tuple[Question, Any]]:
    """Every question that the first page asks of a shipped run, and its answer."""
    from engine.analyses import ANALYSES

    task = run.experiment.task
    assert isinstance(task, Fluent)
    for texts in (task.near_texts(), *(task.far_texts(gap) for gap in SHOWN_GAPS)):
        question = Question(run=name, texts=texts)
        yield question, ANALYSES[question.analysis](run, trials_of(task, texts))


def gap_point(row: Row, gap: int, seed: int) -> dict[str, Any]:
    """Accuracy of one net that was trained up to a gap, at that gap."""
    from engine.trainer import train

    experiment: Experiment = experiment_of(row, seed, gap)
    result = train(experiment).result
    return {"row": row.name, "gap": gap, "seed": seed, "accuracy": result["accuracy"]}


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n")


if __name__ == "__main__":
    main()
