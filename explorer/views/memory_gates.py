"""The gates over the sentence, at every training step: the picture at the top of the memory page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer import controls
from explorer.components.film import FilmData, Panel, Touched, film
from explorer.films import inside
from explorer.films.directions import key_of, named, on_one_scale, place_of
from explorer.lessons import memory as text
from explorer.views import draw, look
from explorer.views.look import Look, now

FILM, PANEL = "gates film", "gates panel"
"""Keys of the film, and of the panel that was clicked last in it."""


def section(looked: Look) -> None:
    """Equation, convention, and the film of all gates and the memory."""
    equation(looked)
    recording = look.ask(looked, "record")
    if recording is None:
        return
    data = film_of(recording, looked)
    follow(film(data, key=FILM), looked)
    looked = now(looked)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(text.USE, width="stretch")
        if gated(looked):
            place, now_at = looked.place, looked.step

            def still(direction: int, step: int | None = now_at, mode: str = "light") -> Any:
                there = {**place, "direction": direction}
                return draw.charted("gates")(recording, step=step, mode=mode, **there)

            controls.drawer(
                "gates",
                draw.each(looked, still),
                draw.caption(looked),
                steps=looked.steps,
                film=replace(data, start_step=looked.step),
                step=looked.step,
            )
        else:
            draw.stills(looked, recording, looked.cell.state, data)


def gated(looked: Look) -> bool:
    """Whether the cell has a gate."""
    return len(looked.cell.signals) > len(looked.cell.state)


def follow(touched: Touched, looked: Look) -> None:
    """What was newly touched in the film goes into the link."""
    if touched.step is not None:
        look.remember_step(touched.step, looked.steps)
    if touched.panel is not None:
        st.session_state[PANEL], way = place_of(touched.panel)
        look.remember(unit=touched.row, time=touched.column, way=way)


def cursor(looked: Look, panels: Sequence[str]) -> tuple[str, int, int] | None:
    """The chosen unit and step, in the panel that was clicked last; None where the link names neither."""
    if looked.address.unit is None and looked.address.time is None:
        return None
    last = key_of(st.session_state.get(PANEL, looked.signal), looked.direction, looked.directions)
    return last if last in panels else panels[0], looked.unit, looked.time


def equation(looked: Look) -> None:
    """The lines of the equation that write the state, and what the notes call it."""
    cell = looked.cell
    states = [cell.signal(state).symbol for state in reversed(cell.state)]
    lines = [line for line in cell.equation if line.startswith(tuple(states))]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("$" + r",\quad ".join(lines) + "$", width="content")
        said = text.CONVENTION.get(cell.name) or text.NO_GATES.format(cell=cell.label)
        st.markdown(said, width="stretch")


def film_of(recording: Any, looked: Look) -> FilmData:
    """Every gate and the memory in each direction, at all snapshots; units that keep longest at the top."""
    sides = [_panels(recording, looked, direction) for direction in looked.directions]
    panels = [panel for beside in zip(*sides, strict=True) for panel in on_one_scale(beside)]
    return FilmData(
        columns=inside.tokens(recording, looked.trial),
        steps=tuple(int(step) for step in recording["snapshot"].values),
        panels=tuple(panels),
        start_step=looked.step,
        cursor=cursor(looked, [panel.key for panel in panels]),
    )


def _panels(recording: Any, looked: Look, direction: int) -> list[Panel]:
    """The gates and the memory in one direction."""
    from explorer.charts import gates

    place = {**looked.place, "direction": direction}
    units = tuple(str(unit + 1) for unit in range(recording.sizes["unit"]))
    order = tuple(gates.order(recording, **place))
    found = []
    for one in gates.moving(recording, **place):
        panel = Panel(
            one.key,
            one.label,
            one.values,
            units,
            one.kind,
            one.limits,
            symbol=one.symbol,
            color=one.color,
            detail=one.meant,
            order=order,
        )
        found.append(named(panel, direction, looked.directions))
    return found
