"""The list of changes of signals that are in force."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.edits import Edit
from explorer import editlink, editwords
from explorer.controls import plain
from explorer.lessons import memory as text
from explorer.views.look import Look
from explorer.views.undo import Changes

CHANGES = Changes[Edit]("edits", editlink.read, editlink.write)


def listed(edits: tuple[Edit, ...], looked: Look, names: Sequence[str]) -> None:
    """Each change in words with a button that removes it; undo and reset behind them."""
    CHANGES.say_fault()
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
                on_click=CHANGES.put,
                args=(rest,),
            )
            st.markdown(f"{number + 1}\\. {plain(said)}", width="content")
    with st.container(horizontal=True):
        CHANGES.buttons(edits)
