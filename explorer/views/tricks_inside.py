"""The insides of several nets over the same words, aligned column by column, with their training to scrub through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer import cache, controls, export
from explorer.charts import CHARTS, directions
from explorer.compare import Contender
from explorer.components.film import Touched, film
from explorer.films import beside
from explorer.films.directions import place_of
from explorer.lessons import tricks as text
from explorer.lessons import workbench
from explorer.picture import Asked
from explorer.views import look

if TYPE_CHECKING:
    import xarray as xr


@st.fragment
def section(contenders: tuple[Contender, ...], asked: Asked, signal: str) -> None:
    """The film, with its downloads; releasing its scrubber reruns no more than this."""
    having = [one for one in contenders if beside.has(one.net, signal)]
    lacking = [one.label for one in contenders if one not in having]
    if lacking:
        words = beside.offered([one.net for one in contenders])[signal]
        said = text.NO_SIGNAL.format(nets=", ".join(lacking), signal=words)
        st.caption(controls.plain(said))
    recordings = _asked(having, asked, "record")
    if not recordings:
        return
    reaches = _asked(contenders, asked, "reach")
    chosen = st.session_state["chosen"]
    try:
        data = beside.side_by_side(
            contenders,
            recordings,
            reaches,
            signal,
            trial=asked.shown,
            start_step=chosen.step,
            cursor=None if chosen.time is None else (chosen.run, chosen.unit or 0, chosen.time),
            way=chosen.way,
        )
    except ValueError:
        st.info(text.UNLIKE)
        return
    _remember(film(data, key="tricks"), data.steps)
    now = st.session_state["chosen"].step
    labels = {one.net.name: one.label for one in having}
    places = {place_of(panel.key): panel.order for panel in data.panels}

    def drawn(direction: int, step: int | None, mode: str) -> Any:
        reading = {n: r for n, r in recordings.items() if direction in beside.ways_of(r)}
        return CHARTS["compare"].draw(
            {labels[name]: recording for name, recording in reading.items()},
            signal=signal,
            step=step,
            trial=asked.shown,
            direction=direction,
            limits=data.panels[0].limits,
            orders={labels[name]: places[name, direction] for name in reading},
            mode=mode,
        )

    def still(step: int | None = now, mode: str = "light") -> Any:
        return directions.both(partial(drawn, step=step, mode=mode), data.directions)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(text.FILM, width="stretch")
        where = caption(contenders, now)
        at = replace(data, start_step=now)
        controls.drawer("tricks-inside", still, where, steps=data.steps, film=at, step=now)


def _asked(nets: Sequence[Contender], asked: Asked, analysis: str) -> dict[str, xr.Dataset]:
    """The answers by name; a fault is a sentence on the page, and the others are still shown."""
    found = {}
    for one in nets:
        try:
            with st.spinner(controls.plain(workbench.ASKING.format(net=one.label)), show_time=True):
                found[one.net.name] = cache.ask(one.net.name, asked, analysis)
        except cache.FAULTS as fault:
            st.error(controls.plain(f"{one.label}: {fault}"))
    return found


def _remember(touched: Touched, steps: Sequence[int]) -> None:
    """What was touched in the film goes into the link: the other pages open there."""
    if touched.step is not None:
        look.remember_step(touched.step, steps)
    if touched.panel is not None and touched.panel != beside.REACH:
        run, way = place_of(touched.panel)
        look.remember(run=run, unit=touched.row, time=touched.column, way=way)


def caption(contenders: tuple[Contender, ...], step: int | None = None) -> str:
    """Where a picture comes from."""
    tasks = {one.net.task.name: one.net.task for one in contenders if one.net.task is not None}
    return export.caption(
        cell=[f"{one.label} ({one.net.start}, {one.seed})" for one in contenders],
        task=", ".join(f"{name}, gap ≤ {task.gap}" for name, task in tasks.items()),
        step=step,
    )
