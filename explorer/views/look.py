"""What the pages of the workbench look at: one net, one sentence or trial, and a place inside; tied to the link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from engine.cells import CELLS
from engine.cells.contract import Cell
from engine.questions import Drawn, drawn_from
from engine.tasks.fluent import NAMES, Fluent
from explorer import cache, controls
from explorer.address import BOTH, Address, Limits
from explorer.charts.directions import NAMES as DIRECTIONS
from explorer.lessons import workbench as text
from explorer.picture import Asked, Net
from explorer.views import link

TRIALS = 8
"""Drawn trials to choose from, for a task without sentences."""


@dataclass(frozen=True)
class Look:
    """What is looked at.

    asked: one sentence, or drawn trials with the shown one; steps: those of the snapshots; words: of the shown trial,
    with `known` where the task knows them.
    """

    net: Net
    asked: Asked
    address: Address
    steps: tuple[int, ...]
    words: tuple[str, ...]
    known: tuple[bool, ...]

    @property
    def cell(self) -> Cell:
        """The cell of the net: its signals, equation and words."""
        return CELLS[self.net.network.cell]

    @property
    def trial(self) -> int:
        """The shown trial's place in every answer."""
        return self.asked.shown

    @property
    def signal(self) -> str:
        """The chosen signal; where none is chosen, the state that carries the news."""
        names = [signal.name for signal in self.cell.signals]
        return self.address.signal if self.address.signal in names else self.cell.state[-1]

    @property
    def step(self) -> int:
        """The training step of the chosen snapshot: the newest up to the chosen step, or the last."""
        wanted = self.address.step
        upto = [step for step in self.steps if wanted is None or step <= wanted]
        return upto[-1] if upto else self.steps[0]

    @property
    def time(self) -> int:
        """The chosen time step; the last where none is chosen."""
        last = len(self.words) - 1
        return last if self.address.time is None else min(self.address.time, last)

    @property
    def unit(self) -> int:
        """The chosen unit; the first where none is chosen."""
        return min(self.address.unit or 0, self.net.network.units - 1)

    @property
    def directions(self) -> tuple[int, ...]:
        """The directions that are drawn: 0 forwards, 1 backwards, or both where the net has them."""
        if self.address.direction != BOTH:
            return (self.address.direction,)
        return (0, 1) if self.net.network.bidirectional else (0,)

    @property
    def direction(self) -> int:
        """The direction of the chosen number: of the two that are drawn, or the one that is."""
        return self.address.way if self.address.way in self.directions else self.directions[0]

    @property
    def place(self) -> dict[str, int]:
        """Where the chosen number is: trial, layer and direction, as options of a chart."""
        return {"trial": self.trial, "layer": self.address.layer, "direction": self.direction}


def header(title: str, question: str) -> Look | None:
    """Title, the page's question, and the controls that all pages of the workbench share; None, and a sentence on the
    page, where there is nothing to look at."""
    st.html(link.STYLE)
    st.title(title, anchor=title.lower())
    st.markdown(question)
    nets = nets_or_fault()
    link.follow(Limits(countries=NAMES, cues=link.CUES, rows=tuple(nets)))
    before: Address = st.session_state["chosen"]
    notices = st.container()
    with st.container(horizontal=True, vertical_alignment="top"):
        run = link.pick(
            "Net",
            tuple(nets),
            "run",
            before.run,
            width=330,
            words=lambda name: f"{nets[name].label} · {nets[name].detail}",
        )
        net = nets[run]
        asked, chosen = asked_of(net, replace(before, run=run))
        chosen = _place(net, chosen)
    if net.module is not None:
        about = [net.module.described, net.module.note]
        st.caption(f"{controls.plain('; '.join(filter(None, about)))}. {text.NO_TASK}")
    link.write(chosen)
    with notices:
        link.say_notices(chosen)
    if asked is None:
        return None
    try:
        return _look(net, asked, chosen)
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return None


def nets_or_fault() -> dict[str, Net]:
    """Every net; where the store cannot be read, the shipped ones and a sentence on the page."""
    try:
        return cache.known_nets()
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return cache.shipped_only()


def remember(**fields: Any) -> Address:
    """Put choices into the session and the link, without another run."""
    chosen = replace(st.session_state["chosen"], **fields)
    link.write(chosen)
    return chosen


def remember_step(step: int, steps: Sequence[int]) -> Address:
    """Put a training step into the link; the last one is what a link without a step means."""
    return remember(step=None if step == steps[-1] else step)


def now(looked: Look) -> Look:
    """The same look at what is chosen now: a part of the page may run again without the rest."""
    return replace(looked, address=st.session_state["chosen"])


def training_step(look: Look) -> int:
    """A slider over the snapshots, for pictures that the server draws; released, it is in the link."""
    if len(look.steps) < 2:
        return look.steps[0]
    if st.session_state.setdefault("training_step", look.step) not in look.steps:
        st.session_state["training_step"] = look.step
    step: int = st.select_slider(text.STEP, look.steps, key="training_step")
    remember_step(step, look.steps)
    return step


def has_task(look: Look, needs: str) -> bool:
    """Whether the net came with a task; where it did not, the page says why what ``needs`` one is not shown."""
    if look.net.task is None:
        st.caption(f":gray[{needs}: {text.NEEDS_TASK}]")
    return look.net.task is not None


def ask(look: Look, analysis: str, **given: Any) -> Any:
    """`cache.ask` of what is looked at; a fault is a sentence on the page, and None."""
    try:
        with st.spinner(text.ASKING.format(net=look.net.label), show_time=True):
            return cache.ask(look.net.name, look.asked, analysis, **given)
    except cache.FAULTS as fault:
        st.error(controls.plain(f"{look.net.label}: {fault}"))
        return None


def _look(net: Net, asked: Asked, chosen: Address) -> Look:
    steps = cache.steps(net.name)
    task = net.task
    if task is None:
        assert net.module is not None
        words = net.module.wording(asked.shown)
        return Look(net, asked, chosen, steps, words, (True,) * len(words))
    if asked.drawn is not None:
        words = task.wording(drawn_from(task, asked.drawn), asked.shown)
        return Look(net, asked, chosen, steps, words, (True,) * len(words))
    sentence = task.read(asked.texts[asked.shown])
    return Look(net, asked, chosen, steps, sentence.words, sentence.known)


def asked_of(net: Net, before: Address) -> tuple[Asked | None, Address]:
    """The controls of the sentence, and what is asked."""
    task = net.task
    if task is None:
        assert net.module is not None
        count = len(net.module.inputs)
        trial = link.pick("Trial", tuple(range(count)), "trial", before.trial, words=_count)
        return Asked(shown=trial), replace(before, trial=trial)
    if not isinstance(task, Fluent):
        conditions = task.conditions()
        condition = link.pick("Trials of", conditions, "condition", before.condition, width=150)
        trial = link.pick("Trial", tuple(range(TRIALS)), "trial", before.trial, words=_count)
        # One of them alone: every snapshot of them all would be more than an answer may hold.
        drawn = Drawn(condition=condition, count=TRIALS, only=trial)
        chosen = replace(before, condition=condition, trial=trial)
        return Asked(drawn=drawn), chosen
    kind = link.kind_of(before)
    chosen = replace(before, kind=kind, **link.sentence(kind, before, swap=False))
    if kind == "far":
        texts = task.far_texts(chosen.gap)
        return Asked((texts[NAMES.index(chosen.country)],)), chosen
    if kind == "near":
        return Asked((task.near_texts()[link.CUES.index(chosen.cue)],)), chosen
    try:
        sentence = task.read(chosen.text)
    except ValueError as fault:
        st.info(controls.plain(str(fault)))
        return None, chosen
    say_unknown(sentence.words, sentence.known)
    return Asked((chosen.text,)), chosen


def say_unknown(words: Sequence[str], known: Sequence[bool]) -> None:
    """Mark the words that the net has never seen."""
    unknown = [word for word, seen in zip(words, known, strict=True) if not seen]
    if unknown:
        listed = ", ".join(dict.fromkeys(unknown))
        st.warning(text.UNKNOWN.format(words=controls.plain(listed)))


def _place(net: Net, before: Address) -> Address:
    """Layer and directions, where there is a choice; the way of a number only where both directions are drawn."""
    network = net.network
    layer, direction, way = 0, BOTH, 0
    if network.layers > 1:
        layers = tuple(range(network.layers))
        layer = link.pick("Layer", layers, "layer", before.layer, width=90, words=_count)
    if network.bidirectional:
        names = (*DIRECTIONS, text.BOTH)
        direction = link.pick(
            text.DIRECTION, (BOTH, 0, 1), "direction", before.direction, words=names.__getitem__
        )
        way = before.way if direction == BOTH else 0
    return replace(before, layer=layer, direction=direction, way=way)


def of_direction(looked: Look, direction: int) -> str:
    """What begins a sentence about one direction, where there is another one beside it."""
    return f"{DIRECTIONS[direction].capitalize()}: " if len(looked.directions) > 1 else ""


def _count(number: int) -> str:
    """People count from one."""
    return str(number + 1)


def signal_words(cell: Cell) -> Mapping[str, str]:
    """The names of a cell's signals in words, in the order of the equation."""
    return {signal.name: signal.words for signal in cell.signals}
