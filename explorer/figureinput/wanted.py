"""A chart that is wanted, of which nets, and how the engine is asked for what it draws."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.answering import answer
from engine.questions import Drawn, Question
from engine.tasks.fluent import NAMES, Fluent
from explorer.charts import CHARTS
from explorer.picture import Asked, Net

if TYPE_CHECKING:
    import xarray as xr

    from engine.attention_edits import Attending
    from engine.edits import Edit
    from engine.run import Run
    from engine.store import Store

PAIR = 2
TRIALS = {"difference": PAIR, "exchange_map": PAIR, "exchange_table": len(NAMES)}
"""Charts of several trials, and how many; the others are of one."""
BEFORE = ("spectra",)
"""Analyses that look at the first snapshot too: they are told the step in their own way."""


@dataclass(frozen=True, eq=False)
class Source:
    """A net that can be asked: how it is called, its run, and the store where the engine finds it."""

    net: Net
    run: Run
    store: Store


@dataclass(frozen=True, eq=False)
class Wanted:
    """A chart of some nets. texts: what is typed; empty: sentences or trials of the task's own.

    options: of the chart, and of its analysis. directions: 0 forwards, 1 backwards; empty: those that all nets have.
    all_steps: every snapshot is asked at once, for what moves.
    """

    chart: str
    sources: tuple[Source, ...]
    step: int | None = None
    texts: tuple[str, ...] = ()
    edits: tuple[Edit, ...] | tuple[Attending, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    directions: tuple[int, ...] = ()
    all_steps: bool = False

    @property
    def first(self) -> Source:
        """The net that a chart of one net shows."""
        return self.sources[0]

    @property
    def steps(self) -> tuple[int, ...]:
        """The training steps of the first net's snapshots."""
        return tuple(snapshot.step for snapshot in self.first.run.snapshots)

    @property
    def own(self) -> dict[str, Any]:
        """The options that the chart has."""
        takes = options_of(self.chart)
        return {name: value for name, value in self.options.items() if name in takes}

    @property
    def drawn(self) -> tuple[int, ...]:
        """The directions that the chart is drawn of. Raises ValueError where it, or a net, has not what is asked for."""
        if "direction" not in options_of(self.chart):
            if self.directions:
                raise ValueError(f"The chart {self.chart} is not of a direction.")
            return (0,)
        if (one := self.options.get("direction")) is not None:
            if one not in (0, 1):
                raise ValueError(f"direction = {one!r}: 0 is forwards, 1 backwards.")
            return (one,)
        both = all(source.net.network.bidirectional for source in self.sources)
        if 1 in self.directions and not both:
            raise ValueError("There is no way backwards: not every net reads both ways.")
        return self.directions or ((0, 1) if both else (0,))

    @property
    def beside(self) -> dict[str, Any]:
        """The others: the analysis will refuse what it does not have."""
        return {name: value for name, value in self.options.items() if name not in self.own}

    @property
    def asked(self) -> Asked:
        """The sentences or trials that are asked."""
        task = self.first.run.experiment.task
        count = TRIALS.get(self.chart, 1)
        if self.texts:
            return Asked(self.texts)
        if not isinstance(task, Fluent):
            return Asked(drawn=Drawn(count=count))
        far = task.far_texts(task.tested)
        first = NAMES.index("France")
        return Asked((far[first], *(text for text in far if text != far[first]))[:count])

    def ask(
        self, source: Source, analysis: str, edits: Sequence[Edit | Attending] = (), **options: Any
    ) -> xr.Dataset:
        """The answer of one net; options: of the analysis, beside those that were asked for. Raises ValueError with one sentence."""
        given = options if analysis != CHARTS[self.chart].needs else options | dict(self.beside)
        step = None if self.all_steps else self.step_of(source)
        if analysis in BEFORE:
            given.setdefault("until", self.step_of(source))
            step = None
        asked = self.asked
        question = Question(
            run=source.net.name,
            analysis=analysis,
            texts=asked.texts,
            drawn=asked.drawn,
            step=step,
            edits=tuple(edits),
            options=tuple(sorted(given.items())),
        )
        return answer(question, source.store)

    def step_of(self, source: Source) -> int:
        """The wanted step, or the source's last."""
        return source.run.snapshots[-1].step if self.step is None else self.step


def options_of(chart: str) -> list[str]:
    """What a person may say of a chart, beside the step and the colours."""
    parameters = inspect.signature(CHARTS[chart].draw).parameters.values()
    return [
        p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.name not in ("step", "mode")
    ]
