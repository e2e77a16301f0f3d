"""A chart on a page of the workbench: drawn once, with how to read it and its downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer import cache, controls, export
from explorer.charts import CHARTS, directions
from explorer.views.look import Look

if TYPE_CHECKING:
    import xarray as xr

    from explorer.components.film import FilmData


def charted(name: str) -> Callable[..., Any]:
    """A chart of the registry; the chart library is imported with the first one that is drawn."""
    return CHARTS[name].draw


def stills(
    look: Look,
    recording: xr.Dataset,
    signals: Sequence[str],
    data: FilmData,
) -> None:
    """Downloads of a film of signals, standing still at a training step or moving."""
    orders = {int(panel.direction): panel.order for panel in data.panels}

    def still(direction: int, step: int | None = None, mode: Any = "light") -> Any:
        place = {**look.place, "direction": direction}
        return charted("signals")(
            recording, shown=signals, step=step, order=orders[direction], mode=mode, **place
        )

    film = replace(data, start_step=look.step)
    make = each(look, still)
    controls.drawer("signals", make, caption(look), steps=look.steps, film=film, step=look.step)


def each(look: Look, make: Callable[..., Any]) -> Callable[..., Any]:
    """``make(direction=…, step=…, mode=…)`` for all directions that are drawn: one picture, to be taken along."""
    shown = look.directions

    def whole(step: int | None = None, mode: Any = "light") -> Any:
        return directions.both(partial(make, step=step, mode=mode), shown)

    return whole


def mode() -> Any:
    """The page's mode, which signed colours need: their middle has the tone of the page."""
    return "dark" if st.context.theme.type == "dark" else "light"


def chart(
    look: Look,
    name: str,
    of: tuple[Any, ...],
    make: Callable[..., Any],
    key: str = "",
    say: bool = True,
    steps: Sequence[int] = (),
    directed: bool = False,
) -> None:
    """A chart of the registry; a fault is a sentence in its place.

    of: what decides it beside the net and the theme. make(mode=…, step=…) draws it; key: where a page has it twice; say: how to
    read it; steps: the training steps that it can be drawn at. directed: make(direction=…, mode=…, step=…) draws one
    direction, and of a net with two both are drawn, one below the other.
    """
    from explorer import theme

    theme.enable()
    key = key or name
    try:
        decides = (look.net.name, mode(), *of)
        if directed:
            _each(look, key, decides, make)
        else:
            cache.chart(key, decides, lambda: readable(make(mode=mode(), step=look.step)))
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(CHARTS[name].how_to_read if say else "", width="stretch")
        taken = each(look, make) if directed else make
        controls.drawer(key, taken, caption(look), steps=steps, step=look.step)


def _each(look: Look, key: str, decides: tuple[Any, ...], make: Callable[..., Any]) -> None:
    """A chart for each direction; the first has the key that it would have alone."""
    for direction in look.directions:

        def made(direction: int = direction) -> Any:
            chart = make(direction, mode=mode(), step=look.step)
            several = len(look.directions) > 1
            return readable(directions.titled(chart, direction) if several else chart)

        first = direction == look.directions[0]
        name = key if first else f"{key} {directions.NAMES[direction]}"
        cache.chart(name, (*decides, look.directions, direction), made)


def readable(chart: Any) -> Any:
    """Streamlit's grey for axes has 3.7 : 1 on a light page; a dark page has white. It has no ink for words in a chart."""
    from explorer import theme

    ink = theme.INK[mode()]
    chart = chart.configure_text(color=ink.text).configure_title(subtitleColor=ink.quiet)
    if mode() == "dark":
        return chart
    chart = chart.configure_axis(labelColor=ink.quiet, titleColor=ink.quiet)
    return chart.configure_legend(labelColor=ink.quiet)


def caption(look: Look, step: int | None = None) -> str:
    """Where a picture comes from."""
    task = look.net.task
    return export.caption(
        cell=f"{look.net.label}, {look.net.detail}",
        task="" if task is None else task.name,
        step=look.step if step is None else step,
    )
