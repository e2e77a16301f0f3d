"""Memory: what do the gates keep, and what if I change it?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from explorer import cache, firstpaint
from explorer.lessons import memory as text
from explorer.lessons.workbench import QUESTIONS
from explorer.views import look, memory_change, memory_exchange, memory_gates, memory_tabs
from explorer.views.look import Look, now
from explorer.views.tabs import tabs

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
        firstpaint.let_paint()
        looked = now(looked)
        first = text.CHANGE if looked.address.edits else ""
        tabs(list(PARTS), "memory_tab", partial(part, looked), first)
    cache.warm_soon()


@st.fragment
def gates(looked: Look) -> None:
    """The film; only another training step draws the pictures below anew."""
    before = now(looked).step
    memory_gates.section(now(looked))
    if now(looked).step != before:
        st.rerun()


@st.fragment
def part(looked: Look, name: str) -> None:
    """What is touched in an open tab runs again without the rest."""
    PARTS[name](now(looked))


show()
