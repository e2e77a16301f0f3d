"""``python -m engine.shipping_second_act [--out DIR]``: train and measure the second act of the first page.

Writes second_act.json, and the answers that the page asks of the shipped net with attention, whose run comes from
`engine.shipping_comparisons`. Same machine type and versions: the same bytes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch
import xarray as xr

from engine import recordings, second_act, shipped
from engine.analyses.paths import paths
from engine.answering import labelled
from engine.measuring_second_act import right_at, ways
from engine.overseeds import middle, over_seeds
from engine.questions import Question, trials_of, weights_digest
from engine.run import Run
from engine.runfile import load
from engine.second_act import NET, NETS, PATH_GAPS, TESTED_GAPS
from engine.shipped import SHOWN_GAPS, experiment_of
from engine.tasks.fluent import NEAR, Fluent


def main() -> None:
    """Write the second act's part of the shipped files."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(prog="python -m engine.shipping_second_act")
    parser.add_argument("--out", type=Path, default=shipped.ASSETS, help="the folder (assets)")
    write(parser.parse_args().out)


def write(out: Path) -> None:
    """Five seeds of each net, tested far beyond the gaps of their training; then the page's questions."""
    from rich.progress import track

    found = {row.name: measured(row) for row in track(NETS, "training the second act")}
    (out / second_act.FILE.name).write_text(json.dumps(found, indent=1) + "\n")
    run = load(out / "runs" / f"{NET.name}.safetensors")
    digest = weights_digest(run)
    for question in questions(run):
        file = out / "recordings" / f"{question.key(digest)}.safetensors"
        recordings.write(file, answered(run, question))


def questions(run: Run) -> list[Question]:
    """What the page asks of the shipped net: the paths, after training, of every sentence that can be chosen."""
    task, step = run.experiment.task, run.snapshots[-1].step
    assert isinstance(task, Fluent)
    return [
        Question(run=NET.name, analysis="paths", texts=texts, step=step)
        for texts in (task.near_texts(), *(task.far_texts(gap) for gap in SHOWN_GAPS))
    ]


def answered(run: Run, question: Question) -> xr.Dataset:
    """The answer to one of them, with its words."""
    task = run.experiment.task
    trials = trials_of(task, question.texts)
    found = paths(run.at(run.snapshots[-1].step), trials)
    return labelled(found, task, trials, question)


def measured(row: shipped.Row) -> dict[str, Any]:
    """The figures of one net over five seeds: see `engine.second_act.figures`."""
    runs = over_seeds(experiment_of(row, 0))
    found: dict[str, Any] = {
        "experiment": experiment_of(row, 0).model_dump(mode="json"),
        "seed": runs[middle(runs)].experiment.seed,
        "baseline": runs[0].result["baseline"],
        "near": [run.result["by_condition"][NEAR] for run in runs],
    }
    measures = {TESTED_GAPS: right_at} | ({PATH_GAPS: ways} if row == NET else {})
    for gaps, measure in measures.items():
        by_gap = {str(gap): [measure(run, gap) for run in runs] for gap in gaps}
        for name in by_gap["0"][0]:
            found[name] = {gap: [_rounded(one[name]) for one in of] for gap, of in by_gap.items()}
    return found


def _rounded(value: float) -> float:
    """Four figures."""
    return float(f"{value:.4g}")


if __name__ == "__main__":
    main()
