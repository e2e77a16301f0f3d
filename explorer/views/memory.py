"""Memory: what do the gates keep, and what if I change it?"""

from __future__ import annotations

import streamlit as st

from explorer import cache, firstpaint
from explorer.lessons import memory as text
from explorer.lessons.workbench import QUESTIONS
from explorer.views import look, memory_change, memory_exchange, memory_gates, memory_tabs
from explorer.views.look import Look
from explorer.views.memory_parts import now

PARTS = dict(
    zip(
        text.TABS,
        (
            memory_tabs.saturation,
            memory_tabs.retention,
            memory_tabs.slopes,
            memory_change.section,
            memory_exchange.section,
        ),
        strict=True,
    )
)


def show() -> None:
    """Draw the page from top to bottom."""
    looked = look.header("Memory", QUESTIONS["Memory"])
    if looked is not None:
        gates(looked)
        below(now(looked))
    cache.warm_soon()


@st.fragment
def gates(looked: Look) -> None:
    """The film; only another training step draws the pictures below anew."""
    before = now(looked).step
    memory_gates.section(now(looked))
    if now(looked).step != before:
        st.rerun()


def below(looked: Look) -> None:
    """The tabs, of which the open one is drawn."""
    firstpaint.let_paint()
    first = text.CHANGE if looked.address.edits else text.TABS[0]
    st.session_state.setdefault("memory_tab", first)
    for tab, name in zip(
        st.tabs(list(PARTS), key="memory_tab", on_change="rerun"), PARTS, strict=True
    ):
        if tab.open:
            with tab:
                part(name, looked)


@st.fragment
def part(name: str, looked: Look) -> None:
    """What is touched in an open tab runs again without the rest; the tabs stand outside, as on Gradients."""
    PARTS[name](now(looked))


show()
