"""Gradients: how much error arrives, and from which step?"""

from __future__ import annotations

import streamlit as st

from explorer import cache
from explorer.lessons import gradients as text
from explorer.lessons.workbench import QUESTIONS
from explorer.views import (
    gradients_credit,
    gradients_shares,
    gradients_steps,
    gradients_training,
    look,
)
from explorer.views.gradients_parts import now
from explorer.views.look import Look

PARTS = dict(
    zip(
        text.TABS,
        (
            gradients_credit.section,
            gradients_steps.section,
            gradients_shares.section,
            gradients_training.exploding,
            gradients_training.truncated,
        ),
        strict=True,
    )
)


def show() -> None:
    """Draw the page from top to bottom."""
    looked = look.header("Gradients", QUESTIONS["Gradients"])
    if looked is not None:
        body(looked)
    cache.warm_soon()


def body(looked: Look) -> None:
    """The tabs, of which the open one is drawn."""
    tabs = st.tabs(list(PARTS), key="gradients_tab", on_change="rerun")
    for tab, name in zip(tabs, PARTS, strict=True):
        if tab.open:
            with tab:
                if name not in text.NEEDS or look.has_task(looked, text.NEEDS[name]):
                    part(name, looked)


@st.fragment
def part(name: str, looked: Look) -> None:
    """What is touched in an open tab runs again without the controls above and the tabs.

    The tabs stand outside: one that is changed inside of a fragment while the page is still being drawn crashes it.
    """
    PARTS[name](now(looked))


show()
