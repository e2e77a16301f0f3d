"""A small net, really trained for a few steps, and every chart of the registry drawn from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import engine
from engine.edits import Clamp
from engine.questions import OF_PAIRS
from engine.run import Run
from engine.store import Store
from engine.tasks.fluent import NAMES, Fluent
from explorer import picture
from explorer.charts import CHARTS
from explorer.figureinput import Source, Wanted, maker

CHOICE = {
    "task": {"name": "fluent", "gap": 12},
    "network": {"cell": "lstm", "start": "chrono", "units": 6, "embedding": 6},
    "training": {"steps": 8, "snapshots": 4, "batch": 16},
}
PAIR = {
    "task": {"name": "reversal", "gap": 5},
    "network": {"units": 6, "embedding": 6, "attention": "dot"},
    "training": CHOICE["training"],
}
"""A net that writes, for the charts that are of nothing else."""
SENTENCE = Fluent(gap=12).far_texts(12)[NAMES.index("France")]
EDITS = (Clamp("forget", 0.5),)


def trained(**network: Any) -> Run:
    """The run; `network` says what is different."""
    choice = {**CHOICE, "network": {**CHOICE["network"], **network}}  # type: ignore[dict-item]
    return engine.train(engine.Experiment.model_validate(choice))


def source(run: Run, folder: Path) -> Source:
    """The run, put where the engine finds it."""
    store = Store(folder)
    run_id = store.add(run)
    return Source(picture.own_net(run_id, 1, run.experiment, run.result or {}), run, store)


def writer() -> Run:
    """The run of PAIR."""
    return engine.train(engine.Experiment.model_validate(PAIR))


def makers(one: Source) -> dict[str, Callable[..., Any]]:
    """By chart of the registry: `make(step=…, mode=…)`."""
    pair = source(writer(), one.store.root)
    attending = source(trained(readout="attention"), one.store.root)

    def made(name: str) -> Callable[..., Any]:
        of = pair if CHARTS[name].needs in OF_PAIRS else one
        of = attending if CHARTS[name].needs == "paths" else of
        return maker(Wanted(name, (of,), edits=_edits(name), all_steps=True))

    return {name: made(name) for name in CHARTS}


def _edits(name: str) -> tuple[Clamp, ...]:
    return EDITS if name.startswith("changed") else ()
