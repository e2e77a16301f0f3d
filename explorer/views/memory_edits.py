"""The list of changes that are in force: kept in the link, with undo, removal and reset."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.edits import Edit
from explorer import editlink, editwords
from explorer.controls import plain
from explorer.lessons import memory as text
from explorer.views import look
from explorer.views.look import Look

BEFORE, FAULT = "edits_before", "edits_fault"
"""Keys of the session: what Undo goes back to, and what could not be changed."""


def current(looked: Look) -> tuple[Edit, ...]:
    """The changes of the link; what cannot be read is a sentence on the page, and no change."""
    try:
        return editlink.read(looked.address.edits)
    except ValueError as fault:
        st.warning(plain(str(fault)))
        return ()


def put(edits: Sequence[Edit]) -> None:
    """Make these the changes in force; what does not fit into a link is said, and nothing changes."""
    before = st.session_state["chosen"].edits
    try:
        written = editlink.write(edits)
    except ValueError as fault:
        st.session_state[FAULT] = str(fault)
        return
    if written != before:
        st.session_state.setdefault(BEFORE, []).append(before)
        look.remember(edits=written)


def listed(edits: tuple[Edit, ...], looked: Look, names: Sequence[str]) -> None:
    """Each change in words with a button that removes it; undo and reset behind them."""
    if fault := st.session_state.pop(FAULT, ""):
        st.error(plain(fault))
    changes = list(editlink.changes(edits))
    for number, change in enumerate(changes):
        rest = tuple(edit for other in changes if other is not change for edit in other)
        said = editwords.described(change, looked.cell, looked.words, names)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                text.REMOVE,
                key=f"remove change {number}",
                icon=":material/close:",
                type="tertiary",
                on_click=put,
                args=(rest,),
            )
            st.markdown(f"{number + 1}\\. {plain(said)}", width="content")
    history: list[str] = st.session_state.setdefault(BEFORE, [])
    if changes or history:
        with st.container(horizontal=True):
            st.button(text.UNDO, disabled=not history, on_click=_undo, icon=":material/undo:")
            st.button(text.RESET, disabled=not changes, on_click=put, args=((),))


def _undo() -> None:
    history: list[str] = st.session_state[BEFORE]
    if history:
        look.remember(edits=history.pop())
