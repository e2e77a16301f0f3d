"""From recordings to the picture of rows: pure functions, no page and no net.

A picture is of one sentence: a country (or near pair) at a gap, or a sentence that a person typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.attention import ATTENTIONS
from engine.cells import CELLS
from engine.experiment import Experiment, Network
from engine.plainmodule import Module
from engine.questions import Drawn
from engine.readouts import READOUTS
from engine.second_act import NET
from engine.shipped import ROWS, Workbench, experiment_of
from engine.starts import STARTS
from engine.tasks.clouds import PAIRS
from engine.tasks.contract import CUE, PERIODS, Sentence, Task
from engine.tasks.fluent import NAMES, Fluent
from engine.tasks.translation import Translation
from explorer import theme
from explorer.components.rows.data import Row, RowsData, Solved, Swap, Token

FIRST = frozenset(row.name for row in ROWS)
"""The rows of the first act."""
SHIPPED = FIRST | {NET.name}
"""The rows that the first page always offers."""
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
    """A net as the page names it: a shipped one, one from the store, or a module that somebody brought.

    solved: its tests on far sentences; near: those on near ones, where they are known. A module has no experiment:
    no task, no start, no seed, one snapshot, and inputs of its own.
    """

    name: str
    label: str
    experiment: Experiment | None
    solved: Solved | None = None
    near: Solved | None = None
    module: Module | None = None

    @property
    def network(self) -> Network:
        """Cell and sizes."""
        if self.experiment is not None:
            return self.experiment.network
        assert self.module is not None  # one of the two there always is
        sizes = {name: getattr(self.module, name) for name in ("units", "layers", "bidirectional")}
        return Network(cell=self.module.kind, **sizes)

    @property
    def task(self) -> Task | None:
        """What it was trained on; None for a module."""
        return None if self.experiment is None else self.experiment.task

    @property
    def start(self) -> str:
        """The start in words; empty for a module."""
        if self.experiment is None:
            return ""
        network = self.experiment.network
        words = STARTS[network.start].words.partition(" (")[0]
        return words.removesuffix(" b") + f" {network.bias:g}" if words.endswith(" b") else words

    @property
    def detail(self) -> str:
        """Start and seed; for a person's own net also what it was trained on; for a module its sizes."""
        if self.experiment is None:
            assert self.module is not None
            return f"{self.module.features} inputs, {self.module.units} units"
        if isinstance(self.experiment.task, Translation):
            attention = ATTENTIONS.get(self.network.attention)
            how = attention.label if attention else "without attention"
            return (
                f"{self.experiment.task.name}, {how}, seed\N{NO-BREAK SPACE}{self.experiment.seed}"
            )
        start = self.start if self.start[-1].isdigit() else f"{self.start} start"
        said = f"{start}, seed\N{NO-BREAK SPACE}{self.experiment.seed}"
        own = f", gap\N{NO-BREAK SPACE}≤\N{NO-BREAK SPACE}{self.experiment.task.gap}"
        readout = READOUTS[self.network.readout]
        own += f", read by {readout.label}" if readout.pooled else ""
        return said if self.name in SHIPPED else said + own

    @property
    def hollow(self) -> bool:
        """Whether it is an LSTM with the usual start, or reads more than its own state: same hue as the other of its cell, drawn hollow."""
        if self.experiment is None:
            return False
        network = self.network
        return (network.cell == "lstm" and network.start == "default") or network.readout != "state"


def writes(net: Net) -> bool:
    """Whether it reads one sequence and writes another."""
    return isinstance(net.task, Translation)


def shipped_nets(seeds: dict[str, Any]) -> dict[str, Net]:
    """The shipped nets by name, with the accuracies of their five seeds."""
    found = {}
    for row in ROWS:
        of = seeds[row.name]
        experiment = experiment_of(row, of["seed"])
        solved = Solved(tuple(of["accuracies"]), of["seed"], test=_test(experiment))
        near = Solved(tuple(of["near"]), of["seed"], test="near pairs")
        found[row.name] = Net(row.name, row.label, experiment, solved, near)
    return found


def attending_net(figures: Mapping[str, Any]) -> dict[str, Net]:
    """The net of the second act by its name, as a row of the first page; figures: of `engine.second_act`."""
    of = figures[NET.name]
    experiment = experiment_of(NET, of["seed"])
    at = str(experiment.task.tested)
    solved = Solved(tuple(of["accuracies"][at]), of["seed"], test=_test(experiment))
    near = Solved(tuple(of["near"]), of["seed"], test="near pairs")
    return {NET.name: Net(NET.name, NET.label, experiment, solved, near)}


def compared_nets(rows: Iterable[Workbench]) -> dict[str, Net]:
    """The shipped nets that are not of the first act: those of the comparisons and of the second act, those that write, and those
    that classify."""
    found = {}
    for row in rows:
        if row.name not in FIRST:
            solved = Solved(row.accuracies, row.experiment.seed, test=_test(row.experiment))
            found[row.name] = Net(row.name, row.label, row.experiment, solved)
    return found


def own_net(
    run_id: str, number: int, experiment: Experiment, result: dict[str, Any], label: str = ""
) -> Net:
    """A net that was trained here; ``number`` counts the person's nets, oldest first, and tells equal names apart.

    Of a person's name only what cannot be markup is kept: a net's label stands in many places.
    """
    accuracy = result.get("accuracy")
    test = _test(experiment)
    solved = None if accuracy is None else Solved((float(accuracy),), 0, test=test)
    what = f"{CELLS[experiment.network.cell].label} {number}"
    return Net(run_id, _named(label, what), experiment, solved)


def _named(label: str, what: str) -> str:
    """The name that a person gave, without what could be markup, and what it is called."""
    name = " ".join(re.sub(r"[^\w ,–-]|_", " ", label).split())[:24].rstrip()
    return f"{name} ({what})" if name else f"my {what}"


def module_net(name: str, number: int, module: Module) -> Net:
    """A module that somebody brought; ``number`` counts the modules, oldest first."""
    what = f"nn.{CELLS[module.kind].module} {number}"
    return Net(name, _named(module.name, what), None, module=module)


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
        color=theme.CELLS[net.network.cell],
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
    trained = [net.experiment for net in shown if net.experiment is not None]
    return export.caption(
        cell=[_origin(net) for net in shown],
        task=f"fluent, gap ≤ {max((each.task.gap for each in trained), default=0)}",
        step=step,
    )


def _origin(net: Net) -> str:
    made = net.detail if net.experiment is None else f"{net.start}, seed {net.experiment.seed}"
    return f"{net.label} ({made})"
