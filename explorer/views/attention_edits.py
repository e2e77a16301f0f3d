"""The list of overwritten weights that are in force."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.attention_edits import Attend, Attending
from explorer.attention import link
from explorer.charts.symbols import Symbol
from explorer.controls import plain
from explorer.lessons import attention as text
from explorer.views.look import Look
from explorer.views.undo import Changes

CHANGES = Changes[Attending]("overwrite", link.read, link.write)


def listed(here: Look, changes: tuple[Attending, ...], now: tuple[Symbol, ...]) -> None:
    """Each change in words with a button that removes it; undo and reset behind them."""
    CHANGES.say_fault()
    with st.container(horizontal=True, vertical_alignment="center", key="overwrites"):
        for number, change in enumerate(changes):
            st.button(
                plain(_said(change, here.words, now)),
                key=f"remove overwrite {number}",
                icon=":material/close:",
                type="tertiary",
                help=text.REMOVE,
                on_click=CHANGES.put,
                args=(tuple(one for one in changes if one is not change),),
            )
        CHANGES.buttons(changes)


def _said(change: Attending, words: Sequence[str], now: tuple[Symbol, ...]) -> str:
    written = now[change.time].word if change.time < len(now) else ""
    if not isinstance(change, Attend):
        return text.WHOLE_ROW.format(time=change.time + 1, written=written)
    return text.ONE.format(
        time=change.time + 1,
        written=written,
        weight=change.weight,
        source=words[change.source] if change.source < len(words) else "",
        place=change.source + 1,
    )
