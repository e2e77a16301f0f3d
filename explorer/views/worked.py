"""The worked arithmetic of the number under the cursor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from engine.explained import explained
from engine.readouts import READOUTS
from engine.worked import behind
from explorer import formula
from explorer.charts.directions import NAMES
from explorer.controls import plain
from explorer.lessons import recurrence as text
from explorer.lessons.workbench import DIRECTION
from explorer.views import draw, look
from explorer.views import worked_more as more
from explorer.views.look import Look

if TYPE_CHECKING:
    import xarray as xr

KEYS = {"signal": "signal_shown", "unit": "unit_shown", "time": "time_shown", "way": "way_shown"}
"""Fields of the link -> keys of the widgets, where people count from one."""
NEXT = "place to show next"
"""Key of what the widgets are set to at the next run."""


def settle(here: Look) -> None:
    """Before the widgets are drawn: they begin as the link says, and never name what is not there."""
    if NEXT in st.session_state:
        put(**st.session_state.pop(NEXT))
    usual: dict[str, Any] = {
        "signal": here.signal,
        "unit": here.unit + 1,
        "time": here.time + 1,
    }
    fits = {
        "signal": lambda value: value in look.signal_words(here.cell),
        "unit": lambda value: 1 <= value <= here.net.network.units,
        "time": lambda value: 1 <= value <= len(here.words),
    }
    if len(here.directions) > 1:
        usual["way"], fits["way"] = here.direction, here.directions.__contains__
    else:
        st.session_state.pop(KEYS["way"], None)
    for field, fitting in fits.items():
        key = KEYS[field]
        if not fitting(st.session_state.setdefault(key, usual[field])):
            st.session_state[key] = usual[field]


def put(*, signal: str | None, unit: int | None, time: int | None, way: int) -> None:
    """Set the widgets, before they are drawn."""
    st.session_state[KEYS["signal"]] = signal
    st.session_state[KEYS["unit"]] = (unit or 0) + 1
    st.session_state[KEYS["time"]] = (time or 0) + 1
    if KEYS["way"] in st.session_state:
        st.session_state[KEYS["way"]] = way


def put_next(**place: Any) -> None:
    """Have the widgets set at the next run: they have been drawn in this one."""
    st.session_state[NEXT] = place


def chosen(here: Look) -> Look:
    """What the widgets say, and the link with it; what is usual stays out of the link."""
    signal, unit, time, way = (st.session_state.get(key, 0) for key in KEYS.values())
    now = look.remember(
        signal="" if signal == here.cell.state[-1] else signal,
        unit=None if unit == 1 else unit - 1,
        time=None if time == len(here.words) else time - 1,
        way=way,
    )
    return replace(here, address=now)


def section(here: Look, recording: xr.Dataset) -> None:
    """Which number, its lines, and what else can be asked about it."""
    weights = look.ask(here, "weights", step=here.step)
    if weights is None:
        return
    words = look.signal_words(here.cell)
    st.subheader(
        text.WORKED.format(
            unit=here.unit + 1,
            time=here.time + 1,
            word=plain(here.words[here.time]),
            step=here.step,
            way=f", {NAMES[here.direction]}" if len(here.directions) > 1 else "",
        ),
        anchor="worked",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            text.SIGNAL, list(words), format_func=words.__getitem__, key=KEYS["signal"], width=260
        )
        if len(here.directions) > 1:
            st.segmented_control(
                DIRECTION,
                here.directions,
                format_func=NAMES.__getitem__,
                key=KEYS["way"],
                required=True,
            )
        st.number_input(text.UNIT, 1, here.net.network.units, key=KEYS["unit"], width=130)
        st.number_input(text.TIME, 1, len(here.words), key=KEYS["time"], width=160)
        terms = st.segmented_control(
            text.TERMS,
            list(text.TERM_CHOICES),
            format_func=text.TERM_CHOICES.__getitem__,
            default=formula.SHOWN,
            key="terms",
            required=True,
        )
    try:
        made = explained(
            recording, weights, step=here.step, time=here.time, unit=here.unit, **here.place
        )
    except ValueError as fault:
        st.error(plain(str(fault)))
        return
    with st.container(key="worked"):
        shown = behind(made.lines, here.signal)
        st.markdown(
            more.towards(formula.lines(shown, here.cell.name, terms or 0, draw.mode()), here)
        )
        st.caption(_reads(here))
        if made.answer is not None:
            st.caption(_answered(here, bool(made.answer.word)))
            st.markdown(formula.answer(made.answer, terms or 0))
    more.section(here, made)


def _answered(here: Look, in_words: bool) -> str:
    """What the answer is read from."""
    if not in_words:
        return text.NUMBER_ANSWER
    readout = READOUTS[here.net.network.readout]
    return text.POOLED_ANSWER.format(label=readout.label) if readout.pooled else text.ANSWER


def _reads(here: Look) -> str:
    """What x is at this step, and where the state comes from."""
    first = here.time == (len(here.words) - 1 if here.direction else 0)
    task = here.net.task
    words = "words" if here.known[here.time] else "unknown"
    kind = "below" if here.address.layer else words if task and task.vocabulary else "numbers"
    said = text.INPUT[kind].format(word=plain(here.words[here.time]), layer=here.address.layer)
    return f"{said} {text.START}" if first else said
