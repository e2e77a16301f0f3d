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
    from engine.compared import Compared
    from engine.run import Run

ASSETS = Path(__file__).resolve().parent.parent / "assets"
RUNS = ASSETS / "runs"
RECORDINGS = ASSETS / "recordings"
SEEDS = ASSETS / "seeds.json"
GAPS = ASSETS / "gaps.json"
COMPARED = ASSETS / "comparisons.json"
BOTTLENECK = ASSETS / "bottleneck.json"
CLASSIFIED = ASSETS / "classified.json"

SHOWN_GAPS = (0, 5, 10, 20, 30, 40, 60, 80)
"""Gaps of the shipped answers; the nets are trained with gaps of 20 to 40."""


@dataclass(frozen=True)
class Row:
    """A kind of net on the first page: its name, and what is chosen beside the seed; how many of its snapshots are shipped."""

    name: str
    label: str
    network: Network
    kept: int = 40


ROWS: tuple[Row, ...] = (
    Row("rnn", "RNN", Network(cell="rnn")),
    Row("lstm", "LSTM", Network(cell="lstm", start="chrono")),
    Row("gru", "GRU", Network(cell="gru"), kept=12),
    Row("lstm-default", "LSTM, usual start", Network(cell="lstm"), kept=12),
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
    """Every shipped net: those of the first page, then those that only the comparisons have, those that write, and those that
    classify."""
    found = figures() | bottleneck()["nets"] | classified()["nets"]
    return tuple(
        Workbench(
            net.name,
            net.label,
            net.experiment.model_copy(update={"seed": found[name]["seed"]}),
            tuple(found[name]["accuracies"]),
            tuple(found[name]["by_condition"]),
        )
        for name, net in nets().items()
    )


@lru_cache(maxsize=1)
def nets() -> dict[str, Compared]:
    """Every net of which a run is shipped."""
    from engine.bottleneck import WRITERS
    from engine.compared import NETS
    from engine.readout_nets import SHOWN

    return NETS | WRITERS | SHOWN


@lru_cache(maxsize=64)
def shipped_run(name: str) -> Run | None:
    """A shipped run by name; None when no shipped run has it. Those of the comparisons keep few snapshots."""
    if name not in nets():
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
def bottleneck() -> dict[str, Any]:
    """What encoder–decoders came to, measured by ``python -m engine.shipping_pairs``.

    nets: by name of `engine.bottleneck.WRITERS`: experiment (of seed 0), seed (the shipped one), weights (their digest), parameters,
    baseline; a list over five seeds of accuracies, by_condition, solved_at; lengths, and by seed and length strings and symbols
    (shares written right). Of the reversal with attention also, by seed: looking (the share of steps whose largest weight lies on
    the right source, by how it was asked) and follows (of overwritten steps that write what they were made to look at).
    vectors: a record for every size of the one vector and seed: vector, seed, and by length strings and symbols.
    longer: by name of `engine.bottleneck.LONG` the same as of nets but for the run, over `LONG_SEEDS`.
    """
    return json.loads(BOTTLENECK.read_text())


@lru_cache(maxsize=1)
def classified() -> dict[str, Any]:
    """What read-outs and directions came to, measured by ``python -m engine.shipping_classifiers``.

    nets: by name of `engine.readout_nets.CLASSIFIERS`: experiment (of seed 0), seed, parameters, baseline, where a run is shipped
    weights; a list over the seeds of accuracies, by_condition, solved_at, and of reviews elsewhere (accuracy at every place of
    the evidence). ceilings: bag (of any reader of the words without their order), one_direction (of any reader up to the blank).
    """
    return json.loads(CLASSIFIED.read_text())


@lru_cache(maxsize=1)
def seeds() -> dict[str, Any]:
    """By row: of five seeds the accuracies at gap 40 and near and the step at which each is solved (99 %; `figures` has
    95 %); the baseline, and which seed is shipped."""
    return json.loads(SEEDS.read_text())


@lru_cache(maxsize=1)
def gaps() -> list[dict[str, Any]]:
    """Accuracy against gap: one net trained per row, longest gap and seed."""
    return json.loads(GAPS.read_text())
