"""Recurrence: which numbers make this number?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer import cache
from explorer.address import Address
from explorer.components.film import FilmData, Touched, film
from explorer.films import inside, unitorder
from explorer.films.directions import key_of, place_of
from explorer.lessons import glossary
from explorer.lessons import recurrence as text
from explorer.lessons.workbench import QUESTIONS
from explorer.views import draw, look, sentence, weights, worked
from explorer.views.look import Look
from explorer.views.tabs import tabs

if TYPE_CHECKING:
    import xarray as xr

TABS = "recurrence tabs"
"""Key of the tabs."""
FOLLOWED = {text.WEIGHTS_TAB: ("time",), text.EDIT: ("signal", "unit", "time", "way")}
"""What a tab shows of the place beside the training step."""
STYLE = Path(__file__).with_name("recurrence.css")


def show() -> None:
    """Draw the page from top to bottom."""
    st.html(STYLE)
    looked = look.header(text.TITLE, QUESTIONS[text.TITLE])
    if looked is None:
        return
    inside_and_worked(looked)
    first = text.EDIT if looked.address.word else ""
    tabs(list(PARTS), TABS, partial(part, looked), first)
    cache.warm_soon()


@st.fragment
def inside_and_worked(looked: Look) -> None:
    """The film and the arithmetic: a click in the film reruns no more than this, but where the open tab shows it too."""
    recording = look.ask(looked, "record")
    if recording is None:
        return
    before: Address = st.session_state["chosen"]
    here = _now(looked)
    names = list(look.signal_words(here.cell))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        signals = st.pills(
            text.SIGNALS,
            names,
            selection_mode="multi",
            default=[name for name in names if name in {*here.cell.state, here.signal}],
            format_func=look.signal_words(here.cell).__getitem__,
            key=f"signals {here.cell.name}",
        )
        order = st.segmented_control(
            text.ORDER, text.ORDERS, default=text.LIKE, key="order", help=text.ORDER_HELP
        )
    if signals:
        shown = [name for name in names if name in signals]
        data = _film(here, recording, shown, like=order != text.NUMBER)
        here = _follow(here, film(data, key="signals"))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(text.CLICK, width="stretch")
            draw.stills(here, recording, shown, data)
    else:
        st.info(text.NO_SIGNAL)
    worked.section(here, recording)
    shown_below = ("step", *FOLLOWED.get(st.session_state.get(TABS, ""), ()))
    if any(getattr(here.address, field) != getattr(before, field) for field in shown_below):
        st.rerun()


def _film(here: Look, recording: xr.Dataset, shown: Sequence[str], *, like: bool) -> FilmData:
    """The shown signals in every direction that is drawn. like: units of like course beside each other."""
    where: dict[str, Any] = {"trial": here.trial, "layer": here.address.layer}
    signal = here.signal if here.signal in shown else shown[0]
    ways = here.directions
    return inside.inside_film(
        recording,
        shown,
        **where,
        directions=ways,
        orders=unitorder.orders_of(recording, here.cell.state[-1], ways, **where) if like else {},
        start_step=here.step,
        cursor=(key_of(signal, here.direction, ways), here.unit, here.time),
    )


@st.fragment
def part(looked: Look, name: str) -> None:
    """What is touched in an open tab runs again without the rest."""
    PARTS[name](_now(looked))


def _now(looked: Look) -> Look:
    """What is looked at, with what was chosen since the header was drawn; the widgets' values count first."""
    now = look.now(looked)
    worked.settle(now)
    return worked.chosen(now)


def _follow(here: Look, touched: Touched) -> Look:
    """Take over what was newly chosen in the film: it goes into the widgets, and with them into the link."""
    if touched.panel is not None:
        signal, way = place_of(touched.panel)
        worked.put(signal=signal, unit=touched.row, time=touched.column, way=way)
    if touched.step is not None:
        look.remember_step(touched.step, here.steps)
    return worked.chosen(look.now(here))


def _glossary(here: Look) -> None:
    st.markdown(glossary.NOTATIONS)


PARTS = dict(
    zip(text.TABS, (sentence.surprise, sentence.edit, weights.section, _glossary), strict=True)
)

show()
