"""Nets that read one sequence and write another, with attention and through one vector alone. Values only, no torch.

A pair is the same net twice, down to the seeds: only `Network.attention` differs. What came out over five seeds, and a run of
every net, is shipped: `engine.shipped.bottleneck`.
"""

from __future__ import annotations

from typing import Any

from engine.compared import Compared
from engine.experiment import WITHOUT, Experiment
from engine.tasks import TASKS

ONE_VECTOR = "-one-vector"
"""Ends the name of a net that has no attention."""
SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
"""Numbers in the one vector, for accuracy against its size."""
SIZED = "reversal"
"""The task of that question."""
AT_LENGTHS = (8, 12)
"""Lengths of the source at which it is asked."""
LOOKED_AT = 12
"""Length of the reversals whose attention is measured and overwritten."""
OVERWRITES = 200
"""Random overwrites of each seed."""
LENGTHS: dict[str, tuple[int, ...]] = {
    "reversal": tuple(range(2, 21)),
    "dates": tuple(range(8, 37)),
    "phrases": tuple(range(3, 21)),
}
"""By task: the lengths at which the nets are tested, those beyond the training among them."""


def _pair(task: str, label: str, kept: tuple[int, int]) -> tuple[Compared, Compared]:
    """The suggested net of a task, and the same without attention."""
    suggested: dict[str, Any] = {
        section: dict(fields) for section, fields in TASKS[task].suggested.items()
    }
    found = []
    for attention, ending, words, count in (
        (suggested["network"]["attention"], "", "with attention", kept[0]),
        (WITHOUT, ONE_VECTOR, "one vector", kept[1]),
    ):
        choices = {
            "task": {"name": task},
            "network": suggested["network"] | {"attention": attention},
            "training": suggested["training"] | {"snapshots": kept[0]},
        }
        experiment = Experiment.model_validate(choices)
        found.append(Compared(task + ending, f"{label}, {words}", experiment, count))
    return found[0], found[1]


PAIRS: dict[str, tuple[Compared, Compared]] = {
    task: _pair(task, label, kept)
    for task, label, kept in (
        ("reversal", "Reversal", (14, 3)),
        ("dates", "Dates", (12, 3)),
        ("phrases", "Phrases", (12, 3)),
    )
}
"""By task: with attention, and without."""
WRITERS: dict[str, Compared] = {writer.name: writer for pair in PAIRS.values() for writer in pair}
"""Every net by name."""


LONGER = 4
"""Times as many steps as the others have some nets with one vector, so that what is not learned yet is told from what does not fit."""
LONG_SEEDS = range(3)


def _longer(bare: Compared) -> Compared:
    """The same net and batches, and more of them; only its start and its end are kept."""
    plan = {"steps": LONGER * bare.experiment.training.steps, "snapshots": 2}
    training = bare.experiment.training.model_copy(update=plan)
    experiment = bare.experiment.model_copy(update={"training": training})
    return Compared(f"{bare.name}-long", f"{bare.label}, {LONGER} times as long", experiment)


LONG: dict[str, Compared] = {task: _longer(bare) for task, (_, bare) in PAIRS.items()}
"""By task: the net without attention, trained longer. No run of it is shipped."""


def sized(vector: int) -> Experiment:
    """The net without attention, with one vector of this size; only its start and its end are kept."""
    without = PAIRS[SIZED][1].experiment
    network = without.network.model_copy(update={"vector": vector})
    training = without.training.model_copy(update={"snapshots": 2})
    return without.model_copy(update={"network": network, "training": training})
