"""Pictures of what is in training: curves as they grow, and the inside of a net at its newest snapshot.

Making a chart takes a hundred times as long as sending it again, and other tabs wait meanwhile. So a picture is made
anew only when there is something new, and not more often than every few seconds.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from engine.experiment import Experiment
from engine.shapes import snapshot_bytes
from explorer import cache, controls
from explorer.cache import FAULTS
from explorer.jobs import TRAINERS, supervisor
from explorer.lab.listing import THOROUGH
from explorer.lab.plans import probe, short_names
from explorer.lessons import lab as text
from explorer.views.underway import Mine

REDRAWN = 3.0
"""Least seconds between two drawings of a picture, and between two questions to a net that trains."""
HEIGHT = 330
"""Pixels of a picture of the inside."""
CURVES = 10
"""Nets whose curves are drawn at once; of more the first ones."""

Named = Mapping[str, tuple[Experiment, str]]
"""Runs by id: what was chosen, and a name that no other has."""


@dataclass
class Drawn:
    """A picture as it was sent last: what it is of, and when it was made."""

    of: Any
    spec: dict[str, Any]
    made: float


@dataclass
class Probe:
    """The last answers of a net that trains, and when it was asked. A thread asks: an answer may take seconds while
    its worker still loads, and nobody who clicks should wait for it."""

    asked: float = -math.inf
    asking: threading.Thread | None = None
    step: int = -1
    answers: dict[str, Any] = field(default_factory=dict)

    def ask(self, run_id: str, experiment: Experiment) -> None:
        """Have a thread ask, unless one does or did a moment ago."""
        busy = self.asking is not None and self.asking.is_alive()
        if not busy and time.monotonic() - self.asked >= REDRAWN:
            self.asked = time.monotonic()
            self.asking = threading.Thread(target=self._ask, args=(run_id, experiment), daemon=True)
            self.asking.start()

    def _ask(self, run_id: str, experiment: Experiment) -> None:
        with suppress(*FAULTS):  # the next look has a newer snapshot
            steps = cache.steps(run_id)
            if steps and self.step != steps[-1]:
                asked = probe(experiment)
                record = cache.ask(run_id, asked, "record", step=steps[-1])
                self.answers = {"record": record, "reach": cache.ask(run_id, asked, "reach")}
                self.step = steps[-1]


@dataclass
class Pictures:
    """What this tab shows of its trainings; one object in the session, changed in place."""

    drawn: dict[str, Drawn] = field(default_factory=dict)
    probes: dict[str, Probe] = field(default_factory=dict)

    def spec(self, name: str, of: Any, make: Callable[[], Any]) -> dict[str, Any]:
        """The picture of that name: made anew when it is of something else and the last one is old enough."""
        kept = self.drawn.get(name)
        now = time.monotonic()
        if kept is None or (kept.of != of and now - kept.made >= REDRAWN):
            kept = self.drawn[name] = Drawn(of, make().to_dict(), now)
        return kept.spec


def ask(pictures: Pictures, begun: Named) -> dict[str, Probe]:
    """Ask each net that a worker has about its probe, when it has a new snapshot; what is known of them by now."""
    probes = pictures.probes
    for run_id in [run_id for run_id in probes if run_id not in begun]:
        del probes[run_id]
    for run_id in [run_id for run_id in begun if supervisor().place(run_id) == 0][:TRAINERS]:
        if not too_large(begun[run_id][0]):
            probes.setdefault(run_id, Probe()).ask(run_id, begun[run_id][0])
    return {run_id: kept for run_id, kept in probes.items() if kept.answers}


def too_large(experiment: Experiment) -> bool:
    """Whether looking into it while it trains would take too long."""
    return snapshot_bytes(experiment) > THOROUGH


def curves(pictures: Pictures, own: Mine, begun: Named) -> None:
    """Loss, accuracy and gradient norm of the nets that have begun, as far as they have come."""
    from explorer import theme
    from explorer.charts import CHARTS
    from explorer.charts.nets import Net

    theme.enable()
    shown = dict(list(begun.items())[:CURVES])
    names = short_names({run_id: experiment for run_id, (experiment, _) in shown.items()})
    metrics = {
        Net(names[run_id], experiment.network.cell): own.told[run_id].records
        for run_id, (experiment, _) in shown.items()
    }
    first = next(iter(shown.values()))[0]
    steps = max(experiment.training.steps for experiment, _ in shown.values())
    by_loss, usual = first.task.measure == "loss", first.task.baseline()
    panels: dict[str, tuple[float | None, str]] = {
        "loss": (usual if by_loss else None, "no memory"),
        "test_loss" if by_loss else "accuracy": (usual, "no memory" if by_loss else "chance"),
        "norm": (first.training.clip, "clip"),
    }
    of = tuple(
        (net.label, own.told[run_id].end) for net, run_id in zip(metrics, shown, strict=True)
    )
    chart = CHARTS["live"]
    for column, quantity in zip(st.columns(len(panels)), panels, strict=True):
        level, name = panels[quantity]
        make = partial(
            chart.draw, metrics, quantity=quantity, steps=steps, level=level, level_name=name
        )
        with column:
            _show(pictures.spec(quantity, of, make), f"lab_live_{quantity}")
    st.caption(chart.how_to_read)


def inside(pictures: Pictures, probes: Mapping[str, Probe], begun: Named) -> None:
    """The states of a probe in each of these nets, and its reach beside."""
    for experiment, name in begun.values():
        if too_large(experiment):
            st.caption(controls.plain(text.TOO_LARGE_TO_LOOK.format(name=name)))
    if not probes:
        return
    from explorer.charts import CHARTS
    from explorer.charts.nets import Net

    states, reach = CHARTS["probe"], CHARTS["distance"]
    mode = st.context.theme.type or "light"
    columns = st.columns(len(probes) + 1)
    for column, (run_id, of) in zip(columns, probes.items(), strict=False):
        with column:
            st.caption(controls.plain(text.PROBE.format(step=of.step, name=begun[run_id][1])))
            make = partial(states.draw, of.answers["record"], mode=mode)
            spec = pictures.spec(run_id, (of.step, mode), make)
            _show(spec, f"lab_probe_{run_id}", HEIGHT)
    names = short_names({run_id: begun[run_id][0] for run_id in probes})
    answers = {
        Net(names[run_id], begun[run_id][0].network.cell): of.answers["reach"]
        for run_id, of in probes.items()
    }
    with columns[-1]:
        st.caption(text.PROBE_REACH)
        of_steps = tuple((names[run_id], of.step) for run_id, of in probes.items())
        spec = pictures.spec("reach", of_steps, partial(reach.draw, answers, title=""))
        _show(spec, "lab_reach", HEIGHT)
    st.caption(f"{states.how_to_read} {reach.how_to_read}")


def _show(spec: dict[str, Any], key: str, height: Any = "content") -> None:
    st.vega_lite_chart(spec, key=key, width="stretch", height=height)
