"""From recordings to the picture of rows: pure functions, no page and no net.

A picture is of one sentence: a country (or near pair) at a gap, or a sentence that a person typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.cells import CELLS
from engine.experiment import Experiment, Network
from engine.questions import Drawn
from engine.shipped import ROWS
from engine.starts import STARTS
from engine.tasks.clouds import PAIRS
from engine.tasks.contract import CUE, PERIODS, Sentence
from engine.tasks.fluent import NAMES, Fluent
from explorer import theme
from explorer.components.rows.data import Row, RowsData, Solved, Swap, Token

SHIPPED = frozenset(row.name for row in ROWS)
TASK = Fluent()
"""The words are the same for every gap, so one task reads all sentences of the page."""


@dataclass(frozen=True)
class Asked:
    """What is asked at once, sentences or trials drawn from a task; which is shown, and which stands in for a swap."""

    texts: tuple[str, ...] = ()
    shown: int = 0
    swapped: int | None = None
    drawn: Drawn | None = None

    @property
    def sentence(self) -> Sentence:
        """The shown sentence as words and targets."""
        return TASK.read(self.texts[self.shown])


def far(country: str, gap: int, swap: str = "") -> Asked:
    """The far sentence of a country; all countries are asked at once, so changing it waits for nothing."""
    swapped = NAMES.index(swap) if swap else None
    return Asked(TASK.far_texts(gap), NAMES.index(country), swapped)


def near(cue: str, swap: str = "") -> Asked:
    """The near sentence of a pair."""
    cues = [word for word, _ in PAIRS]
    return Asked(TASK.near_texts(), cues.index(cue), cues.index(swap) if swap else None)


@dataclass(frozen=True)
class Net:
    """A trained net as the page names it: a shipped one, or one from the store.

    solved: its tests on far sentences; near: those on near ones, where they are known.
    """

    name: str
    label: str
    experiment: Experiment
    solved: Solved | None = None
    near: Solved | None = None

    @property
    def network(self) -> Network:
        """Cell and sizes."""
        return self.experiment.network

    @property
    def start(self) -> str:
        """The start in words."""
        network = self.experiment.network
        words = STARTS[network.start].words.partition(" (")[0]
        return words.removesuffix(" b") + f" {network.bias:g}" if words.endswith(" b") else words

    @property
    def detail(self) -> str:
        """Start and seed; for a person's own net also what it was trained on."""
        start = self.start if self.start[-1].isdigit() else f"{self.start} start"
        said = f"{start}, seed\N{NO-BREAK SPACE}{self.experiment.seed}"
        own = f", gap\N{NO-BREAK SPACE}≤\N{NO-BREAK SPACE}{self.experiment.task.gap}"
        return said if self.name in SHIPPED else said + own

    @property
    def hollow(self) -> bool:
        """Whether it is an LSTM with the usual start: same hue as the other LSTM, drawn hollow."""
        network = self.experiment.network
        return network.cell == "lstm" and network.start == "default"


def shipped_nets(seeds: dict[str, Any]) -> dict[str, Net]:
    """The shipped nets by name, with the accuracies of their five seeds."""
    from engine.shipped import experiment_of

    found = {}
    for row in ROWS:
        of = seeds[row.name]
        experiment = experiment_of(row, of["seed"])
        solved = Solved(tuple(of["accuracies"]), of["seed"], test=_test(experiment))
        near = Solved(tuple(of["near"]), of["seed"], test="near pairs")
        found[row.name] = Net(row.name, row.label, experiment, solved, near)
    return found


def own_net(run_id: str, number: int, experiment: Experiment, result: dict[str, Any]) -> Net:
    """A net that was trained here; ``number`` counts the person's nets, oldest first."""
    accuracy = result.get("accuracy")
    test = _test(experiment)
    solved = None if accuracy is None else Solved((float(accuracy),), 0, test=test)
    return Net(run_id, f"my {CELLS[experiment.network.cell].label} {number}", experiment, solved)


def _test(experiment: Experiment) -> str:
    return f"at gap {experiment.task.tested}"


def row_of(net: Net, answer: Mapping[str, np.ndarray], asked: Asked) -> Row:
    """One row: reach, loss gradient and answers at every snapshot.

    answer: reach [snapshot, trial, time], margin [snapshot, trial], probability [snapshot, trial, answer], snapshot.
    """
    time = len(asked.sentence.words)
    reach = answer["reach"][:, asked.shown, :time]
    margin = answer["margin"][:, asked.shown].astype(np.float64)
    wrongness = 1 / (1 + np.exp(margin))  # 1 - p(right)
    swapped = None
    if asked.swapped is not None:
        swapped = answer["probability"][:, asked.swapped]
    return Row(
        key=net.name,
        label=net.label,
        detail=net.detail,
        color=theme.CELLS[net.experiment.network.cell],
        steps=tuple(int(step) for step in answer["snapshot"]),
        measures={"reach": reach, "loss_gradient": wrongness[:, None] * reach},
        answers=answer["probability"][:, asked.shown],
        answers_swapped=swapped,
        solved=net.solved,
        hollow=net.hollow,
    )


def cue_of(sentence: Sentence) -> int | None:
    """Where the word that settles the answer stands; None when there is none."""
    cues = np.flatnonzero(sentence.trials.periods[0] == CUE)
    return int(cues[0]) if len(cues) else None


def picture(
    rows: Sequence[Row], asked: Asked, *, start_step: int | None = None, measure: str = "reach"
) -> RowsData:
    """All rows over one sentence."""
    sentence = asked.sentence
    cue = cue_of(sentence)
    right = int(sentence.trials.targets[0, -1])
    swap = None
    if asked.swapped is not None and cue is not None:
        other = TASK.read(asked.texts[asked.swapped])
        target = int(other.trials.targets[0, -1])
        swap = Swap(other.words[cue], target if target >= 0 else None)
    return RowsData(
        tokens=tuple(
            Token(word, PERIODS[period], known)
            for word, period, known in zip(
                sentence.words, sentence.trials.periods[0], sentence.known, strict=True
            )
        ),
        cue=cue,
        answers=TASK.answers,
        right=right if right >= 0 else None,
        rows=tuple(rows),
        swap=swap,
        start_step=start_step,
        start_measure=measure,
    )


def caption(nets: Iterable[Net], step: int | None) -> str:
    """Where a picture comes from: cells, task, starts, seeds and training step."""
    from explorer import export

    shown = list(nets)
    return export.caption(
        cell=[f"{net.label} ({net.start}, seed {net.experiment.seed})" for net in shown],
        task=f"fluent, gap ≤ {max((net.experiment.task.gap for net in shown), default=0)}",
        step=step,
    )
