"""What is about to be trained: how long it will take, what is under way already, and how a run is called. No page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.attention import ATTENTIONS
from engine.cells import CELLS
from engine.estimate import duration, estimate, size
from engine.experiment import Experiment
from engine.questions import Drawn
from engine.readouts import READOUTS
from engine.tasks.fluent import Fluent
from engine.tasks.translation import Translation
from explorer.jobs import TRAINERS
from explorer.lessons import lab as text
from explorer.picture import Asked


def takes(made: Sequence[Experiment], sentences: Iterable[str] = ()) -> str:
    """What trainings will take, roughly, and which of them cannot be."""
    if not made:
        return " ".join(sentences)
    found = [estimate(experiment) for experiment in made]
    seconds = [one.seconds for one in found]
    said = text.TAKES.format(
        time=duration(max(*seconds, sum(seconds) / TRAINERS)),
        memory=size(max(one.memory for one in found)),
        disk=size(sum(one.snapshots for one in found)),
    )
    return " ".join([said, *sentences])


def news(made: Sequence[Experiment], under_way: Iterable[Experiment]) -> list[Experiment]:
    """Those that are not under way already: the same choices and seed would give the same net, to the last bit."""
    running = set(under_way)
    return [experiment for experiment in dict.fromkeys(made) if experiment not in running]


def name_of(experiment: Experiment, label: str = "") -> str:
    """What a person calls a run: its label, else what it is."""
    if label:
        return label
    cell = CELLS[experiment.network.cell].label
    parts = [cell, *beside(experiment), experiment.task.name, f"seed {experiment.seed}"]
    return " · ".join(parts)


def beside(experiment: Experiment) -> list[str]:
    """What tells a net from the usual one of its cell: directions, attention, read-out."""
    network = experiment.network
    writes = isinstance(experiment.task, Translation)
    found = ["both directions"] if network.bidirectional else []
    if writes:
        known = ATTENTIONS.get(network.attention)
        found.append(f"attention: {known.label}" if known else "one vector")
    elif READOUTS[network.readout].pooled:
        found.append(f"read by {READOUTS[network.readout].label}")
    return found


def short_names(runs: Mapping[str, Experiment]) -> dict[str, str]:
    """For the ends of lines: "LSTM", with its seed where there are several of a cell; no two are alike."""
    cells = {run_id: one.network.cell for run_id, one in runs.items()}
    found: dict[str, str] = {}
    for run_id, one in runs.items():
        name = CELLS[one.network.cell].label
        if list(cells.values()).count(one.network.cell) > 1:
            name = f"{name} {one.seed}"
        first = name
        for number in range(2, len(runs) + 2):
            if name not in found.values():
                break
            name = f"{first} ({number})"
        found[run_id] = name
    return found


def thinned(records: list[dict[str, Any]], most: int = 4000) -> None:
    """Halve a log that grew beyond so many records, in place: of two that follow each other the later is kept, with
    the larger gradient norms and the mean loss of both; one with scores is never merged away."""
    if len(records) <= most:
        return
    kept: list[dict[str, Any]] = []
    for record in records:
        before = kept[-1] if kept else None
        if before is None or "pair" in before or "accuracy" in before:
            kept.append(dict(record))
            continue
        both = {**before, **record, "pair": 1}
        if "loss" in before and "loss" in record:
            both["loss"] = (before["loss"] + record["loss"]) / 2
        for name in ("norm", "clipped"):
            both |= (
                {name: max(r[name] for r in (before, record) if name in r)} if name in both else {}
            )
        kept[-1] = both
    for record in kept:
        record.pop("pair", None)
    records[:] = kept


def probe(experiment: Experiment) -> Asked:
    """What a net is asked while it trains: the sentence about France where it reads those, else a drawn test trial."""
    task = experiment.task
    if isinstance(task, Fluent):
        return Asked(task.far_texts(task.tested)[:1])
    return Asked(drawn=Drawn(count=1))
