"""Gradients: how much error arrives, and from which step?"""

from __future__ import annotations

from functools import partial

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
from explorer.views.look import Look, now
from explorer.views.tabs import tabs

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
        tabs(list(PARTS), "gradients_tab", partial(open_part, looked))
    cache.warm_soon()


def open_part(looked: Look, name: str) -> None:
    """The open tab, where this net has what it needs."""
    if name not in text.NEEDS or look.has_task(looked, text.NEEDS[name]):
        part(looked, name)


@st.fragment
def part(looked: Look, name: str) -> None:
    """What is touched in an open tab runs again without the rest."""
    PARTS[name](now(looked))


show()
