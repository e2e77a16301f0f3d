"""The shipped runs: what the first page opens on, and where it lies. Read-only when running; needs no torch.

Made, byte for byte the same on the same machine, by ``python -m engine.shipping``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cells import CELLS
from engine.experiment import Experiment, Network, Training
from engine.tasks.fluent import Fluent

if TYPE_CHECKING:
    from engine.run import Run

ASSETS = Path(__file__).resolve().parent.parent / "assets"
RUNS = ASSETS / "runs"
RECORDINGS = ASSETS / "recordings"
SEEDS = ASSETS / "seeds.json"
GAPS = ASSETS / "gaps.json"
COMPARED = ASSETS / "comparisons.json"

SHOWN_GAPS = (0, 5, 10, 20, 30, 40, 60, 80)
"""Gaps of the shipped answers; the nets are trained with gaps of 20 to 40."""


@dataclass(frozen=True)
class Row:
    """A kind of net on the first page: its name, and what is chosen beside the seed."""

    name: str
    label: str
    network: Network


ROWS: tuple[Row, ...] = (
    Row("rnn", "RNN", Network(cell="rnn")),
    Row("lstm", "LSTM", Network(cell="lstm", start="chrono")),
    Row("gru", "GRU", Network(cell="gru")),
    Row("lstm-default", "LSTM, usual start", Network(cell="lstm")),
)


def experiment_of(row: Row, seed: int, gap: int = 40) -> Experiment:
    """The training of a row: far sentences and near pairs mixed, at the rate that suits its cell."""
    return Experiment(
        task=Fluent(gap=gap),
        network=row.network,
        training=Training(learning_rate=CELLS[row.network.cell].learning_rate),
        seed=seed,
    )


@dataclass(frozen=True)
class Workbench:
    """A shipped net as the workbench offers it: its experiment with the shipped seed, and what five seeds came to.

    accuracies: in the first condition, by seed; by_condition: in all of them; `figures` has the rest.
    """

    name: str
    label: str
    experiment: Experiment
    accuracies: tuple[float, ...]
    by_condition: tuple[dict[str, float], ...]


@lru_cache(maxsize=1)
def workbench_rows() -> tuple[Workbench, ...]:
    """Every shipped net: those of the first page, then those that only the comparisons have."""
    from engine.compared import NETS

    found = figures()
    return tuple(
        Workbench(
            net.name,
            net.label,
            net.experiment.model_copy(update={"seed": found[name]["seed"]}),
            tuple(found[name]["accuracies"]),
            tuple(found[name]["by_condition"]),
        )
        for name, net in NETS.items()
    )


@lru_cache(maxsize=64)
def shipped_run(name: str) -> Run | None:
    """A shipped run by name; None when no shipped run has it. Those of the comparisons keep few snapshots."""
    from engine.compared import NETS

    if name not in NETS:
        return None
    from engine.runfile import load

    return load(RUNS / f"{name}.safetensors")


@lru_cache(maxsize=1)
def figures() -> dict[str, Any]:
    """By net of the comparisons, a list over five seeds of each:

    accuracies, by_condition, solved_at (the step from which on the accuracy is 95 % or more, or null), curves (accuracies at the
    steps of tested_at), outcomes, steps, reach_before and reach_after (of the cue, ‖∂m/∂s_cue‖ / ‖∂m/∂s_blank‖; null where
    there is no number), largest_norm and largest_loss of the training; and of the net: baseline, parameters, seed
    (the shipped one), weights (their digest).
    """
    return json.loads(COMPARED.read_text())


@lru_cache(maxsize=1)
def seeds() -> dict[str, Any]:
    """By row: of five seeds the accuracies at gap 40 and near and the step at which each is solved (99 %; `figures` has
    95 %); the baseline, and which seed is shipped."""
    return json.loads(SEEDS.read_text())


@lru_cache(maxsize=1)
def gaps() -> list[dict[str, Any]]:
    """Accuracy against gap: one net trained per row, longest gap and seed."""
    return json.loads(GAPS.read_text())
