"""The tabs of a page, of which the open one is drawn; which it is stands in the link."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from explorer.views import look


def tabs(names: Sequence[str], key: str, draw: Callable[[str], None], first: str = "") -> None:
    """Draw the open tab. first: open where the link names none.

    They must stand outside of every fragment: tabs that are changed inside of one while the page is still being drawn
    blank it. What is drawn in a tab may be a fragment.
    """
    named = st.session_state["chosen"].tab
    st.session_state.setdefault(key, named if named in names else first or names[0])
    for tab, name in zip(st.tabs(list(names), key=key, on_change="rerun"), names, strict=True):
        if tab.open:
            look.remember(tab="" if name == names[0] else name)
            with tab:
                draw(name)
