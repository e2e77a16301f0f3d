"""What pulls: the gradient of every written word into every state of the encoder, in one step and through the recurrence."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.newest import newest
from explorer import controls
from explorer.charts.symbols import written
from explorer.components.film import film
from explorer.films.alignment import source_credit_film
from explorer.lessons import attention as text
from explorer.views import attention_look, draw, look
from explorer.views.look import Look


@st.fragment
def section(looked: Look) -> None:
    """Three heat maps below each other at the shown training step."""
    here = look.now(looked)
    st.markdown(text.PULLS)
    recording = attention_look.ask(here)
    found = attention_look.ask(here, "source_credit", step=here.step)
    if recording is None or found is None:
        return
    row, column = here.address.row or 0, here.address.column or 0
    data = source_credit_film(found, recording, step=here.step, cursor=(row, column))
    film(data, key="source_credit")
    names = tuple(one.marked for one in written(recording, newest(recording, here.step)))

    def still(step: int | None = None, mode: Any = "light") -> Any:
        return draw.charted("source_credit")(found, rows=names, mode=mode)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(text.PULLS_STEP.format(step=here.step), width="stretch")
        controls.drawer("source_credit", still, draw.caption(here), film=data)
