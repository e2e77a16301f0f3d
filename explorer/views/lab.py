"""The lab: will mine learn it? Train any experiment, watch it, and keep the runs."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.tasks.fluent import NAMES
from explorer import cache
from explorer.address import Limits
from explorer.lessons import lab as text
from explorer.lessons.workbench import QUESTIONS
from explorer.views import labform, lablibrary, lablive, link

SECTIONS: dict[str, Callable[[], None]] = {
    text.TRAIN: labform.form,
    text.LIBRARY: lablibrary.section,
}


def show() -> None:
    """Draw the page from top to bottom."""
    st.html(link.STYLE)
    st.title("Lab", anchor="lab")
    st.markdown(QUESTIONS["Lab"])
    link.follow(Limits(countries=NAMES, cues=link.CUES))
    # In a place of its own: what begins and ends there does not move the form to another one, which would shut an
    # open list and could empty the fields.
    with st.container():
        lablive.under_way()
    st.session_state.setdefault("lab_section", text.TRAIN)
    chosen = st.segmented_control(
        "Section", list(SECTIONS), key="lab_section", required=True, label_visibility="collapsed"
    )
    SECTIONS[chosen or text.TRAIN]()
    cache.warm_soon()


show()
