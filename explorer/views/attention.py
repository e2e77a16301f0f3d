"""Attention: what if the path is one step?"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer import cache, controls
from explorer.attention.written import twin_of
from explorer.components.film import FilmData, Touched, film
from explorer.films.alignment import KEY, alignment_film
from explorer.lessons import attention as text
from explorer.lessons.workbench import QUESTIONS
from explorer.picture import Net
from explorer.views import (
    attention_lines,
    attention_look,
    attention_overwrite,
    attention_pulls,
    attention_worked,
    draw,
    link,
    look,
)
from explorer.views.look import Look
from explorer.views.tabs import tabs

if TYPE_CHECKING:
    import xarray as xr

TABS = "attention tabs"
"""Key of the tabs."""
STYLE = Path(__file__).with_name("attention.css")


def show() -> None:
    """Draw the page from top to bottom."""
    st.html(link.STYLE)
    st.html(STYLE)
    st.title(text.TITLE, anchor=text.TITLE.lower())
    st.markdown(QUESTIONS[text.TITLE])
    nets = attention_look.nets_or_fault()
    looked = attention_look.header(nets)
    if looked is not None:
        matrix(looked, twin_of(looked.net, nets))
    tabs(text.TABS, TABS, partial(_part, looked))
    cache.warm_soon()


@st.fragment
def matrix(looked: Look, twin: Net | None) -> None:
    """The strings, the film, the arithmetic and the overwrite: what is touched in them reruns no more, but for the open tab."""
    here = look.now(looked)
    recording = attention_look.ask(here)
    if recording is None:
        return
    before = here
    lines = st.container()
    attends = "attention" in recording
    if attends:
        data = alignment_film(
            recording, start_step=here.step, cursor=attention_worked.place(here, recording)
        )
        here = _follow(here, film(data, key="alignment"))
        at = attention_worked.place(here, recording)
        _below(here, recording, data, at)
    else:
        at = None
        st.info(text.NO_ATTENTION.format(size=here.net.network.vector_size))
        look.training_step(here)
        here = look.now(here)
    with lines:
        attention_lines.section(here, recording, twin, None if at is None else at[0])
    attention_worked.section(here, recording)
    attention_overwrite.section(here, recording)
    open_tab = st.session_state.get(TABS, text.TABS[0])
    if here.step != before.step and open_tab == text.TABS[0]:
        st.rerun()  # the tab shows the same training step


def _below(here: Look, recording: xr.Dataset, data: FilmData, at: tuple[int, int]) -> None:
    """How to read the film, and its downloads."""
    step = here.step

    def still(step: int | None = step, mode: Any = "light") -> Any:
        return draw.charted("alignment")(recording, step=step, mode=mode)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(text.CLICK, width="stretch")
        moving = replace(data, start_step=step, cursor=(KEY, *at))
        controls.drawer(
            "alignment", still, draw.caption(here), steps=data.steps, film=moving, step=step
        )


def _follow(here: Look, touched: Touched) -> Look:
    """Take over what was newly chosen in the film, and put it into the link."""
    if touched.panel is not None:
        look.remember(row=touched.row, column=touched.column)
    if touched.step is not None:
        look.remember_step(touched.step, here.steps)
    return look.now(here)


def _pulls(looked: Look | None) -> None:
    if looked is None:
        st.caption(text.NO_PULLS)
    else:
        attention_pulls.section(looked)


def _part(looked: Look | None, name: str) -> None:
    """One tab: the first is of the net above, the others stand by themselves and are loaded when they are opened."""
    if name == text.TABS[0]:
        _pulls(looked)
    elif name == text.TABS[1]:
        from explorer.views import attention_bottleneck

        attention_bottleneck.section()
    elif name == text.TABS[2]:
        from explorer.views import attention_readouts

        attention_readouts.section()
    else:
        from explorer.views import attention_blank

        attention_blank.section()


show()
