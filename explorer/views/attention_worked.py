"""The arithmetic of the chosen weight of attention: score, softmax, and what it brings to the written word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from engine.attention import ATTENTIONS
from engine.attention_worked import attended
from engine.newest import newest
from explorer.attention.formula import brought, score, softmax
from explorer.charts.symbols import written
from explorer.controls import plain
from explorer.formula import SHOWN
from explorer.lessons import attention as text
from explorer.views import attention_look
from explorer.views.look import Look

if TYPE_CHECKING:
    import xarray as xr


def place(here: Look, recording: xr.Dataset) -> tuple[int, int]:
    """The chosen step of writing and place in the source, inside what is written at the shown training step.

    Where none is chosen: the first written word, and where it looks most.
    """
    at = newest(recording, here.step)
    time = min(here.address.row or 0, int(recording["written_length"][at, 0]) - 1)
    last = len(here.words) - 1
    if here.address.column is not None:
        return time, min(here.address.column, last)
    return time, int(recording["attention"].values[at, 0, time, : last + 1].argmax())


def section(here: Look, recording: xr.Dataset) -> None:
    """Three blocks with the real numbers; nothing for a net without attention."""
    if "attention" not in recording:
        return
    weights = attention_look.ask_weights(here)
    if weights is None:
        return
    time, source = place(here, recording)
    now = written(recording, newest(recording, here.step))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader(
            text.WORKED.format(
                written=plain(now[time].word),
                time=time + 1,
                source=plain(here.words[source]),
                place=source + 1,
            ),
            anchor="worked",
            width="stretch",
        )
        shown = st.segmented_control(
            text.TERMS,
            list(text.TERM_CHOICES),
            format_func=text.TERM_CHOICES.__getitem__,
            default=SHOWN,
            key="attention terms",
            required=True,
        )
    try:
        made = attended(recording, weights, step=here.step, time=time, source=source)
    except ValueError as fault:
        st.error(plain(str(fault)))
        return
    attention = ATTENTIONS[here.net.network.attention]
    with st.container(key="attended"):
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(text.SCORE.format(label=attention.label))
            st.markdown(score(made, shown or 0))
            st.markdown(text.SOFTMAX)
            st.markdown(softmax(made, here.words, shown or 0))
        with right:
            st.markdown(text.BROUGHT.format(word=plain(made.logit.word)))
            st.markdown(brought(made, shown or 0))
